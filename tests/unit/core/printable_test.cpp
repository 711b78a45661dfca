// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/printable.hpp"

#include <string>

#include "catch.hpp"

using namespace perjoule;

TEST_CASE("a text is shown as it is, and what cannot be seen by its name", "[text]") {
  CHECK(text::printable("int8 (µ, 中文)") == "int8 (µ, 中文)");
  CHECK(text::printable("two\nlines\t") == "two<U+000A>lines<U+0009>");
  CHECK(text::printable("\x1B[31mred") == "<U+001B>[31mred");
  CHECK(text::printable(std::string("a\0b", 3)) == "a<U+0000>b");
  CHECK(text::printable("gnp.\u202Efdp") == "gnp.<U+202E>fdp");
  CHECK(text::printable("a\u200Bb\uFEFF") == "a<U+200B>b<U+FEFF>");
  CHECK(text::printable("\U000E0041") == "<U+E0041>");
  CHECK(text::printable("caf\xE9") == "caf\uFFFD");
  CHECK(text::printable("").empty());
}

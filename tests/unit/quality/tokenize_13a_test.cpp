// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/translation.hpp"

#include <regex>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "perjoule/quality/text_tokens.hpp"
#include "perjoule/stats/random.hpp"

namespace {

/// Joins the tokens with one blank between them.
std::string tokens(std::string_view text) {
  const auto spaced = perjoule::tokenize_13a(text);
  std::string joined;
  for (const std::string_view word : perjoule::detail::words_of({spaced.data(), spaced.size()})) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// The rules of mteval-v13a.pl as regular expressions, as they are published.
std::string by_regular_expressions(std::string text) {
  text = std::regex_replace(text, std::regex("[ \n]+$"), "");
  replace_all(text, "<skipped>", "");
  replace_all(text, "-\n", "");
  replace_all(text, "\n", " ");
  replace_all(text, "&quot;", "\"");
  replace_all(text, "&amp;", "&");
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");
  text = " " + text + " ";
  static const std::regex signs(R"(([\{-~\[-` -&\(-\+:-@/]))");
  static const std::regex behind(R"(([^0-9])([.,]))");
  static const std::regex before(R"(([.,])([^0-9]))");
  static const std::regex dash(R"(([0-9])(-))");
  text = std::regex_replace(text, signs, " $1 ");
  text = std::regex_replace(text, behind, "$1 $2 ");
  text = std::regex_replace(text, before, " $1 $2");
  text = std::regex_replace(text, dash, "$1 $2 ");
  std::string joined;
  for (const char c : text) {
    if (c != ' ' || (!joined.empty() && joined.back() != ' ')) joined += c;
  }
  while (!joined.empty() && joined.back() == ' ') joined.pop_back();
  return joined;
}

}  // namespace

TEST_CASE("texts are cut as the published rules cut them", "[quality][tokenize_13a]") {
  // The rules of mteval-v13a, in sacrebleu's order, run by Python 3.11's re.sub() and str.split().
  CHECK(tokens("It costs $1,234.50 (or 3-4 %), e.g. \"here\"...") ==
        "It costs $ 1,234.50 ( or 3 - 4 % ) , e . g . \" here \" . . .");
  CHECK(tokens("wait...what?..,.") == "wait . . . what ? . . , .");
  CHECK(tokens("10-20, 1. 2.5. a,b") == "10 - 20 , 1 . 2.5 . a , b");
  CHECK(tokens("hand-\nmade  and\nwell-\n") == "handmade and well-");
  CHECK(tokens("<skip<skipped>ped>x") == "< skipped > x");
  CHECK(tokens("&amp;lt;b&gt; &quot;q&quot; &amp;quot;") == "< b > \" q \" & quot ;");
  CHECK(tokens("a_b#c@d.e/f") == "a _ b # c @ d . e / f");
  CHECK(tokens("-1 5- x-5 don't '90s") == "-1 5 - x-5 don't '90s");
  CHECK(tokens("1,a a,1 .5 5.") == "1 , a a , 1 . 5 5 .");
  CHECK(tokens("").empty());
  // "L'ete, deja vu... <<3.5>>" with accents, a no-break space, and signs outside ASCII.
  CHECK(tokens("L'\xC3\xA9t\xC3\xA9, d\xC3\xA9j\xC3\xA0\xC2\xA0vu\xE2\x80\xA6 \xC2\xAB"
               "3.5\xC2\xBB") ==
        "L'\xC3\xA9t\xC3\xA9 , d\xC3\xA9j\xC3\xA0 vu\xE2\x80\xA6 \xC2\xAB"
        "3.5\xC2\xBB");
}

TEST_CASE("two thousand random texts are cut as regular expressions cut them",
          "[quality][tokenize_13a][long]") {
  static const std::string parts[] = {
      "a",        "Bc",           "7", "05", ".",  ",", "-", "'",  " ",      "  ",        "\n",
      "&lt;",     "&amp;",        "$", "%",  "..", "-", "(", "\"", "&quot;", "<skipped>", "gt",
      "\xC3\xA9", "\xE2\x80\xA6", "~", "`"};
  perjoule::Random random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::uint64_t size = random.below(30); size != 0; --size) {
      text += parts[random.below(std::size(parts))];
    }
    CAPTURE(text);
    REQUIRE(tokens(text) == by_regular_expressions(text));
  }
}

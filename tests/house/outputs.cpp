// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints what perjoule writes for a reader or a program, under the locale that the environment
// names: every byte must be the same under each.
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <locale>
#include <string>
#include <string_view>

#include "golden/golden_entries.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/cpu_time_model.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/markdown.hpp"

using namespace perjoule;

/// @param arguments  the decimal point that the locale must have; otherwise this would test nothing
int main(int count, char** arguments) {
  if (std::setlocale(LC_ALL, "") == nullptr || count != 2 ||
      std::string_view(std::localeconv()->decimal_point) != arguments[1]) {
    std::fprintf(stderr, "the locale is not there, or its decimal point is another\n");
    return 2;
  }
  std::locale::global(std::locale(""));
  const Entry fp32 = golden::fp32();
  const Entry int8 = golden::int8();
  std::fputs(markdown({fp32, int8}).c_str(), stdout);
  std::fputs(headline({fp32, int8}).c_str(), stdout);
  std::fputs(to_json({fp32, int8}).c_str(), stdout);
  std::puts(cpu_time_model().description().note.c_str());
  std::puts(text::with_halfwidth(1234567.891, 1.5).c_str());
  std::puts(text::shortest(1234567.891).c_str());
  // In Turkish, upper-case I and lower-case i are not a pair.
  std::puts(detail::errno_message(EISDIR).c_str());
}

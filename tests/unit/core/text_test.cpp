// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/text.hpp"

#include <stdlib.h>

#include <bit>
#include <cstdint>
#include <string>

#include "catch.hpp"

namespace text = perjoule::text;

namespace {

/// Read from memory at run time, so that -ffast-math can't decide that it does not exist.
double not_a_number() {
  static const volatile std::uint64_t bits = 0x7FF8'0000'0000'0000U;
  return std::bit_cast<double>(std::uint64_t{bits});
}
double infinity() {
  static const volatile std::uint64_t bits = 0x7FF0'0000'0000'0000U;
  return std::bit_cast<double>(std::uint64_t{bits});
}

}  // namespace

TEST_CASE("the shortest digits of a number are those that Python's repr shows", "[core][text]") {
  CHECK(text::shortest(0.1) == "0.1");
  CHECK(text::shortest(1.0 / 3.0) == "0.3333333333333333");
  CHECK(text::shortest(0.1 + 0.2) == "0.30000000000000004");
  CHECK(text::shortest(-2.5) == "-2.5");
  CHECK(text::shortest(0.0) == "0");
  CHECK(text::shortest(1e22) == "1e+22");
  CHECK(text::shortest(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(text::shortest(2.2250738585072014e-308) == "2.2250738585072014e-308");
}

TEST_CASE("the shortest digits read back to the same bits", "[core][text]") {
  double number = 1.2345678901234567e-30;
  for (int i = 0; i < 2000; ++i) {
    const double back = strtod(text::shortest(number).c_str(), nullptr);
    REQUIRE(std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(number));
    number *= -1.0712345678901234;
  }
}

TEST_CASE("the exponent is that of the first digit which is shown", "[core][text]") {
  CHECK(text::exponent(345.0, 3) == 2);
  CHECK(text::exponent(0.00345, 3) == -3);
  CHECK(text::exponent(-345.0, 3) == 2);
  CHECK(text::exponent(1000.0, 1) == 3);
  CHECK(text::exponent(1.0, 5) == 0);
  CHECK(text::exponent(0.0, 3) == 0);
  CHECK(text::exponent(1e-10, 2) == -10);
  CHECK(text::exponent(1.5e123, 2) == 123);
  CHECK(text::exponent(1.5e-123, 2) == -123);
}

TEST_CASE("a number that rounds up to the next power of ten has its exponent", "[core][text]") {
  CHECK(text::exponent(9.99, 2) == 1);    // shows as 10
  CHECK(text::exponent(9.99, 3) == 0);    // shows as 9.99
  CHECK(text::exponent(0.9996, 3) == 0);  // shows as 1.00
  CHECK(text::exponent(0.9994, 3) == -1);
  CHECK(text::exponent(999.6, 3) == 3);
}

TEST_CASE("a number is rounded to a decimal place", "[core][text]") {
  CHECK(text::rounded(0.126, -2) == "0.13");
  CHECK(text::rounded(12.0, 0) == "12");
  CHECK(text::rounded(12.7, 0) == "13");
  CHECK(text::rounded(2.0, -3) == "2.000");
  CHECK(text::rounded(-0.126, -2) == "-0.13");
  CHECK(text::rounded(9.97, -1) == "10.0");
}

TEST_CASE("places before the point are filled with zeros", "[core][text]") {
  CHECK(text::rounded(1234.5, 1) == "1230");
  CHECK(text::rounded(1251.0, 2) == "1300");
  CHECK(text::rounded(-1234.5, 2) == "-1200");
  CHECK(text::rounded(987654321.0, 6) == "988000000");
}

TEST_CASE("what rounds to zero is shown as zero, without a sign", "[core][text]") {
  CHECK(text::rounded(7.0, 2) == "0");
  CHECK(text::rounded(-7.0, 2) == "0");
  CHECK(text::rounded(-0.2, 0) == "0");
  CHECK(text::rounded(0.001, -2) == "0.00");
  CHECK(text::rounded(-0.001, -2) == "0.00");
}

TEST_CASE("a very large number keeps its size when it is rounded", "[core][text]") {
  CHECK(text::rounded(1e15, 13) == "1000000000000000");
  for (const double number : {1e19, 3e22, 1e25, 7e40, 2e100}) {
    const std::string shown = text::rounded(number, text::exponent(number, 3) - 2).c_str();
    CAPTURE(number, shown);
    CHECK(strtod(shown.c_str(), nullptr) == Approx(number).epsilon(0.01));
  }
}

TEST_CASE("a very small number is shown with an exponent rather than as zero", "[core][text]") {
  CHECK(strtod(text::rounded(1.25e-50, -52).c_str(), nullptr) == Approx(1.25e-50));
}

TEST_CASE("a number is shown with so many significant digits", "[core][text]") {
  CHECK(text::significant(0.012345, 3) == "0.0123");
  CHECK(text::significant(1234567.0, 3) == "1230000");
  CHECK(text::significant(1.0, 3) == "1.00");
  CHECK(text::significant(9.996, 3) == "10.0");
  CHECK(text::significant(9.994, 3) == "9.99");
  CHECK(text::significant(-345.6, 2) == "-350");
  CHECK(text::significant(0.0, 3) == "0");
}

TEST_CASE("what is not a finite number is shown as n/a", "[core][text][missing]") {
  CHECK(text::significant(not_a_number(), 3) == "n/a");
  CHECK(text::significant(infinity(), 3) == "n/a");
  CHECK(text::significant(-infinity(), 3) == "n/a");
  CHECK(text::with_halfwidth(not_a_number(), 1.0) == "n/a");
  CHECK(text::with_halfwidth(1.0, not_a_number()) == "n/a");
  CHECK(text::with_halfwidth(1.0, infinity()) == "n/a");
}

TEST_CASE("a value without a half-width is no result", "[core][text][missing]") {
  CHECK(text::with_halfwidth(1.0, 0.0) == "n/a");
  CHECK(text::with_halfwidth(1.0, -0.5) == "n/a");
}

TEST_CASE("a half-width of 100 to 354 keeps two digits, one of 355 to 949 keeps one",
          "[core][text][pdg]") {
  CHECK(text::rounding_place(100.0) == 1);
  CHECK(text::rounding_place(354.0) == 1);
  CHECK(text::rounding_place(355.0) == 2);
  CHECK(text::rounding_place(949.0) == 2);
  CHECK(text::rounding_place(0.0100) == -3);
  CHECK(text::rounding_place(0.0354) == -3);
  CHECK(text::rounding_place(0.0355) == -2);
  CHECK(text::rounding_place(0.0949) == -2);
}

TEST_CASE("a half-width of 950 to 999 is shown as 1000 with two digits", "[core][text][pdg]") {
  CHECK(text::rounding_place(950.0) == 2);
  CHECK(text::rounding_place(999.0) == 2);
  CHECK(text::rounding_place(0.951) == -1);
  CHECK(text::rounding_place(99.96) == 1);  // its three digits are 100, of the next decade
  CHECK(text::with_halfwidth(827.0, 949.0) == "800 ± 900");
  CHECK(text::with_halfwidth(827.0, 950.0) == "800 ± 1000");
  CHECK(text::with_halfwidth(0.827, 0.951) == "0.8 ± 1.0");
  CHECK(text::with_halfwidth(827.0, 99.96) == "830 ± 100");
}

TEST_CASE("the decimal digits of a half-width choose its rounding, not the bits behind them",
          "[core][text][pdg]") {
  // The double nearest to 0.95 lies 4e-17 below it. Its three digits are still 950.
  CHECK(text::with_halfwidth(0.827, 0.95) == "0.8 ± 1.0");
  CHECK(text::with_halfwidth(8.27, 9.5) == "8 ± 10");
}

TEST_CASE("value and half-width are rounded to one place", "[core][text]") {
  CHECK(text::with_halfwidth(12.345, 0.4) == "12.3 ± 0.4");
  CHECK(text::with_halfwidth(0.41234, 0.00421) == "0.412 ± 0.004");
  CHECK(text::with_halfwidth(1234.5, 56.0) == "1230 ± 60");
  CHECK(text::with_halfwidth(-12.345, 0.4) == "-12.3 ± 0.4");
  CHECK(text::with_halfwidth(0.0, 0.02) == "0.000 ± 0.020");
  // The two examples of the Review of Particle Physics.
  CHECK(text::with_halfwidth(0.827, 0.119) == "0.83 ± 0.12");
  CHECK(text::with_halfwidth(0.827, 0.367) == "0.8 ± 0.4");
}

TEST_CASE("a prefix leaves 1 to 999 before the point", "[core][text]") {
  CHECK(text::prefix_of(0.00123).symbol == "m");
  CHECK(text::prefix_of(0.00123).factor == 1e-3);
  CHECK(text::prefix_of(1.0).symbol.empty());
  CHECK(text::prefix_of(1.0).factor == 1.0);
  CHECK(text::prefix_of(999.0).symbol.empty());
  CHECK(text::prefix_of(1234.0).symbol == "k");
  CHECK(text::prefix_of(5e6).symbol == "M");
  CHECK(text::prefix_of(5e9).symbol == "G");
  CHECK(text::prefix_of(5e15).symbol == "T");
  CHECK(text::prefix_of(5e-6).symbol == "µ");
  CHECK(text::prefix_of(5e-6).factor == 1e-6);
  CHECK(text::prefix_of(5e-9).symbol == "n");
  CHECK(text::prefix_of(5e-12).symbol == "p");
  CHECK(text::prefix_of(5e-16).symbol == "p");
  CHECK(text::prefix_of(-0.5).symbol == "m");
}

TEST_CASE("a number that would print as 1000 takes the next prefix", "[core][text]") {
  CHECK(text::prefix_of(999.6e-3).symbol.empty());
  CHECK(text::prefix_of(999.4e-3).symbol == "m");
  CHECK(text::prefix_of(999.6e3).symbol == "M");
}

TEST_CASE("zero and what is missing get no prefix", "[core][text]") {
  CHECK(text::prefix_of(0.0).symbol.empty());
  CHECK(text::prefix_of(0.0).factor == 1.0);
  CHECK(std::string(text::prefix_of(not_a_number()).symbol).empty());
  CHECK(std::string(text::prefix_of(infinity()).symbol).empty());
}

TEST_CASE("a whole number is read with or without a new line", "[core][text]") {
  std::uint64_t number = 0;
  CHECK(text::parse_integer("262143328850\n", number));
  CHECK(number == 262143328850U);
  CHECK(text::parse_integer("0", number));
  CHECK(number == 0U);
  CHECK(text::parse_integer("007\n", number));
  CHECK(number == 7U);
  CHECK(text::parse_integer("9999999999999999999", number));
  CHECK(number == 9999999999999999999U);
}

TEST_CASE("what is not a whole number is refused and leaves the old one", "[core][text]") {
  std::uint64_t number = 42;
  for (const char* wrong : {"", "\n", "-5", "+5", " 5", "5 ", "12a", "0x10", "1.5", "12\r\n",
                            "10000000000000000000", "18446744073709551616"}) {
    CAPTURE(wrong);
    CHECK_FALSE(text::parse_integer(wrong, number));
    CHECK(number == 42U);
  }
}

TEST_CASE("the width of a text is its characters, not its bytes", "[core][text]") {
  CHECK(text::width("") == 0U);
  CHECK(text::width("abc") == 3U);
  CHECK(text::width("µJ") == 2U);
  CHECK(text::width("12.3 ± 0.4") == 10U);
  CHECK(text::width("€") == 1U);  // three bytes
  CHECK(text::width("𝛍") == 1U);  // four bytes
}

TEST_CASE("each digit of an exponent is read", "[core][text]") {
  CHECK(text::exponent(3e9, 2) == 9);
  CHECK(text::exponent(3e-19, 2) == -19);
  CHECK(text::exponent(3e290, 2) == 290);
}

TEST_CASE("the places where rounding changes its ways", "[core][text]") {
  CHECK(text::rounded(3e20, 20) == "300000000000000000000");
  CHECK(text::rounded(3e21, 21) == "3e+21");
  CHECK(text::rounded(7.0, 0) == "7");
  CHECK(text::significant(0.0, 3) == "0");
  CHECK(text::significant(0.0, 1) == "0");
}

TEST_CASE("each prefix begins where four digits round up to it", "[core][text]") {
  CHECK(text::prefix_of(0.9995e12).symbol == "T");
  CHECK(text::prefix_of(0.99949e12).symbol == "G");
  CHECK(text::prefix_of(1.5e9).symbol == "G");
  CHECK(text::prefix_of(1.5e-9).symbol == "n");
  CHECK(text::prefix_of(0.9995e3).symbol == "k");
  CHECK(text::prefix_of(0.99949e3).symbol.empty());
  CHECK(text::prefix_of(1.0).factor == 1.0);
  CHECK(text::prefix_of(2e-12).factor == 1e-12);
  CHECK(text::prefix_of(2e-15).factor == 1e-12);
  CHECK(text::prefix_of(3e3).factor == 1e3);
}

TEST_CASE("a lead byte of five bytes begins no code point", "[core][text]") {
  CHECK(perjoule::detail::first_code_point("\xF8\x90\x80\x80").bytes == 0);
}

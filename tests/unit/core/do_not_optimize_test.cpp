// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/do_not_optimize.hpp"

#include <fenv.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"

// Visible from outside, so that the compiler may assume nothing about it once memory has changed.
int keep_test_global = 0;

namespace {

struct Scores {
  double values[4];
};
struct Empty {};

/// The processor records each division by zero. Where the result is kept the division must happen,
/// and where the optimiser removes it nothing is recorded: a check that needs no clock.
template <class Divide>
bool division_happens(Divide divide) {
  static volatile double one = 1.0;
  static volatile double zero = 0.0;
  feclearexcept(FE_ALL_EXCEPT);
  divide(double{one}, double{zero});
  return fetestexcept(FE_DIVBYZERO) != 0;
}

}  // namespace

TEST_CASE("a number that is only kept is computed all the same", "[core][do_not_optimize]") {
  CHECK(division_happens([](double a, double b) { perjoule::do_not_optimize(a / b); }));
}

TEST_CASE("an aggregate that is only kept is computed all the same", "[core][do_not_optimize]") {
  CHECK(division_happens([](double a, double b) {
    const Scores scores = {{a, a, a / b, a}};
    perjoule::do_not_optimize(scores);
  }));
}

TEST_CASE("after do_not_optimize the compiler assumes nothing about memory",
          "[core][do_not_optimize]") {
  keep_test_global = 5;
  perjoule::do_not_optimize(1);
  // Without keep an optimising compiler knows here that it is 5.
  bool still_known = false;
  if (__builtin_constant_p(keep_test_global)) still_known = true;
  CHECK_FALSE(still_known);
}

TEST_CASE("what is kept does not change, whatever its type", "[core][do_not_optimize]") {
  const int number = 7;
  const float small = 0.5F;
  const std::string word = "kept";
  const std::vector<bool> bits = {true, false};
  const std::unique_ptr<int> owned = std::make_unique<int>(3);
  const std::array<char, 100> bytes = {'x'};
  const char literal[] = "array";
  const Scores scores = {{1.0, 2.0, 3.0, 4.0}};
  perjoule::do_not_optimize(number);
  perjoule::do_not_optimize(small);
  perjoule::do_not_optimize(word);
  perjoule::do_not_optimize(bits);
  perjoule::do_not_optimize(owned);
  perjoule::do_not_optimize(bytes);
  perjoule::do_not_optimize(literal);
  perjoule::do_not_optimize(scores);
  perjoule::do_not_optimize(Empty{});
  perjoule::do_not_optimize(nullptr);
  CHECK(number == 7);
  CHECK(small == 0.5F);
  CHECK(word == "kept");
  CHECK(bits == std::vector<bool>{true, false});
  CHECK(*owned == 3);
  CHECK(bytes[0] == 'x');
  CHECK(std::string(literal) == "array");
  CHECK(scores.values[3] == 4.0);
}

TEST_CASE("do_not_optimize never throws, since it stands between two readings",
          "[core][do_not_optimize]") {
  STATIC_REQUIRE(noexcept(perjoule::do_not_optimize(1)));
  STATIC_REQUIRE(noexcept(perjoule::do_not_optimize(std::string())));
}

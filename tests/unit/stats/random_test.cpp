// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/random.hpp"

#include <cstdint>

#include "aborts.hpp"
#include "catch.hpp"

using perjoule::Random;

TEST_CASE("a seed gives the sequence of sfc64", "[stats][random]") {
  // From a second implementation of sfc64, written in Python.
  Random zero(0);
  CHECK(zero.bits() == 0x3acfa029e3cc6041U);
  CHECK(zero.bits() == 0xf5b6515bf2ee419cU);
  CHECK(zero.bits() == 0x1259635894a29b61U);
  CHECK(zero.bits() == 0x0b6ae75395f8ebd6U);
  Random one(1);
  CHECK(one.bits() == 0x3f7fcc2e95d8fb8bU);
  CHECK(one.bits() == 0x205a2e2c3eb6a892U);
  CHECK(one.bits() == 0xc700bc0ca3d92940U);
  CHECK(one.bits() == 0x025bcb97f1e91199U);
  Random large(0x0123456789abcdefU);
  CHECK(large.bits() == 0x79d78afbe0438f43U);
  CHECK(large.bits() == 0x963306cd3e6e830eU);
}

TEST_CASE("the same seed gives the same numbers and another seed gives others", "[stats][random]") {
  Random a(7);
  Random b(7);
  Random c(8);
  int same = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t from_a = a.bits();
    REQUIRE(from_a == b.bits());
    same += from_a == c.bits() ? 1 : 0;
  }
  CHECK(same == 0);
}

TEST_CASE("uniform numbers fill the range from 0 to below 1 evenly", "[stats][random]") {
  Random random(3);
  int in_bin[10] = {};
  for (int i = 0; i < 20000; ++i) {
    const double x = random.uniform();
    REQUIRE(x >= 0.0);
    REQUIRE(x < 1.0);
    ++in_bin[static_cast<int>(x * 10.0)];
  }
  // 2000 each; five standard deviations are 5 sqrt(20000 x .1 x .9) = 212.
  for (const int count : in_bin) CHECK(count == Approx(2000).margin(212));
}

TEST_CASE("a uniform number is the top 53 bits", "[stats][random]") {
  CHECK(Random(0).uniform() == static_cast<double>(0x3acfa029e3cc6041U >> 11U) / 0x1p53);
}

TEST_CASE("each whole number below a bound is equally likely", "[stats][random]") {
  Random random(5);
  int count[7] = {};
  for (int i = 0; i < 14000; ++i) {
    const std::uint64_t draw = random.below(7);
    REQUIRE(draw < 7U);
    ++count[draw];
  }
  for (const int times : count) CHECK(times == Approx(2000).margin(207));  // five deviations
}

TEST_CASE("a bound that does not divide the range favours no number", "[stats][random]") {
  // With a bare remainder by 3 x 2^62, numbers below 2^62 would be drawn twice: a half, not a
  // third.
  Random random(6);
  int small = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::uint64_t draw = random.below(std::uint64_t{3} << 62U);
    REQUIRE(draw < (std::uint64_t{3} << 62U));
    small += draw < (std::uint64_t{1} << 62U) ? 1 : 0;
  }
  CHECK(small == Approx(2000).margin(183));  // five deviations
}

TEST_CASE("below 1 there is only 0, and below 0 nothing", "[stats][random]") {
  Random random(5);
  CHECK(random.below(1) == 0U);
  CHECK_FALSE(abort_message([&] { (void)random.below(0); }).empty());
}

TEST_CASE("a sequence is known at compile time", "[stats][random]") {
  constexpr std::uint64_t second = [] {
    Random random(0);
    random.bits();
    return random.bits();
  }();
  STATIC_REQUIRE(second == 0xf5b6515bf2ee419cU);
}

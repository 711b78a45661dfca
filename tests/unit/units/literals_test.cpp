// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/units/quantity.hpp"

#include <concepts>

#include "catch.hpp"

using namespace perjoule;

TEST_CASE("literals of energy and power carry their prefix into the number", "[units][literals]") {
  CHECK((5_J).si() == 5.0);
  CHECK((1.5_J).si() == 1.5);
  CHECK((250_mJ).si() == Approx(0.25).epsilon(1e-15));
  CHECK((3.5_uJ).si() == Approx(0.0000035).epsilon(1e-15));
  CHECK((65_W).si() == 65.0);
  CHECK((800_mW).si() == Approx(0.8).epsilon(1e-15));
}

TEST_CASE("literals of time carry their prefix into the number", "[units][literals]") {
  CHECK((5_s).si() == 5.0);
  CHECK((0.5_s).si() == 0.5);
  CHECK((20_ms).si() == Approx(0.02).epsilon(1e-15));
  CHECK((7.5_us).si() == Approx(0.0000075).epsilon(1e-15));
}

TEST_CASE("a kB has 1000 bytes and a KiB 1024", "[units][literals]") {
  CHECK((17_B).si() == 17.0);
  CHECK((3_kB).si() == 3000.0);
  CHECK((3_KiB).si() == 3072.0);
  CHECK((2_MB).si() == 2'000'000.0);
  CHECK((2_MiB).si() == 2'097'152.0);
  CHECK((0.5_MiB).si() == 524'288.0);
}

TEST_CASE("a percent is a hundredth, without a unit", "[units][literals]") {
  STATIC_REQUIRE(std::same_as<decltype(1_percent), double>);
  CHECK(1_percent == 0.01);
  CHECK(2.5_percent == 0.025);
}

TEST_CASE("literals of one dimension have one type, whatever their prefix", "[units][literals]") {
  STATIC_REQUIRE(std::same_as<decltype(1_uJ), Joules>);
  STATIC_REQUIRE(std::same_as<decltype(1.0_mJ), Joules>);
  STATIC_REQUIRE(std::same_as<decltype(1_mW), Watts>);
  STATIC_REQUIRE(std::same_as<decltype(1_us), Seconds>);
  STATIC_REQUIRE(std::same_as<decltype(1_MiB), Bytes>);
  STATIC_REQUIRE(1000_ms == 1_s);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/units/quantity.hpp"

#include "catch.hpp"

using namespace perjoule;

TEST_CASE("a quantity is zero until it is given a number", "[units]") {
  CHECK(Joules().si() == 0.0);
  CHECK(Joules(2.5).si() == 2.5);
}

TEST_CASE("quantities of one dimension are added, subtracted and negated", "[units]") {
  CHECK((Joules(1.5) + Joules(2.0)).si() == 3.5);
  CHECK((Joules(1.5) - Joules(2.0)).si() == -0.5);
  CHECK((-Joules(1.5)).si() == -1.5);
  Joules sum(1.0);
  sum += Joules(4.0);
  CHECK(sum.si() == 5.0);
  sum -= Joules(2.0);
  CHECK(sum.si() == 3.0);
}

TEST_CASE("quantities of one dimension are ordered by their numbers", "[units]") {
  CHECK(Seconds(1.0) < Seconds(2.0));
  CHECK(Seconds(2.0) > Seconds(1.0));
  CHECK(Seconds(2.0) <= Seconds(2.0));
  CHECK(Seconds(2.0) == Seconds(2.0));
  CHECK(Seconds(2.0) != Seconds(3.0));
  CHECK_FALSE(Seconds(2.0) < Seconds(1.0));
}

TEST_CASE("a plain factor scales a quantity from either side", "[units]") {
  CHECK((Watts(3.0) * 2.0).si() == 6.0);
  CHECK((2.0 * Watts(3.0)).si() == 6.0);
  CHECK((Watts(3.0) / 2.0).si() == 1.5);
}

TEST_CASE("watts times seconds are joules, and joules over seconds are watts", "[units]") {
  const Joules energy = Watts(15.0) * Seconds(4.0);
  CHECK(energy.si() == 60.0);
  const Watts power = Joules(60.0) / Seconds(4.0);
  CHECK(power.si() == 15.0);
  const Seconds time = Joules(60.0) / Watts(15.0);
  CHECK(time.si() == 4.0);
}

TEST_CASE("energy per item and items per joule are each other's inverse", "[units]") {
  const JoulesPerItem energy = Joules(10.0) / Items(4.0);
  CHECK(energy.si() == 2.5);
  const ItemsPerJoule items = 1.0 / energy;
  CHECK(items.si() == 0.4);
  const double one = energy * items;
  CHECK(one == 1.0);
}

TEST_CASE("a quotient of one dimension is a plain number", "[units]") {
  const double inflation = Bytes(400.0) / Bytes(100.0);
  CHECK(inflation == 4.0);
  const double count = ItemsPerSecond(8.0) * SecondsPerItem(0.5);
  CHECK(count == 4.0);
}

TEST_CASE("quantities are computed at compile time", "[units]") {
  STATIC_REQUIRE(Watts(2.0) * Seconds(3.0) == Joules(6.0));
  STATIC_REQUIRE(Joules(1.0) < Joules(2.0));
  STATIC_REQUIRE(1.0 / SecondsPerItem(0.5) == ItemsPerSecond(2.0));
}

TEST_CASE("a quantity stands for its number, and a plain number for itself", "[units]") {
  CHECK(detail::number(Joules(2.5)) == 2.5);
  CHECK(detail::number(2.5) == 2.5);
}

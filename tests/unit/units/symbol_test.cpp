// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/units/quantity.hpp"

#include <string>

#include "catch.hpp"

using namespace perjoule;

namespace {

std::string of(Dimension dimension) { return unit_symbol(dimension); }

}  // namespace

TEST_CASE("a unit has the symbol of SI", "[units][symbol]") {
  CHECK(of(Joules::dimension) == "J");
  CHECK(of(Seconds::dimension) == "s");
  CHECK(of(Bytes::dimension) == "B");
  CHECK(of(Items::dimension) == "item");
  CHECK(of(Grams::dimension) == "g");
  CHECK(of(Money::dimension) == "money");
  CHECK(of(Operations::dimension) == "op");
  CHECK(of(Bits::dimension) == "bit");
  CHECK(of(Dimension{}).empty());
}

TEST_CASE("a joule a second is a watt, and no other quotient has a name of its own",
          "[units][symbol]") {
  CHECK(of(Watts::dimension) == "W");
  CHECK(of(JoulesPerItem::dimension) == "J/item");
  CHECK(of(SecondsPerItem::dimension) == "s/item");
  CHECK(of(ItemsPerJoule::dimension) == "item/J");
  CHECK(of(PerByte::dimension) == "1/B");
  CHECK(of(ItemsPerOperation::dimension) == "item/op");
  CHECK(of(BitsPerJoule::dimension) == "bit/J");
  CHECK(of(GramsPerItem::dimension) == "g/item");
  CHECK(of(MoneyPerJoule::dimension) == "money/J");
  CHECK(of({.joule = 1, .second = -2}) == "J/s^2");
  CHECK(of({.joule = 1, .second = -1, .item = -1}) == "W/item");
  CHECK(of({.joule = 1, .second = 1}) == "J s");
}

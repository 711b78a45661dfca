// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/score/energy_cost.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_priced(const EnergyPrice& price) {
  if (!price.price.value.is_known()) return;
  expect_stated(price.price, "a price");
  if (price.currency.empty()) {
    fail("a price without a currency", price.price.source.chars, "name it, as in EUR or USD");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE EnergyPrice energy_price(double price, double uncertainty,
                                         const text::Short& currency, const text::Name& source,
                                         int year) {
  const EnergyPrice found{
      detail::stated_per_kilowatt_hour<MoneyPerJoule>(price, uncertainty, "a price", source, year),
      currency};
  detail::expect_priced(found);
  return found;
}

}  // namespace perjoule::inline v0

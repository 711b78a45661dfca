// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/score/carbon.hpp"
#include "perjoule/score/stated.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What a joule from the socket costs.
struct EnergyPrice {
  Stated<MoneyPerJoule> price = {};
  text::Short currency = {};  ///< "EUR", "USD"
};

namespace detail {

/// @throws Error for a price without currency, source, year or number
void expect_priced(const EnergyPrice& price);

}  // namespace detail

/// @param price        of a kilowatt-hour. @unit the currency's, per kWh
/// @param uncertainty  standard; 0 where it is not known. @unit the currency's, per kWh
/// @param currency     "EUR"
/// @unit   money/J, in the currency
/// @error  common, of the price; estimated at best
/// @throws Error for a price that is not finite or below 0, and for no currency, source or year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] EnergyPrice energy_price(double price, double uncertainty,
                                       const text::Short& currency, const text::Name& source,
                                       int year);

/// An amount of money with what it was computed from.
template <class Q>
struct EnergyCost {
  Estimate<Q> amount = {};  ///< in price.currency
  EnergyPrice price = {};
  double pue = local_pue;  ///< @unit none
};

/// What an energy costs.
/// @param energy  total, not active: the idle machine is on the bill too
/// @param pue     see carbon()
/// @unit   money, or money/item, in the price's currency
/// @error  both relative uncertainties in squares; estimated at best
/// @throws Error for a PUE below 1, and for a price without currency, source, year or number; a
///         missing energy or price gives a missing amount
/// @source E times price times PUE
template <Dimension D>
requires EnergyDimension<D>
[[nodiscard]] auto energy_cost(const Estimate<Quantity<D>>& energy, const EnergyPrice& price,
                               double pue) {
  using Q = Quantity<D * MoneyPerJoule::dimension>;
  detail::expect_priced(price);
  return EnergyCost<Q>{detail::with_unit<Q>(detail::at_socket(
                           detail::bare(energy), detail::bare(price.price.value), pue)),
                       price, pue};
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/energy_cost-inl.hpp"
#endif

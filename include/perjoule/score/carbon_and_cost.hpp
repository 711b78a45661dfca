// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A figure that somebody looked up: it goes nowhere without its source and its year, and the
/// library has none of its own: tools that have one inside differ by a fifth on the same country.
/// @unit  that of Q
/// @error the uncertainty is common to all that is computed with it
template <class Q>
struct CitedValue {
  Estimate<Q> value = {};
  std::string source = {};  ///< "RTE eCO2mix, yearly mean", "the bill"
  int year = 0;             ///< that the figure is of
};

namespace detail {

/// @throws Error for a number that is not finite or below 0, for no source, and for a year that is
///         none
void expect_cited(double value, double uncertainty, std::string_view what,
                  const std::string& source, int year);

/// @copydoc expect_cited(double, double, std::string_view, const std::string&, int)
template <class Q>
void expect_cited(const CitedValue<Q>& stated, std::string_view what) {
  if (!stated.value.is_known()) return;
  expect_cited(number(stated.value.value), number(stated.value.common), what, stated.source,
               stated.year);
}

/// Joules of a kilowatt-hour.
inline constexpr double joules_per_kilowatt_hour = 3.6e6;

/// Something per kilowatt-hour, as per joule.
/// @unit that of the value, over a joule
template <class Q>
[[nodiscard]] CitedValue<Q> cited_per_kilowatt_hour(double value, double uncertainty,
                                                    std::string_view what,
                                                    const std::string& source, int year) {
  expect_cited(value, uncertainty, what, source, year);
  return {{Q(value / joules_per_kilowatt_hour), Q(0.0), infinite_dof,
           Q(uncertainty / joules_per_kilowatt_hour), Provenance::estimated},
          source,
          year};
}

}  // namespace detail

/// How much carbon dioxide, or what warms like it, is behind a joule from the socket.
using GridIntensity = CitedValue<GramsPerJoule>;

/// @param grams        of CO2 equivalent for a kilowatt-hour. @unit g/kWh
/// @param uncertainty  standard; 0 where it is not known. @unit g/kWh
/// @unit   g/J
/// @error  common, of the figure; estimated at best, as any mean of a place and a year
/// @throws Error for a figure that is not finite or below 0, for no source, and for no year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] GridIntensity grid_intensity(double grams, double uncertainty,
                                           const std::string& source, int year);

/// The power usage effectiveness of a machine that no data centre cools: its own meter saw all.
/// @unit none
inline constexpr double local_pue = 1.0;

/// Joules, of a run or of an item.
template <Dimension D>
concept EnergyDimension = (D == Joules::dimension || D == JoulesPerItem::dimension);

/// Carbon dioxide equivalents with what they were computed from.
template <class Q>
struct Carbon {
  Estimate<Q> grams = {};
  GridIntensity intensity = {};
  double pue = local_pue;  ///< @unit none
};

namespace detail {

/// Energy by the intensity or price of a joule, and by what the building takes besides.
/// @unit   that of a times that of b
/// @error  estimated at best
/// @throws Error for a PUE below 1
/// @source E I, GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] Estimate<double> apply_pue(const Estimate<double>& energy,
                                         const Estimate<double>& per_joule, double pue);

}  // namespace detail

/// The carbon dioxide equivalents of an energy.
/// @param energy     total, not active: the idle machine is there for the model too
/// @param intensity  from grid_intensity
/// @param pue        what the building takes for each joule of its computers; exact
/// @unit   g, or g/item
/// @error  both relative uncertainties in squares; estimated at best
/// @throws Error for a PUE below 1, and for an intensity without source, year or number; a missing
///         energy or intensity gives missing grams
/// @source E I PUE; ISO/IEC 21031:2024 (Software Carbon Intensity)
template <Dimension D>
requires EnergyDimension<D>
[[nodiscard]] auto carbon(const Estimate<Quantity<D>>& energy, const GridIntensity& intensity,
                          double pue) {
  using Q = Quantity<D * GramsPerJoule::dimension>;
  detail::expect_cited(intensity, "a grid's intensity");
  return Carbon<Q>{detail::with_unit<Q>(detail::apply_pue(
                       detail::strip_unit(energy), detail::strip_unit(intensity.value), pue)),
                   intensity, pue};
}

/// A machine that somebody had to make, and what part of it is reserved.
struct Hardware {
  CitedValue<Grams> embodied = {};  ///< TE: of making, moving and scrapping it
  Seconds lifespan{0.0};            ///< EL: how long it is used
  double share = 1.0;               ///< RR/ToR: reserved over all there is. @unit a share of 1
};

/// The carbon dioxide equivalents of making a machine.
/// @param grams, uncertainty  of CO2 equivalent, from its maker's life cycle assessment. @unit g
/// @unit   g
/// @error  common; estimated at best
/// @throws Error for a figure that is not finite or below 0, for no source, and for no year
/// @source TE of ISO/IEC 21031:2024
[[nodiscard]] CitedValue<Grams> embodied_grams(double grams, double uncertainty,
                                               const std::string& source, int year);

/// The part of a machine's making that falls to the time in which it was reserved.
/// @param reserved  TiR, at most the machine's lifespan
/// @unit   g
/// @error  that of TE
/// @throws Error for a lifespan that is not above 0, a time outside it, a share outside 0 to 1, and
///         for a TE without source, year or number
/// @source M = TE x TiR/EL x RR/ToR, ISO/IEC 21031:2024
[[nodiscard]] Estimate<Grams> embodied_share(const Hardware& hardware, Seconds reserved);

/// The software carbon intensity: of each functional unit, such as an item that a model answers.
/// Offsets are not in it.
/// @param operational  of the energy that all units took
/// @param embodied     of the same time: from embodied_share
/// @param units        R
/// @unit   g/item
/// @error  that of total(); missing where either part is: a score without the machine's making is
///         no SCI
/// @throws Error for a number of units that is not above 0
/// @source (E I + M)/R, ISO/IEC 21031:2024
[[nodiscard]] Estimate<GramsPerItem> software_carbon_intensity(const Carbon<Grams>& operational,
                                                               const Estimate<Grams>& embodied,
                                                               Items units);

/// What a joule from the socket costs.
struct EnergyPrice {
  CitedValue<MoneyPerJoule> price = {};
  std::string currency = {};  ///< "EUR", "USD"
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
                                       const std::string& currency, const std::string& source,
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
  return EnergyCost<Q>{detail::with_unit<Q>(detail::apply_pue(
                           detail::strip_unit(energy), detail::strip_unit(price.price.value), pue)),
                       price, pue};
}

/// A number of something that readers know, for a sentence and not for a comparison: no two cars
/// and no two phones are alike, so it is modelled however well the energy was measured.
struct Equivalent {
  Estimate<double> count = {};  ///< @unit that of `what`
  std::string_view what;        ///< "km by car (mean of the EU)"
  std::string_view source;      ///< of the figure
};

/// What a car emits.
struct CarEmission {
  double grams_per_kilometre = 0.0;  ///< of CO2 equivalent. @unit g/km
  std::string_view what;
  std::string_view source;
};

inline constexpr CarEmission european_car{
    175.0, "km by car (mean of the EU)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};
inline constexpr CarEmission american_car{
    251.0, "km by car (mean of the US)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};

/// What a phone's battery holds; what its charger loses is not in it.
struct PhoneBattery {
  Joules capacity{0.0};
  std::string_view what;
  std::string_view source;
};

inline constexpr PhoneBattery typical_phone{Joules(54000.0), "charges of a phone",
                                            "assumed: 15 Wh, as 3900 mAh at 3.85 V"};

namespace detail {

/// @unit   how many of `one` are in it
/// @error  that of `whole`; nothing is known of that of `one`. Modelled at best
/// @throws Error for one that is not above 0
/// @source a quotient by a constant scales value and uncertainty alike
[[nodiscard]] Estimate<double> equivalent_count(const Estimate<double>& whole, double one,
                                                std::string_view what);

}  // namespace detail

/// As many kilometres by car emit as much.
/// @unit   km
/// @error  that of the emissions; a car's own figure may be half or twice the mean. Modelled
/// @throws Error for a figure that is not above 0; missing emissions give a missing count
/// @source grams / (grams per kilometre)
[[nodiscard]] Equivalent kilometres_by_car(const Estimate<Grams>& emitted, const CarEmission& car);

/// As many charges of a phone hold as much energy.
/// @unit   charges
/// @error  that of the energy; a phone's own figure may be half or twice this. Modelled
/// @throws Error for a figure that is not above 0; a missing energy gives a missing count
/// @source joules / (joules of a full battery)
[[nodiscard]] Equivalent phone_charges(const Estimate<Joules>& energy,
                                       const PhoneBattery& battery = typical_phone);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/carbon_and_cost-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A figure from a cited source. It is always passed with its source and its year. The library
/// includes no such figures of its own: tools that do differ by a fifth for the same country.
/// @unit  unit of Q
/// @error the uncertainty is common to all results computed with it
template <class Q>
struct CitedValue {
  Estimate<Q> value = {};
  std::string source = {};  ///< "RTE eCO2mix, yearly mean", "the bill"
  int year = 0;             ///< year that the figure applies to
};

namespace detail {

/// Checks a cited figure.
/// @throws Error for a number that is not finite or below 0, for an empty source, and for an
///         invalid year
void expect_cited(double value, double uncertainty, std::string_view what,
                  const std::string& source, int year);

/// @copydoc expect_cited(double, double, std::string_view, const std::string&, int)
template <class Q>
void expect_cited(const CitedValue<Q>& stated, std::string_view what) {
  if (!stated.value.is_known()) return;
  expect_cited(number(stated.value.value), number(stated.value.common), what, stated.source,
               stated.year);
}

/// Number of joules in a kilowatt-hour.
inline constexpr double joules_per_kilowatt_hour = 3.6e6;

/// Converts a value per kilowatt-hour to a value per joule.
/// @unit unit of the value, per joule
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

/// Carbon dioxide equivalents emitted per joule from the socket.
using GridIntensity = CitedValue<GramsPerJoule>;

/// Returns the carbon intensity of a grid, from the figure per kilowatt-hour.
/// @param grams        CO2 equivalent per kilowatt-hour. @unit g/kWh
/// @param uncertainty  standard uncertainty; 0 if unknown. @unit g/kWh
/// @unit   g/J
/// @error  common, from the figure; provenance `estimated` at best, like any mean over a place and
///         a year
/// @throws Error for a figure that is not finite or below 0, for an empty source, and for an
///         invalid year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] GridIntensity grid_intensity(double grams, double uncertainty,
                                           const std::string& source, int year);

/// Power usage effectiveness of a machine without the cooling of a data centre: its own meter
/// measures everything.
/// @unit none
inline constexpr double local_pue = 1.0;

/// Joules, of a run or per item.
template <Dimension D>
concept EnergyDimension = (D == Joules::dimension || D == JoulesPerItem::dimension);

/// Carbon dioxide equivalents with the figures they were computed from.
template <class Q>
struct Carbon {
  Estimate<Q> grams = {};
  GridIntensity intensity = {};
  double pue = local_pue;  ///< @unit none
};

namespace detail {

/// Multiplies an energy by the intensity or price per joule, and by the PUE.
/// @unit   unit of energy times unit of per_joule
/// @error  provenance `estimated` at best
/// @throws Error for a PUE below 1
/// @source E I, GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] Estimate<double> apply_pue(const Estimate<double>& energy,
                                         const Estimate<double>& per_joule, double pue);

}  // namespace detail

/// Returns the carbon dioxide equivalents of an energy.
/// @param energy     total, not active: the model also needs the idle machine
/// @param intensity  result of grid_intensity
/// @param pue        joules that the building uses for each joule of its computers; exact
/// @unit   g, or g/item
/// @error  both relative uncertainties added in squares; provenance `estimated` at best
/// @throws Error for a PUE below 1, and for an intensity without source, year or valid number; a
///         missing energy or intensity gives missing grams
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

/// Emissions of making a machine, with its lifespan and the share of it that is reserved.
struct Hardware {
  CitedValue<Grams> embodied = {};  ///< TE: making, transporting and scrapping it
  Seconds lifespan{0.0};            ///< EL: time for which it is used
  double share = 1.0;               ///< RR/ToR: reserved over total resources. @unit a share of 1
};

/// Returns the carbon dioxide equivalents of making a machine.
/// @param grams, uncertainty  CO2 equivalent, from the maker's life cycle assessment. @unit g
/// @unit   g
/// @error  common; provenance `estimated` at best
/// @throws Error for a figure that is not finite or below 0, for an empty source, and for an
///         invalid year
/// @source TE of ISO/IEC 21031:2024
[[nodiscard]] CitedValue<Grams> embodied_grams(double grams, double uncertainty,
                                               const std::string& source, int year);

/// Returns the part of a machine's embodied emissions for the time in which it was reserved.
/// @param reserved  TiR, at most the lifespan of the machine
/// @unit   g
/// @error  as TE, scaled
/// @throws Error for a lifespan that is not above 0, a time outside the lifespan, a share that is
///         not above 0 and at most 1, and for a TE without source, year or valid number
/// @source M = TE x TiR/EL x RR/ToR, ISO/IEC 21031:2024
[[nodiscard]] Estimate<Grams> embodied_share(const Hardware& hardware, Seconds reserved);

/// Returns the software carbon intensity (SCI): emissions per functional unit, such as an item that
/// a model answers. Offsets are not included.
/// @param operational  emissions of the energy of all units
/// @param embodied     for the same time: from embodied_share
/// @param units        R
/// @unit   g/item
/// @error  as total(); missing if either part is: a score without the embodied emissions is not an
///         SCI
/// @throws Error for a number of units that is not above 0
/// @source (E I + M)/R, ISO/IEC 21031:2024
[[nodiscard]] Estimate<GramsPerItem> software_carbon_intensity(const Carbon<Grams>& operational,
                                                               const Estimate<Grams>& embodied,
                                                               Items units);

/// Price of a joule from the socket.
struct EnergyPrice {
  CitedValue<MoneyPerJoule> price = {};
  std::string currency = {};  ///< "EUR", "USD"
};

namespace detail {

/// @throws Error for a price without currency, source, year or valid number
void expect_priced(const EnergyPrice& price);

}  // namespace detail

/// Returns the price of energy, from the price of a kilowatt-hour.
/// @param price        per kilowatt-hour. @unit currency/kWh
/// @param uncertainty  standard uncertainty; 0 if unknown. @unit currency/kWh
/// @param currency     "EUR"
/// @unit   money/J, in the currency
/// @error  common, from the price; provenance `estimated` at best
/// @throws Error for a price that is not finite or below 0, for an empty currency or source, and
///         for an invalid year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] EnergyPrice energy_price(double price, double uncertainty,
                                       const std::string& currency, const std::string& source,
                                       int year);

/// An amount of money with the figures it was computed from.
template <class Q>
struct EnergyCost {
  Estimate<Q> amount = {};  ///< in price.currency
  EnergyPrice price = {};
  double pue = local_pue;  ///< @unit none
};

/// Returns the cost of an energy.
/// @param energy  total, not active: the bill includes the idle machine
/// @param pue     see carbon()
/// @unit   money, or money/item, in the price's currency
/// @error  both relative uncertainties added in squares; provenance `estimated` at best
/// @throws Error for a PUE below 1, and for a price without currency, source, year or valid number;
///         a missing energy or price gives a missing amount
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

/// Number of familiar units, for a sentence and not for a comparison. No two cars and no two phones
/// are alike, so the number is modelled, however well the energy was measured.
struct Equivalent {
  Estimate<double> count = {};  ///< @unit unit that `what` names
  std::string_view what;        ///< "km by car (mean of the EU)"
  std::string_view source;      ///< source of the figure
};

/// Emissions of a car per kilometre.
struct CarEmission {
  double grams_per_kilometre = 0.0;  ///< CO2 equivalent. @unit g/km
  std::string_view what;
  std::string_view source;
};

inline constexpr CarEmission european_car{
    175.0, "km by car (mean of the EU)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};
inline constexpr CarEmission american_car{
    251.0, "km by car (mean of the US)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};

/// Capacity of a phone's battery, without the losses of its charger.
struct PhoneBattery {
  Joules capacity{0.0};
  std::string_view what;
  std::string_view source;
};

inline constexpr PhoneBattery typical_phone{Joules(54000.0), "charges of a phone",
                                            "assumed: 15 Wh, as 3900 mAh at 3.85 V"};

namespace detail {

/// Returns `whole` / `one`.
/// @unit   number of `one` in `whole`
/// @error  as `whole`; the uncertainty of `one` is unknown and not included. Modelled at best
/// @throws Error if `one` is not above 0
/// @source dividing by a constant scales value and uncertainty alike
[[nodiscard]] Estimate<double> equivalent_count(const Estimate<double>& whole, double one,
                                                std::string_view what);

}  // namespace detail

/// Returns the number of kilometres by car that emit as much.
/// @unit   km
/// @error  as the emissions; the figure of a single car may be half or twice the mean. Modelled
/// @throws Error for a figure that is not above 0; missing emissions give a missing count
/// @source grams / (grams per kilometre)
[[nodiscard]] Equivalent kilometres_by_car(const Estimate<Grams>& emitted, const CarEmission& car);

/// Returns the number of phone charges that hold as much energy.
/// @unit   charges
/// @error  as the energy; the figure of a single phone may be half or twice this. Modelled
/// @throws Error for a figure that is not above 0; a missing energy gives a missing count
/// @source joules / (joules of a full battery)
[[nodiscard]] Equivalent phone_charges(const Estimate<Joules>& energy,
                                       const PhoneBattery& battery = typical_phone);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/carbon_and_cost-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/score/stated.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// How much carbon dioxide, or what warms like it, is behind a joule from the socket.
using GridIntensity = Stated<GramsPerJoule>;

/// @param grams        of CO2 equivalent for a kilowatt-hour. @unit g/kWh
/// @param uncertainty  standard; 0 where it is not known. @unit g/kWh
/// @unit   g/J
/// @error  common, of the figure; estimated at best, as any mean of a place and a year
/// @throws Error for a figure that is not finite or below 0, for no source, and for no year
/// @source 1 kWh = 3.6 MJ (The International System of Units, 9th edition, table 8)
[[nodiscard]] GridIntensity grid_intensity(double grams, double uncertainty,
                                           const text::Name& source, int year);

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
[[nodiscard]] Estimate<double> at_socket(const Estimate<double>& energy,
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
  detail::expect_stated(intensity, "a grid's intensity");
  return Carbon<Q>{detail::with_unit<Q>(
                       detail::at_socket(detail::bare(energy), detail::bare(intensity.value), pue)),
                   intensity, pue};
}

/// A machine that somebody had to make, and what part of it is reserved.
struct Hardware {
  Stated<Grams> embodied = {};  ///< TE: of making, moving and scrapping it
  Seconds lifespan{0.0};        ///< EL: how long it is used
  double share = 1.0;           ///< RR/ToR: reserved over all there is. @unit a share of 1
};

/// The carbon dioxide equivalents of making a machine.
/// @param grams, uncertainty  of CO2 equivalent, from its maker's life cycle assessment. @unit g
/// @unit   g
/// @error  common; estimated at best
/// @throws Error for a figure that is not finite or below 0, for no source, and for no year
/// @source TE of ISO/IEC 21031:2024
[[nodiscard]] Stated<Grams> embodied_grams(double grams, double uncertainty,
                                           const text::Name& source, int year);

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

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/carbon-inl.hpp"
#endif

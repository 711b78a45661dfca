// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/carbon_and_cost.hpp"
#include "perjoule/stats/propagate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_cited(double value, double uncertainty, std::string_view what,
                                  const std::string& source, int year) {
  if (!is_finite(value) || value < 0.0 || !is_finite(uncertainty) || uncertainty < 0.0) {
    fail(text::format("{} is not a number from 0 on", what), source,
         "pass the figure and its standard uncertainty, 0 where that is not known");
  }
  if (source.empty()) {
    fail(text::format("{} without a source", what), "the source is empty",
         "say where the figure is from: it differs between sources");
  }
  if (year < 1900 || year > 2200) {
    fail(text::format("{} without a year", what), text::format("the year is {}", year),
         "say which year the figure is of, in four digits");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE GridIntensity grid_intensity(double grams, double uncertainty,
                                             const std::string& source, int year) {
  return detail::cited_per_kilowatt_hour<GramsPerJoule>(grams, uncertainty, "a grid's intensity",
                                                        source, year);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> apply_pue(const Estimate<double>& energy,
                                           const Estimate<double>& per_joule, double pue) {
  if (!is_finite(pue) || pue < 1.0) {
    fail("a power usage effectiveness below 1", text::shortest(pue),
         "pass what the building takes over what its computers take: local_pue for none");
  }
  Estimate<double> found = product(energy, per_joule);
  found.value *= pue;
  found.random *= pue;
  found.common *= pue;
  found.provenance = worst(found.provenance, Provenance::estimated);
  return found;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CitedValue<Grams> embodied_grams(double grams, double uncertainty,
                                                 const std::string& source, int year) {
  detail::expect_cited(grams, uncertainty, "embodied carbon", source, year);
  return {{Grams(grams), Grams(0.0), infinite_dof, Grams(uncertainty), Provenance::estimated},
          source,
          year};
}

PERJOULE_INLINE Estimate<Grams> embodied_share(const Hardware& hardware, Seconds reserved) {
  detail::expect_cited(hardware.embodied, "embodied carbon");
  const double part = reserved / hardware.lifespan;
  if (!is_finite(hardware.lifespan.si()) || hardware.lifespan <= Seconds(0.0) || !is_finite(part) ||
      part < 0.0 || part > 1.0) {
    detail::fail("a machine is reserved for no part of its life", hardware.embodied.source,
                 "pass a lifespan above 0, and a time from 0 up to it");
  }
  if (!is_finite(hardware.share) || hardware.share <= 0.0 || hardware.share > 1.0) {
    detail::fail("a share of a machine that is none", text::shortest(hardware.share),
                 "pass the resources reserved over all there are: 1 for the whole machine");
  }
  const Estimate<Grams>& whole = hardware.embodied.value;
  if (!detail::is_known_and_finite(detail::strip_unit(whole))) return {};
  const double factor = part * hardware.share;
  return {whole.value * factor, whole.random * factor, whole.dof, whole.common * factor,
          worst(whole.provenance, Provenance::estimated)};
}

PERJOULE_INLINE Estimate<GramsPerItem> software_carbon_intensity(const Carbon<Grams>& operational,
                                                                 const Estimate<Grams>& embodied,
                                                                 Items units) {
  if (!is_finite(units.si()) || units <= Items(0.0)) {
    detail::fail("a carbon intensity of no functional units", "software_carbon_intensity",
                 "pass how many items were answered, above 0");
  }
  return per_item(total(operational.grams, embodied), units);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_priced(const EnergyPrice& price) {
  if (!price.price.value.is_known()) return;
  expect_cited(price.price, "a price");
  if (price.currency.empty()) {
    fail("a price without a currency", price.price.source, "name it, as in EUR or USD");
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE EnergyPrice energy_price(double price, double uncertainty,
                                         const std::string& currency, const std::string& source,
                                         int year) {
  const EnergyPrice found{
      detail::cited_per_kilowatt_hour<MoneyPerJoule>(price, uncertainty, "a price", source, year),
      currency};
  detail::expect_priced(found);
  return found;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> equivalent_count(const Estimate<double>& whole, double one,
                                                  std::string_view what) {
  if (!is_finite(one) || one <= 0.0) {
    fail("a figure to compare with is not above 0", what, "pass what one of them takes");
  }
  if (!is_known_and_finite(whole)) return {};
  return {whole.value / one, whole.random / one, whole.dof, whole.common / one,
          worst(whole.provenance, Provenance::modelled)};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Equivalent kilometres_by_car(const Estimate<Grams>& emitted,
                                             const CarEmission& car) {
  return {detail::equivalent_count(detail::strip_unit(emitted), car.grams_per_kilometre, car.what),
          car.what, car.source};
}

PERJOULE_INLINE Equivalent phone_charges(const Estimate<Joules>& energy,
                                         const PhoneBattery& battery) {
  return {detail::equivalent_count(detail::strip_unit(energy), battery.capacity.si(), battery.what),
          battery.what, battery.source};
}

}  // namespace perjoule::inline v0

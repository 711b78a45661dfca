// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/carbon.hpp"
#include "perjoule/stats/product.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE GridIntensity grid_intensity(double grams, double uncertainty,
                                             const text::Name& source, int year) {
  return detail::stated_per_kilowatt_hour<GramsPerJoule>(grams, uncertainty, "a grid's intensity",
                                                         source, year);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> at_socket(const Estimate<double>& energy,
                                           const Estimate<double>& per_joule, double pue) {
  if (!is_finite(pue) || pue < 1.0) {
    fail("a power usage effectiveness below 1", text::shortest(pue).chars,
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

PERJOULE_INLINE Stated<Grams> embodied_grams(double grams, double uncertainty,
                                             const text::Name& source, int year) {
  detail::expect_stated(grams, uncertainty, "embodied carbon", source, year);
  return {{Grams(grams), Grams(0.0), known_dof, Grams(uncertainty), Provenance::estimated},
          source,
          year};
}

PERJOULE_INLINE Estimate<Grams> embodied_share(const Hardware& hardware, Seconds reserved) {
  detail::expect_stated(hardware.embodied, "embodied carbon");
  const double part = reserved / hardware.lifespan;
  if (!is_finite(hardware.lifespan.si()) || hardware.lifespan <= Seconds(0.0) || !is_finite(part) ||
      part < 0.0 || part > 1.0) {
    detail::fail("a machine is reserved for no part of its life", hardware.embodied.source.chars,
                 "pass a lifespan above 0, and a time from 0 up to it");
  }
  if (!is_finite(hardware.share) || hardware.share <= 0.0 || hardware.share > 1.0) {
    detail::fail("a share of a machine that is none", text::shortest(hardware.share).chars,
                 "pass the resources reserved over all there are: 1 for the whole machine");
  }
  const Estimate<Grams>& whole = hardware.embodied.value;
  if (!detail::is_usable(detail::bare(whole))) return {};
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

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/engine/shared_by_time.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/provenance.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE WindowEnergy shared_by_time(const WindowEnergy& window, double share) noexcept {
  const Estimate<Joules>& whole = window.energy;
  if (!whole.is_known()) return window;
  constexpr double factor = 1.3293998;  // ln(10)/sqrt(3)
  const Joules value = whole.value * share;
  const double unknown = (1.0 - share) * factor * value.si();
  return {{value, whole.random * share, whole.dof,
           Joules(math::root_sum_square(whole.common.si() * share, unknown)),
           worst(whole.provenance, Provenance::estimated)},
          ""};
}

}  // namespace perjoule::inline v0::detail

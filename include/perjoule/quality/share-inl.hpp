// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/share.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/stats/wilson.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Bounded share_of(std::size_t right, std::size_t items) {
  const Interval<double> interval = wilson_interval(right, items);
  // The half-width over z, not sqrt(p(1 - p)/n), which is 0 for a model that makes no mistake.
  const double u = (interval.high - interval.low) / (2.0 * t_quantile(0.975, known_dof));
  const double share = static_cast<double>(right) / static_cast<double>(items);
  return {{share, u, known_dof, 0.0, Provenance::measured}, interval};
}

PERJOULE_INLINE void sum_up_share(Quality& quality, std::size_t right, const char* why_no_room) {
  check_items(quality);
  const Bounded share = share_of(right, quality.items);
  quality.value = share.estimate;
  quality.value_interval = share.interval;
  add_skill(quality, why_no_room);
}

}  // namespace perjoule::inline v0::detail

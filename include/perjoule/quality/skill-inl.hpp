// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_items(const Quality& quality) {
  if (quality.items != 0) return;
  fail("a metric of no items", quality.metric.chars, "add an output and its reference before");
}

PERJOULE_INLINE void add_skill(Quality& quality, const char* why_no_room) {
  const double room = quality.perfect - quality.trivial;
  if (!is_finite(room)) {
    quality.why_no_skill = "what a predictor reaches that never looks is not known";
    return;
  }
  if (quality.higher_is_better ? room <= 0.0 : room >= 0.0) {
    quality.why_no_skill = why_no_room;
    return;
  }
  if (!quality.value.is_known()) {
    quality.why_no_skill = "there is no value";
    return;
  }
  const Estimate<double>& value = quality.value;
  const double size = math::absolute(room);
  quality.skill = {(value.value - quality.trivial) / room, value.random / size, value.dof,
                   value.common / size, value.provenance};
  const Interval<double>& interval = quality.value_interval;
  if (!interval.is_known()) return;
  const double low = quality.higher_is_better ? interval.low : interval.high;
  const double high = quality.higher_is_better ? interval.high : interval.low;
  quality.skill_interval = {(low - quality.trivial) / room, (high - quality.trivial) / room,
                            interval.level, interval.method};
}

}  // namespace perjoule::inline v0::detail

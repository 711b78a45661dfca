// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_items(const Quality& quality) {
  if (quality.items != 0) return;
  fail("a metric of no items", quality.metric, "add an output and its reference before");
}

PERJOULE_INLINE void add_skill(Quality& quality, std::string_view why_no_skill) {
  const double room = quality.perfect - quality.trivial;
  if (!is_finite(room)) {
    quality.why_no_skill = "what a predictor reaches that never looks is not known";
    return;
  }
  if (quality.higher_is_better ? room <= 0.0 : room >= 0.0) {
    quality.why_no_skill = why_no_skill;
    return;
  }
  if (!quality.value.is_known()) {
    quality.why_no_skill = "there is no value";
    return;
  }
  const Estimate<double>& value = quality.value;
  const double size = std::abs(room);
  quality.skill = {(value.value - quality.trivial) / room, value.random / size, value.dof,
                   value.common / size, value.provenance};
  const Interval<double>& interval = quality.value_interval;
  if (!interval.is_known()) return;
  const double low = quality.higher_is_better ? interval.low : interval.high;
  const double high = quality.higher_is_better ? interval.high : interval.low;
  quality.skill_interval = {(low - quality.trivial) / room, (high - quality.trivial) / room,
                            interval.level, interval.method};
}

PERJOULE_INLINE IntervalEstimate<double> proportion_of(std::size_t right, std::size_t items) {
  const Interval<double> interval = wilson_interval(right, items);
  // The half-width over z rather than sqrt(p(1 - p)/n), which is 0 for a model that makes no
  // mistake.
  const double u = (interval.high - interval.low) / (2.0 * t_quantile(0.975, infinite_dof));
  const double share = static_cast<double>(right) / static_cast<double>(items);
  return {{share, u, infinite_dof, 0.0, Provenance::measured}, interval};
}

PERJOULE_INLINE void finish_proportion(Quality& quality, std::size_t right,
                                       std::string_view why_no_skill) {
  check_items(quality);
  const IntervalEstimate<double> share = proportion_of(right, quality.items);
  quality.value = share.estimate;
  quality.value_interval = share.interval;
  add_skill(quality, why_no_skill);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> paired_difference(const Quality& a, View<double> rows_a,
                                                           const Quality& b, View<double> rows_b,
                                                           double level) {
  const bool same = a.metric == b.metric && a.signature == b.signature && a.columns == b.columns &&
                    rows_a.size() == rows_b.size();
  if (!same || rows_a.empty()) return {};
  if (a.formula.difference != nullptr) return a.formula.difference(a, rows_a, b, rows_b, level);
  if (a.columns != 1) return {};
  std::vector<double> differences(rows_a.size());
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = rows_a[i] - rows_b[i];
  const Estimate<double> mean = mean_of_independent(differences, Provenance::measured);
  return {mean, interval(mean, level)};
}

}  // namespace perjoule::inline v0

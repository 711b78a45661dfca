// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/quality/resample.hpp"
#include "perjoule/quality/share.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/stats/bootstrap.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/stats/wilson.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool is_share(const Quality& quality) noexcept {
  return strcmp(quality.unit, "%") == 0;
}

PERJOULE_INLINE void keep_possible(Quality& quality) noexcept {
  Interval<double>& interval = quality.value_interval;
  const double most = quality.higher_is_better ? quality.perfect : interval.high;
  const double least = !quality.higher_is_better ? quality.perfect
                       : is_share(quality)       ? 0.0
                                                 : interval.low;
  if (interval.low < least) interval.low = least;
  if (interval.high > most) interval.high = most;
}

PERJOULE_INLINE Bounded of_items_alike(const Quality& quality, double value) {
  const double room = math::absolute(quality.perfect - quality.trivial);
  const double scale = is_share(quality) ? 1.0 : room;
  if (!is_finite(scale) || scale <= 0.0) return {};
  const double open = scale * (1.0 - wilson_interval(quality.items, quality.items).low);
  const double u = open / (2.0 * t_quantile(0.975, known_dof));
  return {{value, u, known_dof, 0.0, Provenance::measured},
          {value - open, value + open, 0.95, IntervalMethod::wilson}};
}

PERJOULE_INLINE Bounded mean_of_items(View<double> rows) {
  std::size_t ones = 0;
  std::size_t zeros = 0;
  for (const double x : rows) {
    ones += x == 1.0 ? 1 : 0;
    zeros += x == 0.0 ? 1 : 0;
  }
  if (ones + zeros == rows.size()) return share_of(ones, rows.size());
  const Estimate<double> mean = mean_of_independent(rows, Provenance::measured);
  return {mean, interval(mean)};
}

PERJOULE_INLINE void sum_up(Quality& quality, View<double> rows, const char* why_no_room) {
  check_items(quality);
  ItemFormula& formula = quality.formula;
  Bounded found;
  double value = no_number();
  bool alike = false;
  if (formula.of == nullptr) {
    value = summarize(rows).mean;
    found = mean_of_items(rows);
    alike = !found.estimate.is_known() || found.estimate.random <= 0.0;
  } else {
    formula.difference = resampled_difference;
    const Resamples resamples = resampled(formula, rows, rows.size() / quality.items);
    value = resamples.value;
    found = of_resamples(resamples, 0.95);
    // The quantiles of draws that hardly differ may be one number, though their scatter is not 0.
    alike = found.estimate.is_known()
                ? found.interval.low >= found.interval.high
                : 5 * finite_of(resamples.values).size() >= 4 * resamples.values.size();
  }
  if (is_finite(value) && alike) found = of_items_alike(quality, value);
  if (!found.estimate.is_known()) {
    quality.why_no_value = is_finite(value)
                               ? "too few items to tell how sure it is: pass more of each kind"
                               : "these items have none: see the metric's definition";
  }
  quality.value = found.estimate;
  quality.value_interval = found.interval;
  keep_possible(quality);
  add_skill(quality, why_no_room);
}

}  // namespace perjoule::inline v0::detail

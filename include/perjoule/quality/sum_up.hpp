// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/resample.hpp"
#include "perjoule/quality/share.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/stats/wilson.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

[[nodiscard]] PERJOULE_COLD inline bool is_share(const Quality& quality) noexcept {
  return strcmp(quality.unit, "%") == 0;
}

/// Nothing is better than perfect, and a share lies between 0 and 1.
PERJOULE_COLD inline void keep_possible(Quality& quality) noexcept {
  Interval<double>& interval = quality.value_interval;
  const double most = quality.higher_is_better ? quality.perfect : interval.high;
  const double least = !quality.higher_is_better ? quality.perfect
                       : is_share(quality)       ? 0.0
                                                 : interval.low;
  if (interval.low < least) interval.low = least;
  if (interval.high > most) interval.high = most;
}

/// The interval of a value that all items agree on, whose scatter is 0 and shows nothing: what
/// Wilson's leaves open of n right ones of n. A share has it as it is, as an accuracy of n of n
/// has; else it is on the scale from the trivial predictor to a perfect one. Missing where there is
/// no such scale, since a width of 0 would be wrong.
/// @unit  that of the metric
/// @error covers .95 and more where an item is right or wrong; else a stand-in, wide and not zero
[[nodiscard]] PERJOULE_COLD inline Bounded of_items_alike(const Quality& quality, double value) {
  const double room = math::absolute(quality.perfect - quality.trivial);
  const double scale = is_share(quality) ? 1.0 : room;
  if (!is_finite(scale) || scale <= 0.0) return {};
  const double open = scale * (1.0 - wilson_interval(quality.items, quality.items).low);
  const double u = open / (2.0 * t_quantile(0.975, known_dof));
  return {{value, u, known_dof, 0.0, Provenance::measured},
          {value - open, value + open, 0.95, IntervalMethod::wilson}};
}

/// The mean of a number of each item: a share where each is 0 or 1, with Student's interval else.
/// @unit that of the items
[[nodiscard]] PERJOULE_COLD inline Bounded mean_of_items(View<double> rows) {
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

/// Fills in what follows from the rows of a metric alone: value, interval and skill.
///
/// A mean of items has Wilson's or Student's interval, every other formula that of the bootstrap
/// over items.
///
/// @param quality      with name, formula, trivial and perfect
/// @param why_no_room  see add_skill
/// @shape  rows: [quality.items, columns], row-major
/// @throws Error for no items
PERJOULE_COLD inline void sum_up(Quality& quality, View<double> rows, const char* why_no_room) {
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

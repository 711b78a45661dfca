// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_items(const Quality& quality) {
  if (quality.items != 0) return;
  fail("a metric of no items", quality.metric, "add an output and its reference before");
}

PERJOULE_INLINE ItemFormula mean_of_rare_losses_formula(std::string_view columns) {
  ItemFormula formula;
  formula.columns = columns;
  formula.least_items = 100;
  formula.why_least_items =
      "the few items on which a confident model is wrong decide this mean, and of fewer than 100 "
      "there may be none among them";
  formula.estimate = [](View<double> losses) { return mean_of_rare_losses(losses); };
  return formula;
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

PERJOULE_INLINE void expect_finite_pair(double output, double reference, std::size_t item) {
  if (is_finite(output) && is_finite(reference)) return;
  const bool is_reference = is_finite(output);
  fail(is_reference ? "a reference is not a finite number" : "a prediction is not a finite number",
       text::format("item {}", item),
       is_reference ? "leave out inputs that have no reference"
                    : "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE bool is_proportion(const Quality& quality) noexcept { return quality.unit == "%"; }

PERJOULE_INLINE double scale_of(const Quality& quality) noexcept {
  const double room = is_proportion(quality) ? 1.0 : std::abs(quality.perfect - quality.trivial);
  return is_finite(room) && room > 0.0 ? room : quiet_nan();
}

PERJOULE_INLINE IntervalEstimate<double> estimate_within(double value, double half, double level,
                                                         IntervalMethod method) {
  if (!is_finite(half)) return {};
  const double u = half / normal_quantile(0.5 * (1.0 + level));
  return {{value, u, infinite_dof, 0.0, Provenance::measured},
          {value - half, value + half, level, method}};
}

PERJOULE_INLINE IntervalEstimate<double> paired_proportions(View<double> rows_a,
                                                            View<double> rows_b, double level) {
  std::size_t only_a = 0;
  std::size_t only_b = 0;
  for (std::size_t i = 0; i < rows_a.size(); ++i) {
    only_a += rows_a[i] > rows_b[i] ? 1 : 0;
    only_b += rows_a[i] < rows_b[i] ? 1 : 0;
  }
  const Interval<double> interval = tango_interval(only_a, only_b, rows_a.size(), level);
  const double half = 0.5 * (interval.high - interval.low);
  const double difference = (static_cast<double>(only_a) - static_cast<double>(only_b)) /
                            static_cast<double>(rows_a.size());
  return {estimate_within(difference, half, level, interval.method).estimate, interval};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE IntervalEstimate<double> paired_difference(const Quality& a, View<double> rows_a,
                                                           const Quality& b, View<double> rows_b,
                                                           double level) {
  const bool same = a.metric == b.metric && a.signature == b.signature && a.columns == b.columns &&
                    rows_a.size() == rows_b.size();
  const auto are_finite = [](View<double> rows) {
    return std::all_of(rows.begin(), rows.end(), [](double x) { return is_finite(x); });
  };
  if (!same || rows_a.empty() || a.columns == 0 || a.formula.is_exact) return {};
  // Of a stranger's record, the rows may be others than those that the value is of.
  const bool is_like = (a.formula.difference == nullptr) == (b.formula.difference == nullptr) &&
                       (a.formula.value == nullptr) == (b.formula.value == nullptr);
  if (!is_like || !are_finite(rows_a) || !are_finite(rows_b)) return {};
  IntervalEstimate<double> found;
  if (a.formula.difference != nullptr) {
    found = a.formula.difference(a, rows_a, b, rows_b, level);
  } else if (a.columns == 1) {
    const auto is_right_or_wrong = [](double x) { return x == 0.0 || x == 1.0; };
    if (std::all_of(rows_a.begin(), rows_a.end(), is_right_or_wrong) &&
        std::all_of(rows_b.begin(), rows_b.end(), is_right_or_wrong)) {
      return detail::paired_proportions(rows_a, rows_b, level);
    }
    std::vector<double> differences(rows_a.size());
    for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = rows_a[i] - rows_b[i];
    found.estimate = mean_of_independent(differences, Provenance::measured);
    found.interval = interval(found.estimate, level);
  }
  if (!found.interval.is_known() || found.interval.low < found.interval.high) return found;
  // Without scatter. Of a mean of shares, a difference of another item is at most 1.
  if (a.formula.difference != nullptr || !detail::is_proportion(a)) return {};
  return detail::estimate_within(found.estimate.value,
                                 tango_interval(0, 0, rows_a.size(), level).high, level,
                                 IntervalMethod::tango);
}

}  // namespace perjoule::inline v0

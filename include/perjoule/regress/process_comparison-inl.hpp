// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/regress/process_comparison.hpp"
#include "perjoule/stats/two_sample.hpp"

namespace perjoule::inline v0::detail {

/// Tells whether old and new processes alternate so well that a trend hardly differs between them:
/// the squared correlation of place and side is below a tenth.
PERJOULE_INLINE bool are_in_turns(View<ProcessValue> processes) noexcept {
  const auto n = static_cast<double>(processes.size());
  double newer = 0.0;
  double places = 0.0;  // sum of the places of new processes, from the middle
  for (std::size_t i = 0; i < processes.size(); ++i) {
    if (!processes[i].is_new) continue;
    newer += 1.0;
    places += static_cast<double>(i) - 0.5 * (n - 1.0);
  }
  const double of_places = n * (square(n) - 1.0) / 12.0;
  const double of_side = newer * (n - newer) / n;
  return n >= 8.0 && square(places) < 0.1 * of_places * of_side;
}

/// Returns the median slope of all pairs, each per place.
/// @source Theil (1950); Sen, J. American Statistical Association 63 (1968) 1379
PERJOULE_INLINE double median_slope(const std::vector<double>& values) {
  std::vector<double> slopes;
  slopes.reserve(values.size() * (values.size() - 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i + 1; j < values.size(); ++j) {
      slopes.push_back((values[j] - values[i]) / static_cast<double>(j - i));
    }
  }
  const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
  std::nth_element(slopes.begin(), middle, slopes.end());
  return *middle;
}

/// Returns the test of robust scores, after a slope was removed if there was one.
PERJOULE_INLINE TwoSampleTest test_scores(const std::vector<double>& first,
                                          const std::vector<double>& second, bool has_slope) {
  const TwoSampleScores scores = robust_scores(first, second);
  return two_sample_permutation(scores.first, scores.second, {.fitted = has_slope ? 1U : 0U});
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE ProcessComparison compare_processes(View<ProcessValue> processes, double margin,
                                                    double level) {
  PERJOULE_EXPECTS(margin >= 0.0);
  ProcessComparison found;
  for (std::size_t i = 0; i < processes.size(); ++i) {
    if (!is_finite(processes[i].value)) {
      detail::fail("the value of a process is not a finite number", text::format("process {}", i),
                   "leave it out, if it could not be measured");
    }
    found.is_ratio = found.is_ratio && processes[i].value > 0.0;
    ++(processes[i].is_new ? found.new_processes : found.old_processes);
  }
  if (found.old_processes == 0 || found.new_processes == 0) {
    detail::fail("there is nothing to compare",
                 found.old_processes == 0 ? "no old process" : "no new process",
                 "pass the values of both sides");
  }
  std::vector<double> values;
  for (const ProcessValue& of : processes) {
    values.push_back(found.is_ratio ? std::log(of.value) : of.value);
  }
  found.were_in_turns = detail::are_in_turns(processes);
  const double slope = found.were_in_turns ? detail::median_slope(values) : 0.0;
  std::vector<double> old_values;
  std::vector<double> new_values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i] - slope * static_cast<double>(i);
    (processes[i].is_new ? new_values : old_values).push_back(value);
  }
  found.change = two_sample_shift(old_values, new_values, level);
  if (found.is_ratio) {
    found.change.value = std::exp(found.change.value);
    found.change.interval.low = std::exp(found.change.interval.low);
    found.change.interval.high = std::exp(found.change.interval.high);
  }
  const auto test = [&](double most) {
    std::vector<double> moved = new_values;
    for (double& value : moved) value -= found.is_ratio ? std::log1p(most) : most;
    return detail::test_scores(old_values, moved, found.were_in_turns);
  };
  const TwoSampleTest above = test(margin);
  found.p_larger = above.p_larger;
  // No positive value gets smaller by all of itself.
  const bool can_be_smaller = !found.is_ratio || margin < 1.0;
  if (can_be_smaller) found.p_smaller = margin == 0.0 ? above.p_smaller : test(-margin).p_smaller;
  return found;
}

}  // namespace perjoule::inline v0

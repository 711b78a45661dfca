// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/delong.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double count_below(const std::vector<double>& sorted, double x) noexcept {
  std::size_t ends[2] = {0, 0};  // number of values < x, and number of values <= x
  for (int i = 0; i < 2; ++i) {
    std::size_t high = sorted.size();
    while (ends[i] < high) {
      const std::size_t middle = ends[i] + (high - ends[i]) / 2;
      const bool left = i == 0 ? sorted[middle] < x : sorted[middle] <= x;
      (left ? ends[i] : high) = left ? middle + 1 : middle;
    }
  }
  return 0.5 * (static_cast<double>(ends[0]) + static_cast<double>(ends[1]));
}

PERJOULE_INLINE Placements placements(View<double> scores, View<bool> is_positive) {
  if (scores.size() != is_positive.size()) {
    fail("AUROC needs a label for each score",
         text::format("there are {} scores and {} labels", scores.size(), is_positive.size()),
         "pass both in one order");
  }
  Placements found;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!is_finite(scores[i])) {
      fail("a score is not a finite number", text::format("item {}", i),
           "look for a division by zero or an overflow in the model");
    }
    (is_positive[i] ? found.of_positives : found.of_negatives).push_back(scores[i]);
  }
  if (found.of_positives.empty() || found.of_negatives.empty()) {
    fail("AUROC of one class", found.of_positives.empty() ? "no item is positive" : "all items are",
         "pass items of both classes");
  }
  Placements sorted = found;
  std::sort(sorted.of_positives.begin(), sorted.of_positives.end());
  std::sort(sorted.of_negatives.begin(), sorted.of_negatives.end());
  const auto positives = static_cast<double>(sorted.of_positives.size());
  for (double& x : found.of_positives) x = count_below(sorted.of_negatives, x);
  for (double& x : found.of_negatives) x = positives - count_below(sorted.of_positives, x);
  return found;
}

PERJOULE_INLINE Estimate<double> mean_placement(const Placements& counts) {
  const auto m = static_cast<double>(counts.of_positives.size());
  const auto n = static_cast<double>(counts.of_negatives.size());
  double sum = 0.0;
  for (const double count : counts.of_positives) sum += count;
  const double of_positives = summarize(counts.of_positives).standard_deviation / n;
  const double of_negatives = summarize(counts.of_negatives).standard_deviation / m;
  const double u_m = of_positives / std::sqrt(m);
  const double u_n = of_negatives / std::sqrt(n);
  return {sum / (m * n), std::hypot(u_m, u_n), combined_dof(u_m, m - 1.0, u_n, n - 1.0), 0.0,
          Provenance::measured};
}

PERJOULE_INLINE double expected_auroc_variance(double area, double m, double n) noexcept {
  const double others = 0.5 * (m + n) - 1.0;
  const double rest = 1.0 - area;
  return area * rest / (m * n) *
         (1.0 + others * rest / (2.0 - area) + others * area / (1.0 + area));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Auroc delong(View<double> scores, View<bool> is_positive, double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const detail::Placements placements = detail::placements(scores, is_positive);
  Auroc found{detail::mean_placement(placements), {}};
  const double area = found.value.value;
  const double z = normal_quantile(0.5 * (1.0 + level));
  const std::size_t positives = placements.of_positives.size();
  const std::size_t negatives = placements.of_negatives.size();
  const std::size_t fewer = positives < negatives ? positives : negatives;
  if (found.value.random <= 0.0 || fewer < 2 || area <= 0.0 || area >= 1.0) {
    const auto pairs = static_cast<double>(fewer);
    found.interval = detail::clopper_pearson(area * pairs, pairs, level);
    found.value.random = (found.interval.high - found.interval.low) / (2.0 * z);
    found.value.dof = infinite_dof;
    return found;
  }
  const double expected = std::sqrt(detail::expected_auroc_variance(
      area, static_cast<double>(positives), static_cast<double>(negatives)));
  if (found.value.random < expected) found.value.random = expected;
  const double items = area * (1.0 - area) / detail::square(found.value.random);
  const double t = t_quantile(0.5 * (1.0 + level), found.value.dof);
  found.interval = detail::wilson_of_share(area, items, t, level);
  found.interval.method = IntervalMethod::delong;
  return found;
}

PERJOULE_INLINE AurocDifference delong_difference(View<double> scores_a, View<double> scores_b,
                                                  View<bool> is_positive, double level) {
  detail::Placements difference = detail::placements(scores_a, is_positive);
  const detail::Placements of_b = detail::placements(scores_b, is_positive);
  const std::size_t positives = difference.of_positives.size();
  const std::size_t negatives = difference.of_negatives.size();
  for (std::size_t i = 0; i < positives; ++i) difference.of_positives[i] -= of_b.of_positives[i];
  for (std::size_t i = 0; i < negatives; ++i) difference.of_negatives[i] -= of_b.of_negatives[i];
  Estimate<double> value = detail::mean_placement(difference);
  value.dof = infinite_dof;
  if (value.random <= 0.0 || positives < 2 || negatives < 2) return {};
  return {value, interval(value, level),
          2.0 * normal_probability(-std::abs(value.value) / value.random)};
}

}  // namespace perjoule::inline v0

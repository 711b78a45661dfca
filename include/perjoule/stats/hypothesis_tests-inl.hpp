// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/hypothesis_tests.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE McNemar mcnemar(std::size_t only_a, std::size_t only_b) {
  if (only_a + only_b == 0) return {};
  const auto fewer = static_cast<double>(only_a < only_b ? only_a : only_b);
  const auto n = static_cast<double>(only_a + only_b);
  const double log_seen = detail::log_gamma(n + 1.0) - detail::log_gamma(fewer + 1.0) -
                          detail::log_gamma(n - fewer + 1.0) - n * 0.69314718055994530942;
  const double seen = std::exp(log_seen);
  // The middle outcome is a single one of the n + 1, and not counted twice.
  if (only_a == only_b) return {1.0, 1.0 - 0.5 * seen};
  const double exact = 2.0 * detail::incomplete_beta(n - fewer, fewer + 1.0, 0.5);
  return {exact, exact - seen};
}

PERJOULE_INLINE LocationEstimate signed_rank(View<double> differences, double level) {
  PERJOULE_EXPECTS(!differences.empty());
  constexpr std::size_t most = 200;
  const std::size_t together = (differences.size() + most - 1) / most;
  std::vector<double> values(differences.size() / together);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < together; ++j) values[i] += differences[i * together + j];
    values[i] /= static_cast<double>(together);
  }
  std::vector<double> averages;  // Walsh averages: each value with itself and all later ones
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) {
      averages.push_back(0.5 * (values[i] + values[j]));
    }
  }
  std::sort(averages.begin(), averages.end());
  const std::size_t middle = averages.size() / 2;
  LocationEstimate found;
  found.value =
      averages.size() % 2 == 1 ? averages[middle] : 0.5 * (averages[middle - 1] + averages[middle]);

  const auto n = static_cast<double>(values.size());
  const double ranks = n * (n + 1.0);
  const double p = 0.5 * (1.0 + level);
  const double spread = t_quantile(p, infinite_dof) * std::sqrt(ranks * (2.0 * n + 1.0) / 24.0);
  const double below = 0.25 * ranks - spread;
  if (below < 1.0) return found;
  const auto outside = static_cast<std::size_t>(below);
  double wider = 1.0;
  const double time = autocorrelation_time(values);
  if (time > 1.0) {
    wider = std::sqrt(time * (n - 1.0) / (n - time)) *
            t_quantile(p, detail::autocorrelated_dof(n, time)) / t_quantile(p, n - 1.0);
  }
  found.interval = {found.value - wider * (found.value - averages[outside - 1]),
                    found.value + wider * (averages[averages.size() - outside] - found.value),
                    level, IntervalMethod::signed_rank};
  return found;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<IndexedPValue> sort_p_values(View<double> p_values) {
  std::vector<IndexedPValue> placed;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    PERJOULE_EXPECTS(is_finite(p_values[i]) && p_values[i] >= 0.0 && p_values[i] <= 1.0);
    placed.push_back({p_values[i], i});
  }
  std::sort(placed.begin(), placed.end());
  return placed;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<double> holm(View<double> p_values) {
  const std::vector<detail::IndexedPValue> placed = detail::sort_p_values(p_values);
  std::vector<double> adjusted(placed.size());
  double least = 0.0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const double p = placed[i].p * static_cast<double>(placed.size() - i);
    least = p > least ? p : least;
    adjusted[placed[i].index] = least < 1.0 ? least : 1.0;
  }
  return adjusted;
}

PERJOULE_INLINE std::vector<double> benjamini_hochberg(View<double> p_values) {
  const std::vector<detail::IndexedPValue> placed = detail::sort_p_values(p_values);
  std::vector<double> adjusted(placed.size());
  double most = 1.0;
  for (std::size_t i = placed.size(); i > 0; --i) {
    const double p = placed[i - 1].p * static_cast<double>(placed.size()) / static_cast<double>(i);
    most = p < most ? p : most;
    adjusted[placed[i - 1].index] = most;
  }
  return adjusted;
}

}  // namespace perjoule::inline v0

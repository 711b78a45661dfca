// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/clopper_pearson.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/normal.hpp"
#include "perjoule/stats/sort.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// The area under the ROC curve: how often a positive item scores above a negative one.
struct Auroc {
  Estimate<double> value;     ///< @unit a share of 1
  Interval<double> interval;  ///< @unit a share of 1
};

/// How two models differ in AUROC on the same items, a - b.
struct AurocDifference {
  Estimate<double> value;                ///< @unit a share of 1
  Interval<double> interval;             ///< @unit a share of 1
  double p_value = detail::no_number();  ///< two-sided, of no difference. @unit a share of 1
};

namespace detail {

/// How many items of the other class each item is on the right side of; a tie counts half.
struct Placements {
  Buffer<double> of_positives;
  Buffer<double> of_negatives;
};

/// How many of an ascending sample are below x, and half of those that are equal.
/// @unit none: a count
[[nodiscard]] PERJOULE_COLD inline double count_below(const Buffer<double>& sorted,
                                                      double x) noexcept {
  std::size_t ends[2] = {0, 0};  // how many are below, and how many are not above
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

/// Each in the order of the items.
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source the counts of Sun and Xu, IEEE Signal Processing Letters 21 (2014) 1389, which they find
///         as differences of midranks: n log n where all pairs would be n^2
[[nodiscard]] PERJOULE_COLD inline Placements placements(View<double> scores,
                                                         View<bool> is_positive) {
  if (scores.size() != is_positive.size()) {
    fail("AUROC needs a label for each score",
         text::format("there are %zu scores and %zu labels", scores.size(), is_positive.size())
             .chars,
         "pass both in one order");
  }
  Placements found;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!is_finite(scores[i])) {
      fail("a score is not a finite number", text::format("item %zu", i).chars,
           "look for a division by zero or an overflow in the model");
    }
    (is_positive[i] ? found.of_positives : found.of_negatives).push_back(scores[i]);
  }
  if (found.of_positives.empty() || found.of_negatives.empty()) {
    fail("AUROC of one class", found.of_positives.empty() ? "no item is positive" : "all items are",
         "pass items of both classes");
  }
  Placements sorted = found;
  sort(sorted.of_positives.data(), sorted.of_positives.size());
  sort(sorted.of_negatives.data(), sorted.of_negatives.size());
  const auto positives = static_cast<double>(sorted.of_positives.size());
  for (double& x : found.of_positives) x = count_below(sorted.of_negatives, x);
  for (double& x : found.of_negatives) x = positives - count_below(sorted.of_positives, x);
  return found;
}

/// The mean of such counts, or of their differences, as a share of all pairs. The sum of counts is
/// exact, so that 0 and 1 are.
/// @unit   a share of 1
/// @error  u^2 = S10/m + S01/n; 0 of a class with a single item, which has no scatter
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837
[[nodiscard]] PERJOULE_COLD inline Estimate<double> mean_placement(const Placements& counts) {
  const auto m = static_cast<double>(counts.of_positives.size());
  const auto n = static_cast<double>(counts.of_negatives.size());
  double sum = 0.0;
  for (const double count : counts.of_positives) sum += count;
  const double of_positives = summarize(counts.of_positives).standard_deviation / n;
  const double of_negatives = summarize(counts.of_negatives).standard_deviation / m;
  const double u = math::root_sum_square(of_positives / math::square_root(m),
                                         of_negatives / math::square_root(n));
  return {sum / (m * n), u, known_dof, 0.0, Provenance::measured};
}

}  // namespace detail

/// AUROC with DeLong's variance, and its interval on the scale of log-odds, which stays in [0, 1].
///
/// Where that variance says nothing - an AUROC of 0 or 1, equal scores all, a class with a single
/// item - the interval is Clopper-Pearson's of as many trials as there are items of the smaller
/// class: so many pairs can be made that have no item in common, and at an AUROC of 1 all of them
/// are won, however they are made. It is wider than need be, but a width of 0 would be wrong. The
/// standard uncertainty is its half-width over z then.
///
/// @shape  scores, is_positive: [items]
/// @unit   a share of 1
/// @error  of normal scores with an AUROC of .5 to .99 it covers .935 to .99 at a nominal .95 where
///         the classes have like numbers of items, down to five; .91 where 10 face 100
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837; log-odds: Pepe, The
///         Statistical Evaluation of Medical Tests (2003), 5.2.5; pairs with no item in common:
///         Birnbaum and Klose, Annals of Mathematical Statistics 28 (1957) 933
[[nodiscard]] PERJOULE_COLD inline Auroc delong(View<double> scores, View<bool> is_positive,
                                                double level = 0.95) {
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
    return found;
  }
  const double rest = 1.0 - area;
  const double odds = math::exponential(z * found.value.random / (area * rest));
  found.interval = {area / (area + rest * odds), area / (area + rest / odds), level,
                    IntervalMethod::delong};
  return found;
}

/// The difference of the AUROCs of two models on the same items, whose scatter they share in part.
/// @shape  scores_a, scores_b, is_positive: [items], in one order
/// @unit   a share of 1
/// @error  normal; missing where the two rank all items alike, or both make no mistake, and where a
///         class has a single item: that leaves no scatter, but does not show them equal
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837: the variance of a contrast,
///         as that of the differences of placements
[[nodiscard]] PERJOULE_COLD inline AurocDifference delong_difference(View<double> scores_a,
                                                                     View<double> scores_b,
                                                                     View<bool> is_positive,
                                                                     double level = 0.95) {
  detail::Placements difference = detail::placements(scores_a, is_positive);
  const detail::Placements of_b = detail::placements(scores_b, is_positive);
  const std::size_t positives = difference.of_positives.size();
  const std::size_t negatives = difference.of_negatives.size();
  for (std::size_t i = 0; i < positives; ++i) difference.of_positives[i] -= of_b.of_positives[i];
  for (std::size_t i = 0; i < negatives; ++i) difference.of_negatives[i] -= of_b.of_negatives[i];
  const Estimate<double> value = detail::mean_placement(difference);
  if (value.random <= 0.0 || positives < 2 || negatives < 2) return {};
  return {value, interval(value, level),
          2.0 * normal_probability(-math::absolute(value.value) / value.random)};
}

}  // namespace perjoule::inline v0

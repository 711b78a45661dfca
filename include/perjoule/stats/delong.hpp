// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

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
  double p_value = detail::quiet_nan();  ///< two-sided, of no difference. @unit a share of 1
};

namespace detail {

/// How many items of the other class each item is on the right side of; a tie counts half.
struct Placements {
  std::vector<double> of_positives;
  std::vector<double> of_negatives;
};

/// How many of an ascending sample are below x, and half of those that are equal.
/// @unit none: a count
[[nodiscard]] double count_below(const std::vector<double>& sorted, double x) noexcept;

/// Each in the order of the items.
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source the counts of Sun and Xu, IEEE Signal Processing Letters 21 (2014) 1389, which they find
///         as differences of midranks: n log n where all pairs would be n^2
[[nodiscard]] Placements placements(View<double> scores, View<bool> is_positive);

/// The mean of such counts, or of their differences, as a share of all pairs. The sum of counts is
/// exact, so that 0 and 1 are.
/// @unit   a share of 1
/// @error  u^2 = S10/m + S01/n; 0 of a class with a single item, which has no scatter
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837
[[nodiscard]] Estimate<double> mean_placement(const Placements& counts);

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
[[nodiscard]] Auroc delong(View<double> scores, View<bool> is_positive, double level = 0.95);

/// The difference of the AUROCs of two models on the same items, whose scatter they share in part.
/// @shape  scores_a, scores_b, is_positive: [items], in one order
/// @unit   a share of 1
/// @error  normal; missing where the two rank all items alike, or both make no mistake, and where a
///         class has a single item: that leaves no scatter, but does not show them equal
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837: the variance of a contrast,
///         as that of the differences of placements
[[nodiscard]] AurocDifference delong_difference(View<double> scores_a, View<double> scores_b,
                                                View<bool> is_positive, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/delong-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Area under the ROC curve: the probability that a positive item scores above a negative one.
struct Auroc {
  Estimate<double> value;     ///< @unit a share of 1
  Interval<double> interval;  ///< @unit a share of 1
};

/// Difference of two models in AUROC on the same items, a - b.
struct AurocDifference {
  Estimate<double> value;                ///< @unit a share of 1
  Interval<double> interval;             ///< @unit a share of 1
  double p_value = detail::quiet_nan();  ///< two-sided, for no difference. @unit a share of 1
};

namespace detail {

/// Number of items of the other class that each item is ranked correctly against; a tie counts
/// half.
struct Placements {
  std::vector<double> of_positives;
  std::vector<double> of_negatives;
};

/// Counts the values of an ascending sample that are below x, plus half of those equal to x.
/// @unit none: a count
[[nodiscard]] double count_below(const std::vector<double>& sorted, double x) noexcept;

/// Returns the placements of each class in the order of the items.
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source the counts of Sun and Xu, IEEE Signal Processing Letters 21 (2014) 1389, who compute
///         them as differences of midranks: n log n operations, where all pairs would take n^2
[[nodiscard]] Placements placements(View<double> scores, View<bool> is_positive);

/// Returns the mean of placements, or of their differences, as a share of all pairs. The sum of
/// counts is exact, and so are results of 0 and 1.
/// @unit   a share of 1
/// @error  u^2 = S10/m + S01/n; the term of a class with a single item is 0, since one item has no
///         scatter
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837
[[nodiscard]] Estimate<double> mean_placement(const Placements& counts);

/// Returns the variance of an AUROC of m and n items whose scores are exponential: what is to be
/// expected where the items show less scatter than they have.
/// @unit   square of a share of 1
/// @source Newcombe, Statistics in Medicine 25 (2006) 559, method 5; Hanley and McNeil, Radiology
/// 143
///         (1982) 29, with the mean of m and n for both
[[nodiscard]] double expected_auroc_variance(double area, double m, double n) noexcept;

}  // namespace detail

/// Computes AUROC with the larger of two variances: DeLong's, and that to be expected at this
/// AUROC, since near 1 a few items have all of the scatter, and often are not among those seen. The
/// interval is Wilson's of as many items as have this variance, so it stays in [0, 1].
///
/// DeLong's variance says nothing for an AUROC of 0 or 1, if all scores are equal, or if a class
/// has a single item. The interval is then Clopper-Pearson's with as many trials as there are items
/// of the smaller class: that many pairs can be formed without using an item twice, and at an AUROC
/// of 1 the positive item wins all of them, however they are formed. This interval is wider than
/// necessary, but a width of 0 would be wrong. The standard uncertainty is then its half-width
/// divided by z.
///
/// @shape  scores, is_positive: [items]
/// @unit   a share of 1
/// @error  for normal scores with an AUROC of .6 to .995 and standard deviations of the classes up
///         to 1.5 times as large, it covers .94 and more at a nominal .95, for 15 and 15 items as
///         for 10 and 190 (bench/coverage). Near 1 it is wider than the scatter of single test
///         sets: by half at .98 of 25 and 475 items, by a quarter at .95
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837; Wilson's interval of an
///         AUROC: Kottas, Kuss and Zapf, BMC Medical Research Methodology 14 (2014) 26; pairs
///         without a common item: Birnbaum and Klose, Annals of Mathematical Statistics 28 (1957)
///         933
[[nodiscard]] Auroc delong(View<double> scores, View<bool> is_positive, double level = 0.95);

/// Computes the difference of the AUROCs of two models on the same items. Part of their scatter is
/// shared and cancels.
/// @shape  scores_a, scores_b, is_positive: [items], in the same order
/// @unit   a share of 1
/// @error  normal; missing if the two models rank all items alike, if both make no mistake, and if
///         a class has a single item: there is no scatter then, but that does not show them equal
/// @throws Error for lengths that differ, a score that is not finite, and items of one class only
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837: the variance of a contrast,
///         computed from the differences of placements
[[nodiscard]] AurocDifference delong_difference(View<double> scores_a, View<double> scores_b,
                                                View<bool> is_positive, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/delong-inl.hpp"
#endif

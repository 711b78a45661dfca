// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/hypothesis_tests.hpp"

namespace perjoule::inline v0 {

/// Computes the Hodges-Lehmann estimate of the shift between two samples, the median of all
/// differences of a value of the second and one of the first, with the interval of the Wilcoxon
/// rank-sum test. The only assumption is that the distributions differ by a shift alone.
/// @unit   same as the values
/// @shape  first, second: at least one value each, in any order
/// @error  the interval is exact without ties and wider with them; missing if there are too few
///         values for the level, as with three and three. From 400 pairs on, it is that of the
///         normal approximation
/// @source Hodges and Lehmann (1963); Hollander, Wolfe and Chicken, Nonparametric Statistical
///         Methods (2014), 4.2 and 4.3; Mann and Whitney, Annals of Mathematical Statistics 18
///         (1947) 50 for the distribution
[[nodiscard]] LocationEstimate two_sample_shift(View<double> first, View<double> second,
                                                double level = 0.95);

/// p-values for two samples that differ by chance alone; each is one-sided.
struct TwoSampleTest {
  double p_larger = 1.0;   ///< for the second sample being larger. @unit a share of 1
  double p_smaller = 1.0;  ///< for the second sample being smaller. @unit a share of 1
  bool is_exact = false;   ///< all ways to choose the second sample were counted
};

/// Options of two_sample_permutation().
struct PermutationOptions {
  std::uint64_t seed = 1;  ///< of the ways that are drawn
  /// Number of parameters, such as a slope, that were fitted to all values and removed. They made
  /// the values' spread smaller, and the observed difference is made smaller in proportion.
  std::size_t fitted = 0;
};

/// Tests whether the second sample is larger or smaller by exchanging values between the two: the
/// p-value is the share of all ways to choose the second sample whose sum is at least as large, or
/// as small, as the observed one. The only assumption is that equal samples are exchangeable.
///
/// With up to 24 values, all ways are counted. With more, ways are drawn until 100 of them have
/// reached the observed sum on either side, or 50,000 were drawn; the observed one counts as one
/// more, so that p is never 0 and the test never rejects too often.
///
/// @unit   values: any; pass robust_scores() for a test that outliers do not decide
/// @shape  first, second: at least one value each, in any order
/// @error  for drawn ways, the standard deviation of p is a tenth of it, or sqrt(p/50,000)
/// @source Fisher, The Design of Experiments (1935), 21; counted by halves: Horowitz and Sahni, J.
///         ACM 21 (1974) 277; drawn in sequence: Besag and Clifford, Biometrika 78 (1991) 301
[[nodiscard]] TwoSampleTest two_sample_permutation(View<double> first, View<double> second,
                                                   const PermutationOptions& options = {});

/// Scores of two samples, one for each value.
struct TwoSampleScores {
  std::vector<double> first;
  std::vector<double> second;
};

/// Replaces the values of two samples by their distances from the common median in units of their
/// common spread, bounded at 1.5. From there on they fall again and are 0 from 6 on, so that an
/// outlier has no say. If one sample has fewer than a third of all values, it could be taken for
/// outliers itself, and scores stay at the bound.
///
/// Scores depend on all values alone, and not on which sample they are of, so that a permutation
/// test on them stays exact. Under normal noise it needs 4 % more values than a test of means, and
/// with a tenth of outliers it has the power of a test without them.
///
/// @unit   none
/// @shape  as the samples
/// @error  if 70 % of the values are equal, there is no spread, and each of the others has the
/// score
///         of the bound
/// @source Hampel et al., Robust Statistics (1986), 2.6: the redescending three-part psi function,
///         with its flat part a single point; the spread is the .7 quantile of distances, which up
///         to 30 % of outliers do not reach
[[nodiscard]] TwoSampleScores robust_scores(View<double> first, View<double> second);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/two_sample-inl.hpp"
#endif

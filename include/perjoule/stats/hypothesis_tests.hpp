// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// p-values for two models being right equally often on the same items; two-sided.
struct McNemar {
  double exact = 1.0;  ///< never rejects too often, but often too rarely. @unit a share of 1
  double mid_p = 1.0;  ///< closer to the level, which it may exceed. @unit a share of 1
};

/// Computes McNemar's test from the items that only one of two models got right. For equal models,
/// each of these items is a coin toss. Items that both got right, or neither, carry no information.
///
/// mid_p counts half of the probability of the observed outcome. It guarantees less than the exact
/// test, but in none of the 9595 settings that its authors tried did it reject more often than the
/// level.
///
/// @unit   p-values: a share of 1; both are 1 if there are no such items
/// @source McNemar, Psychometrika 12 (1947) 153; mid-p: Fagerland, Lydersen and Laake, BMC Medical
///         Research Methodology 13 (2013) 91
[[nodiscard]] McNemar mcnemar(std::size_t only_a, std::size_t only_b);

/// Mean difference of pairs, with a two-sided p-value for a mean of zero.
struct PairedPermutation {
  double mean = 0.0;      ///< @unit same as the differences
  double p_value = 1.0;   ///< @unit a share of 1
  bool is_exact = false;  ///< all patterns of signs were tried, not a random sample
};

namespace detail {

/// Returns the sum of the values, with the sign flipped where the bit of a value is set.
/// @unit   same as the values
/// @shape  values: at most 64
/// @source a sum
[[nodiscard]] inline double sum_with_signs(View<double> values, std::uint64_t turned) noexcept {
  constexpr double sign[2] = {1.0, -1.0};
  double sum = 0.0;
  for (const double x : values) {
    sum += sign[turned & 1U] * x;
    turned >>= 1U;
  }
  return sum;
}

/// @copydoc sum_with_signs
/// Each sign is flipped with probability 1/2.
[[nodiscard]] inline double sum_with_random_signs(View<double> values, Random& random) noexcept {
  double sum = 0.0;
  for (std::size_t first = 0; first < values.size(); first += 64) {
    const std::size_t left = values.size() - first;
    sum += sum_with_signs({values.data() + first, left < 64 ? left : 64}, random.bits());
  }
  return sum;
}

}  // namespace detail

/// Tests a mean difference by flipping the signs of differences, as if the two models of a pair
/// were exchanged: the p-value is the share of patterns whose mean is at least as far from zero as
/// the observed one. The only assumption is that, for two equal models, a difference is as likely
/// as its negative.
///
/// Pairs without a difference change no sum and are left out. With up to 16 other pairs, all
/// patterns are tried. With more, `draws` patterns are tried, and the observed one counts as one
/// more, so that p is never 0 and the test never rejects too often.
///
/// @unit   mean: same as the differences; p-value: a share of 1
/// @shape  differences: one for each item, in any order
/// @error  for drawn patterns, the standard deviation of p is sqrt(p (1 - p)/draws), .002 at .05
/// @throws Error for no differences, and for a difference that is not finite
/// @source Fisher, The Design of Experiments (1935), 21; counting one more: Phipson and Smyth,
///         Statistical Applications in Genetics and Molecular Biology 9 (2010), 39
[[nodiscard]] inline PairedPermutation paired_permutation(View<double> differences,
                                                          std::uint64_t seed,
                                                          std::size_t draws = 10'000) {
  PERJOULE_EXPECTS(draws >= 100);
  if (differences.empty()) {
    detail::fail("a test of no pairs", "there are no differences", "pass one for each item");
  }
  std::vector<double> values;
  double seen = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const double x = differences[i];
    if (!is_finite(x)) {
      detail::fail("a difference is not a finite number", text::format("item {}", i),
                   "leave out items that have no value, of both models");
    }
    if (x != 0.0) values.push_back(x);
    seen += x;
    all += std::abs(x);
  }
  // Sums that are equal up to rounding count as equal.
  const double least = std::abs(seen) - 1e-12 * all;
  PairedPermutation found;
  found.mean = seen / static_cast<double>(differences.size());
  found.is_exact = values.size() <= 16;
  std::size_t far = 0;
  if (found.is_exact) {
    const std::uint64_t patterns = std::uint64_t{1} << values.size();
    for (std::uint64_t turned = 0; turned < patterns; ++turned) {
      far += std::abs(detail::sum_with_signs(values, turned)) >= least ? 1 : 0;
    }
    found.p_value = static_cast<double>(far) / static_cast<double>(patterns);
    return found;
  }
  Random random(seed);
  for (std::size_t i = 0; i < draws; ++i) {
    far += std::abs(detail::sum_with_random_signs(values, random)) >= least ? 1 : 0;
  }
  found.p_value = static_cast<double>(far + 1) / static_cast<double>(draws + 1);
  return found;
}

/// Middle of a symmetric distribution, with its interval, estimated from values.
struct LocationEstimate {
  double value = 0.0;         ///< @unit same as the values
  Interval<double> interval;  ///< @unit same as the values
};

/// Computes the Hodges-Lehmann estimate of paired differences, with the interval of Wilcoxon's
/// signed-rank test. The only assumption is that differences are as likely above the middle as
/// below it, which holds for two variants measured in turns. A few outliers hardly move it, and
/// under normal noise it needs only 5 % more pairs than the mean.
///
/// With more than 200 values, neighbours are averaged first, since the cost grows with the square
/// of the number of values.
///
/// @unit   same as the values
/// @shape  differences: in order of time, at least six
/// @error  missing if there are too few values for an interval at this level. The normal
///         approximation of the test, widened by the autocorrelation time as in mean_of_windows
/// @source Hodges and Lehmann (1963); Hollander, Wolfe and Chicken, Nonparametric Statistical
///         Methods (2014), 3.2 and 3.3
[[nodiscard]] LocationEstimate signed_rank(View<double> differences, double level = 0.95);

namespace detail {

/// p-value with its index in the input.
struct IndexedPValue {
  double p;
  std::size_t index;
  friend bool operator<(const IndexedPValue& a, const IndexedPValue& b) noexcept {
    return a.p < b.p;
  }
};

[[nodiscard]] std::vector<IndexedPValue> sort_p_values(View<double> p_values);

}  // namespace detail

/// Adjusts the p-values of several tests so that comparing them with a level bounds the probability
/// of any false finding by that level, however the tests depend on each other. Finds everything
/// that Bonferroni finds, and more.
/// @unit   a share of 1
/// @shape  in input order
/// @source Holm, Scandinavian Journal of Statistics 6 (1979) 65
[[nodiscard]] std::vector<double> holm(View<double> p_values);

/// Adjusts the p-values of several tests so that, among those at or below a level, the expected
/// share of false findings is at most that level. Use it for many tests, some of which may be
/// wrong.
/// @unit   a share of 1
/// @shape  in input order
/// @error  holds for tests that are independent or positively dependent, such as tests of models
///         against one other on the same items
/// @source Benjamini and Hochberg, J. Royal Statist. Soc. B 57 (1995) 289; Benjamini and Yekutieli,
///         Annals of Statistics 29 (2001) 1165
[[nodiscard]] std::vector<double> benjamini_hochberg(View<double> p_values);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/hypothesis_tests-inl.hpp"
#endif

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

/// Whether two models are right equally often on the same items; two-sided.
struct McNemar {
  double exact = 1.0;  ///< never rejects too often, and too seldom. @unit a share of 1
  double mid_p = 1.0;  ///< nearer to the level, which it need not keep. @unit a share of 1
};

/// McNemar's test from the items that only one of two models got right: under equal models each of
/// them is a toss of a coin. Items that both got right, or neither, tell nothing.
///
/// mid_p counts half of the probability of what was seen. It promises less than the exact test, but
/// in none of 9595 settings of its authors it rejected more often than the level says.
///
/// @unit   p-values: a share of 1; both are 1 for no such items
/// @source McNemar, Psychometrika 12 (1947) 153; mid-p: Fagerland, Lydersen and Laake, BMC Medical
///         Research Methodology 13 (2013) 91
[[nodiscard]] McNemar mcnemar(std::size_t only_a, std::size_t only_b);

/// Whether the mean difference of pairs is zero; two-sided.
struct PairedPermutation {
  double mean = 0.0;      ///< @unit that of the differences
  double p_value = 1.0;   ///< @unit a share of 1
  bool is_exact = false;  ///< all patterns of signs were tried, not some that were drawn
};

namespace detail {

/// The sum with the sign of each value turned whose bit is set.
/// @unit   that of the values
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
/// With a fair coin for each value.
[[nodiscard]] inline double sum_with_random_signs(View<double> values, Random& random) noexcept {
  double sum = 0.0;
  for (std::size_t first = 0; first < values.size(); first += 64) {
    const std::size_t left = values.size() - first;
    sum += sum_with_signs({values.data() + first, left < 64 ? left : 64}, random.bits());
  }
  return sum;
}

}  // namespace detail

/// Turns the signs of differences, as if each pair had its two models exchanged: how often is the
/// mean as far from zero as the one seen? Nothing is assumed of the distribution but that a
/// difference is as likely as its negative where the two are alike.
///
/// Pairs without a difference change no sum and are left out. Of up to 16 others all patterns are
/// tried; of more, as many as `draws`, and the one seen counts as one more, so that p is never 0
/// and the test never rejects too often.
///
/// @unit   mean: that of the differences; p-value: a share of 1
/// @shape  differences: one for each item, in any order
/// @error  drawn ones: the standard deviation of p is sqrt(p (1 - p)/draws), .002 at .05
/// @throws Error for no differences, and for one that is not finite
/// @source Fisher, The Design of Experiments (1935), 21; the one more: Phipson and Smyth,
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
  // Sums that are equal but for rounding are equal.
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

/// Where the middle of a symmetric distribution is, and its interval, from its values.
struct LocationEstimate {
  double value = 0.0;         ///< @unit that of the values
  Interval<double> interval;  ///< @unit that of the values
};

/// The Hodges-Lehmann estimate of differences of pairs and the interval of Wilcoxon's signed-rank
/// test: no distribution is assumed but that differences are as likely above the middle as below
/// it, as those of two variants in turns are. A few wild pairs hardly move it, and under normal
/// noise it needs only 5 % more pairs than the mean.
///
/// Of more than 200 values neighbours are averaged first, since it takes the square of their
/// number.
///
/// @unit   that of the values
/// @shape  differences: in the order of time, at least six
/// @error  missing where no interval of these few values reaches the level. The normal
///         approximation of the test, widened by the autocorrelation time as in mean_of_windows
/// @source Hodges and Lehmann (1963); Hollander, Wolfe and Chicken, Nonparametric Statistical
///         Methods (2014), 3.2 and 3.3
[[nodiscard]] LocationEstimate signed_rank(View<double> differences, double level = 0.95);

namespace detail {

/// A p-value that remembers where it stood.
struct IndexedPValue {
  double p;
  std::size_t index;
  friend bool operator<(const IndexedPValue& a, const IndexedPValue& b) noexcept {
    return a.p < b.p;
  }
};

[[nodiscard]] std::vector<IndexedPValue> sort_p_values(View<double> p_values);

}  // namespace detail

/// p-values of several tests, each made so much larger that one at or below a level lets claim: the
/// probability of any false finding is at most that level, however the tests depend on each other.
/// It finds all that Bonferroni finds, and more.
/// @unit   a share of 1
/// @shape  in the order of the input
/// @source Holm, Scandinavian Journal of Statistics 6 (1979) 65
[[nodiscard]] std::vector<double> holm(View<double> p_values);

/// p-values of several tests, each made so much larger that, of all at or below a level, the
/// expected share of false findings is at most that level: for many tests of which some may err.
/// @unit   a share of 1
/// @shape  in the order of the input
/// @error  holds for tests that are independent or depend positively, as those of models on the
/// same
///         items against one other do
/// @source Benjamini and Hochberg, J. Royal Statist. Soc. B 57 (1995) 289; Benjamini and Yekutieli,
///         Annals of Statistics 29 (2001) 1165
[[nodiscard]] std::vector<double> benjamini_hochberg(View<double> p_values);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/hypothesis_tests-inl.hpp"
#endif

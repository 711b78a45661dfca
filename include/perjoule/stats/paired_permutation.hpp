// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/random.hpp"

namespace perjoule::inline v0 {

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
  Buffer<double> values;
  double seen = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const double x = differences[i];
    if (!is_finite(x)) {
      detail::fail("a difference is not a finite number", text::format("item %zu", i).chars,
                   "leave out items that have no value, of both models");
    }
    if (x != 0.0) values.push_back(x);
    seen += x;
    all += math::absolute(x);
  }
  // Sums that are equal but for rounding are equal.
  const double least = math::absolute(seen) - 1e-12 * all;
  PairedPermutation found;
  found.mean = seen / static_cast<double>(differences.size());
  found.is_exact = values.size() <= 16;
  std::size_t far = 0;
  if (found.is_exact) {
    const std::uint64_t patterns = std::uint64_t{1} << values.size();
    for (std::uint64_t turned = 0; turned < patterns; ++turned) {
      far += math::absolute(detail::sum_with_signs(values, turned)) >= least ? 1 : 0;
    }
    found.p_value = static_cast<double>(far) / static_cast<double>(patterns);
    return found;
  }
  Random random(seed);
  for (std::size_t i = 0; i < draws; ++i) {
    far += math::absolute(detail::sum_with_random_signs(values, random)) >= least ? 1 : 0;
  }
  found.p_value = static_cast<double>(far + 1) / static_cast<double>(draws + 1);
  return found;
}

}  // namespace perjoule::inline v0

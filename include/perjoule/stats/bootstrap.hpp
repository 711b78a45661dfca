// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Values of a corpus metric over items resampled with replacement.
struct Resamples {
  /// The value over all items as they are.
  /// @unit same as the metric
  double value = detail::quiet_nan();
  /// One value per resample, in the order drawn, so that the values of two models on the same items
  /// can be paired. A value may be not finite: 0/0 where no item of a class was drawn.
  /// @unit same as the metric
  std::vector<double> values;
  /// Rate at which the standard deviation of the value changes with the value, on a normal scale.
  /// @unit none
  double acceleration = detail::quiet_nan();
};

namespace detail {

/// Upper limit on the number of groups. More groups only cost time and do not improve an interval.
inline constexpr std::size_t max_groups = 2'000;

/// Sums of groups of items, column by column.
struct Groups {
  std::size_t size = 0;
  std::size_t columns = 0;
  std::vector<double> sums;  // [columns x size]
};

/// Puts each item in a group of its own, or shuffles the items into groups of similar size. Without
/// the shuffle, neighbours would end up in one group, and groups would have a scatter of their own
/// where items are sorted by class or repeat in a cycle.
/// @throws Error for no items, and for a number that is not finite
[[nodiscard]] Groups group_items(View<double> rows, std::size_t columns);

/// Draws places below `size`, each equally likely. Multiplying by 32 random bits maps 2^32 values
/// to the places; the few values that would make some places more likely are rejected and drawn
/// again.
/// @source Lemire, ACM Transactions on Modeling and Computer Simulation 29 (2019), 3
inline void draw(Random& random, std::vector<std::uint32_t>& drawn, std::size_t size) noexcept {
  const auto places = static_cast<std::uint32_t>(size);
  const std::uint32_t reject = (0U - places) % places;
  std::uint32_t* const place = drawn.data();
  for (std::size_t i = 0; i < drawn.size();) {
    std::uint64_t bits = random.bits();
    for (int half = 0; half < 2; ++half, bits >>= 32U) {
      const std::uint64_t scaled = (bits & 0xFFFF'FFFFU) * places;
      if (static_cast<std::uint32_t>(scaled) < reject || i == drawn.size()) continue;
      place[i++] = static_cast<std::uint32_t>(scaled >> 32U);
    }
  }
}

/// Writes the sums of columns from `first` on, and returns where the next ones go.
template <std::size_t Columns>
double* add_sums(const Groups& groups, const std::vector<std::uint32_t>& drawn, std::size_t first,
                 double* to) noexcept {
  const double* const columns = groups.sums.data() + first * groups.size;
  double sums[Columns] = {};
  for (const std::uint32_t place : drawn) {
    for (std::size_t c = 0; c < Columns; ++c) sums[c] += columns[c * groups.size + place];
  }
  return std::copy_n(sums, Columns, to);
}

/// Returns the column sums of each resample: [resamples x columns]. Columns are summed a few at a
/// time: together they are small enough for a cache, and their sums do not wait for each other.
[[nodiscard]] inline std::vector<double> resampled_sums(const Groups& groups, std::uint64_t seed,
                                                        std::size_t resamples) {
  constexpr std::size_t few = 6;  // from 2 to 6 hardly matter (bench/quality_cost)
  Random random(seed);
  std::vector<std::uint32_t> drawn(groups.size);
  std::vector<double> sums(resamples * groups.columns);
  double* next = sums.data();
  for (std::size_t r = 0; r < resamples; ++r) {
    draw(random, drawn, groups.size);
    std::size_t c = 0;
    for (; c + few <= groups.columns; c += few) next = add_sums<few>(groups, drawn, c, next);
    for (; c < groups.columns; ++c) next = add_sums<1>(groups, drawn, c, next);
  }
  return sums;
}

/// Returns the column sums of all groups: [1 x columns].
[[nodiscard]] std::vector<double> total_sums(const Groups& groups);

/// Returns, for each group, the column sums of all other groups: [size x columns].
[[nodiscard]] std::vector<double> jackknife_sums(const Groups& groups);

/// Computes the acceleration from the values with one group left out each; NaN if any of them is
/// not finite.
/// @unit   none
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), 14.15
[[nodiscard]] double acceleration(View<double> without_one);

[[nodiscard]] std::vector<double> finite_values(View<double> values);

/// Returns the finite values, ascending. Empty if more than one in a hundred is not finite, or if
/// all are equal up to rounding, which says nothing about the error of the value.
[[nodiscard]] std::vector<double> sorted_finite_values(View<double> values);

template <class ValueOf>
[[nodiscard]] std::vector<double> values_of(const std::vector<double>& sums, std::size_t columns,
                                            const ValueOf& value_of) {
  std::vector<double> values(sums.size() / columns);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = value_of(View<double>(sums.data() + i * columns, columns));
  }
  return values;
}

}  // namespace detail

/// Resamples items with replacement and recomputes a corpus metric for each resample. A corpus
/// metric is computed from sums over the items, as BLEU, F1 and word error rates are.
///
/// More than 2,000 items are shuffled into 2,000 groups, and the sums of the groups are drawn.
/// Groups may then differ by one item, so a metric must divide by a column that counts items, and
/// not by a constant. The same seed and the same number of items give the same draws on every
/// machine: two models on the same items get the same resamples, so their values may be subtracted
/// one by one.
///
/// @param rows      contribution of each item to the sums
/// @param value_of  View<double> of [columns] sums -> double
/// @unit    same as the metric
/// @shape   rows: [items x columns], row-major, borrowed for the call
/// @error   10,000 resamples leave 2 % of the width of a 95 % interval to chance
/// @throws  Error for no items, and for a number that is not finite
/// @source  Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 14
template <class ValueOf>
[[nodiscard]] Resamples resample(View<double> rows, std::size_t columns, const ValueOf& value_of,
                                 std::uint64_t seed, std::size_t resamples = 10'000) {
  PERJOULE_EXPECTS(resamples >= 100);
  const detail::Groups groups = detail::group_items(rows, columns);
  const auto of = [&](const std::vector<double>& sums) {
    return detail::values_of(sums, columns, value_of);
  };
  return {of(detail::total_sums(groups))[0], of(detail::resampled_sums(groups, seed, resamples)),
          detail::acceleration(of(detail::jackknife_sums(groups)))};
}

/// Computes an interval from the percentiles of the resampled values.
/// @unit   same as the values
/// @shape  values: any order
/// @error  for a mean of 20 values it covers about .93 at a nominal .95: it is too short by a
///         factor of sqrt((n - 1)/n) and uses the normal instead of the t distribution. Missing if
///         all values are equal, or if more than one in a hundred is not finite
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] Interval<double> percentile_interval(View<double> values, double level = 0.95);

/// Computes a bias-corrected and accelerated (BCa) interval. It moves the percentiles where the
/// value lies off the middle of the resampled values, and where their scatter depends on the value.
/// Use it for skewed values, such as ratios and values near an end of their range.
///
/// Where the correction does not exist, the result is the percentile interval, and its method says
/// so: all resampled values lie on one side of the value, or leaving out one group leaves no value.
///
/// @unit   same as the values
/// @error  simulated at a nominal .95: for F1 it covers .95 to .98 from 30 to 1000 items; for an
///         error rate with skewed items (lognormal, sigma .8) .90 at 30 items, .92 at 200 and .94
///         at 1000, as percentiles do. Missing where percentile_interval is, and where the value
///         itself is not finite
/// @source Efron, J. Amer. Statist. Assoc. 82 (1987) 171, 2.3; half of the values equal to the
///         value count as below it
[[nodiscard]] Interval<double> bca_interval(const Resamples& resamples, double level = 0.95);

/// Difference of two models in a corpus metric on the same items.
struct PairedBootstrap {
  double difference = detail::quiet_nan();  ///< a - b, over all items. @unit same as the metric
  Interval<double> interval;                ///< of the difference
  /// Share of the resamples with a finite difference in which a is below b; NaN if there is no
  /// interval. It is not a p-value: the resamples are not drawn under the hypothesis that both are
  /// equal.
  /// @unit a share of 1
  double share_below = detail::quiet_nan();
};

namespace detail {

/// Joins each row of `a` with the row of `b` for the same item.
/// @throws Error for lengths that differ
[[nodiscard]] std::vector<double> concatenate_columns(View<double> a, View<double> b,
                                                      std::size_t columns);

/// @unit   a share of 1
/// @source a count
[[nodiscard]] double share_below_zero(View<double> values);

}  // namespace detail

/// Computes the difference of two models in a corpus metric. Each resample draws the same items for
/// both: an easy item improves both models, so most of the scatter cancels.
///
/// @param value_of  View<double> of [columns] sums -> double
/// @unit    same as the metric
/// @shape   rows_a, rows_b: [items x columns], row-major, in the same order of items; see
///          resample()
/// @error   see bca_interval; missing if all resamples give the same difference, as for two equal
///          models
/// @throws  Error for lengths that differ, for no items, and for a number that is not finite
/// @source  Koehn, Statistical Significance Tests for Machine Translation Evaluation (2004), 4
template <class ValueOf>
[[nodiscard]] PairedBootstrap paired_bootstrap(View<double> rows_a, View<double> rows_b,
                                               std::size_t columns, const ValueOf& value_of,
                                               std::uint64_t seed, std::size_t resamples = 10'000,
                                               double level = 0.95) {
  const Resamples found = resample(
      detail::concatenate_columns(rows_a, rows_b, columns), 2 * columns,
      [&](View<double> sums) {
        return value_of(View<double>(sums.data(), columns)) -
               value_of(View<double>(sums.data() + columns, columns));
      },
      seed, resamples);
  const Interval<double> interval = bca_interval(found, level);
  return {found.value, interval,
          interval.is_known() ? detail::share_below_zero(found.values) : detail::quiet_nan()};
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/bootstrap-inl.hpp"
#endif

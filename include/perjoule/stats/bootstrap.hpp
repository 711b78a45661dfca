// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

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

/// What a corpus metric makes of items that are drawn anew from its own, with replacement.
struct Resamples {
  /// Of all items as they are.
  /// @unit that of the metric
  double value = detail::quiet_nan();
  /// One for each resample, in the order in which they were drawn, so that those of two models on
  /// the same items belong together. One may be not finite: 0/0 where no item of a class was drawn.
  /// @unit that of the metric
  std::vector<double> values;
  /// How fast the standard deviation of the value changes with the value, on a normal scale.
  /// @unit none
  double acceleration = detail::quiet_nan();
};

namespace detail {

/// More parts than that make an interval no better, only slower.
inline constexpr std::size_t max_groups = 10'000;

/// Sums of groups of items, column by column.
struct Groups {
  std::size_t size = 0;
  std::size_t columns = 0;
  std::vector<double> sums;  // [columns x size]
};

/// Each item by itself, or shuffled into groups of like size: neighbours in one group would have a
/// scatter of their own where items come class by class, or in turn.
/// @throws Error for no items, and for a number that is not finite
[[nodiscard]] Groups group_items(View<double> rows, std::size_t columns);

/// Places below `size`, each as likely. A product with 32 random bits puts 2^32 values
/// on that many places; those by which some places have one more are drawn again.
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

/// Column sums of each resample: [resamples x columns]. Each column for itself, which is small
/// enough for a cache; twice as fast as row by row, and a third faster than counting how often each
/// place was drawn, at one column (g++ 12 -O2; alike at ten).
[[nodiscard]] inline std::vector<double> resampled_sums(const Groups& groups, std::uint64_t seed,
                                                        std::size_t resamples) {
  Random random(seed);
  std::vector<std::uint32_t> drawn(groups.size);
  std::vector<double> sums(resamples * groups.columns);
  double* next = sums.data();
  for (std::size_t r = 0; r < resamples; ++r) {
    draw(random, drawn, groups.size);
    for (std::size_t c = 0; c < groups.columns; ++c) {
      const double* const column = groups.sums.data() + c * groups.size;
      double sum = 0.0;
      for (const std::uint32_t place : drawn) sum += column[place];
      *next++ = sum;
    }
  }
  return sums;
}

/// Column sums of all: [1 x columns].
[[nodiscard]] std::vector<double> total_sums(const Groups& groups);

/// Column sums of all but one, for each: [size x columns].
[[nodiscard]] std::vector<double> jackknife_sums(const Groups& groups);

/// From the values without one group each; no number where one of them is none.
/// @unit   none
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), 14.15
[[nodiscard]] double acceleration(View<double> without_one);

[[nodiscard]] std::vector<double> finite_values(View<double> values);

/// Those that are finite, ascending; none where more than one of a hundred is not, or where all are
/// equal but for rounding, which tells nothing of how far off the value is.
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

/// Draws items anew, as many as there are, and asks what a corpus metric would have been: one that
/// is computed from sums over the items, as BLEU, F1 and word error rates are.
///
/// More than 10,000 items are shuffled into so many groups, which are added up and drawn. Groups
/// may differ by an item then, so a metric divides by a column of the numbers of items, and not by
/// a constant. The same seed and the same number of items give the same draws on every machine: two
/// models on the same items meet the same luck, and their values may be subtracted one by one.
///
/// @param rows      what each item adds to the sums
/// @param value_of  View<double> of [columns] sums -> double
/// @unit    that of the metric
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

/// From the percentiles of the resampled values.
/// @unit   that of the values
/// @shape  values: any order
/// @error  for a mean of 20 values it covers about .93 at a nominal .95: it is too short by a
///         factor of sqrt((n - 1)/n) and takes the normal for the t. Missing where all values are
///         equal, and where more than one of a hundred is not finite
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] Interval<double> percentile_interval(View<double> values, double level = 0.95);

/// From percentiles of the resampled values that are moved where the value lies off their middle,
/// and where its scatter depends on it: for values that are skewed, as ratios and those near an end
/// of their range are.
///
/// It is the percentile interval, and says so, where the correction does not exist: all resampled
/// values lie on one side of the value, or leaving out one group leaves no value.
///
/// @unit   that of the values
/// @error  simulated at a nominal .95: of F1 it covers .95 to .98 from 30 to 1000 items; of an
/// error
///         rate whose items are skewed (lognormal, sigma .8) .90 of 30 items, .92 of 200 and .94 of
///         1000, as percentiles do. Missing where percentile_interval is, and where the value
///         itself is not finite
/// @source Efron, J. Amer. Statist. Assoc. 82 (1987) 171, 2.3; of equal values half count as below
[[nodiscard]] Interval<double> bca_interval(const Resamples& resamples, double level = 0.95);

/// How two models differ in a corpus metric on the same items.
struct PairedBootstrap {
  double difference = detail::quiet_nan();  ///< a - b, of all items. @unit that of the metric
  Interval<double> interval;                ///< of the difference
  /// In how many resamples a is below b, of those with a difference that is finite; no number where
  /// there is no interval. It is no p-value: nothing here is drawn as if both were alike.
  /// @unit a share of 1
  double share_below = detail::quiet_nan();
};

namespace detail {

/// Each row of `a` with that of `b` behind it.
/// @throws Error for lengths that differ
[[nodiscard]] std::vector<double> concatenate_columns(View<double> a, View<double> b,
                                                      std::size_t columns);

/// @unit   a share of 1
/// @source a count
[[nodiscard]] double share_below_zero(View<double> values);

}  // namespace detail

/// The difference of two models in a corpus metric, from items that are drawn for both at once: an
/// easy item makes both better, and so most of the scatter cancels.
///
/// @param value_of  View<double> of [columns] sums -> double
/// @unit    that of the metric
/// @shape   rows_a, rows_b: [items x columns], row-major, in one order of items; see resample()
/// @error   see bca_interval: missing where all resamples differ alike, as two equal models do
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

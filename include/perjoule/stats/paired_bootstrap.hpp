// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/bootstrap.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// How two models differ in a corpus metric on the same items.
struct PairedBootstrap {
  double difference = detail::no_number();  ///< a - b, of all items. @unit that of the metric
  Interval<double> interval;                ///< of the difference
  /// In how many resamples a is below b, of those with a difference that is finite; no number where
  /// there is no interval. It is no p-value: nothing here is drawn as if both were alike.
  /// @unit a share of 1
  double share_below = detail::no_number();
};

namespace detail {

/// Each row of `a` with that of `b` behind it.
/// @throws Error for lengths that differ
[[nodiscard]] Buffer<double> side_by_side(View<double> a, View<double> b, std::size_t columns);

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
      detail::side_by_side(rows_a, rows_b, columns), 2 * columns,
      [&](View<double> sums) {
        return value_of(View<double>(sums.data(), columns)) -
               value_of(View<double>(sums.data() + columns, columns));
      },
      seed, resamples);
  const Interval<double> interval = bca_interval(found, level);
  return {found.value, interval,
          interval.is_known() ? detail::share_below_zero(found.values) : detail::no_number()};
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/paired_bootstrap-inl.hpp"
#endif

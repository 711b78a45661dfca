// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>

#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// What a metric found.
struct Quality {
  text::Short metric;    ///< "accuracy"
  text::Name signature;  ///< everything that changes the number: "top-k:1|ties:first"
  bool higher_is_better = true;
  std::size_t items = 0;  ///< of the test set
  Estimate<double> value;
  Interval<double> value_interval;
  /// What the value counts, for tables: "%" of a share, which is printed a hundred times as large;
  /// "mm" or "" of a number that is printed as it is.
  const char* unit = "%";
  /// What a predictor reaches that never looks at its input.
  /// @unit that of the value
  double trivial = 0.0;
  /// What a predictor reaches that makes no mistake: 1 of an accuracy, 0 of an error.
  /// @unit that of the value
  double perfect = 1.0;
  Estimate<double> skill;  ///< (value - trivial)/(perfect - trivial); never clamped
  Interval<double> skill_interval;
  const char* why_no_skill = "";
  bool has_per_item = false;  ///< set by the session, from the metric's per_item()
};

/// A metric sees each output beside its index once, in any order, before it sums up. It borrows its
/// references, and knows how many there are, so that a length mismatch is told before anything is
/// measured.
/// `per_item` is each item's share of the value, in the order of the inputs, for paired tests: it
/// is either empty or as long as the inputs.
template <class M, class Output>
concept QualityMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, std::size_t item, const Output& out) {
  { constant.items() } -> std::convertible_to<std::size_t>;
  metric.add(item, out);
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

struct Quality;

/// Formula of a metric's value from its per-item values, so that it can be computed again on items
/// drawn from them: for intervals, and for two models on the same items.
struct ItemFormula {
  /// Returns the value. Without it, the value is the mean of a single column.
  /// @shape rows: [items, columns], row-major, at least one item
  /// @unit  that of the metric; not finite if these items have no value
  std::function<double(View<double> rows)> value;
  /// Returns the difference between two models on the same items. Without it, the difference is the
  /// mean of differences.
  /// @shape rows_a, rows_b: [items, columns]
  std::function<IntervalEstimate<double>(const Quality& a, View<double> rows_a, const Quality& b,
                                         View<double> rows_b, double level)>
      difference;
  std::string columns = "value";  ///< contents of a row, separated by commas: "edits,words"
  /// Whether `value` reads only the sums of the columns, as for pooled counts: rows may then be
  /// added up before they are drawn.
  bool uses_sums = false;
};

/// Result of a metric.
struct Quality {
  // Defined once, as for Entry.
  Quality();
  Quality(const Quality& other);
  Quality(Quality&& other) noexcept;
  Quality& operator=(const Quality& other);
  Quality& operator=(Quality&& other) noexcept;
  ~Quality();

  std::string metric;     ///< "accuracy"
  std::string signature;  ///< everything that changes the number: "top-k:1|ties:first"
  bool higher_is_better = true;
  bool is_direction_known = true;  ///< of a number that a command printed, it may not be
  std::size_t items = 0;           ///< of the test set
  Estimate<double> value;
  Interval<double> value_interval;
  std::string why_no_value;
  /// Unit of the value, for tables: "%" for a share, which is printed a hundred times as large;
  /// "mm" or "" for a number that is printed as it is.
  std::string unit = "%";
  /// Value of a predictor that never looks at its input.
  /// @unit that of the value
  double trivial = 0.0;
  /// Value of a predictor that makes no mistake: 1 for an accuracy, 0 for an error.
  /// @unit that of the value
  double perfect = 1.0;
  Estimate<double> skill;  ///< (value - trivial)/(perfect - trivial); never clamped
  Interval<double> skill_interval;
  std::string why_no_skill;
  ItemFormula formula;
  std::size_t columns = 0;  ///< numbers kept per item; set by the session
};

/// Whether a metric puts its per-item values into the record, for paired tests.
enum class PerItem : bool { drop, keep };

/// A metric that takes each output with its reference, one after the other, and computes its result
/// at the end.
/// `per_item` returns the values that it keeps per item, in the order in which the items came, for
/// paired tests: one row of numbers after another, or nothing.
template <class M, class Output, class Reference>
concept ReferenceMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, const Output& out, const Reference& reference) {
  metric.add(out, reference);
  { constant.items() } -> std::convertible_to<std::size_t>;
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

/// A metric that has its references. It takes each output with its index, in the order of the
/// inputs, and knows how many there are, so that a length mismatch is reported before anything is
/// measured. `bind_references` makes one from a streaming metric.
template <class M, class Output>
concept QualityMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, std::size_t item, const Output& out) {
  { constant.items() } -> std::convertible_to<std::size_t>;
  metric.add(item, out);
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/metric-inl.hpp"
#endif

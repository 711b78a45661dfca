// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

struct Quality;

/// How a metric's value follows from what it keeps of each item, so that it can be computed anew of
/// items that were drawn from them: for intervals, and for two models on the same items.
struct ItemFormula {
  /// The value; none: the mean of a single column.
  /// @shape rows: [items, columns], row-major, at least one item
  /// @unit  that of the metric; not finite where these items have no value
  std::function<double(View<double> rows)> value;
  /// What one model has over another on the same items; none: the mean of differences.
  /// @shape rows_a, rows_b: [items, columns]
  std::function<Measured<double>(const Quality& a, View<double> rows_a, const Quality& b,
                                 View<double> rows_b, double level)>
      difference;
  std::string columns = "value";  ///< what a row has, separated by commas: "edits,words"
  /// Whether `value` reads the sums of the columns only, as pooled counts have it: rows may be
  /// added up then before they are drawn.
  bool uses_sums = false;
};

/// What a metric found.
struct Quality {
  // Defined once, as those of Entry.
  Quality();
  Quality(const Quality& other);
  Quality(Quality&& other) noexcept;
  Quality& operator=(const Quality& other);
  Quality& operator=(Quality&& other) noexcept;
  ~Quality();

  std::string metric;     ///< "accuracy"
  std::string signature;  ///< everything that changes the number: "top-k:1|ties:first"
  bool higher_is_better = true;
  std::size_t items = 0;  ///< of the test set
  Estimate<double> value;
  Interval<double> value_interval;
  std::string why_no_value;
  /// What the value counts, for tables: "%" of a share, which is printed a hundred times as large;
  /// "mm" or "" of a number that is printed as it is.
  std::string unit = "%";
  /// What a predictor reaches that never looks at its input.
  /// @unit that of the value
  double trivial = 0.0;
  /// What a predictor reaches that makes no mistake: 1 of an accuracy, 0 of an error.
  /// @unit that of the value
  double perfect = 1.0;
  Estimate<double> skill;  ///< (value - trivial)/(perfect - trivial); never clamped
  Interval<double> skill_interval;
  std::string why_no_skill;
  ItemFormula formula;
  std::size_t columns = 0;  ///< numbers that were kept of each item; set by the session
};

/// Whether a metric leaves what it saw of each item to the record, for paired tests.
enum class PerItem : bool { drop, keep };

/// A metric that takes each output beside its reference, one after the other, and sums up at the
/// end.
/// `per_item` is what it keeps of each item, in the order in which they came, for paired tests: a
/// row of numbers each, one row behind the other; or nothing.
template <class M, class Output, class Reference>
concept ReferenceMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, const Output& out, const Reference& reference) {
  metric.add(out, reference);
  { constant.items() } -> std::convertible_to<std::size_t>;
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

/// A metric that has its references: it sees each output beside its index, in the order of the
/// inputs, and knows how many there are, so that a length mismatch is told before anything is
/// measured. `bind_references` makes one of a streaming metric.
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

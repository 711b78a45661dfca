// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>

#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

struct Quality;

/// An estimate whose interval lies unevenly about it.
struct Bounded {
  Estimate<double> estimate;  ///< @unit that of the metric
  Interval<double> interval;  ///< @unit that of the metric
};

/// How a metric's value follows from what it keeps of each item, so that it can be computed anew of
/// items that were drawn from them: for intervals, and for two models on the same items.
struct ItemFormula {
  /// The value; none: the mean of a single column.
  /// @shape rows: [items, columns], row-major, at least one item
  /// @unit  that of the metric; not finite where these items have no value
  double (*of)(View<double> rows, const double* parameters) = nullptr;
  /// What one model has over another on the same items; none: the mean of differences.
  /// @shape rows_a, rows_b: [items, columns]
  Bounded (*difference)(const Quality& a, View<double> rows_a, const Quality& b,
                        View<double> rows_b, double level) = nullptr;
  double parameters[4] =
      {};  ///< what the metric was asked for: a beta, a number of bins @unit the metric's
  const char* columns = "value";  ///< what a row has, separated by commas: "edits,words"
  /// Whether `of` reads the sums of the columns only, as pooled counts have it: rows may be added
  /// up then before they are drawn.
  bool of_sums = false;
};

/// What a metric found.
struct Quality {
  text::Short metric;    ///< "accuracy"
  text::Name signature;  ///< everything that changes the number: "top-k:1|ties:first"
  bool higher_is_better = true;
  std::size_t items = 0;  ///< of the test set
  Estimate<double> value;
  Interval<double> value_interval;
  const char* why_no_value = "";
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
concept StreamingMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, const Output& out, const Reference& reference) {
  metric.add(out, reference);
  { constant.items() } -> std::convertible_to<std::size_t>;
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

/// A metric that has its references: it sees each output beside its index, in the order of the
/// inputs, and knows how many there are, so that a length mismatch is told before anything is
/// measured. `against` makes one of a streaming metric.
template <class M, class Output>
concept QualityMetric = std::copy_constructible<M> &&
    requires(M metric, const M& constant, std::size_t item, const Output& out) {
  { constant.items() } -> std::convertible_to<std::size_t>;
  metric.add(item, out);
  { constant.result() } -> std::same_as<Quality>;
  { constant.per_item() } -> std::convertible_to<View<double>>;
};

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/sha256.hpp"
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
  /// Returns a function that has the value of drawn items from their numbers, of which some come
  /// twice: what depends on the rows alone is done once. Without it, rows of drawn items are
  /// copied.
  /// @shape rows: as of `value`; items: [drawn]
  std::function<std::function<double(View<std::uint32_t> items)>(View<double> rows)> value_of_drawn;
  /// Returns value and interval, where there is a formula for them. Without it, a mean of items has
  /// that of mean_of_items(), and any other metric that of the bootstrap over items.
  /// @shape rows: as of `value`; missing if they have no scatter
  std::function<IntervalEstimate<double>(View<double> rows)> estimate;
  /// Returns an interval that holds where few items of a class make the bootstrap's too short: the
  /// farther end on each side counts. If this one is missing, there is none.
  /// @unit that of the metric
  std::function<Interval<double>(View<double> rows)> at_least;
  /// Fewer items have a value without an interval, for the reason below.
  std::size_t least_items = 0;
  std::string_view why_least_items;
  /// Returns the difference between two models on the same items. Without it, the difference is the
  /// mean of differences.
  /// @shape rows_a, rows_b: [items, columns]
  std::function<IntervalEstimate<double>(const Quality& a, View<double> rows_a, const Quality& b,
                                         View<double> rows_b, double level)>
      difference;
  /// No value is below it, whatever the items are.
  /// @unit that of the metric
  double lowest = std::numeric_limits<double>::lowest();
  /// Whether the value is what these items have, such as the largest number, and tells nothing of
  /// others: it has no interval of chance, and neither has a difference.
  bool is_exact = false;
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
  std::string why_no_interval;  ///< of a value that has none
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

namespace detail {

/// Whether something has all that a metric has, whatever outputs it takes.
template <class Metric>
concept LooksLikeMetric = requires(const Metric& metric) {
  metric.items();
  metric.result();
  metric.per_item();
};

/// Fails to compile with a metric that does not take such outputs. The compiler names both types
/// where it names this.
template <class Metric, class Output>
struct MetricTakesOutput {
  static_assert(LooksLikeMetric<Metric>,
                "after the inputs come metrics, such as perjoule::accuracy(labels): this one lacks "
                "items, result or per_item");
  static_assert(!LooksLikeMetric<Metric> || QualityMetric<Metric, Output>,
                "this metric does not take such an output, or not with these references (all types "
                "are named beside MetricTakesOutput): return what it takes, a number in place of a "
                "string, a float in place of a half; or project it, as in "
                "perjoule::of([](const Output& y) { return y.label; }, metric)");
  static constexpr bool value = QualityMetric<Metric, Output>;
};

/// Adds a metric's references to the hash of a test set; nothing for a metric without any.
template <class Metric>
void add_references(Sha256& hash, const Metric& metric) {
  if constexpr (requires { metric.add_references(hash); }) metric.add_references(hash);
}

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/metric-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/quality_result.hpp"

namespace perjoule::inline v0 {

/// A number that a model predicts.
template <class T>
concept Arithmetic = std::is_arithmetic_v<T>;

namespace detail {

/// @shape rows: [items, 2], output and reference
/// @unit  that of both
[[nodiscard]] double root_mean_square_error(View<double> rows);

/// @copydoc root_mean_square_error
[[nodiscard]] double mean_absolute_error(View<double> rows);

/// Returns the share of the references' variance that is explained; not finite if they have none.
/// @shape rows: [items, 2], output and reference
/// @unit  a share of 1
[[nodiscard]] double coefficient_of_determination(View<double> rows);

/// Returns the influence of each item on the value of the same name.
/// @unit  that of the value
/// @shape rows: [items, 2]; returns [items], not finite if the value is not
/// @source derivatives of the value by the weight of an item
[[nodiscard]] std::vector<double> root_mean_square_influences(View<double> rows);
/// @copydoc root_mean_square_influences
[[nodiscard]] std::vector<double> mean_absolute_influences(View<double> rows);
/// @copydoc root_mean_square_influences
[[nodiscard]] std::vector<double> determination_influences(View<double> rows);

/// Returns the same with their intervals: mean_of_losses() of squares and of sizes of errors, and
/// ratio_of_sums() of what R2 leaves of the references' scatter.
/// @shape rows: [items, 2], output and reference
/// @unit  that of both; of R2 a share of 1
[[nodiscard]] IntervalEstimate<double> root_mean_square_estimate(View<double> rows);
/// @copydoc root_mean_square_estimate
[[nodiscard]] IntervalEstimate<double> mean_absolute_estimate(View<double> rows);
/// @copydoc root_mean_square_estimate
[[nodiscard]] IntervalEstimate<double> determination_estimate(View<double> rows);

enum class RegressionKind : std::uint8_t { rmse, mae, r2 };

[[nodiscard]] ItemFormula regression_formula(RegressionKind kind);

}  // namespace detail

/// RMSE, MAE or R2. Made by `root_mean_square_error`, `mean_absolute_error` and `r2_score`.
class Regression {
 public:
  Regression(detail::RegressionKind kind, std::string_view unit, PerItem keep = PerItem::keep)
      : kind_(kind), unit_(unit), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  that of the reference
  /// @shape [items, 2]: output,reference
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for a number that is not finite
  template <Arithmetic Output, Arithmetic Reference>
  void add(const Output& output, const Reference& reference) {
    const double row[] = {static_cast<double>(output), static_cast<double>(reference)};
    detail::expect_finite_pair(row[0], row[1], items());
    rows_.add(row);
  }

  /// @unit   that of the references; a share of 1 for R2
  /// @error  see mean_of_losses() and ratio_of_sums()
  /// @throws Error for no items
  /// @source see root_mean_square_error, mean_absolute_error and r2_score
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Regression& next) {
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(rows_);
  }

 private:
  /// Returns the value of a predictor that always says `output`.
  [[nodiscard]] double of_constant(const ItemFormula& formula, double output) const;
  [[nodiscard]] std::vector<double> references() const;
  [[nodiscard]] double mean_reference() const;
  [[nodiscard]] double median_reference() const;

  detail::RegressionKind kind_;
  std::string unit_;
  ItemRows<2> rows_;
};

/// Root of the mean squared error: large errors count most. The trivial predictor always says the
/// mean of the references.
/// @param references  one number for each input, in their order; borrowed
/// @param unit        unit of the numbers, for tables: "mm"
/// @param keep        whether each item's numbers go into the record, for paired tests
/// @unit   that of the references
/// @shape  references: [items]
/// @throws Error for no references; while running: for a number that is not finite
/// @source scikit-learn 1.2 mean_squared_error with squared=False
template <class References>
[[nodiscard]] auto root_mean_square_error(References&& references, std::string_view unit = "",
                                          PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Regression(detail::RegressionKind::rmse, unit, keep));
}

/// Mean absolute error. The trivial predictor always says the median of the references.
/// @copydetails root_mean_square_error
/// @source scikit-learn 1.2 mean_absolute_error
template <class References>
[[nodiscard]] auto mean_absolute_error(References&& references, std::string_view unit = "",
                                       PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Regression(detail::RegressionKind::mae, unit, keep));
}

/// Share of the references' variance that the outputs explain: 0 for a predictor that always says
/// their mean, below 0 for a worse one. It has no value if all references are equal.
/// @param references, keep  see root_mean_square_error
/// @unit   a share of 1
/// @shape  references: [items]
/// @throws see root_mean_square_error
/// @source scikit-learn 1.2 r2_score, which returns 1 or 0 if all references are equal
template <class References>
[[nodiscard]] auto r2_score(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Regression(detail::RegressionKind::r2, "", keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/regression-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::inline v0 {

/// A number that a model predicts.
template <class T>
concept Number = std::is_arithmetic_v<T>;

namespace detail {

/// @shape rows: [items, 2], output and reference
/// @unit  that of both
[[nodiscard]] PERJOULE_COLD inline double root_mean_square_error(View<double> rows, const double*) {
  double squares = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) squares += math::square(rows[i] - rows[i + 1]);
  return math::square_root(squares / (0.5 * static_cast<double>(rows.size())));
}

/// @copydoc root_mean_square_error
[[nodiscard]] PERJOULE_COLD inline double mean_absolute_error(View<double> rows, const double*) {
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) sum += math::absolute(rows[i] - rows[i + 1]);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

/// The share of the references' variance that is explained; not finite where they have none.
/// @shape rows: [items, 2], output and reference
/// @unit  a share of 1
[[nodiscard]] PERJOULE_COLD inline double determination(View<double> rows, const double*) {
  const double n = 0.5 * static_cast<double>(rows.size());
  double mean = 0.0;
  for (std::size_t i = 1; i < rows.size(); i += 2) mean += rows[i] / n;
  double left = 0.0;
  double all = 0.0;
  bool differ = false;  // asked for apart: the mean of equal numbers is not them, to rounding
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    left += math::square(rows[i] - rows[i + 1]);
    all += math::square(rows[i + 1] - mean);
    differ = differ || rows[i + 1] != rows[1];
  }
  return differ ? 1.0 - left / all : no_number();
}

enum class RegressionKind : std::uint8_t { rmse, mae, r2 };

}  // namespace detail

/// RMSE, MAE or R2. Made by `root_mean_square_error`, `mean_absolute_error` and
/// `r2_score`.
class Regression {
 public:
  Regression(detail::RegressionKind kind, const char* unit, PerItem keep = PerItem::keep)
      : kind_(kind), unit_(unit), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  that of the reference
  /// @shape [items, 2]: output,reference
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for a number that is not finite
  template <Number Output, Number Reference>
  void add(const Output& output, const Reference& reference) {
    const double row[] = {static_cast<double>(output), static_cast<double>(reference)};
    if (!is_finite(row[0]) || !is_finite(row[1])) not_finite(is_finite(row[0]));
    rows_.add(row);
  }

  /// @unit   that of the references; a share of 1 for R2
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items
  /// @source see root_mean_square_error, mean_absolute_error and r2_score
  [[nodiscard]] PERJOULE_COLD Quality result() const {
    Quality quality;
    quality.items = items();
    detail::check_items(quality);
    quality.formula.columns = "output,reference";
    quality.perfect = 0.0;
    quality.higher_is_better = false;
    quality.unit = unit_;
    const View<double> rows = rows_.all();
    switch (kind_) {
      case detail::RegressionKind::rmse:
        quality.metric = "rmse";
        quality.signature = "trivial:mean";
        quality.formula.of = detail::root_mean_square_error;
        quality.trivial = of_constant(quality.formula, mean_reference());
        break;
      case detail::RegressionKind::mae:
        quality.metric = "mae";
        quality.signature = "trivial:median";
        quality.formula.of = detail::mean_absolute_error;
        quality.trivial = of_constant(quality.formula, median_reference());
        break;
      case detail::RegressionKind::r2:
        quality.metric = "r2";
        quality.signature = "trivial:mean";
        quality.formula.of = detail::determination;
        quality.higher_is_better = true;
        quality.perfect = 1.0;
        quality.unit = "";
        break;
    }
    detail::sum_up(quality, rows,
                   "all references are equal, which leaves nothing to be skilled at");
    return quality;
  }

 private:
  [[noreturn]] PERJOULE_COLD void not_finite(bool reference) const {
    detail::fail(
        reference ? "a reference is not a finite number" : "a prediction is not a finite number",
        text::format("item %zu", items()).chars,
        reference ? "leave out inputs that have no reference"
                  : "look for a division by zero or an overflow in the model");
  }

  /// What a predictor gets that always says the same.
  [[nodiscard]] PERJOULE_COLD double of_constant(const ItemFormula& formula, double output) const {
    Buffer<double> rows(rows_.all());
    for (std::size_t i = 0; i < rows.size(); i += 2) rows[i] = output;
    return formula.of(rows, formula.parameters);
  }
  [[nodiscard]] PERJOULE_COLD Buffer<double> references() const {
    Buffer<double> values;
    for (std::size_t i = 1; i < rows_.all().size(); i += 2) values.push_back(rows_.all()[i]);
    return values;
  }
  [[nodiscard]] PERJOULE_COLD double mean_reference() const { return summarize(references()).mean; }
  [[nodiscard]] PERJOULE_COLD double median_reference() const {
    return quantile(references(), 0.5);
  }

  detail::RegressionKind kind_;
  const char* unit_;
  ItemRows<2> rows_;
};

/// The root of the mean square of errors: large errors count most. The trivial predictor always
/// says the mean of the references.
/// @param references  one number for each input, in their order; borrowed
/// @param unit        of the numbers, for tables: "mm"
/// @param keep        whether each item's numbers go into the record, for paired tests
/// @unit   that of the references
/// @shape  references: [items]
/// @throws Error for no references; while running: for a number that is not finite
/// @source scikit-learn 1.2 mean_squared_error with squared=False
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto root_mean_square_error(References&& references, const char* unit = "",
                                          PerItem keep = PerItem::keep) {
  return against(references, Regression(detail::RegressionKind::rmse, unit, keep));
}

/// The mean size of errors. The trivial predictor always says the median of the references.
/// @copydetails root_mean_square_error
/// @source scikit-learn 1.2 mean_absolute_error
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto mean_absolute_error(References&& references, const char* unit = "",
                                       PerItem keep = PerItem::keep) {
  return against(references, Regression(detail::RegressionKind::mae, unit, keep));
}

/// The share of the references' variance that the outputs explain: 0 for who always says their
/// mean, below 0 for worse. It has no value where all references are equal.
/// @param references, keep  see root_mean_square_error
/// @unit   a share of 1
/// @shape  references: [items]
/// @throws see root_mean_square_error
/// @source scikit-learn 1.2 r2_score, which says 1 or 0 where all references are equal
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto r2_score(References&& references, PerItem keep = PerItem::keep) {
  return against(references, Regression(detail::RegressionKind::r2, "", keep));
}

}  // namespace perjoule::inline v0

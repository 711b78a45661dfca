// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/regression.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Returns twice the distance of two numbers as a share of the sum of their sizes; 0 if both are 0.
/// @unit   a share of 1, up to 2
[[nodiscard]] double symmetric_percentage_error(double output, double reference) noexcept;

/// Returns what a prediction of a quantile costs: `quantile` for each unit that it is too low, and
/// 1 - quantile for each that it is too high.
/// @unit   that of both
[[nodiscard]] double pinball_of(double output, double reference, double quantile) noexcept;

}  // namespace detail

/// sMAPE or pinball loss. Made by `symmetric_mape` and `pinball_loss`.
class ForecastLoss {
 public:
  /// Makes a symmetric MAPE.
  explicit ForecastLoss(PerItem keep = PerItem::keep) : rows_(keep) {}
  /// Makes the pinball loss of a quantile.
  /// @unit   quantile: a share of 1
  /// @throws Error for a quantile that is not between 0 and 1
  ForecastLoss(double quantile, std::string_view unit, PerItem keep = PerItem::keep);

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  a share of 1 for sMAPE; that of the references for pinball loss
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for a number that is not finite
  template <Arithmetic Output, Arithmetic Reference>
  void add(const Output& output, const Reference& reference) {
    add_numbers(static_cast<double>(output), static_cast<double>(reference));
  }

  /// @unit   a share of 1 for sMAPE; that of the references for pinball loss
  /// @error  Student's interval of the mean over items
  /// @throws Error for no items
  /// @source see symmetric_mape and pinball_loss
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const ForecastLoss& next) {
    rows_.pool(next.rows_);
    references_.insert(references_.end(), next.references_.begin(), next.references_.end());
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(references_, rows_);
  }

 private:
  void add_numbers(double output, double reference);
  [[nodiscard]] double loss(double output, double reference) const noexcept;

  double quantile_ = 0.0;  ///< 0 for sMAPE. @unit a share of 1
  std::string unit_ = "%";
  std::vector<double> references_;
  ItemRows<1> rows_;
};

/// Symmetric mean absolute percentage error: the mean over items of twice the distance, divided by
/// the sum of the sizes of both numbers. It is at most 2, which tables print as 200 %, and counts 0
/// where both numbers are 0. The trivial predictor always says the median of the references.
/// @param references  one number for each input, in their order; borrowed, so a temporary is
/// refused
/// @param keep        whether each item's error goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  references: [items]
/// @error  Student's interval of the mean over items
/// @throws Error for no references; while running: for a number that is not finite
/// @source Makridakis and Hibon, International Journal of Forecasting 16 (2000) 451, with the sizes
///         of both numbers as in the M4 competition: Makridakis, Spiliotis and Assimakopoulos,
///         International Journal of Forecasting 36 (2020) 54
template <class References>
[[nodiscard]] auto symmetric_mape(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references), ForecastLoss(keep));
}

/// Mean pinball loss of a predicted quantile: `quantile` for each unit that the output is too low,
/// and 1 - quantile for each that it is too high. The trivial predictor always says the quantile of
/// the references. At .5 it is half of the mean absolute error.
/// @param references, keep  see symmetric_mape
/// @param quantile   that the model predicts, between 0 and 1
/// @param unit       unit of the numbers, for tables: "mm"
/// @unit   that of the references; quantile: a share of 1
/// @shape  references: [items]
/// @error  Student's interval of the mean over items
/// @throws Error for no references and for another quantile; while running: for a number that is
///         not finite
/// @source Koenker and Bassett, Econometrica 46 (1978) 33; scikit-learn 1.2 mean_pinball_loss
template <class References>
[[nodiscard]] auto pinball_loss(References&& references, double quantile,
                                std::string_view unit = "", PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references), ForecastLoss(quantile, unit, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/forecast-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// What weights add to a metric's signature and columns.
inline constexpr std::string_view weights_given = "|weights:given";
inline constexpr std::string_view weight_column = ",weight";

/// Throws for weights that count nothing.
/// @throws Error for another number of weights than of items, one that is not finite or below 0,
///         and for none above 0
void check_weights(View<double> weights, std::size_t items);

/// Returns the rows of a metric times the items' weights, and the weight itself after each row.
/// @shape rows: [items, columns]; [items, columns + 1]
/// @throws Error for a metric that keeps no rows
[[nodiscard]] std::vector<double> weighted_rows(View<double> rows, View<double> weights);

/// Returns the rows without their last column, the weights.
[[nodiscard]] std::vector<double> without_weights(View<double> rows, std::size_t columns);

/// Returns a metric's formula with weights in it.
/// @param quality  of the metric without weights
/// @param rows     of weighted_rows()
[[nodiscard]] ItemFormula weighted_formula(const Quality& quality, View<double> rows);

/// Returns a metric's result with weights in it.
/// @param rows  of weighted_rows()
/// @throws Error for a metric whose value is no mean over items and no function of sums over them
[[nodiscard]] Quality weighted_quality(Quality quality, View<double> rows);

}  // namespace detail

/// A metric whose items count as much as their weights say. Made by `weighted`.
template <class Metric>
class WeightedMetric {
 public:
  WeightedMetric(std::vector<double> weights, Metric metric)
      : weights_(std::move(weights)), metric_(std::move(metric)) {
    detail::check_weights(weights_, metric_.items());
  }

  [[nodiscard]] std::size_t items() const noexcept { return metric_.items(); }

  /// Adds references and weights to the hash of a test set.
  void add_references(detail::Sha256& hash) const {
    detail::add_references(hash, metric_);
    detail::add_content(hash, View<double>(weights_));
  }

  /// @throws what the metric throws
  template <class Output>
  requires QualityMetric<Metric, Output>
  void add(std::size_t item, const Output& output) { metric_.add(item, output); }

  void pool(const WeightedMetric& next) {
    metric_.pool(next.metric_);  // first: it may refuse
    weights_.insert(weights_.end(), next.weights_.begin(), next.weights_.end());
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(weights_, metric_);
  }

  /// @unit   that of the metric
  /// @throws Error for a metric that weights are not defined of
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const {
    return detail::weighted_quality(metric_.result(), per_item());
  }

  /// @unit   as the metric's columns say, times the item's weight; then the weight
  /// @source the metric's own definition
  [[nodiscard]] std::vector<double> per_item() const {
    return detail::weighted_rows(metric_.per_item(), weights_);
  }

 private:
  std::vector<double> weights_;
  Metric metric_;
};

/// Makes a metric whose items count as much as their weights say, like scikit-learn's
/// sample_weight: a weight of 2 counts as two such items in the value, but not in its interval.
/// @param weights  one for each item, of any unit, at least 0; copied
/// @param metric   one that has its references and keeps its items: a mean over items, such as
///                 accuracy, token F1, log loss or MAE's kin, or a function of sums, such as WER or
///                 BLEU. It has no skill then, since what a predictor reaches that never looks
///                 depends on the weights, too
/// @unit   that of the metric
/// @shape  weights: [items]
/// @error  of a mean of shares Wilson's of (sum w)^2/sum w^2 items or as many as scatter like them
///         (Kish, Survey Sampling, 1965, 11.7), of losses ratio_of_sums(), of others the bootstrap
/// @throws Error for another number of weights, one that is not finite or below 0, and none above
///         0; result(): for any other metric, such as AUROC
/// @source scikit-learn 1.2 sample_weight
template <class Weights, class Metric>
[[nodiscard]] WeightedMetric<Metric> weighted(const Weights& weights, Metric metric) {
  return {std::vector<double>(std::begin(weights), std::end(weights)), std::move(metric)};
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/weighted_metric-inl.hpp"
#endif

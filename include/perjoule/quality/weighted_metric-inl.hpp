// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/weighted_metric.hpp"
#include "perjoule/stats/item_mean.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_weights(View<double> weights, std::size_t items) {
  if (weights.size() != items) {
    fail(text::format("{} weights for {} references", weights.size(), items), "weighted()",
         "pass one for each item");
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < items; ++i) {
    sum += weights[i];
    if (is_finite(sum) && weights[i] >= 0.0) continue;
    fail("a weight is a finite number, 0 or more",
         text::format("item {}: {}", i, text::shortest(weights[i])),
         "pass how much each item counts");
  }
  if (sum <= 0.0) fail("no item has a weight", "all are 0", "pass how much each item counts");
}

PERJOULE_INLINE std::vector<double> weighted_rows(View<double> rows, View<double> weights) {
  const std::size_t columns = rows.size() / weights.size();
  if (columns == 0) {
    fail("a weighted metric needs its items", "the metric keeps none", "pass PerItem::keep to it");
  }
  std::vector<double> weighted;
  weighted.reserve(rows.size() + weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (std::size_t c = 0; c < columns; ++c) {
      weighted.push_back(weights[i] * rows[i * columns + c]);
    }
    weighted.push_back(weights[i]);
  }
  return weighted;
}

PERJOULE_INLINE std::vector<double> without_weights(View<double> rows, std::size_t columns) {
  std::vector<double> rest;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % columns != columns - 1) rest.push_back(rows[i]);
  }
  return rest;
}

/// Tells whether a metric is the mean of a single column.
PERJOULE_INLINE bool is_mean_of_column(const ItemFormula& formula, std::size_t columns) {
  return formula.value == nullptr && formula.difference == nullptr && columns == 1;
}

PERJOULE_INLINE ItemFormula weighted_formula(const Quality& quality, View<double> rows) {
  const ItemFormula& formula = quality.formula;
  const std::size_t columns = rows.size() / quality.items;
  ItemFormula weighted = formula;
  weighted.columns += weight_column;
  weighted.uses_sums = true;
  if (!is_mean_of_column(formula, columns - 1)) {
    weighted.value = [value = formula.value, columns](View<double> of) {
      return value(without_weights(of, columns));
    };
    if (formula.estimate != nullptr) {
      weighted.estimate = [estimate = formula.estimate, columns](View<double> of) {
        return estimate(without_weights(of, columns));
      };
    }
    return weighted;
  }
  weighted.value = [](View<double> of) {
    double sums[2];
    sum_columns(of, sums);
    return sums[0] / sums[1];
  };
  bool are_shares = is_proportion(quality);
  bool are_losses = !quality.higher_is_better && quality.perfect == 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    are_shares = are_shares && rows[i] >= 0.0 && rows[i] <= rows[i + 1];
    are_losses = are_losses && rows[i] >= 0.0;
  }
  weighted.estimate = nullptr;
  if (are_shares) {
    weighted.estimate = [](View<double> of) { return quotient_of_shares(of); };
  } else if (are_losses) {
    weighted.estimate = [](View<double> of) { return ratio_of_sums(of); };
  }
  return weighted;
}

PERJOULE_INLINE Quality weighted_quality(Quality quality, View<double> rows) {
  const ItemFormula& formula = quality.formula;
  if (!is_mean_of_column(formula, rows.size() / quality.items - 1) && !formula.uses_sums) {
    fail("this metric has no weights", quality.metric,
         "weigh a mean over items, such as an accuracy or a loss, or a metric of pooled counts");
  }
  Quality weighted;
  weighted.metric = quality.metric;
  weighted.signature = quality.signature;
  weighted.signature += weights_given;
  weighted.higher_is_better = quality.higher_is_better;
  weighted.items = quality.items;
  weighted.unit = quality.unit;
  weighted.perfect = quality.perfect;
  weighted.trivial = quiet_nan();
  weighted.formula = weighted_formula(quality, rows);
  finish_quality(weighted, rows, "");
  return weighted;
}

}  // namespace perjoule::inline v0::detail

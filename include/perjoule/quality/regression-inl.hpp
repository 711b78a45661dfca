// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/influences.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/stats/quantile.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double root_mean_square_error(View<double> rows) {
  double squares = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) squares += detail::square(rows[i] - rows[i + 1]);
  return std::sqrt(squares / (0.5 * static_cast<double>(rows.size())));
}

PERJOULE_INLINE double mean_absolute_error(View<double> rows) {
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) sum += std::abs(rows[i] - rows[i + 1]);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

PERJOULE_INLINE double coefficient_of_determination(View<double> rows) {
  const double n = 0.5 * static_cast<double>(rows.size());
  double mean = 0.0;
  for (std::size_t i = 1; i < rows.size(); i += 2) mean += rows[i] / n;
  double left = 0.0;
  double all = 0.0;
  // Tested separately: the mean of equal numbers may differ from them by rounding.
  bool differ = false;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    left += detail::square(rows[i] - rows[i + 1]);
    all += detail::square(rows[i + 1] - mean);
    differ = differ || rows[i + 1] != rows[1];
  }
  return differ ? 1.0 - left / all : quiet_nan();
}

PERJOULE_INLINE std::vector<double> root_mean_square_influences(View<double> rows) {
  const double value = root_mean_square_error(rows);
  if (value <= 0.0) return std::vector<double>(rows.size() / 2);  // no item is wrong
  std::vector<double> influences;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    influences.push_back((square(rows[i] - rows[i + 1]) - square(value)) / (2.0 * value));
  }
  return influences;
}

PERJOULE_INLINE std::vector<double> mean_absolute_influences(View<double> rows) {
  const double value = mean_absolute_error(rows);
  std::vector<double> influences;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    influences.push_back(std::abs(rows[i] - rows[i + 1]) - value);
  }
  return influences;
}

PERJOULE_INLINE std::vector<double> determination_influences(View<double> rows) {
  const double n = 0.5 * static_cast<double>(rows.size());
  const double left = 1.0 - coefficient_of_determination(rows);
  double mean = 0.0;
  for (std::size_t i = 1; i < rows.size(); i += 2) mean += rows[i] / n;
  double variance = 0.0;
  for (std::size_t i = 1; i < rows.size(); i += 2) variance += square(rows[i] - mean) / n;
  std::vector<double> influences;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    influences.push_back((left * square(rows[i + 1] - mean) - square(rows[i] - rows[i + 1])) /
                         variance);
  }
  return influences;
}

PERJOULE_INLINE IntervalEstimate<double> root_mean_square_estimate(View<double> rows) {
  std::vector<double> squares;
  for (std::size_t i = 0; i < rows.size(); i += 2) squares.push_back(square(rows[i] - rows[i + 1]));
  IntervalEstimate<double> found = mean_of_losses(squares);
  Estimate<double>& of = found.estimate;
  if (!of.is_known()) return found;
  of.value = std::sqrt(of.value);
  of.random *= 0.5 / of.value;
  found.interval.low = std::sqrt(found.interval.low);
  found.interval.high = std::sqrt(found.interval.high);
  return found;
}

PERJOULE_INLINE IntervalEstimate<double> mean_absolute_estimate(View<double> rows) {
  std::vector<double> sizes;
  for (std::size_t i = 0; i < rows.size(); i += 2) sizes.push_back(std::abs(rows[i] - rows[i + 1]));
  return mean_of_losses(sizes);
}

PERJOULE_INLINE IntervalEstimate<double> determination_estimate(View<double> rows) {
  if (!is_finite(coefficient_of_determination(rows))) return {};
  const double n = 0.5 * static_cast<double>(rows.size());
  double mean = 0.0;
  for (std::size_t i = 1; i < rows.size(); i += 2) mean += rows[i] / n;
  std::vector<double> squares;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    squares.push_back(square(rows[i] - rows[i + 1]));
    squares.push_back(square(rows[i + 1] - mean));
  }
  IntervalEstimate<double> found = ratio_of_sums(squares);
  if (!found.estimate.is_known()) return found;
  found.estimate.value = 1.0 - found.estimate.value;
  const Interval<double> left = found.interval;
  found.interval.low = 1.0 - left.high;
  found.interval.high = 1.0 - left.low;
  return found;
}

PERJOULE_INLINE ItemFormula regression_formula(RegressionKind kind) {
  ItemFormula formula;
  formula.columns = "output,reference";
  const auto set = [&](double (*value)(View<double>),
                       IntervalEstimate<double> (*estimate)(View<double>),
                       std::vector<double> (*influences)(View<double>)) {
    formula.value = value;
    formula.estimate = estimate;
    formula.difference = difference_by_influences(value, influences);
  };
  switch (kind) {
    case RegressionKind::rmse:
      set(root_mean_square_error, root_mean_square_estimate, root_mean_square_influences);
      break;
    case RegressionKind::mae:
      set(mean_absolute_error, mean_absolute_estimate, mean_absolute_influences);
      break;
    case RegressionKind::r2:
      set(coefficient_of_determination, determination_estimate, determination_influences);
      break;
  }
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Regression::result() const {
  Quality quality;
  quality.items = items();
  detail::check_items(quality);
  quality.formula = detail::regression_formula(kind_);
  quality.perfect = 0.0;
  quality.higher_is_better = false;
  quality.unit = unit_;
  const View<double> rows = rows_.all();
  switch (kind_) {
    case detail::RegressionKind::rmse:
      quality.metric = "rmse";
      quality.signature = "trivial:mean";
      quality.trivial = of_constant(quality.formula, mean_reference());
      break;
    case detail::RegressionKind::mae:
      quality.metric = "mae";
      quality.signature = "trivial:median";
      quality.trivial = of_constant(quality.formula, median_reference());
      break;
    case detail::RegressionKind::r2:
      quality.metric = "r2";
      quality.signature = "trivial:mean";
      quality.higher_is_better = true;
      quality.perfect = 1.0;
      quality.unit = "";
      break;
  }
  detail::finish_quality(quality, rows,
                         "all references are equal, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE double Regression::of_constant(const ItemFormula& formula, double output) const {
  const View<double> all = rows_.all();
  std::vector<double> rows(all.begin(), all.end());
  for (std::size_t i = 0; i < rows.size(); i += 2) rows[i] = output;
  return formula.value(rows);
}

PERJOULE_INLINE std::vector<double> Regression::references() const {
  std::vector<double> values;
  for (std::size_t i = 1; i < rows_.all().size(); i += 2) values.push_back(rows_.all()[i]);
  return values;
}

PERJOULE_INLINE double Regression::mean_reference() const { return summarize(references()).mean; }

PERJOULE_INLINE double Regression::median_reference() const { return quantile(references(), 0.5); }

}  // namespace perjoule::inline v0

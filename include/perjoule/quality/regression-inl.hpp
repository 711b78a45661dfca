// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/regression.hpp"
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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality Regression::result() const {
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
      quality.formula.value = detail::root_mean_square_error;
      quality.trivial = of_constant(quality.formula, mean_reference());
      break;
    case detail::RegressionKind::mae:
      quality.metric = "mae";
      quality.signature = "trivial:median";
      quality.formula.value = detail::mean_absolute_error;
      quality.trivial = of_constant(quality.formula, median_reference());
      break;
    case detail::RegressionKind::r2:
      quality.metric = "r2";
      quality.signature = "trivial:mean";
      quality.formula.value = detail::coefficient_of_determination;
      quality.higher_is_better = true;
      quality.perfect = 1.0;
      quality.unit = "";
      break;
  }
  detail::finish_quality(quality, rows,
                         "all references are equal, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void Regression::not_finite(bool reference) const {
  detail::fail(
      reference ? "a reference is not a finite number" : "a prediction is not a finite number",
      text::format("item {}", items()),
      reference ? "leave out inputs that have no reference"
                : "look for a division by zero or an overflow in the model");
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

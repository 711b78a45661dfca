// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/forecast.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double symmetric_percentage_error(double output, double reference) noexcept {
  const double sizes = std::abs(output) + std::abs(reference);
  return sizes > 0.0 ? 2.0 * std::abs(output - reference) / sizes : 0.0;
}

PERJOULE_INLINE double pinball_of(double output, double reference, double quantile) noexcept {
  const double above = reference - output;
  return above > 0.0 ? quantile * above : (quantile - 1.0) * above;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE ForecastLoss::ForecastLoss(double quantile, std::string_view unit, PerItem keep)
    : quantile_(quantile), unit_(unit), rows_(keep) {
  if (is_finite(quantile) && quantile > 0.0 && quantile < 1.0) return;
  detail::fail("a quantile lies between 0 and 1", text::shortest(quantile),
               "write 0.9 for the number that nine of ten stay below");
}

PERJOULE_INLINE void ForecastLoss::add_numbers(double output, double reference) {
  detail::expect_finite_pair(output, reference, items());
  references_.push_back(reference);
  rows_.add({loss(output, reference)});
}

PERJOULE_INLINE double ForecastLoss::loss(double output, double reference) const noexcept {
  return quantile_ > 0.0 ? detail::pinball_of(output, reference, quantile_)
                         : detail::symmetric_percentage_error(output, reference);
}

PERJOULE_INLINE Quality ForecastLoss::result() const {
  const bool is_pinball = quantile_ > 0.0;
  Quality quality;
  quality.metric = is_pinball ? text::format("pinball-{}", text::shortest(quantile_)) : "smape";
  quality.signature = is_pinball
                          ? text::format("quantile:{}|trivial:quantile", text::shortest(quantile_))
                          : "sizes:both|both-zero:0|trivial:median";
  quality.formula.columns = "loss";
  quality.unit = unit_;
  quality.higher_is_better = false;
  quality.perfect = 0.0;
  quality.items = items();
  detail::check_items(quality);
  double constant = 0.0;
  if (is_pinball) {
    // The number that costs least. Between two numbers nothing costs less.
    std::vector<double> sorted = references_;
    std::sort(sorted.begin(), sorted.end());
    const double place = std::ceil(quantile_ * static_cast<double>(sorted.size())) - 1.0;
    constant = sorted[static_cast<std::size_t>(std::max(place, 0.0))];
  } else {
    constant = quantile(references_, 0.5);
  }
  for (const double reference : references_) {
    quality.trivial += loss(constant, reference) / static_cast<double>(quality.items);
  }
  detail::finish_quality(quality, rows_.all(),
                         "all references are equal, which leaves nothing to be skilled at");
  return quality;
}

}  // namespace perjoule::inline v0

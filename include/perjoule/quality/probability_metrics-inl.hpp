// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/probability_metrics.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void reject_probability(double p, std::size_t item) {
  fail("a probability is not between 0 and 1", text::format("item {}: {}", item, text::shortest(p)),
       "return the output of softmax or sigmoid, not logits");
}

PERJOULE_INLINE double surprisal(double p, double least) noexcept {
  if (p < least) p = least;
  if (p > 1.0 - least) p = 1.0 - least;
  return -std::log(p);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ProbabilityLoss::result() const {
  Quality quality;
  quality.items = items();
  quality.higher_is_better = false;
  quality.perfect = 0.0;
  const bool is_log = kind_ == detail::ProbabilityKind::log_loss;
  quality.metric = is_log ? "log-loss" : "brier";
  detail::check_items(quality);
  quality.formula = detail::mean_of_rare_losses_formula(is_log ? "nats" : "squares");
  quality.unit = is_log ? "nat" : "";
  quality.signature =
      is_log ? text::format("clip:{}|trivial:label-shares", clip_ > 1e-12 ? "1.2e-7" : "2.2e-16")
      : single_ == items() ? "classes:one|trivial:label-shares"
                           : "classes:all|trivial:label-shares";
  const auto n = static_cast<double>(items());
  for (const detail::LabelIndex::LabelCount& label : labels_.entries()) {
    const double share = static_cast<double>(label.count) / n;
    quality.trivial += is_log ? -share * std::log(share) : share * (1.0 - share);
  }
  if (!is_log && single_ == items()) quality.trivial *= 0.5;
  detail::finish_quality(quality, rows_.all(),
                         "all labels are of one class, which leaves nothing to be skilled at");
  return quality;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t calibration_bin(double confidence, double bins) {
  auto bin = static_cast<std::size_t>(confidence * bins);
  if (bin > 0 && confidence <= static_cast<double>(bin) / bins) --bin;
  const auto count = static_cast<std::size_t>(bins);
  return bin < count ? bin : count - 1;
}

PERJOULE_INLINE double expected_calibration_error(View<double> rows, double bins) {
  std::vector<double> gaps(static_cast<std::size_t>(bins));
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    gaps[calibration_bin(rows[i], bins)] += rows[i] - rows[i + 1];
  }
  double sum = 0.0;
  for (const double gap : gaps) sum += std::abs(gap);
  return sum / (0.5 * static_cast<double>(rows.size()));
}

PERJOULE_INLINE decltype(ItemFormula::value_of_drawn) drawn_calibration_error(double bins) {
  return [bins](View<double> rows) {
    std::vector<std::uint32_t> bin_of;
    std::vector<double> gap_of;
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      bin_of.push_back(static_cast<std::uint32_t>(calibration_bin(rows[i], bins)));
      gap_of.push_back(rows[i] - rows[i + 1]);
    }
    return [bin_of, gap_of, gaps = std::vector<double>(static_cast<std::size_t>(bins))](
               View<std::uint32_t> items) mutable {
      std::fill(gaps.begin(), gaps.end(), 0.0);
      for (const std::uint32_t item : items) gaps[bin_of[item]] += gap_of[item];
      double sum = 0.0;
      for (const double gap : gaps) sum += std::abs(gap);
      return sum / static_cast<double>(items.size());
    };
  };
}

PERJOULE_INLINE double calibration_uncertainty(double items, double seen, double calibrated) {
  const double square = seen > calibrated ? seen : calibrated;
  const double rare = 1.0 + std::sqrt(square + 0.75);
  const double most = 0.5 * std::sqrt(items);
  const double above = rare < most ? rare : most;
  const double u = std::sqrt(square);
  return u > above ? u : above;
}

PERJOULE_INLINE double calibration_halfwidth(View<double> rows, double bins) {
  const auto count = static_cast<std::size_t>(bins);
  std::vector<double> items(count);
  std::vector<double> seen(count);
  std::vector<double> calibrated(count);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const std::size_t bin = calibration_bin(rows[i], bins);
    items[bin] += 1.0;
    seen[bin] += detail::square(rows[i] - rows[i + 1]);
    calibrated[bin] += rows[i] * (1.0 - rows[i]);
  }
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t bin = 0; bin < count; ++bin) {
    const double u = calibration_uncertainty(items[bin], seen[bin], calibrated[bin]);
    sum += u;
    squares += u * u;
  }
  constexpr double two_over_pi = 0.636619772367581343;
  // For a single bin this is at least 1.96 u.
  return (std::sqrt(two_over_pi) * sum + normal_95 * std::sqrt((1.0 - two_over_pi) * squares)) /
         (0.5 * static_cast<double>(rows.size()));
}

PERJOULE_INLINE ItemFormula calibration_formula(double bins) {
  ItemFormula formula;
  formula.columns = "confidence,right";
  formula.value = [bins](View<double> rows) { return expected_calibration_error(rows, bins); };
  formula.value_of_drawn = drawn_calibration_error(bins);
  formula.estimate = [bins](View<double> rows) {
    const double ece = expected_calibration_error(rows, bins);
    const double half = calibration_halfwidth(rows, bins);
    IntervalEstimate<double> found = estimate_within(ece, half, 0.95, IntervalMethod::bound);
    found.interval.low = std::max(found.interval.low, 0.0);
    found.interval.high = std::min(found.interval.high, 1.0);
    return found;
  };
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality CalibrationError::result() const {
  Quality quality;
  quality.metric = "ece";
  quality.signature = text::format("bins:{}|norm:l1|confidence:top|trivial:none", bins_);
  quality.items = items();
  quality.higher_is_better = false;
  quality.perfect = 0.0;
  detail::check_items(quality);
  quality.formula = detail::calibration_formula(static_cast<double>(bins_));
  detail::finish_quality(
      quality, rows_.all(),
      "who always says how frequent the most frequent label is, is calibrated: it "
      "tells nothing of how much a model knows");
  return quality;
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/fidelity.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::inline v0::detail {

/// What a model's probability is taken for where it is smaller: the rounding of a double.
inline constexpr double smallest_share = 0x1p-52;

PERJOULE_INLINE double divergence_of(View<double> reference, View<double> model) {
  double sum = 0.0;
  for (std::size_t c = 0; c < reference.size(); ++c) {
    const double p = reference[c];
    if (p > 0.0) sum += p * std::log(p / std::max(model[c], smallest_share));
  }
  return std::max(sum, 0.0);  // it is never below, except by rounding
}

PERJOULE_INLINE ItemFormula largest_change_formula() {
  ItemFormula formula;
  formula.columns = "change";
  formula.is_exact = true;
  formula.value = [](View<double> rows) { return *std::max_element(rows.begin(), rows.end()); };
  return formula;
}

PERJOULE_INLINE double entropy_of(View<double> probabilities) {
  double sum = 0.0;
  for (const double p : probabilities) {
    if (p > 0.0) sum -= p * std::log(p);
  }
  return sum;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE void Fidelity::check_classes(std::size_t model, std::size_t reference) const {
  const std::size_t classes = sums_.size();
  if (model == classes && reference == classes) return;
  detail::fail("probabilities are of different numbers of classes",
               text::format("item {}: {} of the model, {} of the reference, {} before", items(),
                            model, reference, classes),
               "return one probability for each class, in the reference's order");
}

PERJOULE_INLINE void Fidelity::pool(const Fidelity& next) {
  if (next.items() == 0) return;
  if (items() == 0) sums_ = std::vector<detail::ExactSum>(next.sums_.size());
  check_classes(next.sums_.size(), next.sums_.size());
  for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c].pool(next.sums_[c]);
  entropies_.pool(next.entropies_);
  tops_.pool(next.tops_);
  rows_.pool(next.rows_);
}

PERJOULE_INLINE void Fidelity::add_probabilities(const std::vector<double>& model,
                                                 const std::vector<double>& reference) {
  if (items() == 0) sums_ = std::vector<detail::ExactSum>(reference.size());
  const std::size_t classes = sums_.size();
  check_classes(model.size(), reference.size());
  double change = 0.0;
  for (std::size_t c = 0; c < classes; ++c) {
    sums_[c].add(reference[c]);
    change = std::max(change, std::abs(model[c] - reference[c]));
  }
  entropies_.add(detail::entropy_of(reference));
  const std::size_t top = detail::best_class(reference, items());
  tops_.add(static_cast<std::int64_t>(top));
  switch (kind_) {
    case detail::FidelityKind::divergence:
      rows_.add({detail::divergence_of(reference, model)});
      break;
    case detail::FidelityKind::same_top:
      rows_.add({detail::best_class(model, items()) == top ? 1.0 : 0.0});
      break;
    case detail::FidelityKind::mean_change:
    case detail::FidelityKind::largest_change:
      rows_.add({change});
      break;
  }
}

PERJOULE_INLINE double Fidelity::trivial_divergence() const {
  // The mean divergence from the mean is the entropy of the mean less the mean entropy.
  const auto n = static_cast<double>(items());
  std::vector<double> mean;
  for (const detail::ExactSum& sum : sums_) mean.push_back(sum.value() / n);
  return std::max(detail::entropy_of(mean) - entropies_.value() / n, 0.0);
}

PERJOULE_INLINE double Fidelity::trivial_share() const {
  std::uint64_t most = 0;
  for (const detail::LabelIndex::LabelCount& top : tops_.entries())
    most = std::max(most, top.count);
  return static_cast<double>(most) / static_cast<double>(items());
}

PERJOULE_INLINE Quality Fidelity::result() const {
  static constexpr const char* names[] = {"kl-divergence", "same-top", "mean-probability-change",
                                          "largest-probability-change"};
  Quality quality;
  quality.metric = names[static_cast<std::size_t>(kind_)];
  quality.items = items();
  quality.higher_is_better = false;
  quality.perfect = 0.0;
  detail::check_items(quality);
  switch (kind_) {
    case detail::FidelityKind::divergence:
      quality.signature = "from:reference|clip:2.2e-16|trivial:mean-probabilities";
      quality.formula = detail::mean_of_rare_losses_formula("nats");
      quality.unit = "nats";
      quality.trivial = trivial_divergence();
      break;
    case detail::FidelityKind::same_top:
      quality.signature = "ties:first|trivial:most-frequent";
      quality.formula.columns = "same";
      quality.higher_is_better = true;
      quality.perfect = 1.0;
      quality.trivial = trivial_share();
      break;
    case detail::FidelityKind::mean_change:
      quality.signature = "of-item:largest";
      quality.formula.columns = "change";
      quality.trivial = detail::quiet_nan();
      break;
    case detail::FidelityKind::largest_change:
      quality.signature = "of-item:largest|of:these-items";
      quality.formula = detail::largest_change_formula();
      quality.trivial = detail::quiet_nan();
      break;
  }
  detail::finish_quality(quality, rows_.all(),
                         "the reference says the same of all items, which leaves nothing to be "
                         "skilled at");
  return quality;
}

}  // namespace perjoule::inline v0

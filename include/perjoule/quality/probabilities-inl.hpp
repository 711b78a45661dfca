// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/probabilities.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/quality/sum_up.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void no_probability(double p, std::size_t item) {
  fail("a probability is not between 0 and 1",
       text::format("item %zu: %s", item, text::shortest(p).chars).chars,
       "return the output of softmax or sigmoid, not logits");
}

PERJOULE_INLINE double surprise(double p) noexcept {
  constexpr double least = 0x1p-52;
  if (p < least) p = least;
  if (p > 1.0 - least) p = 1.0 - least;
  return -math::logarithm(p);
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
  quality.unit = is_log ? "nat" : "";
  quality.formula.columns = is_log ? "nats" : "squares";
  quality.signature = is_log               ? "clip:2.2e-16|trivial:label-shares"
                      : single_ == items() ? "classes:one|trivial:label-shares"
                                           : "classes:all|trivial:label-shares";
  const auto n = static_cast<double>(items());
  for (const detail::Tally::Counted& label : labels_.entries()) {
    const double share = static_cast<double>(label.count) / n;
    quality.trivial += is_log ? -share * math::logarithm(share) : share * (1.0 - share);
  }
  if (!is_log && single_ == items()) quality.trivial *= 0.5;
  detail::sum_up(quality, rows_.all(),
                 "all labels are of one class, which leaves nothing to be skilled at");
  return quality;
}

}  // namespace perjoule::inline v0

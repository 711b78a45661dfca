// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/code_generation.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double pass_at_k_of(const AnswerCounts& counts, std::size_t k) noexcept {
  const std::size_t wrong = counts.answers - counts.right;
  if (wrong < k) return 1.0;
  if (counts.right == 0) return 0.0;
  // C(n - c, k)/C(n, k), one drawn answer after the other; binomials alone would overflow.
  double none = 1.0;
  for (std::size_t i = 0; i < k; ++i) {
    none *= static_cast<double>(wrong - i) / static_cast<double>(counts.answers - i);
  }
  return 1.0 - none;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE PassAtK::PassAtK(std::size_t k, PerItem keep) : k_(k), rows_(keep) {
  if (k != 0) return;
  detail::fail("pass@k counts at least one answer", "k is 0", "write pass_at_k(problems, 1)");
}

PERJOULE_INLINE void PassAtK::add_counts(const AnswerCounts& counts) {
  if (counts.answers < k_) {
    detail::fail(text::format("there are fewer than {} answers", k_),
                 text::format("item {} has {}", items(), counts.answers),
                 "let the model give at least k answers to each problem, or lower k");
  }
  if (counts.right > counts.answers) {
    detail::fail("more answers are right than there are",
                 text::format("item {}: {} of {}", items(), counts.right, counts.answers),
                 "return {.answers = n, .right = c}");
  }
  rows_.add({detail::pass_at_k_of(counts, k_)});
}

PERJOULE_INLINE Quality PassAtK::result() const {
  Quality quality;
  quality.metric = text::format("pass@{}", k_);
  quality.signature = text::format("k:{}|estimator:unbiased|trivial:none-right", k_);
  quality.formula.columns = "pass";
  quality.items = items();
  detail::finish_quality(quality, rows_.all(), "");
  return quality;
}

}  // namespace perjoule::inline v0

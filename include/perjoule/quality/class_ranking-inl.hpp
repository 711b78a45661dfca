// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/class_ranking.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/radix_argsort.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE ClassRankingParts class_ranking_parts(View<double> rows, std::size_t columns,
                                                      ClassRankingKind kind) {
  const std::size_t items = rows.size() / columns;
  ClassRankingParts parts;
  parts.components = std::vector<double>(items);
  parts.sizes = std::vector<std::size_t>(columns - 1);
  // Copies of columns, since whole rows do not stay in a cache while items are taken by rank.
  std::vector<std::uint32_t> labels(items);
  std::vector<double> scores(items);
  for (std::size_t i = 0; i < items; ++i) {
    labels[i] = static_cast<std::uint32_t>(rows[i * columns]);
    ++parts.sizes[labels[i]];
  }
  const auto classes = static_cast<double>(
      std::count_if(parts.sizes.begin(), parts.sizes.end(), [](std::size_t n) { return n != 0; }));
  bool any_lost = false;
  bool any_won = false;
  std::vector<double> weights(parts.sizes.size());
  RadixArgsort order;
  for (std::size_t c = 0; c + 1 < columns; ++c) {
    if (parts.sizes[c] == 0) continue;
    const auto positives = static_cast<double>(parts.sizes[c]);
    const auto others = static_cast<double>(items - parts.sizes[c]);
    // Weight of an item of another class among those that a positive item is compared with.
    for (std::size_t other = 0; other < weights.size(); ++other) {
      weights[other] =
          kind == ClassRankingKind::one_vs_rest
              ? 1.0 / (classes * others)
              : 1.0 / (classes * (classes - 1.0) * static_cast<double>(parts.sizes[other]));
    }
    for (std::size_t i = 0; i < items; ++i) scores[i] = rows[i * columns + 1 + c];
    order.reset(items);
    order.sort_by([&](std::size_t i) { return -scores[i]; });  // the smallest first
    double below = 0.0;  // weight of the others with a lower score
    std::size_t negatives_below = 0;
    double above = positives;  // positive items with a higher score
    for (std::size_t begin = 0; begin < items;) {
      std::size_t end = begin;
      double equal = 0.0;
      std::size_t positives_here = 0;
      for (; end < items && order.are_equal(end, begin); ++end) {
        const std::size_t label = labels[order[end]];
        if (label == c) {
          ++positives_here;
        } else {
          equal += weights[label];
        }
      }
      const std::size_t negatives_here = end - begin - positives_here;
      const auto found = static_cast<double>(positives_here);
      above -= found;
      for (; begin < end; ++begin) {
        const std::size_t item = order[begin];
        const std::size_t label = labels[item];
        if (label == c) {
          parts.components[item] += below + 0.5 * equal;
          parts.value += (below + 0.5 * equal) / positives;
          continue;
        }
        const double of_pair = weights[label] * static_cast<double>(parts.sizes[label]);
        parts.components[item] += of_pair * (above + 0.5 * found) / positives;
      }
      if (positives_here != 0) {
        any_won = any_won || negatives_below + negatives_here != 0;
        any_lost = any_lost || negatives_here != 0 ||
                   negatives_below + negatives_here != items - parts.sizes[c];
      }
      below += equal;
      negatives_below += negatives_here;
    }
  }
  if (!any_lost) parts.value = 1.0;  // whatever rounding left of it
  if (!any_won) parts.value = 0.0;
  return parts;
}

PERJOULE_INLINE double uncertainty_by_class(View<double> rows, std::size_t columns,
                                            View<double> components, View<std::size_t> sizes) {
  std::vector<double> means(sizes.size());
  const auto label_of = [&](std::size_t i) { return static_cast<std::size_t>(rows[i * columns]); };
  for (std::size_t i = 0; i < components.size(); ++i) {
    means[label_of(i)] += components[i] / static_cast<double>(sizes[label_of(i)]);
  }
  double variance = 0.0;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const std::size_t label = label_of(i);
    if (sizes[label] < 2) continue;
    const auto n = static_cast<double>(sizes[label]);
    variance += square(components[i] - means[label]) / (n * (n - 1.0));
  }
  return std::sqrt(variance);
}

PERJOULE_INLINE std::size_t smallest_class(View<std::size_t> sizes) {
  std::size_t least = 0;
  for (const std::size_t size : sizes) {
    if (size != 0 && (least == 0 || size < least)) least = size;
  }
  return least;
}

PERJOULE_INLINE IntervalEstimate<double> difference_of_class_rankings(ClassRankingKind kind,
                                                                      const Quality& quality,
                                                                      View<double> rows_a,
                                                                      View<double> rows_b,
                                                                      double level) {
  ClassRankingParts of_a = class_ranking_parts(rows_a, quality.columns, kind);
  const ClassRankingParts of_b = class_ranking_parts(rows_b, quality.columns, kind);
  for (std::size_t i = 0; i < of_a.components.size(); ++i) {
    of_a.components[i] -= of_b.components[i];
  }
  const double u = uncertainty_by_class(rows_a, quality.columns, of_a.components, of_a.sizes);
  if (u <= 0.0 || smallest_class(of_a.sizes) < 2) return {};
  const Estimate<double> value = {of_a.value - of_b.value, u, infinite_dof, 0.0,
                                  Provenance::measured};
  return {value, interval(value, level)};
}

PERJOULE_INLINE IntervalEstimate<double> class_ranking_estimate(View<double> rows,
                                                                std::size_t columns,
                                                                ClassRankingKind kind) {
  const ClassRankingParts parts = class_ranking_parts(rows, columns, kind);
  const std::size_t least = smallest_class(parts.sizes);
  const double u = uncertainty_by_class(rows, columns, parts.components, parts.sizes);
  const double area = parts.value;
  IntervalEstimate<double> found = {{area, u, infinite_dof, 0.0, Provenance::measured}, {}};
  if (u <= 0.0 || least < 2 || area <= 0.0 || area >= 1.0) {
    // As many pairs as can be formed of the rarest class without using an item twice: see delong.
    const auto pairs = static_cast<double>(least);
    found.interval = clopper_pearson(area * pairs, pairs, 0.95);
    found.estimate.random = (found.interval.high - found.interval.low) / (2.0 * normal_95);
  } else {
    const double items = area * (1.0 - area) / square(u);
    found.interval = wilson_of_share(area, items, normal_95, 0.95);
    found.interval.method = IntervalMethod::delong;
  }
  return found;
}

PERJOULE_INLINE ItemFormula class_ranking_formula(ClassRankingKind kind, std::size_t columns) {
  ItemFormula formula;
  formula.columns = "label,scores";
  formula.estimate = [kind, columns](View<double> rows) {
    return class_ranking_estimate(rows, columns, kind);
  };
  formula.difference = [kind](const Quality& a, View<double> rows_a, const Quality&,
                              View<double> rows_b, double level) {
    return difference_of_class_rankings(kind, a, rows_a, rows_b, level);
  };
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE void ClassRanking::check_classes(std::size_t classes) {
  if (items_ == 0) classes_ = classes;
  if (classes == classes_) return;
  detail::fail("items have scores of different numbers of classes",
               text::format("item {} has {}, and those before {}", items_, classes, classes_),
               "return one score for each class, also for those that can't be");
}

PERJOULE_INLINE Quality ClassRanking::result() const {
  const bool of_rest = kind_ == detail::ClassRankingKind::one_vs_rest;
  Quality quality;
  quality.metric = of_rest ? "auroc-one-vs-rest" : "auroc-one-vs-one";
  quality.signature = "average:macro|classes:seen|ties:half|trivial:any-order";
  quality.items = items();
  detail::check_items(quality);
  quality.trivial = 0.5;
  const std::size_t columns = 1 + classes_;
  bool is_one_class = true;
  for (std::size_t i = 0; i < rows_.size(); i += columns) {
    is_one_class = is_one_class && rows_[i] == rows_[0];
  }
  if (is_one_class) {
    detail::fail("all labels are of one class", quality.metric, "pass items of several classes");
  }
  quality.formula = detail::class_ranking_formula(kind_, columns);
  detail::finish_quality(quality, rows_, "");
  return quality;
}

}  // namespace perjoule::inline v0

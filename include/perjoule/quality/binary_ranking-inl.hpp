// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/influences.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/delong.hpp"
#include "perjoule/stats/item_mean.hpp"
#include "perjoule/stats/proportion_interval.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE RankedItems::RankedItems(View<double> rows) {
  const std::size_t items = rows.size() / 2;
  order.reset(items);
  order.sort_by([&](std::size_t item) { return rows[2 * item]; });
  for (std::size_t place = 0; place < items;) {
    FoundTogether step = {place, place, 0.0, positives};
    const double score = rows[2 * order[place]];
    do {
      step.positives += rows[2 * order[step.end] + 1] > 0.5 ? 1.0 : 0.0;
      ++step.end;
    } while (step.end < items && rows[2 * order[step.end]] == score);
    positives = step.found += step.positives;
    place = step.end;
    steps.push_back(step);
  }
}

PERJOULE_INLINE double RankedItems::average_precision() const noexcept {
  double sum = 0.0;
  for (const FoundTogether& step : steps) sum += step.positives * step.precision();
  return positives > 0.0 ? sum / positives : quiet_nan();
}

PERJOULE_INLINE double average_precision_of(View<double> rows) {
  return RankedItems(rows).average_precision();
}

PERJOULE_INLINE std::vector<double> average_precision_influences(View<double> rows) {
  const RankedItems ranked(rows);
  if (ranked.positives < 2.0) return {};  // one does not tell how another would rank
  const double value = ranked.average_precision();
  const auto items = static_cast<double>(ranked.order.size());
  std::vector<double> influences(ranked.order.size());
  // Of the positive items from here down, whose precision an item changes that is not below them.
  double if_positive = 0.0;
  double precisions = 0.0;
  for (auto step = ranked.steps.rbegin(); step != ranked.steps.rend(); ++step) {
    const double each = step->positives / static_cast<double>(step->end);
    if_positive += each;
    precisions += each * step->precision();
    for (std::size_t place = step->begin; place < step->end; ++place) {
      const std::size_t item = ranked.order[place];
      const bool is_positive = rows[2 * item + 1] > 0.5;
      const double own = is_positive ? step->precision() - value + if_positive : 0.0;
      influences[item] = items / ranked.positives * (own - precisions);
    }
  }
  return influences;
}

PERJOULE_INLINE IntervalEstimate<double> average_precision_estimate(View<double> rows) {
  const RankedItems ranked(rows);
  const double value = ranked.average_precision();
  if (value >= 1.0) {
    const auto positives = static_cast<std::size_t>(ranked.positives);
    return proportion_of(positives, positives);
  }
  Estimate<double> found =
      estimate_from_influences(value, average_precision_influences(rows)).estimate;
  found.dof = std::max(ranked.positives - 1.0, 1.0);
  return {found, logit_interval(value, found.random, found.dof)};
}

PERJOULE_INLINE std::vector<double> column_of(View<double> rows, std::size_t column) {
  std::vector<double> values(rows.size() / 2);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = rows[2 * i + column];
  return values;
}

PERJOULE_INLINE std::unique_ptr<bool[]> positives_of(View<double> rows) {
  auto positives = std::make_unique<bool[]>(rows.size() / 2);
  for (std::size_t i = 0; i < rows.size() / 2; ++i) positives[i] = rows[2 * i + 1] > 0.5;
  return positives;
}

PERJOULE_INLINE IntervalEstimate<double> difference_of_aurocs(const Quality&, View<double> rows_a,
                                                              const Quality&, View<double> rows_b,
                                                              double level) {
  const std::unique_ptr<bool[]> positives = positives_of(rows_a);
  const AurocDifference found =
      delong_difference(column_of(rows_a, 0), column_of(rows_b, 0),
                        View<bool>(positives.get(), rows_a.size() / 2), level);
  return {found.value, found.interval};
}

PERJOULE_INLINE ItemFormula ranking_formula(RankingKind kind, View<double> rows) {
  ItemFormula formula;
  formula.columns = "score,positive";
  if (kind == RankingKind::auroc) {
    formula.estimate = [](View<double> of) {
      const std::unique_ptr<bool[]> positives = positives_of(of);
      const Auroc found = delong(column_of(of, 0), View<bool>(positives.get(), of.size() / 2));
      return IntervalEstimate<double>{found.value, found.interval};
    };
    formula.difference = difference_of_aurocs;
    return formula;
  }
  formula.value = average_precision_of;
  formula.estimate = average_precision_estimate;
  formula.difference = difference_by_influences(average_precision_of, average_precision_influences);
  std::size_t positives = 0;
  for (std::size_t i = 1; i < rows.size(); i += 2) positives += rows[i] > 0.5 ? 1 : 0;
  if (positives < 2) {
    formula.least_items = rows.size() / 2 + 1;
    formula.why_least_items = "one positive item does not tell how another would rank";
  }
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality BinaryRanking::result() const {
  Quality quality;
  const bool is_auroc = kind_ == detail::RankingKind::auroc;
  quality.metric = is_auroc ? "auroc" : "average-precision";
  quality.items = items();
  detail::check_items(quality);
  if (found_ == 0 || found_ == items()) {
    detail::fail(
        found_ == 0 ? "no label is of the positive class" : "all labels are of the positive class",
        quality.metric, "pass items of both classes, and name the positive one");
  }
  quality.signature = is_auroc ? "ties:half|trivial:any-order" : "steps:all|trivial:prevalence";
  const View<double> rows = rows_.all();
  quality.trivial = is_auroc ? 0.5 : static_cast<double>(found_) / static_cast<double>(items());
  quality.formula = detail::ranking_formula(kind_, rows);
  detail::finish_quality(quality, rows, "");
  return quality;
}

}  // namespace perjoule::inline v0

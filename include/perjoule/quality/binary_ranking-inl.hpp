// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/delong.hpp"
#include "perjoule/stats/radix_argsort.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double average_precision_of(View<double> rows) {
  std::vector<RankedItem> ranked(rows.size() / 2);
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    ranked[i] = {rows[2 * i], rows[2 * i + 1] > 0.5};
  }
  if (!std::is_sorted(ranked.begin(), ranked.end())) std::sort(ranked.begin(), ranked.end());
  double found = 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < ranked.size();) {
    double at_once = 0.0;
    const double score = ranked[i].score;
    for (; i < ranked.size() && ranked[i].score == score; ++i) {
      at_once += ranked[i].is_positive ? 1.0 : 0.0;
    }
    found += at_once;
    sum += at_once * found / static_cast<double>(i);
  }
  return found > 0.0 ? sum / found : quiet_nan();
}

PERJOULE_INLINE std::vector<std::uint32_t> items_by_score(View<double> rows) {
  RadixArgsort sorted;
  sorted.reset(rows.size() / 2);
  sorted.sort_by([&](std::size_t item) { return rows[2 * item]; });
  std::vector<std::uint32_t> order(sorted.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(sorted[i]);
  return order;
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
  quality.formula.columns = "score,positive";
  const View<double> rows = rows_.all();
  quality.trivial = is_auroc ? 0.5 : static_cast<double>(found_) / static_cast<double>(items());
  if (!is_auroc) {
    quality.formula.value = detail::average_precision_of;
    quality.formula.order = detail::items_by_score;
    detail::finish_quality(quality, rows, "");
    return quality;
  }
  const std::unique_ptr<bool[]> positives = detail::positives_of(rows);
  const Auroc found =
      delong(detail::column_of(rows, 0), View<bool>(positives.get(), rows.size() / 2));
  quality.value = found.value;
  quality.value_interval = found.interval;
  quality.formula.difference = detail::difference_of_aurocs;
  detail::add_skill(quality, "");
  return quality;
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <numeric>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/classification.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/multilabel.hpp"
#include "perjoule/quality/quality_result.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double micro_f1(View<double> rows) {
  double sums[3];
  sum_columns(rows, sums);
  return f_score_of({sums[0], sums[1], sums[2]}, FScoreKind::f, 1.0);
}

PERJOULE_INLINE double macro_f1(View<double> rows, std::size_t labels) {
  std::vector<ClassCount> counts(labels);
  for (std::size_t i = 0; i < rows.size(); i += 3 * labels) {
    for (std::size_t label = 0; label < labels; ++label) {
      const double* const row = rows.data() + i + 3 * label;
      counts[label].right += row[0];
      counts[label].predicted += row[1];
      counts[label].actual += row[2];
    }
  }
  return averaged_f_score(counts, Average::macro, FScoreKind::f, 1.0, 0);
}

PERJOULE_INLINE ItemFormula label_f1_formula(LabelAverage average, std::size_t labels) {
  ItemFormula formula;
  formula.uses_sums = average != LabelAverage::samples;
  switch (average) {
    case LabelAverage::micro:
      formula.value = micro_f1;
      formula.columns = "right,named,actual";
      break;
    case LabelAverage::macro:
      formula.value = [labels](View<double> rows) { return macro_f1(rows, labels); };
      formula.columns = "right,named,actual of each label";
      break;
    case LabelAverage::samples:
      formula.columns = "f1";
      break;
  }
  return formula;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE MultiLabelF1::MultiLabelF1(const MultiLabelOptions& options) : options_(options) {
  if (is_finite(options.threshold)) return;
  detail::fail("a threshold is not a finite number", "multi-label F1",
               "write .threshold = 0.5, or leave it out");
}

PERJOULE_INLINE bool MultiLabelF1::flag(std::int64_t number, const char* whose,
                                        std::size_t label) const {
  if (number != 0 && number != 1) {
    detail::fail("a label is neither 0 nor 1",
                 text::format("the {} of item {}, label {}", whose, items(), label),
                 "write 1 for each label that the item has, and 0 for all others");
  }
  return number == 1;
}

PERJOULE_INLINE void MultiLabelF1::check_labels(std::size_t named, std::size_t actual) const {
  const std::size_t labels = items_with_.size();
  if (named == labels && actual == labels) return;
  detail::fail("items have different numbers of labels",
               text::format("item {}: {} of the output, {} of the reference, {} before", items(),
                            named, actual, labels),
               "write 0 for labels that an item does not have");
}

PERJOULE_INLINE void MultiLabelF1::add_flags(const std::vector<bool>& named,
                                             const std::vector<bool>& actual) {
  if (items() == 0) items_with_ = std::vector<double>(actual.size());
  const std::size_t labels = items_with_.size();
  check_labels(named.size(), actual.size());
  starts_.push_back(actual_.size());
  detail::ClassCount all;
  for (std::size_t label = 0; label < labels; ++label) {
    const double own = actual[label] ? 1.0 : 0.0;
    const double said = named[label] ? 1.0 : 0.0;
    if (actual[label]) actual_.push_back(static_cast<std::uint32_t>(label));
    items_with_[label] += own;
    all.right += own * said;
    all.predicted += said;
    all.actual += own;
    if (options_.average == LabelAverage::macro) {
      rows_.insert(rows_.end(), {own * said, said, own});
    }
  }
  if (options_.average == LabelAverage::micro) {
    rows_.insert(rows_.end(), {all.right, all.predicted, all.actual});
  }
  if (options_.average == LabelAverage::samples) {
    rows_.push_back(detail::f_score_of(all, detail::FScoreKind::f, 1.0));
  }
}

PERJOULE_INLINE void MultiLabelF1::pool(const MultiLabelF1& next) {
  if (next.items() == 0) return;
  if (items() == 0) items_with_ = std::vector<double>(next.items_with_.size());
  check_labels(next.items_with_.size(), next.items_with_.size());
  for (std::size_t label = 0; label < items_with_.size(); ++label) {
    items_with_[label] += next.items_with_[label];
  }
  for (const std::size_t start : next.starts_) starts_.push_back(actual_.size() + start);
  actual_.insert(actual_.end(), next.actual_.begin(), next.actual_.end());
  rows_.insert(rows_.end(), next.rows_.begin(), next.rows_.end());
}

PERJOULE_INLINE Quality MultiLabelF1::result() const {
  Quality quality;
  quality.metric = text::format("multilabel-{}-f1", name(options_.average));
  quality.signature =
      text::format("average:{}|zero-division:0|trivial:same-labels", name(options_.average));
  quality.items = items();
  detail::check_items(quality);
  quality.formula = detail::label_f1_formula(options_.average, items_with_.size());
  quality.perfect = actual_.empty() ? 0.0 : 1.0;
  switch (options_.average) {
    case LabelAverage::micro:
      quality.trivial = trivial_micro();
      break;
    case LabelAverage::macro:
      quality.trivial = trivial_macro();
      break;
    case LabelAverage::samples:
      quality.trivial = trivial_samples();
      quality.perfect = 0.0;
      for (std::size_t i = 0; i < items(); ++i) quality.perfect += labels_of(i).empty() ? 0.0 : 1.0;
      quality.perfect /= static_cast<double>(items());
      break;
  }
  detail::finish_quality(quality, rows_,
                         "all items have the same labels, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE std::vector<std::size_t> MultiLabelF1::most_frequent() const {
  std::vector<std::size_t> order(items_with_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return items_with_[a] > items_with_[b]; });
  return order;
}

PERJOULE_INLINE View<std::uint32_t> MultiLabelF1::labels_of(std::size_t item) const noexcept {
  const std::size_t end = item + 1 < starts_.size() ? starts_[item + 1] : actual_.size();
  return {actual_.data() + starts_[item], end - starts_[item]};
}

PERJOULE_INLINE double MultiLabelF1::trivial_micro() const {
  double best = 0.0;
  detail::ClassCount all;
  all.actual = static_cast<double>(actual_.size());
  for (const std::size_t label : most_frequent()) {
    all.right += items_with_[label];
    all.predicted += static_cast<double>(items());
    best = std::max(best, detail::f_score_of(all, detail::FScoreKind::f, 1.0));
  }
  return best;
}

PERJOULE_INLINE double MultiLabelF1::trivial_macro() const {
  // Each label counts by itself, and scores best if all items are given it.
  double sum = 0.0;
  double labels = 0.0;
  for (const double with : items_with_) {
    if (with <= 0.0) continue;
    sum += 2.0 * with / (with + static_cast<double>(items()));
    labels += 1.0;
  }
  return labels > 0.0 ? sum / labels : 0.0;
}

PERJOULE_INLINE double MultiLabelF1::trivial_samples() const {
  const std::vector<std::size_t> order = most_frequent();
  std::vector<std::size_t> places(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) places[order[i]] = i;
  // What all items score together if they are given the labels up to each place.
  std::vector<double> scores(order.size());
  std::vector<std::size_t> own;
  for (std::size_t i = 0; i < items(); ++i) {
    own.clear();
    for (const std::uint32_t label : labels_of(i)) own.push_back(places[label]);
    std::sort(own.begin(), own.end());
    std::size_t right = 0;
    for (std::size_t named = 1; named <= order.size(); ++named) {
      if (right < own.size() && own[right] < named) ++right;
      if (right == 0) continue;
      scores[named - 1] +=
          2.0 * static_cast<double>(right) / static_cast<double>(named + own.size());
    }
  }
  if (scores.empty()) return 0.0;
  return *std::max_element(scores.begin(), scores.end()) / static_cast<double>(items());
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/stats/radix_argsort.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Items of equal score, of all that are in the order of their scores.
struct FoundTogether {
  std::size_t begin;  ///< place of the first one
  std::size_t end;    ///< items up to here
  double positives;   ///< among them
  double found;       ///< positives up to here
  [[nodiscard]] double precision() const noexcept { return found / static_cast<double>(end); }
};

/// Items by score, the largest first.
struct RankedItems {
  /// @shape rows: [items, 2], score and 1 where positive
  explicit RankedItems(View<double> rows);
  /// @unit   a share of 1; not finite if no item is positive
  /// @source see average_precision_of
  [[nodiscard]] double average_precision() const noexcept;

  RadixArgsort order;
  std::vector<FoundTogether> steps;
  double positives = 0.0;
};

/// Returns the mean precision over positive items, each at the threshold that just finds it; items
/// of equal score are found together. It is not interpolated: interpolation is too kind to a model
/// with few positives.
/// @shape  rows: [items, 2], score and 1 where positive
/// @unit   a share of 1; not finite if no item is positive
/// @source Zhu, Recall, Precision and Average Precision (2004); scikit-learn
///         average_precision_score
[[nodiscard]] double average_precision_of(View<double> rows);

/// Returns the influence of each item on average_precision_of().
/// @copydetails average_precision_of
/// @shape  [items], in the order of the rows
/// @source derived: an item counts for its own precision, and in those of the positive items below
[[nodiscard]] std::vector<double> average_precision_influences(View<double> rows);

/// @unit   a share of 1
/// @error  logit_interval() with one degree of freedom less than there are positive items; if all
///         of them are before all others, Wilson's for as many of as many
/// @shape  rows: [items, 2], score and 1 where positive
/// @source see logit_interval()
[[nodiscard]] IntervalEstimate<double> average_precision_estimate(View<double> rows);

/// @shape rows: [items, 2], score and 1 where positive
[[nodiscard]] std::vector<double> column_of(View<double> rows, std::size_t column);
/// Returns a flag for each item, in their order. std::vector<bool> has no array to point at.
[[nodiscard]] std::unique_ptr<bool[]> positives_of(View<double> rows);

[[nodiscard]] IntervalEstimate<double> difference_of_aurocs(const Quality&, View<double> rows_a,
                                                            const Quality&, View<double> rows_b,
                                                            double level);

enum class RankingKind : std::uint8_t { auroc, average_precision };

/// Returns the formula of a metric of these items.
/// @shape rows: [items, 2], score and 1 where positive
[[nodiscard]] ItemFormula ranking_formula(RankingKind kind, View<double> rows);

}  // namespace detail

/// AUROC or average precision. Made by `auroc` and `average_precision`.
class BinaryRanking {
 public:
  BinaryRanking(detail::RankingKind kind, std::int64_t positive, PerItem keep = PerItem::keep)
      : kind_(kind), positive_(positive), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  that of the scores
  /// @shape [items, 2]: score,positive
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param score  the higher, the more likely the positive class
  /// @unit   score: any
  /// @throws Error for a score that is not finite
  template <std::floating_point Output, ClassLabel Label>
  void add(const Output& score, const Label& label) {
    if (!is_finite(score)) detail::score_not_finite(items(), 0);
    const bool is_positive = static_cast<std::int64_t>(label) == positive_;
    found_ += is_positive ? 1 : 0;
    rows_.add({static_cast<double>(score), is_positive ? 1.0 : 0.0});
  }

  /// Takes the scores of two classes: ranks by how much that of the positive class is larger, which
  /// orders logits and probabilities alike.
  /// @shape  scores: [2]
  /// @unit   scores: any
  /// @throws Error for another number of scores, and for one that is not finite
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& scores, const Label& label) {
    if (std::size(scores) != 2 || positive_ < 0 || positive_ > 1) {
      detail::not_two_scores(items(), std::size(scores), positive_);
    }
    const auto* const score = std::data(scores);
    add(static_cast<double>(score[positive_]) - static_cast<double>(score[1 - positive_]), label);
  }

  /// @unit   a share of 1
  /// @error  see auroc and average_precision
  /// @throws Error for no items, and if all labels are of one class
  /// @source see auroc and average_precision
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const BinaryRanking& next) {
    rows_.pool(next.rows_);
    found_ += next.found_;
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(found_, rows_);
  }

 private:
  detail::RankingKind kind_;
  std::int64_t positive_;
  std::size_t found_ = 0;  ///< positive items
  ItemRows<2> rows_;
};

/// Share of pairs of a positive and another item in which the positive one scores higher: the area
/// under the ROC curve. Equal scores count half.
/// @param labels    one class for each input, in their order; borrowed, so a temporary is refused
/// @param positive  the class that high scores indicate; all other classes are taken as one
/// @param keep      whether each item's score goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: one score each, or those of two classes
/// @error  DeLong's variance and the shape of Wilson's interval: see delong
/// @throws Error for empty labels; while running: for a score that is not finite; and if all labels
///         are of one class
/// @source scikit-learn 1.2 roc_auc_score
template <class Labels>
[[nodiscard]] auto auroc(Labels&& labels, std::int64_t positive = 1, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         BinaryRanking(detail::RankingKind::auroc, positive, keep));
}

/// Mean precision over the thresholds that each find one more positive item. Chance is the share of
/// positive items, so values of two test sets can't be compared.
/// @param labels, positive, keep  see auroc
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: one score each
/// @error  see detail::average_precision_estimate: covers 93 to 98 % from 10 positive items on, and
///         93 where chance is 1 %; two models are compared by the influence of each item
/// @throws see auroc
/// @source scikit-learn 1.2 average_precision_score
template <class Labels>
[[nodiscard]] auto average_precision(Labels&& labels, std::int64_t positive = 1,
                                     PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         BinaryRanking(detail::RankingKind::average_precision, positive, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/binary_ranking-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

namespace detail {

enum class ClassRankingKind : bool { one_vs_rest, one_vs_one };

/// A mean of AUROCs, and what each item adds to it.
struct ClassRankingParts {
  double value = 0.0;  ///< @unit a share of 1
  /// For an item of class a: the mean over items of other classes, weighted as in the value, of
  /// whether it is on the right side of them. Their mean over each class adds up to the value
  /// twice.
  /// @unit a share of 1
  std::vector<double> components;
  std::vector<std::size_t> sizes;  ///< items of each class
};

/// @shape  rows: [items, 1 + classes], label and scores
/// @error  n log n operations for each class
/// @source the components of a U-statistic of several samples: Lehmann, Annals of Mathematical
///         Statistics 22 (1951) 165
[[nodiscard]] ClassRankingParts class_ranking_parts(View<double> rows, std::size_t columns,
                                                    ClassRankingKind kind);

/// Returns the standard uncertainty of a mean whose items have these components, drawn class by
/// class.
/// @shape  rows: [items, columns], label first
/// @unit   that of the components
/// @source DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837, for more than two samples
[[nodiscard]] double uncertainty_by_class(View<double> rows, std::size_t columns,
                                          View<double> components, View<std::size_t> sizes);

/// Returns the smallest number of items of a class that occurs.
[[nodiscard]] std::size_t smallest_class(View<std::size_t> sizes);

[[nodiscard]] IntervalEstimate<double> difference_of_class_rankings(ClassRankingKind kind,
                                                                    const Quality& quality,
                                                                    View<double> rows_a,
                                                                    View<double> rows_b,
                                                                    double level);

/// @unit   a share of 1
/// @error  see ClassRanking
/// @shape  rows: [items, columns], label first, of two classes or more
[[nodiscard]] IntervalEstimate<double> class_ranking_estimate(View<double> rows,
                                                              std::size_t columns,
                                                              ClassRankingKind kind);

/// @param columns  of the rows: 1 + classes
[[nodiscard]] ItemFormula class_ranking_formula(ClassRankingKind kind, std::size_t columns);

}  // namespace detail

/// AUROC of several classes. Made by `auroc_one_vs_rest` and `auroc_one_vs_one`.
class ClassRanking {
 public:
  explicit ClassRanking(detail::ClassRankingKind kind, PerItem keep = PerItem::keep)
      : kind_(kind), keep_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return items_; }
  /// @unit  a label, and that of the scores
  /// @shape [items, 1 + classes]: label,scores
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept {
    return keep_ == PerItem::keep ? View<double>(rows_) : View<double>();
  }

  /// @param scores  one for each class, as many for each item
  /// @unit   scores: any
  /// @shape  scores: [classes]
  /// @throws Error for a score that is not finite, for another number of scores than before, and
  ///         for a label without a score
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& scores, const Label& label) {
    detail::check_label(static_cast<std::int64_t>(label), std::size(scores), items());
    (void)detail::best_class(scores, items());  // checks that all are finite
    check_classes(std::size(scores));
    rows_.push_back(static_cast<double>(static_cast<std::int64_t>(label)));
    for (std::size_t c = 0; c < std::size(scores); ++c) {
      rows_.push_back(static_cast<double>(std::data(scores)[c]));
    }
    ++items_;
  }

  /// @unit   a share of 1
  /// @error  see auroc_one_vs_rest
  /// @throws Error for no items, and if all labels are of one class
  /// @source see auroc_one_vs_rest and auroc_one_vs_one
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const ClassRanking& next) {
    if (next.items_ != 0) check_classes(next.classes_);
    items_ += next.items_;
    rows_.insert(rows_.end(), next.rows_.begin(), next.rows_.end());
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(classes_, items_, rows_);
  }

 private:
  void check_classes(std::size_t classes);

  detail::ClassRankingKind kind_;
  PerItem keep_;
  std::size_t classes_ = 0;
  std::size_t items_ = 0;
  std::vector<double> rows_;
};

/// Mean over classes of the AUROC of each against all others, by the score of that class. It
/// depends on how frequent classes are.
///
/// Classes are those that occur as labels. The scores of a class are compared between items, so
/// logits and probabilities give different values.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param keep    whether each item's scores go into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]; outputs: [classes]
/// @error  DeLong's variance for several samples, in the shape of Wilson's; Clopper-Pearson's
///         interval of as many trials as the rarest class has items if that has a single one, or if
///         the value is 0 or 1
/// @throws Error for empty labels; while running: for a score that is not finite, a label without
///         a score, and another number of scores than before; and if all labels are of one class
/// @source scikit-learn 1.2 roc_auc_score with multi_class="ovr" and average="macro"; Provost and
///         Domingos, Well-Trained PETs (2000)
template <class Labels>
[[nodiscard]] auto auroc_one_vs_rest(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         ClassRanking(detail::ClassRankingKind::one_vs_rest, keep));
}

/// Mean over ordered pairs of classes of the AUROC of one against the other, by the score of the
/// first. It does not depend on how frequent classes are.
/// @copydetails auroc_one_vs_rest
/// @source Hand and Till, Machine Learning 45 (2001) 171, M; scikit-learn 1.2 roc_auc_score with
///         multi_class="ovo" and average="macro"
template <class Labels>
[[nodiscard]] auto auroc_one_vs_one(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         ClassRanking(detail::ClassRankingKind::one_vs_one, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/class_ranking-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/confusion.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The mean over classes of the share of each that was found.
/// @unit   a share of 1
/// @source Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010
[[nodiscard]] double mean_recall(View<ClassCount> classes, const double*);

/// What MCC and kappa are made of, as sums over classes.
struct Agreement {
  double items = 0.0;
  double right = 0.0;
  double by_chance = 0.0;  ///< named times actual
  double named = 0.0;      ///< squares
  double actual = 0.0;     ///< squares
};

[[nodiscard]] Agreement agreement_of(View<ClassCount> classes);

/// @unit   none; -1 to 1, and 0 where all outputs or all labels are of one class
/// @source Gorodkin, Comput. Biol. Chem. 28 (2004) 367, R_K; for two classes Matthews 1975
[[nodiscard]] double matthews(View<ClassCount> classes, const double*);

/// @unit   none; not finite where labels and outputs are all of one class
/// @source Cohen, Educ. Psychol. Meas. 20 (1960) 37
[[nodiscard]] double kappa(View<ClassCount> classes, const double*);

enum class AgreementKind : std::uint8_t { balanced_accuracy, matthews, kappa };

}  // namespace detail

/// Balanced accuracy, Matthews' correlation or Cohen's kappa. Made by `balanced_accuracy`,
/// `matthews_correlation` and `cohen_kappa`.
class ClassAgreement : public detail::Confusion {
 public:
  explicit ClassAgreement(detail::AgreementKind kind, PerItem keep = PerItem::keep)
      : Confusion(keep), kind_(kind) {}

  /// @unit   none
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items
  /// @source see balanced_accuracy, matthews_correlation and cohen_kappa
  [[nodiscard]] Quality result() const;

 private:
  detail::AgreementKind kind_;
};

/// The mean recall of the classes that labels name: chance is 1 over their number, however uneven
/// they are.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param keep    whether each item's classes go into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]
/// @throws Error for empty labels; while running: for a score that is not finite, and a label
///         without a score
/// @source scikit-learn 1.2 balanced_accuracy_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto balanced_accuracy(Labels&& labels, PerItem keep = PerItem::keep) {
  return against(labels, ClassAgreement(detail::AgreementKind::balanced_accuracy, keep));
}

/// The correlation of labels and outputs, of two classes or more: 0 for chance and for whoever
/// always names one class, 1 for no mistake, below 0 for worse than chance.
/// @param labels, keep  see balanced_accuracy
/// @unit   none
/// @shape  labels: [items]
/// @throws see balanced_accuracy
/// @source scikit-learn 1.2 matthews_corrcoef
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto matthews_correlation(Labels&& labels, PerItem keep = PerItem::keep) {
  return against(labels, ClassAgreement(detail::AgreementKind::matthews, keep));
}

/// How much more often label and output agree than two that are drawn apart would. Not weighted by
/// how far apart classes are.
/// @param labels, keep  see balanced_accuracy
/// @unit   none
/// @shape  labels: [items]
/// @throws see balanced_accuracy
/// @source scikit-learn 1.2 cohen_kappa_score without weights
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto cohen_kappa(Labels&& labels, PerItem keep = PerItem::keep) {
  return against(labels, ClassAgreement(detail::AgreementKind::kappa, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/agreement-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <initializer_list>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/confusion.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The mean over classes of the share of each that was found.
/// @unit   a share of 1
/// @source Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010
[[nodiscard]] PERJOULE_COLD inline double mean_recall(View<ClassCount> classes, const double*) {
  double sum = 0.0;
  double present = 0.0;
  for (const ClassCount& count : classes) {
    if (count.actual <= 0.0) continue;
    sum += count.right / count.actual;
    present += 1.0;
  }
  return sum / present;
}

/// What MCC and kappa are made of, as sums over classes.
struct Agreement {
  double items = 0.0;
  double right = 0.0;
  double by_chance = 0.0;  ///< named times actual
  double named = 0.0;      ///< squares
  double actual = 0.0;     ///< squares
};

[[nodiscard]] PERJOULE_COLD inline Agreement agreement_of(View<ClassCount> classes) {
  Agreement sums;
  for (const ClassCount& count : classes) {
    sums.items += count.actual;
    sums.right += count.right;
    sums.by_chance += count.named * count.actual;
    sums.named += math::square(count.named);
    sums.actual += math::square(count.actual);
  }
  return sums;
}

/// @unit   none; -1 to 1, and 0 where all outputs or all labels are of one class
/// @source Gorodkin, Comput. Biol. Chem. 28 (2004) 367, R_K; for two classes Matthews 1975
[[nodiscard]] PERJOULE_COLD inline double matthews(View<ClassCount> classes, const double*) {
  const Agreement s = agreement_of(classes);
  const double n2 = math::square(s.items);
  const double spread = (n2 - s.named) * (n2 - s.actual);
  if (spread <= 0.0) return 0.0;
  return (s.items * s.right - s.by_chance) / math::square_root(spread);
}

/// @unit   none; not finite where labels and outputs are all of one class
/// @source Cohen, Educ. Psychol. Meas. 20 (1960) 37
[[nodiscard]] PERJOULE_COLD inline double kappa(View<ClassCount> classes, const double*) {
  const Agreement s = agreement_of(classes);
  const double by_chance = s.by_chance / math::square(s.items);
  if (by_chance >= 1.0) return no_number();
  return (s.right / s.items - by_chance) / (1.0 - by_chance);
}

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
  [[nodiscard]] PERJOULE_COLD Quality result() const {
    Quality quality;
    quality.signature = "classes:seen|trivial:most-frequent";
    switch (kind_) {
      case detail::AgreementKind::balanced_accuracy:
        quality.metric = "balanced-accuracy";
        finish<detail::mean_recall>(quality, classes());
        break;
      case detail::AgreementKind::matthews:
        quality.metric = "mcc";
        quality.unit = "";
        finish<detail::matthews>(quality, classes());
        break;
      case detail::AgreementKind::kappa:
        quality.metric = "kappa";
        quality.unit = "";
        finish<detail::kappa>(quality, classes());
        break;
    }
    // No correlation is below -1, nor is its skill, since the trivial predictor's is 0.
    for (Interval<double>* const interval : {&quality.value_interval, &quality.skill_interval}) {
      if (interval->is_known() && interval->low < -1.0) interval->low = -1.0;
    }
    return quality;
  }

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

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"

namespace perjoule::inline v0::detail {

/// Counts of one class: right outputs, outputs that name it, and labels.
struct ClassCount {
  double right = 0.0;
  double predicted = 0.0;
  double actual = 0.0;
};

/// A metric computed from how often each class was right, predicted and actual.
using ConfusionFormula = std::function<double(View<ClassCount> classes)>;

/// An interval computed from them.
using ConfusionInterval = std::function<Interval<double>(View<ClassCount> classes)>;

/// What a metric computes from a confusion matrix.
struct ConfusionMetric {
  ConfusionFormula value;
  ConfusionInterval at_least = nullptr;  ///< of a mean over classes: see ItemFormula::at_least
  double lowest = std::numeric_limits<double>::lowest();  ///< see ItemFormula::lowest
};

/// @param classes  that occur as label or output
[[nodiscard]] ItemFormula confusion_formula(const ConfusionMetric& metric, std::size_t classes);

/// @shape rows: [items, 2], the classes of label and output, each 0, 1, 2, ...
[[nodiscard]] std::vector<ClassCount> class_counts(View<double> rows);

/// @copydoc class_counts
[[nodiscard]] double evaluate_confusion(const ConfusionFormula& formula, View<double> rows);
/// Returns the same formula for drawn items.
[[nodiscard]] decltype(ItemFormula::value_of_drawn) drawn_confusion(ConfusionFormula formula);

/// Common part of the metrics of a confusion matrix: rows with the classes of label and output, and
/// the trivial predictor, which always names one class.
class Confusion {
 public:
  explicit Confusion(PerItem keep) : rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  classes, numbered in the order of their first occurrence
  /// @shape [items, 2]: label,output
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  template <ClassLabel Output, ClassLabel Label>
  void add(const Output& output, const Label& label) {
    const auto own = static_cast<double>(classes_.find(static_cast<std::int64_t>(label)));
    const auto named = static_cast<double>(classes_.find(static_cast<std::int64_t>(output)));
    rows_.add({own, named});
  }
  /// @shape  scores: [classes]
  /// @throws Error for no scores, for a score that is not finite, and for a label without a score
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& scores, const Label& label) {
    const auto best = static_cast<std::int64_t>(best_class(scores, items()));
    check_label(static_cast<std::int64_t>(label), std::size(scores), items());
    add(best, label);
  }

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Confusion& next);
  template <class Visit>
  void parts(Visit&& visit) {
    visit(classes_, rows_);
  }

 protected:
  [[nodiscard]] std::size_t classes() const noexcept { return classes_.entries().size(); }

  /// Returns the index of a class among the counts; classes() if it never occurred.
  [[nodiscard]] std::size_t index_of(std::int64_t number) const noexcept;

  /// @param always  the class that the trivial predictor names; classes(): the most frequent one
  void finish(Quality& quality, const ConfusionMetric& metric, std::size_t always) const;

 private:
  LabelIndex classes_;
  ItemRows<2> rows_;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Ways of averaging the values of several classes.
enum class Average : std::uint8_t {
  binary,    ///< the value of one class, the positive one
  micro,     ///< over all items together: precision, recall and F are then the accuracy
  macro,     ///< the mean over classes: a rare class weighs as much as a frequent one
  weighted,  ///< the mean over classes, weighted by how often each is the label
};

[[nodiscard]] constexpr std::string_view name(Average average) noexcept {
  switch (average) {
    case Average::binary:
      return "binary";
    case Average::micro:
      return "micro";
    case Average::weighted:
      return "weighted";
    case Average::macro:
      break;
  }
  return "macro";
}

/// Options that change an F score.
struct FScoreOptions {
  Average average = Average::macro;
  double beta = 1.0;          ///< importance of recall relative to precision. @unit none
  std::int64_t positive = 1;  ///< the positive class, with Average::binary
  PerItem keep = PerItem::keep;
};

namespace detail {

enum class FScoreKind : std::uint8_t { f, precision, recall };

/// Returns the score of one class, or of all of them together; 0 if the denominator is 0.
/// @unit   a share of 1
/// @source van Rijsbergen, Information Retrieval (1979), chapter 7: (1 + b^2) P R/(b^2 P + R)
[[nodiscard]] inline double f_score_of(const ClassCount& count, FScoreKind kind, double beta) {
  const double b2 = beta * beta;
  double n = (1.0 + b2) * count.right;
  double d = b2 * count.actual + count.predicted;
  if (kind == FScoreKind::precision) {
    n = count.right;
    d = count.predicted;
  }
  if (kind == FScoreKind::recall) {
    n = count.right;
    d = count.actual;
  }
  return d > 0.0 ? n / d : 0.0;
}

/// Returns Wilson's interval of the share that is right of the items that have this class as label,
/// as output or, for F, as either of them; for F on its scale.
/// @unit  a share of 1; from 0 to 1 if there are no such items
/// @error covers as wilson_interval() does; of F that number of items is taken as given
[[nodiscard]] Interval<double> f_score_interval(const ClassCount& count, FScoreKind kind,
                                                double beta);

/// Returns the interval of the mean of f_score_of() over classes, taken as independent.
/// @unit   a share of 1
/// @shape  at least one class
/// @source Zou, Huang and Zhang, Computational Statistics and Data Analysis 53 (2009) 1080 (MOVER)
[[nodiscard]] Interval<double> mean_f_score_interval(View<ClassCount> classes, FScoreKind kind,
                                                     double beta);

/// @param positive  index of the positive class
[[nodiscard]] double averaged_f_score(View<ClassCount> classes, Average average, FScoreKind kind,
                                      double beta, std::size_t positive);

/// @copydoc averaged_f_score
[[nodiscard]] ConfusionMetric f_score_metric(Average average, FScoreKind kind, double beta,
                                             std::size_t positive);

}  // namespace detail

/// Precision, recall or F score. Made by `precision`, `recall` and `f_score`.
class FScore : public detail::Confusion {
 public:
  /// @throws Error for a beta that is not above 0
  FScore(detail::FScoreKind kind, const FScoreOptions& options);

  /// @unit   a share of 1
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items, and if no label and no output is of the positive class
  /// @source scikit-learn 1.2 precision_recall_fscore_support with zero_division=0
  [[nodiscard]] Quality result() const;

 private:
  detail::FScoreKind kind_;
  FScoreOptions options_;
};

/// Harmonic mean of precision and recall, of one class (Average::binary) or of all.
///
/// Macro and weighted averages are the means of the classes' F scores, not the F score of their
/// mean precision and recall. The classes are those that any label or output names; a class without
/// a right output counts 0. The trivial predictor always names the positive class, or the most
/// frequent one.
///
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @unit   a share of 1
/// @shape  labels: [items]
/// @throws Error for empty labels and a beta that is not above 0; while running: for a score that
///         is not finite, and a label without a score
/// @source scikit-learn 1.2 f1_score and fbeta_score with zero_division=0
template <class Labels>
[[nodiscard]] auto f_score(Labels&& labels, const FScoreOptions& options = {}) {
  return bind_references(std::forward<Labels>(labels), FScore(detail::FScoreKind::f, options));
}

/// Share of the items assigned to a class that belong to it.
/// @copydetails f_score
template <class Labels>
[[nodiscard]] auto precision(Labels&& labels, const FScoreOptions& options = {}) {
  return bind_references(std::forward<Labels>(labels),
                         FScore(detail::FScoreKind::precision, options));
}

/// Share of the items of a class that the model assigns to it. A predictor that always names the
/// positive class has a recall of 1, so recall with Average::binary has no skill by itself.
/// @copydetails f_score
template <class Labels>
[[nodiscard]] auto recall(Labels&& labels, const FScoreOptions& options = {}) {
  return bind_references(std::forward<Labels>(labels), FScore(detail::FScoreKind::recall, options));
}

namespace detail {

/// Returns the mean recall over the classes that occur as labels.
/// @unit   a share of 1
/// @source Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010
[[nodiscard]] double mean_recall(View<ClassCount> classes);

/// Returns its interval: mean_f_score_interval(); missing if a class occurs as output alone.
/// @unit a share of 1
[[nodiscard]] Interval<double> mean_recall_interval(View<ClassCount> classes);

/// Sums over classes from which MCC and kappa are computed.
struct Agreement {
  double items = 0.0;
  double right = 0.0;
  double by_chance = 0.0;  ///< predicted times actual
  double predicted = 0.0;  ///< squares
  double actual = 0.0;     ///< squares
};

[[nodiscard]] Agreement agreement_of(View<ClassCount> classes);

/// @unit   none; -1 to 1, and 0 if all outputs or all labels are of one class
/// @source Gorodkin, Comput. Biol. Chem. 28 (2004) 367, R_K; for two classes Matthews 1975
[[nodiscard]] double matthews(View<ClassCount> classes);

/// @unit   none; not finite if labels and outputs are all of one class
/// @source Cohen, Educ. Psychol. Meas. 20 (1960) 37
[[nodiscard]] double kappa(View<ClassCount> classes);

enum class AgreementKind : std::uint8_t { balanced_accuracy, matthews, kappa };

[[nodiscard]] ConfusionMetric agreement_metric(AgreementKind kind);

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

/// Mean recall of the classes that occur as labels. Chance is 1 over their number, however uneven
/// they are.
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param keep    whether each item's classes go into the record, for paired tests
/// @unit   a share of 1
/// @shape  labels: [items]
/// @throws Error for empty labels; while running: for a score that is not finite, and a label
///         without a score
/// @source scikit-learn 1.2 balanced_accuracy_score
template <class Labels>
[[nodiscard]] auto balanced_accuracy(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         ClassAgreement(detail::AgreementKind::balanced_accuracy, keep));
}

/// Correlation of labels and outputs, for two or more classes: 1 for no mistake, 0 for chance and
/// for a predictor that always names one class, below 0 for worse than chance.
/// @param labels, keep  see balanced_accuracy
/// @unit   none
/// @shape  labels: [items]
/// @throws see balanced_accuracy
/// @source scikit-learn 1.2 matthews_corrcoef
template <class Labels>
[[nodiscard]] auto matthews_correlation(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         ClassAgreement(detail::AgreementKind::matthews, keep));
}

/// Agreement of labels and outputs beyond that of independent draws. It is not weighted by the
/// distance between classes.
/// @param labels, keep  see balanced_accuracy
/// @unit   none
/// @shape  labels: [items]
/// @throws see balanced_accuracy
/// @source scikit-learn 1.2 cohen_kappa_score without weights
template <class Labels>
[[nodiscard]] auto cohen_kappa(Labels&& labels, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels),
                         ClassAgreement(detail::AgreementKind::kappa, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/classification-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/confusion.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// How the values of several classes become one.
enum class Average : std::uint8_t {
  binary,    ///< that of one class, the positive one
  micro,     ///< of all items together: precision, recall and F are the accuracy then
  macro,     ///< the mean over classes: a rare class weighs as much as a frequent one
  weighted,  ///< the mean over labels: each class by how often it is the label
};

[[nodiscard]] constexpr const char* name(Average average) noexcept {
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

/// What changes an F score.
struct FScoreOptions {
  Average average = Average::macro;
  double beta = 1.0;          ///< how many times as much recall counts as precision. @unit none
  std::int64_t positive = 1;  ///< the class that is looked for, with Average::binary
  PerItem keep = PerItem::keep;
};

namespace detail {

enum class FKind : std::uint8_t { f, precision, recall };

/// Of one class, or of all of them together; 0 where nothing is there to divide by.
/// @unit   a share of 1
/// @source van Rijsbergen, Information Retrieval (1979), chapter 7: (1 + b^2) P R/(b^2 P + R)
[[nodiscard]] inline double f_of(const ClassCount& count, FKind kind, double beta) {
  const double b2 = beta * beta;
  double n = (1.0 + b2) * count.right;
  double d = b2 * count.actual + count.named;
  if (kind == FKind::precision) {
    n = count.right;
    d = count.named;
  }
  if (kind == FKind::recall) {
    n = count.right;
    d = count.actual;
  }
  return d > 0.0 ? n / d : 0.0;
}

/// @shape parameters: the average, the kind, beta, the place of the positive class
[[nodiscard]] double averaged_f(View<ClassCount> classes, const double* parameters);

}  // namespace detail

/// Precision, recall or F score. Made by `precision`, `recall` and `f_score`.
class FScore : public detail::Confusion {
 public:
  /// @throws Error for a beta that is not above 0
  FScore(detail::FKind kind, const FScoreOptions& options);

  /// @unit   a share of 1
  /// @error  the bootstrap over items: docs/reference/formulas.md#items-that-are-drawn-again
  /// @throws Error for no items, and where no label and no output is of the positive class
  /// @source scikit-learn 1.2 precision_recall_fscore_support with zero_division=0
  [[nodiscard]] Quality result() const;

 private:
  detail::FKind kind_;
  FScoreOptions options_;
};

/// The harmonic mean of precision and recall: of one class (Average::binary), or of all.
///
/// Macro and weighted averages are the means of the classes' F scores, not the F score of their
/// mean precision and recall. Classes are those that any label or output names; one of which
/// nothing is right counts 0. The trivial predictor always names the positive class, or the most
/// frequent one.
///
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @unit   a share of 1
/// @shape  labels: [items]
/// @throws Error for empty labels and a beta that is not above 0; while running: for a score that
///         is not finite, and a label without a score
/// @source scikit-learn 1.2 f1_score and fbeta_score with zero_division=0
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto f_score(Labels&& labels, const FScoreOptions& options = {}) {
  return against(labels, FScore(detail::FKind::f, options));
}

/// Of the items that a model puts into a class, the share that is of it.
/// @copydetails f_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto precision(Labels&& labels, const FScoreOptions& options = {}) {
  return against(labels, FScore(detail::FKind::precision, options));
}

/// Of the items that are of a class, the share that a model puts into it. Who always names the
/// positive class has a recall of 1: it has no skill by itself.
/// @copydetails f_score
template <class Labels>
requires ReferencesOutliveTheCall<Labels> && ReferencesAreContiguous<Labels>
[[nodiscard]] auto recall(Labels&& labels, const FScoreOptions& options = {}) {
  return against(labels, FScore(detail::FKind::recall, options));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/f_score-inl.hpp"
#endif

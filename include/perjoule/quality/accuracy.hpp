// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/stats/sort.hpp"
#include "perjoule/stats/wilson.hpp"

namespace perjoule::inline v0 {

/// The class that a model names outright.
template <class T>
concept ClassLabel = std::integral<T> || std::is_enum_v<T>;

/// A score for each class, from which the largest are taken.
template <class T>
concept ClassScores = requires(const T& scores) {
  requires std::same_as < std::remove_cvref_t<decltype(std::data(scores)[0])>,
  float > || std::same_as<std::remove_cvref_t<decltype(std::data(scores)[0])>, double>;
  { std::size(scores) } -> std::convertible_to<std::size_t>;
};

namespace detail {

/// How many items carry one of the `k` most frequent labels.
/// @shape labels: [items], any order; they are lost
[[nodiscard]] PERJOULE_COLD inline std::size_t most_frequent(Buffer<std::size_t>& labels,
                                                             std::size_t k) {
  sort(labels.data(), labels.size());
  std::size_t classes = 0;  // their counts stand in the room of labels that were counted
  for (std::size_t i = 0, first = 0; i < labels.size(); ++i) {
    if (i + 1 < labels.size() && labels[i + 1] == labels[i]) continue;
    labels[classes++] = i + 1 - first;
    first = i + 1;
  }
  sort(labels.data(), classes);
  std::size_t sum = 0;
  for (std::size_t i = 0; i < k && i < classes; ++i) sum += labels[classes - 1 - i];
  return sum;
}

/// Right answers, the items they were given on, and how many a predictor gets that never looks.
/// @shape correct: [items], each 0 or 1
[[nodiscard]] PERJOULE_COLD inline Quality accuracy_of(View<double> correct,
                                                       std::size_t trivially_correct,
                                                       std::size_t k) {
  Quality quality;
  quality.metric = k == 1 ? "accuracy" : text::format("top-%zu-accuracy", k).chars;
  quality.signature = text::format("top-k:%zu|ties:first|trivial:most-frequent", k).chars;
  quality.items = correct.size();
  double hits = 0.0;
  for (const double item : correct) hits += item;
  const auto n = static_cast<double>(quality.items);
  const double p = hits / n;
  quality.trivial = static_cast<double>(trivially_correct) / n;
  quality.value_interval = wilson_interval(static_cast<std::size_t>(hits), quality.items);
  // The half-width over z, not sqrt(p(1 - p)/n), which is 0 for a model that makes no mistake.
  const double u = (quality.value_interval.high - quality.value_interval.low) /
                   (2.0 * t_quantile(0.975, known_dof));
  quality.value = {p, u, known_dof, 0.0, Provenance::measured};
  const double room = 1.0 - quality.trivial;
  if (room <= 0.0) {
    quality.why_no_skill =
        k == 1 ? "all labels are of one class, which leaves nothing to be skilled at"
               : "k guesses cover every class, which leaves nothing to be skilled at";
    return quality;
  }
  quality.skill = {(p - quality.trivial) / room, u / room, known_dof, 0.0, Provenance::measured};
  quality.skill_interval = quality.value_interval;
  quality.skill_interval.low = (quality.value_interval.low - quality.trivial) / room;
  quality.skill_interval.high = (quality.value_interval.high - quality.trivial) / room;
  return quality;
}

}  // namespace detail

/// The share of items whose label is among the model's k best guesses. Made by `accuracy`.
template <ClassLabel Label>
class Accuracy {
 public:
  /// @throws Error for no labels
  Accuracy(View<Label> labels, std::size_t k) : labels_(labels), correct_(labels.size()), k_(k) {
    PERJOULE_EXPECTS(k >= 1);
    if (labels_.empty()) {
      detail::fail("accuracy of no items", "the labels are empty",
                   "pass the labels of the test set, one for each input");
    }
  }

  [[nodiscard]] std::size_t items() const noexcept { return labels_.size(); }

  /// @throws Error for k above 1, since a single class has no second guess
  template <ClassLabel Output>
  void add(std::size_t item, const Output& output) {
    PERJOULE_EXPECTS(item < labels_.size());
    if (k_ != 1) {
      detail::fail("top-k accuracy with k above 1", "the model names a single class",
                   "let the forward pass return a score for each class, or leave k out");
    }
    const bool same = static_cast<std::int64_t>(output) == static_cast<std::int64_t>(labels_[item]);
    correct_[item] = same ? 1.0 : 0.0;
  }

  /// @shape  scores: [classes]
  /// @throws Error for a label without a score, and for a score that is not finite
  template <ClassScores Output>
  void add(std::size_t item, const Output& scores) {
    PERJOULE_EXPECTS(item < labels_.size());
    const auto* const score = std::data(scores);
    const std::size_t classes = std::size(scores);
    const auto own = static_cast<std::size_t>(labels_[item]);
    if (own >= classes) {
      detail::fail("a label has no score", text::format("item %zu", item).chars,
                   "return one score for each class, and count classes from 0");
    }
    std::size_t better = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      if (!is_finite(score[c])) {
        detail::fail("a score is not a finite number",
                     text::format("item %zu, class %zu", item, c).chars,
                     "look for a division by zero or an overflow in the model");
      }
      better += score[c] > score[own] || (score[c] == score[own] && c < own) ? 1 : 0;
    }
    correct_[item] = better < k_ ? 1.0 : 0.0;
  }

  /// @unit   a share of 1
  /// @error  Wilson's interval, and its half-width over z as standard uncertainty
  /// @source docs/reference/formulas.md#accuracy-and-skill
  [[nodiscard]] Quality result() const {
    Buffer<std::size_t> classes(labels_.size());
    for (std::size_t i = 0; i < classes.size(); ++i) {
      classes[i] = static_cast<std::size_t>(labels_[i]);
    }
    return detail::accuracy_of(correct_, detail::most_frequent(classes, k_), k_);
  }

  /// 1 for a right answer, 0 for a wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source scikit-learn accuracy_score and top_k_accuracy_score with normalize=False, by item
  [[nodiscard]] View<double> per_item() const noexcept { return correct_; }

 private:
  View<Label> labels_;
  Buffer<double> correct_;
  std::size_t k_;
};

/// Something that is still there when the metric reads it: a variable, or a view such as a span.
template <class Range>
concept LabelsOutliveTheCall = std::is_lvalue_reference_v<Range> ||
    std::ranges::enable_borrowed_range<std::remove_cv_t<Range>>;

/// A range that has its labels side by side in memory, which vector<bool> has not.
template <class Range>
concept LabelsAreContiguous = Contiguous<std::remove_cvref_t<Range>>;

/// Top-k accuracy with Wilson's interval, and the skill above chance.
///
/// Chance is what the k most frequent labels of this test set would score: a predictor that always
/// names them has skill 0. It is a property of the task and taken as known.
/// Of equal scores the class with the lower index comes first, as argmax does in NumPy and PyTorch.
///
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param k       how many guesses count
/// @unit    a share of 1
/// @shape   labels: [items]
/// @throws  Error for empty labels; while running: for a score that is not finite, a label without
///          a score, and k > 1 of a model that names a single class
/// @source  scikit-learn accuracy_score and top_k_accuracy_score; interval: Wilson 1927
template <class Labels>
requires LabelsOutliveTheCall<Labels> && LabelsAreContiguous<Labels>
[[nodiscard]] auto accuracy(Labels&& labels, std::size_t k = 1) {
  using Label = std::remove_cvref_t<decltype(*std::data(labels))>;
  return Accuracy<Label>(labels, k);
}

}  // namespace perjoule::inline v0

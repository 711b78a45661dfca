// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// For each label, whether an item has it: 0 or 1.
template <class T>
concept LabelFlags = ContiguousRange<T> &&
    std::integral<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// Ways of averaging F1 where an item may have several labels.
enum class LabelAverage : std::uint8_t {
  micro,   ///< over all labels of all items together
  macro,   ///< the mean over labels: a rare label weighs as much as a frequent one
  samples  ///< the mean over items
};

[[nodiscard]] constexpr std::string_view name(LabelAverage average) noexcept {
  switch (average) {
    case LabelAverage::micro:
      return "micro";
    case LabelAverage::samples:
      return "samples";
    case LabelAverage::macro:
      break;
  }
  return "macro";
}

/// Options of multi-label F1.
struct MultiLabelOptions {
  LabelAverage average = LabelAverage::macro;
  double threshold = 0.5;  ///< least score of a label that is taken as named. @unit of the scores
  PerItem keep = PerItem::keep;
};

namespace detail {

/// @shape  rows: [items, 3], right, named and actual labels of each item
/// @unit   a share of 1
[[nodiscard]] double micro_f1(View<double> rows);

/// Returns the mean over the labels that any item has or is given.
/// @shape  rows: [items, labels, 3], whether a label is right, named, actual
/// @unit   a share of 1
[[nodiscard]] double macro_f1(View<double> rows, std::size_t labels);

[[nodiscard]] ItemFormula label_f1_formula(LabelAverage average, std::size_t labels);

}  // namespace detail

/// F1 of items with several labels each. Made by `multilabel_f1`.
class MultiLabelF1 {
 public:
  /// @throws Error for a threshold that is not finite
  explicit MultiLabelF1(const MultiLabelOptions& options = {});

  [[nodiscard]] std::size_t items() const noexcept { return starts_.size(); }
  /// @unit  labels; a share of 1 for the average over items
  /// @shape micro: [items, 3]; macro: [items, labels, 3]; samples: [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept {
    return options_.keep == PerItem::keep ? View<double>(rows_) : View<double>();
  }

  /// @param output     0 or 1 for each label
  /// @param reference  0 or 1 for each label
  /// @shape  output, reference: [labels]
  /// @throws Error for another number, and for another number of labels than before
  template <LabelFlags Output, LabelFlags Reference>
  void add(const Output& output, const Reference& reference) {
    std::vector<bool> named;
    for (std::size_t i = 0; i < std::size(output); ++i) {
      named.push_back(flag(static_cast<std::int64_t>(std::data(output)[i]), "output", i));
    }
    add_flags(named, flags_of(reference));
  }

  /// @param scores     one for each label; from the threshold on the label is named
  /// @param reference  0 or 1 for each label
  /// @unit   scores: any
  /// @shape  scores, reference: [labels]
  /// @throws Error for a score that is not finite, and for another number of labels than before
  template <ClassScores Output, LabelFlags Reference>
  void add(const Output& scores, const Reference& reference) {
    std::vector<bool> named;
    for (std::size_t i = 0; i < std::size(scores); ++i) {
      const auto score = static_cast<double>(std::data(scores)[i]);
      if (!is_finite(score)) detail::score_not_finite(items(), i);
      named.push_back(score >= options_.threshold);
    }
    add_flags(named, flags_of(reference));
  }

  /// @unit   a share of 1
  /// @error  see multilabel_f1
  /// @throws Error for no items
  /// @source see multilabel_f1
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const MultiLabelF1& next);
  template <class Visit>
  void parts(Visit&& visit) {
    visit(rows_, items_with_, actual_, starts_);
  }

 private:
  [[nodiscard]] bool flag(std::int64_t number, const char* whose, std::size_t label) const;

  template <class Reference>
  [[nodiscard]] std::vector<bool> flags_of(const Reference& reference) const {
    std::vector<bool> flags;
    for (std::size_t i = 0; i < std::size(reference); ++i) {
      flags.push_back(flag(static_cast<std::int64_t>(std::data(reference)[i]), "reference", i));
    }
    return flags;
  }

  void check_labels(std::size_t named, std::size_t actual) const;
  void add_flags(const std::vector<bool>& named, const std::vector<bool>& actual);

  /// Returns the numbers of the labels, the most frequent one first.
  [[nodiscard]] std::vector<std::size_t> most_frequent() const;
  [[nodiscard]] View<std::uint32_t> labels_of(std::size_t item) const noexcept;
  [[nodiscard]] double trivial_micro() const;
  [[nodiscard]] double trivial_macro() const;
  [[nodiscard]] double trivial_samples() const;

  MultiLabelOptions options_;
  std::vector<double> rows_;
  std::vector<double> items_with_;     ///< number of items that have each label
  std::vector<std::uint32_t> actual_;  ///< labels of all items, one item after another
  std::vector<std::size_t> starts_;    ///< of each item among them
};

/// F1 where an item may have any number of labels.
///
/// A score of 0 over 0 counts as 0, as for an item without a label that is given none. Labels that
/// no item has or is given are left out of the macro average. The trivial predictor gives all items
/// the same labels: the most frequent ones, as many as score best.
///
/// @param labels   for each input, in their order: 0 or 1 for each label; borrowed, so a temporary
///                 is refused
/// @unit   a share of 1
/// @shape  labels: [items, labels]; outputs: [labels] of 0 and 1, or of scores
/// @error  micro and macro: the bootstrap over items:
///         docs/reference/formulas.md#items-that-are-drawn-again; samples: Student's interval of
///         the mean over items
/// @throws Error for empty labels and a threshold that is not finite; while running: for a number
///         that is neither 0 nor 1, a score that is not finite, and lengths that differ
/// @source scikit-learn 1.2 f1_score of indicator matrices with zero_division=0
template <class Labels>
[[nodiscard]] auto multilabel_f1(Labels&& labels, const MultiLabelOptions& options = {}) {
  return bind_references(std::forward<Labels>(labels), MultiLabelF1(options));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/multilabel-inl.hpp"
#endif

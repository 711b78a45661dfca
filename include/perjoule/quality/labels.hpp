// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// A class that a model returns directly.
template <class T>
concept ClassLabel = std::integral<T> || std::is_enum_v<T>;

/// A score for each class. The largest ones are taken.
template <class T>
concept ClassScores = requires(const T& scores) {
  requires std::floating_point<std::remove_cvref_t<decltype(std::data(scores)[0])>>;
  { std::size(scores) } -> std::convertible_to<std::size_t>;
};

namespace detail {

[[noreturn]] void no_scores(std::size_t item);
[[noreturn]] void label_without_score(std::size_t item);
[[noreturn]] void score_not_finite(std::size_t item, std::size_t place);
[[noreturn]] void probability_not_finite();
/// @param scores  of an item, whose positive class is `positive`
[[noreturn]] void not_two_scores(std::size_t item, std::size_t scores, std::int64_t positive);

/// @throws Error for a label without a place among the scores of `classes` classes
void check_label(std::int64_t label, std::size_t classes, std::size_t item);

/// Returns the class of the largest score; among equal ones the first, as in argmax of NumPy and
/// PyTorch.
/// @throws Error for no scores, and for a score that is not finite
template <ClassScores Scores>
[[nodiscard]] std::size_t best_class(const Scores& scores, std::size_t item) {
  const auto* const score = std::data(scores);
  const std::size_t classes = std::size(scores);
  if (classes == 0) no_scores(item);
  std::size_t best = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (!is_finite(score[c])) score_not_finite(item, c);
    if (score[c] > score[best]) best = c;
  }
  return best;
}

}  // namespace detail

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Counts whole numbers such as labels, and numbers them 0, 1, 2, ... in the order of their first
/// occurrence.
class LabelIndex {
 public:
  struct LabelCount {
    std::int64_t number;
    std::uint64_t count;
  };

  // Defined once, as those of Entry.
  LabelIndex();
  LabelIndex(const LabelIndex& other);
  LabelIndex(LabelIndex&& other) noexcept;
  LabelIndex& operator=(const LabelIndex& other);
  LabelIndex& operator=(LabelIndex&& other) noexcept;
  ~LabelIndex();

  /// Counts a number and returns its place.
  std::size_t add(std::int64_t number);

  /// Returns the place of a number, which gets the next one if it is new.
  std::size_t find(std::int64_t number);

  /// Adds the counts of numbers that follow.
  void pool(const LabelIndex& next);
  template <class Visit>
  void parts(Visit&& visit) {
    visit(entries_);
    places_.clear();
    for (const LabelCount& label : entries_) places_.emplace(label.number, places_.size());
  }

  /// Returns the numbers in the order of their first occurrence.
  /// @unit none
  [[nodiscard]] View<LabelCount> entries() const noexcept { return entries_; }

 private:
  std::vector<LabelCount> entries_;
  std::unordered_map<std::int64_t, std::size_t> places_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/labels-inl.hpp"
#endif

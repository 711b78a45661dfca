// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// The class that a model names outright.
template <class T>
concept ClassLabel = std::integral<T> || std::is_enum_v<T>;

/// A score for each class, from which the largest are taken.
template <class T>
concept ClassScores = requires(const T& scores) {
  requires std::floating_point<std::remove_cvref_t<decltype(std::data(scores)[0])>>;
  { std::size(scores) } -> std::convertible_to<std::size_t>;
};

namespace detail {

[[noreturn]] void no_scores(std::size_t item);
[[noreturn]] void label_without_score(std::size_t item);
[[noreturn]] void score_not_finite(std::size_t item, std::size_t place);

/// @throws Error for a label that has no place among the scores of so many classes
void check_label(std::int64_t label, std::size_t classes, std::size_t item);

/// The class of the largest score; of equal ones the first, as argmax does in NumPy and PyTorch.
/// @throws Error for no scores, and for one that is not finite
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

/// Whole numbers as they come, such as labels, counted and numbered 0, 1, 2, ... in the order in
/// which each came first.
class LabelIndex {
 public:
  struct LabelCount {
    std::int64_t number;
    std::uint64_t count;
  };

  /// Counts a number once more.
  /// @returns its place among entries()
  std::size_t add(std::int64_t number) {
    const std::size_t place = find(number);
    ++entries_[place].count;
    return place;
  }
  /// The place of a number, which is counted 0 times where it is new.
  std::size_t find(std::int64_t number) {
    if (!slots_.empty()) {
      const std::uint32_t slot = slots_[home(number)];
      if (slot != 0 && entries_[slot - 1].number == number) return slot - 1;
    }
    return find_or_insert(number);
  }

  [[nodiscard]] View<LabelCount> entries() const noexcept { return entries_; }

 private:
  /// Fibonacci hashing: the upper bits of a product spread neighbours, as labels mostly are.
  [[nodiscard]] std::size_t home(std::int64_t number) const noexcept {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(number) * 0x9E37'79B9'7F4A'7C15U) >>
                                    shift_);
  }

  std::size_t find_or_insert(std::int64_t number);

  void grow();

  std::vector<LabelCount> entries_;
  std::vector<std::uint32_t> slots_;  ///< 0 where empty, else a place and one
  unsigned shift_ = 0;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/labels-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"

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

[[noreturn]] void score_not_finite(std::size_t item, std::size_t place);

/// @throws Error for a label that has no place among the scores of so many classes
void check_label(std::int64_t label, std::size_t classes, std::size_t item);

/// The class of the largest score; of equal ones the first, as argmax does in NumPy and PyTorch.
/// @throws Error for no scores, and for one that is not finite
template <ClassScores Scores>
[[nodiscard]] std::size_t best_class(const Scores& scores, std::size_t item) {
  const auto* const score = std::data(scores);
  const std::size_t classes = std::size(scores);
  if (classes == 0) {
    fail("no scores", text::format("item %zu", item).chars, "return one score for each class");
  }
  std::size_t best = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (!is_finite(score[c])) score_not_finite(item, c);
    if (score[c] > score[best]) best = c;
  }
  return best;
}

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/classes-inl.hpp"
#endif

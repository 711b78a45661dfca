// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// A text in UTF-8: std::string, std::string_view, a literal.
template <class T>
concept IsText = std::convertible_to<const T&, std::string_view>;

/// Texts side by side, such as several references that are equally right.
template <class T>
concept SeveralTexts = !IsText<T> && Contiguous<T> &&
                       IsText<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// What the model should have said: one text, or several that are equally right.
template <class T>
concept TextReference = IsText<T> || SeveralTexts<T>;

namespace detail {

/// One text as a list of one, or a list of several.
/// @shape borrowed from the argument
template <TextReference Reference>
[[nodiscard]] Buffer<std::string_view> texts_of(const Reference& reference) {
  Buffer<std::string_view> texts;
  if constexpr (IsText<Reference>) {
    texts.push_back(reference);
  } else {
    const auto* const first = std::data(reference);
    for (std::size_t i = 0; i < std::size(reference); ++i) texts.push_back(first[i]);
  }
  return texts;
}

/// How many references the items have, for the signature: "2", or "var" where it varies.
class ReferenceCount {
 public:
  /// @throws Error for none
  void add(std::size_t references, std::size_t item);

  [[nodiscard]] text::Short shown() const noexcept;

 private:
  std::size_t most_ = 0;
  std::size_t least_ = 0;
};

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/texts-inl.hpp"
#endif

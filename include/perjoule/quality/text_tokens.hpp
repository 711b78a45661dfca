// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0::detail {

/// @param whose  "output" or "reference"
/// @throws Error for a text that is not UTF-8, which names the item
void check_utf8(std::string_view text, std::string_view whose, std::size_t item);

/// Whether Python's str.split() and str.strip() take it for white space.
/// @source Python 3.11, str.isspace: bidirectional type WS, B or S, or category Zs
[[nodiscard]] constexpr bool is_space(char32_t c) noexcept {
  if (c < 0x80U) return c == ' ' || (c >= 0x09U && c <= 0x0DU) || (c >= 0x1CU && c <= 0x1FU);
  return c == 0x85U || c == 0xA0U || c == 0x1680U || (c >= 0x2000U && c <= 0x200AU) ||
         c == 0x2028U || c == 0x2029U || c == 0x202FU || c == 0x205FU || c == 0x3000U;
}

/// The signs of ASCII: string.punctuation of Python.
[[nodiscard]] constexpr bool is_punctuation(char c) noexcept {
  return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
         (c > 'z' && c <= '~');
}

/// The words of a text: what white space separates, as Python's str.split() has it.
/// @param text   valid UTF-8
/// @shape the result is borrowed from text
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);

/// The code points of a text.
/// @param text  valid UTF-8
[[nodiscard]] std::vector<char32_t> code_points_of(std::string_view text);

/// A text without the white space at its ends, as Python's str.strip() has it.
/// @param text  valid UTF-8
[[nodiscard]] std::string_view stripped(std::string_view text);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// A text in UTF-8: std::string, std::string_view, a literal.
template <class T>
concept StringLike = std::convertible_to<const T&, std::string_view>;

/// Texts side by side, such as several references that are equally right.
template <class T>
concept StringRange =
    !StringLike<T> && ContiguousRange<T> &&
    StringLike<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// What the model should have said: one text, or several that are equally right.
template <class T>
concept TextReference = StringLike<T> || StringRange<T>;

namespace detail {

/// One text as a list of one, or a list of several.
/// @shape borrowed from the argument
template <TextReference Reference>
[[nodiscard]] std::vector<std::string_view> texts_of(const Reference& reference) {
  std::vector<std::string_view> texts;
  if constexpr (StringLike<Reference>) {
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

  [[nodiscard]] std::string shown() const;

 private:
  std::size_t most_ = 0;
  std::size_t least_ = 0;
};

}  // namespace detail

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Words numbered 0, 1, 2, ... in the order in which each came first, so that they are compared as
/// whole numbers from then on. It keeps copies of them.
class Vocabulary {
 public:
  /// @returns the number of the word
  std::uint32_t add(std::string_view word);

  /// @shape borrowed until the next word is added
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return {chars_.data() + entries_[number].first, entries_[number].size};
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t hash;
    std::size_t first;
    std::size_t size;
  };

  /// Eight bytes a step: the product carries each bit upwards, the shift brings it down again.
  [[nodiscard]] static std::uint64_t hash_of(std::string_view word) noexcept {
    std::uint64_t hash = word.size();
    for (std::size_t at = 0; at < word.size(); at += 8) {
      std::uint64_t chunk = 0;
      memcpy(&chunk, word.data() + at, word.size() - at < 8 ? word.size() - at : 8);
      hash = (hash ^ chunk) * 0x9E37'79B9'7F4A'7C15U;
      hash ^= hash >> 32U;
    }
    return hash;
  }

  void grow();

  std::vector<Entry> entries_;
  std::string chars_;
  std::vector<std::uint32_t> slots_;  ///< 0 where empty, else a number and one
};

/// The numbers of some words, which are added where they are new.
[[nodiscard]] std::vector<std::uint32_t> token_ids(View<std::string_view> words,
                                                   Vocabulary& vocabulary);

/// How many runs of n tokens there are in a sequence.
[[nodiscard]] constexpr std::size_t n_gram_count(std::size_t tokens, std::size_t n) noexcept {
  return tokens < n ? 0 : tokens - n + 1;
}

/// The n-grams of a sequence of tokens, from 1 to a highest order, and how many of them others
/// have too.
///
/// An n-gram is known by the number of the one that it begins with, which is one token shorter, and
/// its last token: so a key of 64 bits tells it exactly, however long it is, and no two are mixed
/// up. Where another text lacks an n-gram it lacks all longer ones that begin so.
class NGrams {
 public:
  NGrams(View<std::uint32_t> tokens, std::size_t highest_order);

  /// Adds the n-grams that another sequence has too, each at most as often as both have it. Of
  /// several others, one after the other, the one counts for an n-gram that has it most often.
  /// @shape matches: [highest order]
  void match(View<std::uint32_t> other, double* matches);

  /// Begins anew: what is matched next counts by itself.
  void reset_matches() noexcept;

 private:
  struct Gram {
    std::uint64_t key;
    std::uint32_t own;      ///< times in this sequence
    std::uint32_t matched;  ///< of these
    std::uint32_t text;     ///< the other one that in_text counts in
    std::uint32_t in_text;
  };

  [[nodiscard]] static std::uint64_t key_of(std::uint32_t beginning, std::uint32_t last) noexcept {
    return std::uint64_t{beginning} << 32U | last;
  }

  /// The slot of a key, or the empty one where it would be.
  [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept {
    // Both halves of the key are small numbers, which the product alone spreads over few slots.
    std::size_t at = ((key ^ (key >> 29U)) * 0x9E37'79B9'7F4A'7C15U) >> shift_;
    while (slots_[at] != 0 && grams_[slots_[at]].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::size_t highest_order_;
  std::vector<Gram> grams_;
  std::vector<std::uint32_t> slots_;  ///< 0 where empty, else a place among grams_
  std::uint32_t used_ = 0;
  std::uint32_t texts_ = 0;
  unsigned shift_ = 0;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/text_tokens-inl.hpp"
#endif

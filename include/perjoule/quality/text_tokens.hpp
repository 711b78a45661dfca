// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0::detail {

/// @param whose  "output" or "reference"
/// @throws Error for a text that is not UTF-8, which names the item
void check_utf8(std::string_view text, std::string_view whose, std::size_t item);

/// Returns whether Python's str.split() and str.strip() take a character for white space.
/// @source Python 3.11, str.isspace: bidirectional type WS, B or S, or category Zs
[[nodiscard]] constexpr bool is_space(char32_t c) noexcept {
  if (c < 0x80U) return c == ' ' || (c >= 0x09U && c <= 0x0DU) || (c >= 0x1CU && c <= 0x1FU);
  return c == 0x85U || c == 0xA0U || c == 0x1680U || (c >= 0x2000U && c <= 0x200AU) ||
         c == 0x2028U || c == 0x2029U || c == 0x202FU || c == 0x205FU || c == 0x3000U;
}

/// Returns whether a character is a sign of ASCII, as in Python's string.punctuation.
[[nodiscard]] constexpr bool is_punctuation(char c) noexcept {
  return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
         (c > 'z' && c <= '~');
}

/// Returns the words of a text: the parts between white space, as with Python's str.split().
/// @param text   valid UTF-8
/// @shape the result is borrowed from text
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);

/// Returns the code points of a text.
/// @param text  valid UTF-8
[[nodiscard]] std::vector<char32_t> code_points_of(std::string_view text);

/// Returns a text without the white space at its ends, as with Python's str.strip().
/// @param text  valid UTF-8
[[nodiscard]] std::string_view stripped(std::string_view text);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// A text in UTF-8: std::string, std::string_view, a literal.
template <class T>
concept StringLike = std::convertible_to<const T&, std::string_view>;

/// Contiguous texts, such as several references that are equally right.
template <class T>
concept StringRange =
    !StringLike<T> && ContiguousRange<T> &&
    StringLike<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// Expected output of a model: one text, or several that are equally right.
template <class T>
concept TextReference = StringLike<T> || StringRange<T>;

namespace detail {

/// Returns one text as a list of one, or several texts as a list.
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

/// Number of references per item, for the signature: "2", or "var" if it varies.
class ReferenceCount {
 public:
  /// @throws Error for no references
  void add(std::size_t references, std::size_t item);
  /// Adds the items that follow.
  void pool(const ReferenceCount& next) noexcept;

  [[nodiscard]] std::string shown() const;

 private:
  std::size_t most_ = 0;
  std::size_t least_ = 0;
};

}  // namespace detail

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Numbers words 0, 1, 2, ... in the order of their first occurrence, so that they can be compared
/// as whole numbers. It keeps copies of them.
class Vocabulary {
 public:
  /// @returns the number of the word
  std::uint32_t add(std::string_view word);

  /// @shape borrowed until the next word is added
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return words_[number];
  }
  [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }

  template <class Visit>
  void parts(Visit&& visit) {
    visit(words_);
    ids_.clear();
    for (const std::string& word : words_) {
      ids_.emplace(word, static_cast<std::uint32_t>(ids_.size()));
    }
  }

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::uint32_t> ids_;
};

/// Returns the numbers of some words. New words are added.
[[nodiscard]] std::vector<std::uint32_t> token_ids(View<std::string_view> words,
                                                   Vocabulary& vocabulary);

/// Returns the number of runs of n tokens in a sequence.
[[nodiscard]] constexpr std::size_t n_gram_count(std::size_t tokens, std::size_t n) noexcept {
  return tokens < n ? 0 : tokens - n + 1;
}

/// N-grams of a sequence of tokens, from 1 to a highest order, with the number of their matches in
/// other sequences.
///
/// An n-gram is identified by its last token and by the number of the n-gram that it begins with,
/// which is one token shorter. So a key of 64 bits identifies it exactly, however long it is. If
/// another text lacks an n-gram, it also lacks all longer ones that begin with it.
class NGrams {
 public:
  NGrams(View<std::uint32_t> tokens, std::size_t highest_order);

  /// Adds the n-grams that another sequence has too, each at most as often as both have it. With
  /// several other sequences, one after another, the one that has an n-gram most often counts.
  /// @shape matches: [highest order]
  void match(View<std::uint32_t> other, double* matches);

  /// Resets the matches, so that the next sequence counts by itself.
  void reset_matches() noexcept;

 private:
  struct Gram {
    std::uint64_t key;
    std::uint32_t own;      ///< times in this sequence
    std::uint32_t matched;  ///< of these, matched
    std::uint32_t text;     ///< the other sequence that in_text counts in
    std::uint32_t in_text;
  };

  [[nodiscard]] static std::uint64_t key_of(std::uint32_t beginning, std::uint32_t last) noexcept {
    return std::uint64_t{beginning} << 32U | last;
  }

  /// Returns the slot of a key, or the empty slot where it would be.
  [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept {
    // Both halves of the key are small numbers, which the product alone would spread over few
    // slots.
    std::size_t at = ((key ^ (key >> 29U)) * 0x9E37'79B9'7F4A'7C15U) >> shift_;
    while (slots_[at] != 0 && grams_[slots_[at]].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::size_t highest_order_;
  std::vector<Gram> grams_;
  std::vector<std::uint32_t> slots_;  ///< 0 if empty, otherwise an index into grams_
  std::uint32_t used_ = 0;
  std::uint32_t texts_ = 0;
  unsigned shift_ = 0;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/text_tokens-inl.hpp"
#endif

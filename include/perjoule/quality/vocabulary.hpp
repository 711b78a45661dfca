// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

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

  Buffer<Entry> entries_;
  Buffer<char> chars_;
  Buffer<std::uint32_t> slots_;  ///< 0 where empty, else a number and one
};

/// The numbers of some words, which are added where they are new.
[[nodiscard]] Buffer<std::uint32_t> numbers_of(View<std::string_view> words,
                                               Vocabulary& vocabulary);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/vocabulary-inl.hpp"
#endif

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
  PERJOULE_PER_ITEM std::uint32_t add(std::string_view word) {
    if (2 * entries_.size() >= slots_.size()) grow();
    const std::uint64_t hash = hash_of(word);
    std::size_t at = hash & (slots_.size() - 1);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
      const std::uint32_t found = slots_[at] - 1;
      if (entries_[found].hash == hash && (*this)[found] == word) return found;
    }
    entries_.push_back({hash, chars_.size(), word.size()});
    chars_.append(word);
    slots_[at] = static_cast<std::uint32_t>(entries_.size());
    return slots_[at] - 1;
  }

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

  PERJOULE_COLD void grow() {
    const std::size_t size = slots_.empty() ? 256 : 2 * slots_.size();
    slots_ = Buffer<std::uint32_t>(size);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      std::size_t at = entries_[i].hash & (size - 1);
      while (slots_[at] != 0) at = (at + 1) & (size - 1);
      slots_[at] = static_cast<std::uint32_t>(i + 1);
    }
  }

  Buffer<Entry> entries_;
  Buffer<char> chars_;
  Buffer<std::uint32_t> slots_;  ///< 0 where empty, else a number and one
};

/// The numbers of some words, which are added where they are new.
[[nodiscard]] PERJOULE_COLD inline Buffer<std::uint32_t> numbers_of(View<std::string_view> words,
                                                                    Vocabulary& vocabulary) {
  Buffer<std::uint32_t> numbers(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) numbers[i] = vocabulary.add(words[i]);
  return numbers;
}

}  // namespace perjoule::inline v0::detail

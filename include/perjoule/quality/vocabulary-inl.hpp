// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/vocabulary.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::uint32_t Vocabulary::add(std::string_view word) {
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

PERJOULE_INLINE void Vocabulary::grow() {
  const std::size_t size = slots_.empty() ? 256 : 2 * slots_.size();
  slots_ = Buffer<std::uint32_t>(size);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = entries_[i].hash & (size - 1);
    while (slots_[at] != 0) at = (at + 1) & (size - 1);
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

PERJOULE_INLINE Buffer<std::uint32_t> numbers_of(View<std::string_view> words,
                                                 Vocabulary& vocabulary) {
  Buffer<std::uint32_t> numbers(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) numbers[i] = vocabulary.add(words[i]);
  return numbers;
}

}  // namespace perjoule::inline v0::detail

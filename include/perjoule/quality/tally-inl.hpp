// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/tally.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t Tally::find_further(std::int64_t number) {
  if (2 * entries_.size() >= slots_.size()) grow();
  std::size_t at = home(number);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (entries_[slots_[at] - 1].number == number) return slots_[at] - 1;
  }
  entries_.push_back({number, 0});
  slots_[at] = static_cast<std::uint32_t>(entries_.size());
  return entries_.size() - 1;
}

PERJOULE_INLINE void Tally::grow() {
  const std::size_t size = slots_.empty() ? 64 : 2 * slots_.size();
  shift_ = static_cast<unsigned>(__builtin_clzll(size)) + 1;
  slots_ = Buffer<std::uint32_t>(size);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = home(entries_[i].number);
    while (slots_[at] != 0) at = (at + 1) & (size - 1);
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace perjoule::inline v0::detail

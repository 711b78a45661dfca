// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/cache_flusher.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Bytes largest_cache(const std::string& root) {
  Bytes largest{0.0};
  for (int index = 0; index < 16; ++index) {  // a CPU has four or five
    const std::string cache =
        text::format("{}/sys/devices/system/cpu/cpu0/cache/index{}", root, index);
    const std::optional<std::string> size = read_file(cache + "/size");
    if (!size) continue;
    std::string_view unit = *size;
    const double number = take_number(unit).value_or(0.0);
    const double factor = unit.starts_with('M') ? 1048576.0 : unit.starts_with('K') ? 1024.0 : 1.0;
    const Bytes found(number * factor);
    const bool is_possible = is_finite(found.si()) && found < Bytes(1e12);
    if (is_possible) largest = std::max(largest, found);
  }
  return largest;
}

PERJOULE_INLINE CacheFlusher::CacheFlusher(Bytes largest)
    : lines_(static_cast<std::size_t>(2.0 * std::max(largest, least).si())) {}

PERJOULE_INLINE void CacheFlusher::flush() const noexcept {
  constexpr std::size_t line = 64;
  const volatile char* const lines = lines_.data();
  for (std::size_t i = 0; i < lines_.size(); i += line) static_cast<void>(lines[i]);
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/engine/measure_options.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Bytes largest_cache(const char* root) noexcept {
  Bytes largest{0.0};
  for (int index = 0; index < 8; ++index) {
    char content[64];
    const auto path =
        text::format("%s/sys/devices/system/cpu/cpu0/cache/index%d/size", root, index);
    if (read_small_file(path.chars, content, sizeof content) <= 0) continue;
    char* unit = content;
    const double number = parse_double(content, &unit);
    const double factor = *unit == 'M' ? 1048576.0 : *unit == 'K' ? 1024.0 : 1.0;
    if (largest < Bytes(number * factor)) largest = Bytes(number * factor);
  }
  return largest;
}

PERJOULE_INLINE CacheFlusher::CacheFlusher(Bytes largest)
    : lines_(static_cast<std::size_t>(largest < least ? 2.0 * least.si() : 2.0 * largest.si())) {}

PERJOULE_INLINE void CacheFlusher::flush() const noexcept {
  constexpr std::size_t line = 64;
  const volatile char* const lines = lines_.data();
  for (std::size_t i = 0; i < lines_.size(); i += line) static_cast<void>(lines[i]);
}

}  // namespace perjoule::inline v0::detail

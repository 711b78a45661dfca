// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// What a pass finds in the CPU's caches.
enum class Caches : std::uint8_t {
  warm,     ///< what the passes before left there, as in a server that does nothing else
  flushed,  ///< nothing of a model of one thread, as when other programs ran since its last pass
};

[[nodiscard]] constexpr const char* name(Caches caches) noexcept {
  return caches == Caches::warm ? "warm" : "flushed";
}

namespace detail {

/// The largest cache that the first CPU reads through.
/// @unit   B; 0 where the system does not tell
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/size: "32K"
[[nodiscard]] PERJOULE_COLD inline Bytes largest_cache(const char* root) noexcept {
  Bytes largest{0.0};
  for (int index = 0; index < 8; ++index) {
    char content[64];
    const auto path =
        text::format("%s/sys/devices/system/cpu/cpu0/cache/index%d/size", root, index);
    if (read_small_file(path.chars, content, sizeof content) <= 0) continue;
    char* unit = content;
    const double number = to_number(content, &unit);
    const double factor = *unit == 'M' ? 1048576.0 : *unit == 'K' ? 1024.0 : 1.0;
    if (largest < Bytes(number * factor)) largest = Bytes(number * factor);
  }
  return largest;
}

/// Fills the caches with other data.
class CacheFlusher {
 public:
  /// One that flushes nothing.
  CacheFlusher() = default;
  /// @param largest  cache. Twice as much is read: once would do if the line that was not used for
  ///                 longest always went first, which newer caches only approach. And 64 MiB at
  ///                 the least, for some systems keep their last level to themselves
  PERJOULE_COLD explicit CacheFlusher(Bytes largest)
      : lines_(static_cast<std::size_t>(largest < least ? 2.0 * least.si() : 2.0 * largest.si())) {}

  /// Only reads: lines that were written to would be written back during the pass.
  PERJOULE_COLD void flush() const noexcept {
    constexpr std::size_t line = 64;
    const volatile char* const lines = lines_.data();
    for (std::size_t i = 0; i < lines_.size(); i += line) static_cast<void>(lines[i]);
  }

 private:
  static constexpr Bytes least{33554432.0};

  Buffer<char> lines_;
};

}  // namespace detail

}  // namespace perjoule::inline v0

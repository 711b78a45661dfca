// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
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
[[nodiscard]] Bytes largest_cache(const char* root) noexcept;

/// Fills the caches with other data.
class CacheFlusher {
 public:
  /// One that flushes nothing.
  CacheFlusher() = default;
  /// @param largest  cache. Twice as much is read: once would do if the line that was not used for
  ///                 longest always went first, which newer caches only approach. And 64 MiB at
  ///                 the least, for some systems keep their last level to themselves
  explicit CacheFlusher(Bytes largest);

  /// Only reads: lines that were written to would be written back during the pass.
  void flush() const noexcept;

 private:
  static constexpr Bytes least{33554432.0};

  Buffer<char> lines_;
};

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/caches-inl.hpp"
#endif

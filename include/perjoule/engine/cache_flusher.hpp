// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// The size of the largest cache of the first CPU.
/// @unit   B; 0 where the system does not tell
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/size: "32K"
[[nodiscard]] Bytes largest_cache(const std::string& root);

/// Fills the caches with other data.
class CacheFlusher {
 public:
  /// @param largest  cache. Twice as much is read: once would do if the least recently used line
  ///                 always went first, which newer caches only approach. And it is 64 MiB at the
  ///                 least, since some systems do not tell of their last level
  explicit CacheFlusher(Bytes largest);

  /// Only reads, since lines that were written to would be written back during the pass.
  void flush() const noexcept;

 private:
  static constexpr Bytes least{33554432.0};

  std::vector<char> lines_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/cache_flusher-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Returns the size of the largest cache of the first CPU.
/// @unit   B; 0 if the system does not report it
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/size: "32K"
[[nodiscard]] Bytes largest_cache(const std::string& root);

/// Evicts the contents of the caches by reading other data.
class CacheFlusher {
 public:
  /// @param largest  size of the largest cache. Twice that size is read: once would be enough if
  ///                 the least recently used line were always evicted first, but newer caches only
  ///                 approximate that. At least 64 MiB are read, since some systems do not report
  ///                 their last-level cache
  explicit CacheFlusher(Bytes largest);

  /// Only reads: written lines would be written back during the pass.
  void flush() const noexcept;

 private:
  static constexpr Bytes least{33554432.0};

  std::vector<char> lines_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/cache_flusher-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

class Recording;
struct RegionRecord;
struct ThreadRecord;

/// One call of a region, from start to end. It must not outlive the recording, and must end in the
/// thread in which it began.
class RegionScope {
 public:
  RegionScope(Recording& recording, std::size_t region);
  RegionScope(const RegionScope&) = delete;
  RegionScope& operator=(const RegionScope&) = delete;
  ~RegionScope();

  /// Marks the call as thrown: it is counted, but its time is not.
  void mark_thrown() noexcept { threw_ = true; }

 private:
  Recording& recording_;
  ThreadRecord& thread_;
  RegionRecord& of_;
  RegionScope* outer_ = nullptr;
  std::uint64_t begin_ = 0;
  std::uint64_t nested_ = 0;  ///< ticks of nested regions
  bool is_timed_ = true;
  bool threw_ = false;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/region_scope-inl.hpp"
#endif

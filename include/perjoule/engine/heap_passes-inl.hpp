// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/keep.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/engine/heap_passes.hpp"
#include "perjoule/memory/resident_peak.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool hook_is_working(HeapCounting& counting) noexcept {
  counting.start();
  char* const copy = strdup("a probe");
  keep(copy);
  free(copy);
  counting.stop();
  return counting.allocations() >= 1.0 && counting.live() == 0.0;
}

PERJOULE_INLINE HeapUse allocated_by_passes(AnyMeter& clock, const PassBatch& batch,
                                            HeapCounting& counting, Seconds most) {
  HeapUse use;
  double allocations = 0.0;
  double allocated = 0.0;
  double kept = 0.0;
  double peak = 0.0;
  const std::size_t passes = run_one_by_one(
      clock, batch, most, [&] { counting.start(); },
      [&] {
        counting.stop();
        allocations += counting.allocations();
        allocated += counting.allocated();
        kept += counting.live();
        if (counting.peak() > peak) peak = counting.peak();
        return counting.is_alone();
      });
  if (!counting.is_alone()) {
    use.why_missing = "another measurement counted the allocator at the same time";
    return use;
  }
  const auto each = static_cast<double>(passes);
  use.source = "allocator";
  use.passes = passes;
  use.why_missing = "";
  use.peak = exact(Bytes(peak));
  use.allocations = allocations / each;
  use.allocated = allocated / each;
  if (batch.prepare == nullptr) use.kept = kept / each;
  return use;
}

PERJOULE_INLINE HeapUse resident_in_passes(AnyMeter& clock, const PassBatch& batch, Seconds most) {
  HeapUse use;
  ResidentPeak resident;
  if (!resident.is_working()) {
    use.why_missing = "neither the allocator nor the resident set can be watched here";
    return use;
  }
  std::int64_t peak = 0;
  bool is_read = true;
  const std::size_t passes = run_one_by_one(
      clock, batch, most, [&] { resident.start(); },
      [&] {
        const std::int64_t growth = resident.growth();
        is_read = is_read && growth >= 0;
        if (growth > peak) peak = growth;
        return is_read;
      });
  if (!is_read) {
    use.why_missing = "the resident set could not be read";
    return use;
  }
  use.source = "resident set";
  use.passes = passes;
  use.why_missing = "";
  use.peak = {Bytes(static_cast<double>(peak)), Bytes(0.0), known_dof,
              Bytes(late_pages() / math::square_root(3.0)), Provenance::measured};
  return use;
}

PERJOULE_INLINE HeapUse heap_of_passes(AnyMeter& clock, const PassBatch& batch, Seconds most,
                                       bool falls_back) {
  HeapUse use;
  if (heap_counts.is_hooked) {
    HeapCounting counting;
    if (!counting.is_alone() || hook_is_working(counting)) {
      return allocated_by_passes(clock, batch, counting, most);
    }
    use.why_missing = "another allocator comes before the hook in this program";
  } else {
    use.why_missing = "the allocator is not counted in this program: integrations/heap_hook.hpp";
  }
  return falls_back ? resident_in_passes(clock, batch, most) : use;
}

}  // namespace perjoule::inline v0::detail

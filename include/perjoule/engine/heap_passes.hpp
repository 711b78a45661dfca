// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/keep.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/memory/heap.hpp"
#include "perjoule/memory/resident_peak.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0::detail {

/// Whether the C library's own allocations are counted: they are not where another allocator comes
/// before the hook.
[[nodiscard]] PERJOULE_COLD inline bool hook_is_working(HeapCounting& counting) noexcept {
  counting.start();
  char* const copy = strdup("a probe");
  keep(copy);
  free(copy);
  counting.stop();
  return counting.allocations() >= 1.0 && counting.live() == 0.0;
}

/// Runs each input once more until so much time is over. One pass at a time, for a peak is that of
/// a pass; of k callers k passes at once.
/// @param begin, end  what is done round each; end() is false where no further one makes sense
template <class Begin, class End>
[[nodiscard]] std::size_t run_one_by_one(AnyMeter& clock, const PassBatch& batch, Seconds most,
                                         Begin&& begin, End&& end) {
  const std::size_t items = batch.order.size();
  const Instant deadline = clock.now() + most;
  std::size_t place = 0;
  std::size_t passes = 0;
  bool goes_on = true;
  do {
    if (batch.prepare != nullptr) {
      batch.prepare(batch.model, batch.order.data(), items, place, batch.callers);
    }
    begin();
    batch.run(batch.model, batch.order.data(), items, place, batch.callers);
    goes_on = end();
    passes += batch.callers;
    place = (place + batch.callers) % items;
  } while (goes_on && passes < items && clock.now() < deadline);
  return passes;
}

/// What passes ask of the allocator, which is counted.
[[nodiscard]] PERJOULE_COLD inline HeapUse allocated_by_passes(AnyMeter& clock,
                                                               const PassBatch& batch,
                                                               HeapCounting& counting,
                                                               Seconds most) {
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

/// How far the resident set grows in a pass.
/// @error the ends of a rectangle of late_pages()
[[nodiscard]] PERJOULE_COLD inline HeapUse resident_in_passes(AnyMeter& clock,
                                                              const PassBatch& batch,
                                                              Seconds most) {
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

/// Of the allocator where it is counted in this program.
/// @param falls_back  to the resident set elsewhere
[[nodiscard]] PERJOULE_COLD inline HeapUse heap_of_passes(AnyMeter& clock, const PassBatch& batch,
                                                          Seconds most, bool falls_back) {
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

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/keep.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/memory/heap.hpp"
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

/// Runs each input once more while the allocator is counted, until so much time is over. One pass
/// at a time, for the peak is that of a pass; of k callers k passes at once.
[[nodiscard]] PERJOULE_COLD inline HeapUse heap_of_passes(AnyMeter& clock, const PassBatch& batch,
                                                          Seconds most) {
  HeapUse use;
  if (!heap_counts.is_hooked) {
    use.why_missing = "the allocator is not counted in this program: integrations/heap_hook.hpp";
    return use;
  }
  HeapCounting counting;
  if (counting.is_alone() && !hook_is_working(counting)) {
    use.why_missing = "another allocator comes before the hook in this program";
    return use;
  }
  const std::size_t items = batch.order.size();
  const Instant deadline = clock.now() + most;
  double allocations = 0.0;
  double allocated = 0.0;
  double kept = 0.0;
  double peak = 0.0;
  std::size_t place = 0;
  std::size_t passes = 0;
  do {
    if (!counting.is_alone()) break;
    if (batch.prepare != nullptr) {
      batch.prepare(batch.model, batch.order.data(), items, place, batch.callers);
    }
    counting.start();
    batch.run(batch.model, batch.order.data(), items, place, batch.callers);
    counting.stop();
    allocations += counting.allocations();
    allocated += counting.allocated();
    kept += counting.live();
    if (counting.peak() > peak) peak = counting.peak();
    passes += batch.callers;
    place = (place + batch.callers) % items;
  } while (passes < items && clock.now() < deadline);
  if (!counting.is_alone()) {
    use.why_missing = "another measurement counted the allocator at the same time";
    return use;
  }
  const auto each = static_cast<double>(passes);
  use.passes = passes;
  use.why_missing = "";
  use.peak = exact(Bytes(peak));
  use.allocations = allocations / each;
  use.allocated = allocated / each;
  if (batch.prepare == nullptr) use.kept = kept / each;
  return use;
}

}  // namespace perjoule::inline v0::detail

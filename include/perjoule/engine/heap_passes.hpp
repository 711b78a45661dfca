// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/memory/heap.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0::detail {

/// Runs each input once more while the allocator is counted, until so much time is over. One pass
/// at a time, for the peak is that of a pass; of k callers k passes, which stand for one.
[[nodiscard]] PERJOULE_COLD inline HeapUse heap_of_passes(AnyMeter& clock, const PassBatch& batch,
                                                          Seconds most) {
  HeapUse use;
  if (!heap_counts.is_hooked) {
    use.why_missing = "the allocator is not counted in this program: integrations/heap_hook.hpp";
    return use;
  }
  const std::size_t items = batch.order.size();
  const Instant deadline = clock.now() + most;
  double allocations = 0.0;
  double allocated = 0.0;
  double kept = 0.0;
  std::int64_t peak = 0;
  std::size_t place = 0;
  do {
    if (batch.prepare != nullptr) {
      batch.prepare(batch.model, batch.order.data(), items, place, batch.callers);
    }
    {
      const HeapCounting counting;
      batch.run(batch.model, batch.order.data(), items, place, batch.callers);
    }
    allocations += static_cast<double>(heap_counts.allocations);
    allocated += static_cast<double>(heap_counts.allocated);
    kept += static_cast<double>(heap_counts.live);
    if (heap_counts.peak > peak) peak = heap_counts.peak;
    ++use.passes;
    place = (place + batch.callers) % items;
  } while (use.passes * batch.callers < items && clock.now() < deadline);
  const auto passes = static_cast<double>(use.passes * batch.callers);
  use.why_missing = "";
  use.peak = exact(Bytes(static_cast<double>(peak)));
  use.allocations = allocations / passes;
  use.allocated = allocated / passes;
  use.kept = kept / passes;
  return use;
}

}  // namespace perjoule::inline v0::detail

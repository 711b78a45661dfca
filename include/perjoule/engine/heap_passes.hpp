// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/memory/heap.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0::detail {

/// Whether the C library's own allocations are counted: they are not where another allocator comes
/// before the hook.
[[nodiscard]] bool hook_is_working(HeapCounting& counting) noexcept;

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
[[nodiscard]] HeapUse allocated_by_passes(AnyMeter& clock, const PassBatch& batch,
                                          HeapCounting& counting, Seconds most);

/// How far the resident set grows in a pass.
/// @error the ends of a rectangle of late_pages()
[[nodiscard]] HeapUse resident_in_passes(AnyMeter& clock, const PassBatch& batch, Seconds most);

/// Of the allocator where it is counted in this program.
/// @param falls_back  to the resident set elsewhere
[[nodiscard]] HeapUse heap_of_passes(AnyMeter& clock, const PassBatch& batch, Seconds most,
                                     bool falls_back);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/heap_passes-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <utility>

#include "perjoule/memory/heap.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Calls `load` and returns the bytes that the heap holds afterwards and did not before: what a
/// model takes in memory whose engine keeps its buffers to itself.
///
///     std::optional<Engine> engine;
///     plan.resident_weights = loaded_bytes([&] { engine.emplace("model.bin"); });
///
/// What an engine only prepares in its first pass belongs into `load`, too. Beside the weights it
/// counts whatever else is loaded with them, such as a dictionary. A file that is mapped into
/// memory isn't on the heap, and neither is what the engine shares with a model that was loaded
/// before.
///
/// @unit   B
/// @return 0 where allocations are not counted (integrations/heap_hook.hpp is not in the program,
///         or another thread is just counting) and where nothing is kept;
///         MeasureOptions::resident_weights takes it as "not given"
/// @error  as the allocator rounds sizes up: about 8 bytes for each buffer
/// @throws what `load` throws
template <class Load>
[[nodiscard]] Bytes loaded_bytes(Load&& load) {
  detail::HeapCounter counter;
  counter.start();
  std::forward<Load>(load)();
  counter.stop();
  const double kept = counter.live();
  const bool is_counted = detail::heap_counts.is_hooked && counter.is_exclusive() && kept > 0.0;
  return Bytes(is_counted ? kept : 0.0);
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/record/cost.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE CostOf cost_of(const Entry& entry, Cost cost) noexcept {
  switch (cost) {
    case Cost::active_energy:
      return {"active energy", "J/item", bare(entry.active_energy)};
    case Cost::time:
      return {"time", "s/item", bare(entry.wall_time)};
    case Cost::stored:
      return {"the files' size", "B", bare(entry.footprint.stored)};
    case Cost::resident:
      return {"the weights' size in memory", "B", bare(entry.footprint.resident)};
    case Cost::peak:
      return {"the peak of a pass", "B", bare(entry.heap.peak)};
    case Cost::energy:
      break;
  }
  return {"energy", "J/item", bare(entry.energy)};
}

}  // namespace perjoule::inline v0::detail

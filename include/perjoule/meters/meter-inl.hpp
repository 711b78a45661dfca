// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void Reading::resize(std::size_t zones) {
  counts.resize(zones);
  ticks.resize(zones);
}

PERJOULE_INLINE NoMeter::NoMeter() {
  description_.source = "none";
  description_.note = "energy is not measured";
}

}  // namespace perjoule::inline v0

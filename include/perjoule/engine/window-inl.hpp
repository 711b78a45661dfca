// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <iterator>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/window.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void Samples::add(const Window& window) {
  const Estimate<Joules>& found = window.energy.energy;
  const bool known = found.is_known();
  const double row[columns] = {
      window.items.si(),
      window.wall.si(),
      window.cpu.si(),
      known ? found.value.si() : detail::quiet_nan(),
      known ? found.random.si() : detail::quiet_nan(),
      known ? common_without_gain(found, window.energy.gain.whole).si() : detail::quiet_nan(),
      window.interference.others_cpu.si(),
      window.interference.steal.si(),
      window.interference.temperature_c,
      window.interference.frequency_hz,
      window.clean.si(),
      window.clean_items.si()};
  table.insert(table.end(), std::begin(row), std::end(row));
  if (known) {
    gain.whole = std::max(gain.whole, window.energy.gain.whole);
    gain.between = std::max(gain.between, window.energy.gain.between);
    return;
  }
  ++dropped;
  why_dropped = window.energy.why_missing;
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/window.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void Samples::add(const Window& window) {
  const Estimate<Joules>& found = window.energy.energy;
  const bool known = found.is_known();
  const double row[columns] = {window.items.si(),
                               window.wall.si(),
                               window.cpu.si(),
                               known ? found.value.si() : detail::no_number(),
                               known ? found.random.si() : detail::no_number(),
                               known ? found.common.si() : detail::no_number(),
                               window.beside.others.si(),
                               window.beside.steal.si(),
                               window.beside.temperature_c,
                               window.beside.frequency_hz,
                               window.clean.si(),
                               window.clean_items.si()};
  table.append(row);
  if (known) return;
  ++dropped;
  why_dropped = window.energy.why_missing;
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_source.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE EventReading::EventReading() = default;

PERJOULE_INLINE EventReading::EventReading(const EventSourceDescription& source) {
  resize(source.events.size());
}

PERJOULE_INLINE void EventReading::resize(std::size_t events) {
  counts.resize(events);
  enabled.resize(events);
  running.resize(events);
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double remaining_uncertainty(double whole, double part) noexcept {
  return std::sqrt(std::max(whole * whole - part * part, 0.0));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Reading::Reading() = default;

PERJOULE_INLINE Reading::Reading(const MeterDescription& meter)
    : counts(meter.zones.size()), ticks(meter.zones.size()) {}

PERJOULE_INLINE bool has_known_gain(const MeterDescription& meter) noexcept {
  return !meter.zones.empty() && std::all_of(meter.zones.begin(), meter.zones.end(),
                                             [](const Zone& zone) { return zone.gain.is_known(); });
}

PERJOULE_INLINE void Reading::resize(std::size_t zones) {
  counts.resize(zones);
  ticks.resize(zones);
}

PERJOULE_INLINE AnyMeter::AnyMeter(AnyMeter&& other) noexcept
    : meter_(std::exchange(other.meter_, nullptr)) {}

PERJOULE_INLINE AnyMeter& AnyMeter::operator=(AnyMeter&& other) noexcept {
  std::swap(meter_, other.meter_);
  return *this;
}

PERJOULE_INLINE AnyMeter::~AnyMeter() { delete meter_; }

PERJOULE_INLINE NoMeter::NoMeter() {
  description_.source = "none";
  description_.note = "energy is not measured";
}

static_assert(EnergyMeter<NoMeter>);

}  // namespace perjoule::inline v0

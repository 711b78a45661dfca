// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0::detail {

/// Some sleeping windows' power, or why there is none.
struct IdleBlock {
  Estimate<Watts> power;
  const char* why_missing = "";
};

/// Idle power during the windows, from a block before and one after them.
///
/// The power in between is taken as the mean of both. If it drifted, nobody knows along which
/// curve: the truth is taken as anywhere between the two, which has a standard deviation of a
/// sqrt(12)th of their distance.
/// @unit   W
/// @error  random: scatter of both blocks and drift; common: the mean of both, of one meter
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                           const Estimate<Watts>& after) noexcept;

/// A short sleep, as a piece of work.
struct Nap {
  AnyMeter& meter;
  Seconds length;

  static void take(void* self) {
    const Nap& nap = *static_cast<const Nap*>(self);
    nap.meter.wait(nap.length);
  }
};

/// Sleeps through a few windows and reads their power. Where others are at work meanwhile, that is
/// not the machine's idle power, and there is none.
[[nodiscard]] IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                     const SystemFiles& files = {}) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/idle-inl.hpp"
#endif

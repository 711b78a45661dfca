// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// No meter at all: time is measured, energy is missing.
class NoMeter {
 public:
  NoMeter();

  [[nodiscard]] static bool read(Reading& reading) noexcept {
    reading.begin = reading.end = SystemClock::now();
    return true;
  }
  [[nodiscard]] static WindowEnergy energy(const Reading&, const Reading&) noexcept {
    return {{}, "no meter was asked for"};
  }
  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

 private:
  MeterDescription description_;
};

static_assert(EnergyMeter<NoMeter>);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/no_meter-inl.hpp"
#endif

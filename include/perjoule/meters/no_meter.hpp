// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0 {

/// No meter at all: time is measured, energy is missing.
class NoMeter {
 public:
  PERJOULE_COLD NoMeter() {
    description_.source = "none";
    description_.note = "energy is not measured";
  }

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

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdio.h>
#include <time.h>

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/measured_span.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string utc_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  char seconds[32];
  char text[48];
  strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
  const int milliseconds = static_cast<int>(now.tv_nsec / 1'000'000);
  const int size = snprintf(text, sizeof text, "%s.%03dZ", seconds, milliseconds);
  return {text, static_cast<std::size_t>(size)};
}

PERJOULE_INLINE Seconds boot_now() {
  // "monotonic SECONDS NANOSECONDS" and "boottime SECONDS NANOSECONDS"
  const std::string offsets = read_file("/proc/self/timens_offsets").value_or("");
  if (offsets.find_first_of("123456789") != offsets.npos) return Seconds(quiet_nan());
  timespec now{};
  if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) return Seconds(quiet_nan());
  return Seconds(static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec));
}

PERJOULE_INLINE Instant RunningSpan::monotonic_now() noexcept { return SystemClock::now(); }

PERJOULE_INLINE MeasuredSpan RunningSpan::until_now(Provenance meter) const {
  if (meter == Provenance::simulated) return {};
  return {began_utc_, monotonic_now() - begin_, began_boot_};
}

}  // namespace perjoule::inline v0::detail

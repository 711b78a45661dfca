// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdio.h>
#include <time.h>

#include "perjoule/core/config.hpp"
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

PERJOULE_INLINE Instant RunningSpan::monotonic_now() noexcept { return SystemClock::now(); }

PERJOULE_INLINE MeasuredSpan RunningSpan::until_now(Provenance meter) const {
  if (meter == Provenance::simulated) return {};
  return {began_utc_, monotonic_now() - begin_};
}

}  // namespace perjoule::inline v0::detail

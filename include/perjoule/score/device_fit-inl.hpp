// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/device_fit.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void expect_device(const DeviceProfile& device) {
  const bool memory = is_finite(device.memory.si()) && device.memory > Bytes(0.0);
  const bool share =
      is_finite(device.usable_share) && device.usable_share > 0.0 && device.usable_share <= 1.0;
  const bool reserve = is_finite(device.reserve.si()) && device.reserve >= Bytes(0.0) &&
                       device.reserve < device.memory * device.usable_share;
  const bool flash = is_finite(device.flash.si()) && device.flash >= Bytes(0.0);
  if (memory && share && reserve && flash) return;
  fail("a device without memory for a model", device.name,
       "give it memory in bytes, a usable share from 0 to 1, and a reserve that leaves something");
}

PERJOULE_INLINE void expect_requirement(const Estimate<Bytes>& need, std::string_view what) {
  if (is_known_and_finite(strip_unit(need)) && need.value < Bytes(0.0)) {
    fail("a model needs less than nothing", what, "pass bytes from 0 on, or leave it missing");
  }
}

PERJOULE_INLINE Estimate<Bytes> remaining_bytes(Bytes room, const Estimate<Bytes>& need) {
  if (!is_known_and_finite(strip_unit(need))) return {};
  return {room - need.value, need.random, need.dof, need.common,
          worst(need.provenance, Provenance::estimated)};
}

PERJOULE_INLINE FitVerdict fit_verdict_of(Bytes room, const Estimate<Bytes>& need) {
  if (!is_known_and_finite(strip_unit(need))) return FitVerdict::unknown;
  Interval<Bytes> bounds = interval(need);
  // A modelled need without uncertainty has no interval, since nothing bounds its error. Without
  // this line, the comparisons below would involve NaN, which -ffast-math lets come out either way.
  if (!bounds.is_known()) return FitVerdict::unknown;
  if (bounds.high <= room) return FitVerdict::fits;
  return bounds.low > room ? FitVerdict::does_not_fit : FitVerdict::unknown;
}

PERJOULE_INLINE std::string as_bytes(Bytes bytes) {
  const text::Prefix prefix = text::prefix_of(bytes.si());
  return text::format("{} {}B", text::significant(bytes.si() / prefix.factor, 3), prefix.symbol);
}

PERJOULE_INLINE std::string fit_reason(FitVerdict verdict, std::string_view what,
                                       const Estimate<Bytes>& need, Bytes room,
                                       std::string_view where) {
  const std::string offered = as_bytes(room);
  if (!is_known_and_finite(strip_unit(need))) {
    return text::format("{}: not known; there is {} of {}", what, offered, where);
  }
  const std::string needed = as_bytes(need.value);
  if (verdict == FitVerdict::unknown) {
    return text::format("{}, {}: too close to {} of {} to tell", what, needed, offered, where);
  }
  const bool fits = verdict == FitVerdict::fits;
  return text::format("{}, {}: {} {} {} of {}", what, needed,
                      as_bytes(fits ? room - need.value : need.value - room),
                      fits ? "left of" : "more than", offered, where);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE DeviceFit fits(const DeviceProfile& device, const MemoryRequirement& need) {
  detail::expect_device(device);
  detail::expect_requirement(need.weights, "weights");
  detail::expect_requirement(need.peak, "peak");
  const Bytes room = device.memory * device.usable_share - device.reserve;
  const bool apart = device.flash > Bytes(0.0);
  const Estimate<Bytes> in_memory = apart ? need.peak : total(need.weights, need.peak);
  DeviceFit fit;
  fit.memory_left = detail::remaining_bytes(room, in_memory);
  fit.verdict = detail::fit_verdict_of(room, in_memory);
  fit.why = detail::fit_reason(fit.verdict, apart ? "peak" : "weights and peak", in_memory, room,
                               "memory");
  if (apart) {
    fit.flash_left = detail::remaining_bytes(device.flash, need.weights);
    const FitVerdict in_flash = detail::fit_verdict_of(device.flash, need.weights);
    fit.why =
        text::format("{}; {}", fit.why,
                     detail::fit_reason(in_flash, "weights", need.weights, device.flash, "flash"));
    if (in_flash == FitVerdict::does_not_fit || fit.verdict == FitVerdict::does_not_fit) {
      fit.verdict = FitVerdict::does_not_fit;
    } else if (in_flash == FitVerdict::unknown) {
      fit.verdict = FitVerdict::unknown;
    }
  } else if (fit.verdict == FitVerdict::unknown) {
    // One of the two alone may be too large.
    for (const bool weights : {true, false}) {
      const Estimate<Bytes>& part = weights ? need.weights : need.peak;
      if (detail::fit_verdict_of(room, part) != FitVerdict::does_not_fit) continue;
      fit.verdict = FitVerdict::does_not_fit;
      fit.why = detail::fit_reason(fit.verdict, weights ? "weights alone" : "peak alone", part,
                                   room, "memory");
      break;
    }
  }
  fit.why = text::format("{}: {} ({})", device.name, name(fit.verdict), fit.why);
  return fit;
}

}  // namespace perjoule::inline v0

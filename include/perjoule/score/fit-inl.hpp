// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/fit.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/provenance.hpp"
#include "perjoule/units/quantity.hpp"

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

PERJOULE_INLINE void expect_need(const Estimate<Bytes>& need, const char* what) {
  if (is_usable(bare(need)) && need.value < Bytes(0.0)) {
    fail("a model needs less than nothing", what, "pass bytes from 0 on, or leave it missing");
  }
}

PERJOULE_INLINE Estimate<Bytes> left_of(Bytes room, const Estimate<Bytes>& need) {
  if (!is_usable(bare(need))) return {};
  return {room - need.value, need.random, need.dof, need.common,
          worst(need.provenance, Provenance::estimated)};
}

PERJOULE_INLINE FitAnswer answer_of(Bytes room, const Estimate<Bytes>& need) {
  if (!is_usable(bare(need))) return FitAnswer::unknown;
  Interval<Bytes> bounds = interval(need);
  // A modelled need without uncertainty has none: nothing bounds what it is off by. Without this
  // line the comparisons below would be of NaN, which -ffast-math lets come out either way.
  if (!bounds.is_known()) return FitAnswer::unknown;
  if (bounds.high <= room) return FitAnswer::fits;
  return bounds.low > room ? FitAnswer::does_not_fit : FitAnswer::unknown;
}

PERJOULE_INLINE text::Short as_bytes(Bytes bytes) noexcept {
  const text::Prefix prefix = text::prefix_of(bytes.si());
  return text::format("%s %sB", text::significant(bytes.si() / prefix.factor, 3).chars,
                      prefix.symbol)
      .chars;
}

PERJOULE_INLINE text::Long why_of(FitAnswer answer, const char* what, const Estimate<Bytes>& need,
                                  Bytes room, const char* where) noexcept {
  const text::Short offered = as_bytes(room);
  if (!is_usable(bare(need))) {
    return text::format("%s: not known, beside %s of %s", what, offered.chars, where);
  }
  const text::Short needed = as_bytes(need.value);
  if (answer == FitAnswer::unknown) {
    return text::format("%s, %s: too close to %s of %s to tell", what, needed.chars, offered.chars,
                        where);
  }
  const bool fits = answer == FitAnswer::fits;
  return text::format("%s, %s: %s %s %s of %s", what, needed.chars,
                      as_bytes(fits ? room - need.value : need.value - room).chars,
                      fits ? "left of" : "more than", offered.chars, where);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Fit fits(const DeviceProfile& device, const MemoryNeed& need) {
  detail::expect_device(device);
  detail::expect_need(need.weights, "weights");
  detail::expect_need(need.peak, "peak");
  const Bytes room = device.memory * device.usable_share - device.reserve;
  const bool apart = device.flash > Bytes(0.0);
  const Estimate<Bytes> in_memory = apart ? need.peak : total(need.weights, need.peak);
  Fit fit;
  fit.memory_left = detail::left_of(room, in_memory);
  fit.answer = detail::answer_of(room, in_memory);
  fit.why =
      detail::why_of(fit.answer, apart ? "peak" : "weights and peak", in_memory, room, "memory");
  if (apart) {
    fit.flash_left = detail::left_of(device.flash, need.weights);
    const FitAnswer in_flash = detail::answer_of(device.flash, need.weights);
    fit.why = text::format(
        "%s; %s", fit.why.chars,
        detail::why_of(in_flash, "weights", need.weights, device.flash, "flash").chars);
    if (in_flash == FitAnswer::does_not_fit || fit.answer == FitAnswer::does_not_fit) {
      fit.answer = FitAnswer::does_not_fit;
    } else if (in_flash == FitAnswer::unknown) {
      fit.answer = FitAnswer::unknown;
    }
  } else if (fit.answer == FitAnswer::unknown) {
    // One of the two alone may be too much.
    for (const bool weights : {true, false}) {
      const Estimate<Bytes>& part = weights ? need.weights : need.peak;
      if (detail::answer_of(room, part) != FitAnswer::does_not_fit) continue;
      fit.answer = FitAnswer::does_not_fit;
      fit.why = detail::why_of(fit.answer, weights ? "weights alone" : "peak alone", part, room,
                               "memory");
      break;
    }
  }
  fit.why = text::format("%s: %s (%s)", device.name, name(fit.answer), fit.why.chars);
  return fit;
}

}  // namespace perjoule::inline v0

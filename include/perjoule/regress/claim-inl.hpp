// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/regress/claim.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long objection(const Entry& entry, const char* number, Provenance provenance,
                                     const Evidence& accepted) noexcept {
  const Outcome outcome = entry.samples.outcome;
  if (provenance == Provenance::missing) {
    const char* const why = strcmp(number, "energy") == 0 ? entry.samples.why_dropped : "";
    return text::format("%s is missing%s%s", number, *why == '\0' ? "" : ": ", why);
  }
  if (provenance > accepted.provenance) {
    return text::format("%s is %s, and shows nothing unless that is accepted", number,
                        name(provenance));
  }
  if (outcome == Outcome::few_windows && !accepted.few_windows) {
    return "there are fewer than 12 windows: measure for longer, or accept that";
  }
  if (outcome == Outcome::unstable && !accepted.unstable) {
    return "time or energy changed meanwhile: let the machine settle, and measure again";
  }
  return {};
}

PERJOULE_INLINE void put_notes(text::Text& out, const Entry& entry) noexcept {
  for (const Caveat& caveat : caveats(entry)) {
    bool said = false;
    for (const char* const flag : {"not_measured", "few_windows", "unstable"}) {
      said = said || strcmp(caveat.flag, flag) == 0;
    }
    if (said) continue;
    out.put(text::format("\n%s: %s", entry.plan.label(), caveat.reason.chars).chars);
  }
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstdint>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

/// What the data say of a claim such as "it stays within 2.5 mJ".
enum class Claim : std::uint8_t {
  inconclusive,  ///< the interval allows for both, or there is none to rely on
  holds,         ///< the whole 95 % interval is on the claim's side
  fails,         ///< the whole 95 % interval is on the other side
};

[[nodiscard]] constexpr const char* name(Claim claim) noexcept {
  switch (claim) {
    case Claim::holds:
      return "holds";
    case Claim::fails:
      return "fails";
    case Claim::inconclusive:
      break;
  }
  return "inconclusive";
}

/// A claim that was looked into, with what was found.
struct Finding {
  Claim claim = Claim::inconclusive;
  std::string text;  ///< "no, it takes 2.61 ± 0.04 mJ/item (measured)"
};

/// What a claim may rest on. What is not measured and what did not hold still shows nothing unless
/// somebody says that it does.
struct Evidence {
  Provenance provenance = Provenance::estimated;  ///< this one and better ones
  bool few_windows = false;                       ///< of fewer windows than 12, too
  bool unstable = false;                          ///< of time and energy that changed meanwhile
};

namespace detail {

/// Whether a value is at most so large: the interval decides, and never its middle.
/// @unit most: that of the interval
[[nodiscard]] constexpr Claim at_most(const Interval<double>& interval, double most) noexcept {
  if (!interval.is_known()) return Claim::inconclusive;
  if (interval.high <= most) return Claim::holds;
  return interval.low > most ? Claim::fails : Claim::inconclusive;
}

[[nodiscard]] constexpr const char* answer(Claim claim) noexcept {
  return claim == Claim::holds ? "yes" : claim == Claim::fails ? "no" : name(claim);
}

/// Why no claim can rest on a number of an entry; empty where one can.
/// @param number  "energy"
[[nodiscard]] PERJOULE_COLD inline text::Long objection(const Entry& entry, const char* number,
                                                        Provenance provenance,
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

/// A line for each thing that a reader must know of an entry and that no objection says.
PERJOULE_COLD inline void put_notes(text::Text& out, const Entry& entry) noexcept {
  for (const Caveat& caveat : caveats(entry)) {
    bool said = false;
    for (const char* const flag : {"not_measured", "few_windows", "unstable"}) {
      said = said || strcmp(caveat.flag, flag) == 0;
    }
    if (said) continue;
    out.put(text::format("\n%s: %s", entry.plan.label(), caveat.reason.chars).chars);
  }
}

}  // namespace detail

}  // namespace perjoule::inline v0

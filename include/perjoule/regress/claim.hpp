// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
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
[[nodiscard]] text::Long objection(const Entry& entry, const char* number, Provenance provenance,
                                   const Evidence& accepted) noexcept;

/// A line for each thing that a reader must know of an entry and that no objection says.
void put_notes(text::Text& out, const Entry& entry) noexcept;

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/claim-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Outcome of a claim such as "it stays within 2.5 mJ".
enum class ClaimOutcome : std::uint8_t {
  inconclusive,  ///< the interval allows for both, or there is none to rely on
  holds,         ///< the whole 95 % interval is on the claim's side
  fails,         ///< the whole 95 % interval is on the other side
};

[[nodiscard]] constexpr std::string_view name(ClaimOutcome claim) noexcept {
  switch (claim) {
    case ClaimOutcome::holds:
      return "holds";
    case ClaimOutcome::fails:
      return "fails";
    case ClaimOutcome::inconclusive:
      break;
  }
  return "inconclusive";
}

/// Result of checking a claim.
struct Finding {
  ClaimOutcome claim = ClaimOutcome::inconclusive;
  std::string text;  ///< "no, it takes 2.61 ± 0.04 mJ/item (measured)"
};

/// Evidence that a claim may use. Numbers that are not measured, or that changed during the
/// measurement, prove nothing unless the user accepts them.
struct AcceptedEvidence {
  Provenance provenance = Provenance::estimated;  ///< this provenance and better ones
  bool few_windows = false;                       ///< also from fewer than 12 windows
  bool unstable = false;  ///< also where time or energy changed during the measurement
};

namespace detail {

/// Tells whether a value is at most `most`. The whole interval decides, never its middle alone.
/// @unit most: same as the interval
[[nodiscard]] constexpr ClaimOutcome at_most(const Interval<double>& interval,
                                             double most) noexcept {
  if (!interval.is_known()) return ClaimOutcome::inconclusive;
  if (interval.high <= most) return ClaimOutcome::holds;
  return interval.low > most ? ClaimOutcome::fails : ClaimOutcome::inconclusive;
}

[[nodiscard]] constexpr std::string_view yes_or_no(ClaimOutcome claim) noexcept {
  return claim == ClaimOutcome::holds ? "yes" : claim == ClaimOutcome::fails ? "no" : name(claim);
}

/// Returns the reason why no claim can rest on a number of an entry; empty if one can.
/// @param number  "energy"
[[nodiscard]] std::string why_inconclusive(const Entry& entry, std::string_view number,
                                           Provenance provenance, const AcceptedEvidence& accepted);

/// Returns a line for each caveat of an entry that why_inconclusive() does not give as a reason.
/// Each line begins with a newline.
[[nodiscard]] std::string caveat_lines(const Entry& entry);

}  // namespace detail

/// Maximum that a model may take.
struct Budget {
  Cost cost = Cost::energy;
  /// @unit J/item, s/item or B
  double limit = 0.0;
  AcceptedEvidence accepted = {};
};

namespace detail {

/// Returns the verb for an entry and its budget: it "stays" within it, or "peaks".
[[nodiscard]] constexpr std::string_view budget_verb(Cost cost) noexcept {
  switch (cost) {
    case Cost::stored:
      return "is stored";
    case Cost::resident:
      return "is resident";
    case Cost::peak:
      return "peaks";
    case Cost::energy:
    case Cost::active_energy:
    case Cost::time:
      break;
  }
  return "stays";
}

}  // namespace detail

/// Returns the text of the claim: "stays within 2.5 mJ/item".
[[nodiscard]] std::string claim_text(const Budget& budget);

/// Tells whether an entry stays within a budget. It does if the whole 95 % interval lies at or
/// below the budget, and does not if the whole interval lies above. Otherwise the claim is
/// inconclusive: the budget lies within the interval, or the number is missing or not accepted as
/// evidence.
///
/// Interruptions and the energy of other programs only add to the value or widen its interval, so a
/// claim that holds in spite of them does hold. For a claim that does not hold, the text names
/// them.
[[nodiscard]] Finding stays_within(const Entry& entry, const Budget& budget);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/claim-inl.hpp"
#endif

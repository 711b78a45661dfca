// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// What the data say of a claim such as "it stays within 2.5 mJ".
enum class ClaimOutcome : std::uint8_t {
  inconclusive,  ///< the interval allows for both, or there is none to rely on
  holds,         ///< the whole 95 % interval is on the claim's side
  fails,         ///< the whole 95 % interval is on the other side
};

[[nodiscard]] constexpr const char* name(ClaimOutcome claim) noexcept {
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

/// A claim that was looked into, with what was found.
struct Finding {
  ClaimOutcome claim = ClaimOutcome::inconclusive;
  std::string text;  ///< "no, it takes 2.61 ± 0.04 mJ/item (measured)"
};

/// What a claim may rest on. What is not measured and what did not hold still shows nothing unless
/// somebody says that it does.
struct AcceptedEvidence {
  Provenance provenance = Provenance::estimated;  ///< this one and better ones
  bool few_windows = false;                       ///< of fewer windows than 12, too
  bool unstable = false;                          ///< of time and energy that changed meanwhile
};

namespace detail {

/// Whether a value is at most so large: the interval decides, and never its middle.
/// @unit most: that of the interval
[[nodiscard]] constexpr ClaimOutcome at_most(const Interval<double>& interval,
                                             double most) noexcept {
  if (!interval.is_known()) return ClaimOutcome::inconclusive;
  if (interval.high <= most) return ClaimOutcome::holds;
  return interval.low > most ? ClaimOutcome::fails : ClaimOutcome::inconclusive;
}

[[nodiscard]] constexpr const char* yes_or_no(ClaimOutcome claim) noexcept {
  return claim == ClaimOutcome::holds ? "yes" : claim == ClaimOutcome::fails ? "no" : name(claim);
}

/// Why no claim can rest on a number of an entry; empty where one can.
/// @param number  "energy"
[[nodiscard]] text::Long why_inconclusive(const Entry& entry, const char* number,
                                          Provenance provenance,
                                          const AcceptedEvidence& accepted) noexcept;

/// A line for each thing that a reader must know of an entry and that why_inconclusive() does not
/// say.
void put_notes(text::Text& out, const Entry& entry) noexcept;

}  // namespace detail

/// The most that a model may take.
struct Budget {
  Cost cost = Cost::energy;
  /// @unit J/item, s/item or B
  double limit = 0.0;
  AcceptedEvidence accepted = {};
};

namespace detail {

/// What an entry does that keeps within its budget.
[[nodiscard]] constexpr const char* budget_verb(Cost cost) noexcept {
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

/// What is claimed: "stays within 2.5 mJ/item".
[[nodiscard]] text::Long claim_text(const Budget& budget) noexcept;

/// Whether an entry stays within a budget. It does where the whole 95 % interval lies at or below
/// the budget, and does not where the whole of it lies above. Otherwise that is left open: where
/// the budget lies in the interval, or a number is missing, or not of the accepted evidence.
///
/// Other programs' joules and interrupted times are in the interval or on top of it, so what holds
/// in spite of them holds; where the claim does not, the text names them.
[[nodiscard]] Finding stays_within(const Entry& entry, const Budget& budget);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/claim-inl.hpp"
#endif

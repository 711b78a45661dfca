// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/record/cost.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/regress/claim.hpp"

namespace perjoule::inline v0 {

/// The most that a model may take.
struct Budget {
  Cost of = Cost::energy;
  /// @unit J/item, s/item or B
  double most = 0.0;
  Evidence accepted = {};
};

namespace detail {

/// What an entry does that keeps within its budget.
[[nodiscard]] constexpr const char* promise(Cost cost) noexcept {
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
[[nodiscard]] text::Long claim(const Budget& budget) noexcept;

/// Whether an entry stays within a budget. It does where the whole 95 % interval lies at or below
/// the budget, and does not where the whole of it lies above. Otherwise that is left open: where
/// the budget lies in the interval, or a number is missing, or not of the accepted evidence.
///
/// Other programs' joules and interrupted times are in the interval or on top of it, so what holds
/// in spite of them holds; where the claim does not, the text names them.
[[nodiscard]] Finding stays_within(const Entry& entry, const Budget& budget);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/budget-inl.hpp"
#endif

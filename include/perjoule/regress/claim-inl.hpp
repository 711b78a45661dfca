// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/regress/claim.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long why_inconclusive(const Entry& entry, const char* number,
                                            Provenance provenance,
                                            const AcceptedEvidence& accepted) noexcept {
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

namespace perjoule::inline v0 {

PERJOULE_INLINE text::Long claim_text(const Budget& budget) noexcept {
  const detail::CostEstimate cost = detail::cost_of(Entry{}, budget.cost);
  const Estimate<double> most = exact(budget.limit);
  return text::format("%s within %s", detail::budget_verb(budget.cost),
                      text::with_unit(most, interval(most), cost.unit).chars);
}

PERJOULE_INLINE Finding stays_within(const Entry& entry, const Budget& budget) {
  const detail::CostEstimate cost = detail::cost_of(entry, budget.cost);
  const bool of_bytes = detail::is_in_bytes(budget.cost);
  const Estimate<double>& found = cost.estimate;
  const Interval<double> of_found = interval(found);
  // Bytes are counted whatever the windows were like.
  const text::Long why_inconclusive =
      of_bytes && found.is_known()
          ? text::Long{}
          : detail::why_inconclusive(entry, cost.name, found.provenance, budget.accepted);
  Finding finding;
  if (why_inconclusive.empty()) finding.claim = detail::at_most(of_found, budget.limit);
  text::Text out;
  out.put(detail::yes_or_no(finding.claim));
  if (found.is_known()) {
    out.put(text::format(", it takes %s (%s)", text::with_unit(found, of_found, cost.unit).chars,
                         of_bytes && found.provenance == Provenance::measured
                             ? "counted"
                             : name(found.provenance))
                .chars);
  }
  if (!why_inconclusive.empty()) {
    out.put(text::format("%s%s", found.is_known() ? "; " : ", ", why_inconclusive.chars).chars);
  } else if (finding.claim == ClaimOutcome::inconclusive) {
    out.put("; the budget lies within its 95 % interval: measure for longer");
  } else if (of_bytes && finding.claim == ClaimOutcome::fails) {
    const Estimate<double> more = exact(found.value - budget.limit);
    out.put(
        text::format(", %s more", text::with_unit(more, interval(more), cost.unit).chars).chars);
  }
  if (!of_bytes && finding.claim != ClaimOutcome::holds) detail::put_notes(out, entry);
  finding.text = std::string(out.view());
  return finding;
}

}  // namespace perjoule::inline v0

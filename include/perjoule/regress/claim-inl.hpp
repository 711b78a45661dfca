// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/regress/claim.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string why_inconclusive(const Entry& entry, std::string_view number,
                                             Provenance provenance,
                                             const AcceptedEvidence& accepted) {
  const Outcome outcome = entry.samples.outcome;
  if (provenance == Provenance::missing) {
    const std::string why = number == "energy" ? entry.samples.why_dropped : "";
    return text::format("{} is missing{}{}", number, why.empty() ? "" : ": ", why);
  }
  if (provenance > accepted.provenance) {
    return text::format("{} is {}, and shows nothing unless that is accepted", number,
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

PERJOULE_INLINE std::string caveat_lines(const Entry& entry) {
  std::string lines;
  for (const auto& [flag, reason] : caveats(entry)) {
    if (flag == CaveatFlag::not_measured || flag == CaveatFlag::few_windows ||
        flag == CaveatFlag::unstable) {
      continue;
    }
    lines += text::format("\n{}: {}", entry.plan.label(), reason);
  }
  return lines;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string claim_text(const Budget& budget) {
  const detail::CostEstimate cost = detail::cost_of(Entry{}, budget.cost);
  const Estimate<double> most = exact(budget.limit);
  return text::format("{} within {}", detail::budget_verb(budget.cost),
                      text::with_unit(most, interval(most), cost.unit));
}

PERJOULE_INLINE Finding stays_within(const Entry& entry, const Budget& budget) {
  const detail::CostEstimate cost = detail::cost_of(entry, budget.cost);
  const bool of_bytes = detail::is_in_bytes(budget.cost);
  const Estimate<double>& found = cost.estimate;
  const Interval<double> of_found = interval(found);
  // Bytes are counted, whatever the quality of the windows.
  const std::string why_inconclusive =
      of_bytes && found.is_known()
          ? std::string()
          : detail::why_inconclusive(entry, cost.name, found.provenance, budget.accepted);
  Finding finding;
  if (why_inconclusive.empty()) finding.claim = detail::at_most(of_found, budget.limit);
  std::string& out = finding.text;
  out = detail::yes_or_no(finding.claim);
  if (found.is_known()) {
    out += text::format(
        ", it takes {} ({})", text::with_unit(found, of_found, cost.unit),
        of_bytes && found.provenance == Provenance::measured ? "counted" : name(found.provenance));
  }
  if (!why_inconclusive.empty()) {
    out += (found.is_known() ? "; " : ", ") + why_inconclusive;
  } else if (finding.claim == ClaimOutcome::inconclusive) {
    out += "; the budget lies within its 95 % interval: measure for longer";
  } else if (of_bytes && finding.claim == ClaimOutcome::fails) {
    const Estimate<double> more = exact(found.value - budget.limit);
    out += text::format(", {} more", text::with_unit(more, interval(more), cost.unit));
  }
  if (!of_bytes && finding.claim != ClaimOutcome::holds) out += detail::caveat_lines(entry);
  return finding;
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/regress/budget.hpp"
#include "perjoule/report/in_full.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE text::Long claim(const Budget& budget) noexcept {
  const detail::CostOf cost = detail::cost_of(Entry{}, budget.of);
  const Estimate<double> most = exact(budget.most);
  return text::format("%s within %s", detail::promise(budget.of),
                      text::with_unit(most, interval(most), cost.unit).chars);
}

PERJOULE_INLINE Finding stays_within(const Entry& entry, const Budget& budget) {
  const detail::CostOf cost = detail::cost_of(entry, budget.of);
  const bool of_bytes = detail::is_of_bytes(budget.of);
  const Estimate<double>& found = cost.estimate;
  const Interval<double> of_found = interval(found);
  // Bytes are counted whatever the windows were like.
  const text::Long objection =
      of_bytes && found.is_known()
          ? text::Long{}
          : detail::objection(entry, cost.name, found.provenance, budget.accepted);
  Finding finding;
  if (objection.empty()) finding.claim = detail::at_most(of_found, budget.most);
  text::Text out;
  out.put(detail::answer(finding.claim));
  if (found.is_known()) {
    out.put(text::format(", it takes %s (%s)", text::with_unit(found, of_found, cost.unit).chars,
                         of_bytes && found.provenance == Provenance::measured
                             ? "counted"
                             : name(found.provenance))
                .chars);
  }
  if (!objection.empty()) {
    out.put(text::format("%s%s", found.is_known() ? "; " : ", ", objection.chars).chars);
  } else if (finding.claim == Claim::inconclusive) {
    out.put("; the budget lies within its 95 % interval: measure for longer");
  } else if (of_bytes && finding.claim == Claim::fails) {
    const Estimate<double> more = exact(found.value - budget.most);
    out.put(
        text::format(", %s more", text::with_unit(more, interval(more), cost.unit).chars).chars);
  }
  if (!of_bytes && finding.claim != Claim::holds) detail::put_notes(out, entry);
  finding.text = std::string(out.view());
  return finding;
}

}  // namespace perjoule::inline v0

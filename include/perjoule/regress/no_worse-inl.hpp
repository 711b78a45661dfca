// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/measure/changes.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/regress/no_worse.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void Claims::add(std::string_view what, ClaimOutcome claim,
                                 const std::string& found) {
  auto& [all, lines] = finding_;
  if (!lines.empty()) lines += '\n';
  lines += text::format("{}: {}", what, yes_or_no(claim));
  if (!found.empty()) lines += ", " + found;
  if (claim == ClaimOutcome::fails) all = ClaimOutcome::fails;
  if (claim == ClaimOutcome::inconclusive && all == ClaimOutcome::holds) all = claim;
}

PERJOULE_INLINE Compatibility compatible(const Entry& entry, const Entry& baseline, bool of_energy,
                                         const AcceptedEvidence& accepted) {
  const auto provenance_of = [of_energy](const Entry& e) {
    return of_energy ? e.energy.provenance : e.wall_time.provenance;
  };
  const std::string_view name = of_energy ? "energy" : "time";
  Compatibility found{name, worst(provenance_of(entry), provenance_of(baseline)), {}};
  const std::string& key = entry.environment.machine.key;
  const std::string& other_key = baseline.environment.machine.key;
  if (!key.empty() && !other_key.empty() && key != other_key) {
    found.why_inconclusive = "the other was measured on another machine";
  } else if (of_energy && entry.meter.scope != baseline.meter.scope) {
    found.why_inconclusive =
        text::format("one is energy of {}, the other of {}", perjoule::name(entry.meter.scope),
                     perjoule::name(baseline.meter.scope));
  } else {
    for (const Entry* const of : {&entry, &baseline}) {
      if (!found.why_inconclusive.empty()) continue;
      const std::string why_inconclusive =
          detail::why_inconclusive(*of, name, provenance_of(*of), accepted);
      if (why_inconclusive.empty()) continue;
      found.why_inconclusive = text::format("of {} {}", of->plan.label(), why_inconclusive);
    }
  }
  return found;
}

PERJOULE_INLINE void add_cost(Claims& claims, const Compatibility& of, ClaimOutcome claim,
                              double times, const Interval<double>& interval,
                              std::string_view what_helps) {
  if (!of.why_inconclusive.empty()) {
    claims.add(of.name, ClaimOutcome::inconclusive, of.why_inconclusive);
    return;
  }
  std::string found =
      text::format("{} times as much ({})", ratio_cell(times, interval), name(of.provenance));
  if (claim == ClaimOutcome::inconclusive) found += text::format("; {}", what_helps);
  claims.add(of.name, claim, found);
}

PERJOULE_INLINE QualityChange quality_difference(const Entry& entry, const Entry& baseline,
                                                 std::size_t metric) {
  QualityChange change = quality_change(baseline, entry, metric, 0.95);
  if (change.verdict != Verdict::missing) return change;
  const Quality& own = entry.quality[metric];
  const Quality& other = baseline.quality[metric];
  if (!own.value_interval.is_known() || !other.value_interval.is_known()) return change;
  change.difference = {own.value.value - other.value.value, 0.0, infinite_dof, 0.0,
                       worst(own.value.provenance, other.value.provenance)};
  change.interval = {own.value_interval.low - other.value_interval.high,
                     own.value_interval.high - other.value_interval.low, 0.95, IntervalMethod::box};
  return change;
}

PERJOULE_INLINE void add_quality(Claims& claims, const Entry& entry, const Entry& baseline,
                                 double allowed) {
  for (std::size_t i = 0; i < baseline.quality.size(); ++i) {
    const Quality& other = baseline.quality[i];
    const bool same = i < entry.quality.size() && entry.quality[i].metric == other.metric &&
                      entry.quality[i].signature == other.signature &&
                      entry.quality[i].items == other.items;
    if (!same || entry.plan.dataset != baseline.plan.dataset) {
      claims.add(other.metric, ClaimOutcome::inconclusive,
                 "the other was judged by another metric, or on other items");
      continue;
    }
    const QualityChange change = quality_difference(entry, baseline, i);
    Interval<double> loss = change.interval;
    if (other.higher_is_better) loss = {-loss.high, -loss.low, loss.level, loss.method};
    const double most = allowed * std::abs(other.value.value);
    const bool paired = change.verdict != Verdict::missing;
    claims.add(other.metric, at_most(loss, most),
               text::format("a change of {}{}, n = {}",
                            text::with_unit(change.difference, change.interval, other.unit),
                            paired ? " item by item" : "", other.items));
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string claim_text(std::string_view baseline, const Tolerance& tolerance) {
  const auto percent = [](double share) {
    return text::trim_trailing_zeros(text::significant(100.0 * share, 4));
  };
  std::string claim =
      text::format("is no worse than {}, to {} %", baseline, percent(tolerance.cost));
  if (is_finite(tolerance.quality)) {
    claim += text::format(", and its quality to {} %", percent(tolerance.quality));
  }
  return claim;
}

PERJOULE_INLINE Finding no_worse(const Entry& entry, const Entry& baseline,
                                 const Tolerance& tolerance) {
  PERJOULE_EXPECTS(is_finite(tolerance.cost));
  detail::Claims claims;
  const auto add = [&](bool of_energy, const IntervalEstimate<double>& times) {
    const detail::Compatibility of =
        detail::compatible(entry, baseline, of_energy, tolerance.accepted);
    detail::add_cost(claims, of, detail::at_most(times.interval, 1.0 + tolerance.cost),
                     times.estimate.value, times.interval,
                     "measure for longer, or compare in turns");
  };
  if (tolerance.energy)
    add(true, ratio(detail::strip_unit(comparable_energy(entry, entry.energy)),
                    detail::strip_unit(comparable_energy(baseline, baseline.energy))));
  add(false, ratio(detail::strip_unit(entry.wall_time), detail::strip_unit(baseline.wall_time)));
  detail::add_quality(claims, entry, baseline,
                      is_finite(tolerance.quality) ? tolerance.quality : tolerance.cost);
  if (claims.finding().claim != ClaimOutcome::holds) {
    claims.add_text(detail::caveat_lines(entry) + detail::caveat_lines(baseline));
  }
  return claims.finding();
}

PERJOULE_INLINE Finding none_worse(const Comparison& comparison, const Tolerance& tolerance) {
  const double cost = is_finite(tolerance.cost) ? tolerance.cost : comparison.plan.min_effect;
  detail::Claims claims;
  const Entry& first = comparison.entries[0];
  for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
    const Entry& variant = comparison.entries[i + 1];
    const VariantChanges& compared = comparison.changes[i];
    // Drift affects all variants alike, and too few pairs give no interval.
    AcceptedEvidence accepted = tolerance.accepted;
    accepted.few_windows = accepted.unstable = true;
    const auto add = [&](bool of_energy, const Change& change) {
      const detail::Compatibility of = detail::compatible(variant, first, of_energy, accepted);
      const std::string more = change.more_pairs == 0 ? "the interval allows for both"
                                                      : detail::pairs_needed_text(change);
      detail::add_cost(claims, of, detail::no_worse_by_verdict(change, cost), change.ratio.value,
                       change.interval, more);
    };
    if (comparison.changes.size() > 1) {
      claims.add_text(text::format("{}{}:", i == 0 ? "" : "\n", variant.plan.label()));
    }
    if (tolerance.energy) add(true, compared.energy);
    add(false, compared.time);
    detail::add_quality(claims, variant, first,
                        is_finite(tolerance.quality) ? tolerance.quality : cost);
    if (claims.finding().claim != ClaimOutcome::holds) {
      claims.add_text(detail::caveat_lines(variant));
    }
  }
  return claims.finding();
}

}  // namespace perjoule::inline v0

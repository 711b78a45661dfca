// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/measure/entry_candidate_set.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/stats/bootstrap.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE EntryCandidateSet::EntryCandidateSet(const Entries& entries,
                                                     std::vector<Cost> costs, std::size_t metric)
    : candidates_(candidates_of(entries, costs, metric, draws_)) {}

PERJOULE_INLINE const Quality& EntryCandidateSet::quality_of(const Entry& entry,
                                                             std::size_t metric) {
  if (metric < entry.quality.size()) return entry.quality[metric];
  detail::fail("a model without a quality is not ranked", entry.plan.name,
               "measure it with a metric");
}

PERJOULE_INLINE std::vector<double> EntryCandidateSet::joint_draws(const Entries& entries,
                                                                   std::size_t metric) {
  std::vector<double> draws;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Quality& quality = entries[i].quality[metric];
    const View<double> rows = per_item_of(entries[i], metric);
    const bool is_mean = quality.formula.value == nullptr;
    if (rows.empty() || rows.size() != per_item_of(entries[0], metric).size() ||
        quality.formula.is_exact || (is_mean && quality.columns != 1)) {
      return {};
    }
    ItemFormula formula = quality.formula;
    if (is_mean) formula.value = mean_of_rows;
    const Resamples resamples = detail::resample_metric(formula, rows, quality.columns).resamples;
    if (!std::all_of(resamples.values.begin(), resamples.values.end(),
                     [](double value) { return is_finite(value); })) {
      return {};
    }
    draws.insert(draws.end(), resamples.values.begin(), resamples.values.end());
  }
  return draws;
}

PERJOULE_INLINE double EntryCandidateSet::mean_of_rows(View<double> rows) {
  return summarize(rows).mean;
}

PERJOULE_INLINE Estimate<double> EntryCandidateSet::with_own_gain(Estimate<double> energy,
                                                                  const GainShare& gain) {
  if (!energy.is_known() || energy.provenance == Provenance::modelled) return energy;
  const double own = gain.between * energy.value;
  energy.dof = detail::combined_dof(energy.random, energy.dof, own, infinite_dof);
  energy.random = std::hypot(energy.random, own);
  energy.common = std::sqrt(std::max(detail::square(energy.common) - detail::square(own), 0.0));
  return energy;
}

PERJOULE_INLINE CandidateSet EntryCandidateSet::candidates_of(const Entries& entries,
                                                              const std::vector<Cost>& costs,
                                                              std::size_t metric,
                                                              std::vector<double>& draws) {
  std::vector<Axis> axes;
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Quality& quality = quality_of(entries[i], metric);
    const Quality& first = quality_of(entries[0], metric);
    if (quality.metric != first.metric || quality.signature != first.signature) {
      const std::string pair = text::format("{} ({}) and {} ({})", entries[0].plan.name,
                                            first.metric, entries[i].plan.name, quality.metric);
      detail::fail("two metrics are not ranked together", pair,
                   "measure all models with the same metric and the same options");
    }
  }
  if (entries.size() != 0) {
    const Quality& first = entries[0].quality[metric];
    axes.push_back({first.metric, AxisRole::quality, first.higher_is_better, AxisScale::linear});
    draws = joint_draws(entries, metric);
  }
  for (const Cost cost : costs)
    axes.push_back(cost_axis(std::string(detail::cost_of(Entry{}, cost).name)));
  const std::size_t count = entries.size() == 0 ? 0 : draws.size() / entries.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const Quality& quality = entry.quality[metric];
    Candidate candidate;
    candidate.name = entry.plan.name;
    candidate.coordinates.push_back(
        {quality.value, {draws.data() + i * count, count}, quality.value_interval});
    for (const Cost cost : costs) {
      Coordinate& coordinate = candidate.coordinates.emplace_back(
          Coordinate{detail::cost_of(entry, cost).estimate, {}, {}});
      if (cost != Cost::energy && cost != Cost::active_energy) continue;
      coordinate.value = with_own_gain(coordinate.value, entry.samples.gain);
      candidate.scope = entry.meter.scope;
      candidate.meter = entry.meter.source;
    }
    candidates.push_back(candidate);
  }
  return {axes, candidates};
}

}  // namespace perjoule::inline v0

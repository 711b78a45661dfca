// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "perjoule/core/nan.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/score/pareto.hpp"
#include "perjoule/score/rank_uncertainty.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::cli {

EnergyKind kind_of(Provenance provenance) noexcept {
  switch (provenance) {
    case Provenance::measured:
    case Provenance::estimated:
      return EnergyKind::measured;
    case Provenance::modelled:
      return EnergyKind::modelled;
    case Provenance::simulated:
      return EnergyKind::simulated;
    case Provenance::missing:
      break;
  }
  return EnergyKind::missing;
}

std::string_view name(EnergyKind kind) noexcept {
  switch (kind) {
    case EnergyKind::measured:
      return "measured";
    case EnergyKind::modelled:
      return "modelled";
    case EnergyKind::simulated:
      return "simulated";
    case EnergyKind::missing:
      break;
  }
  return "missing";
}

namespace {

/// Tells whether an estimate says how far it may be off.
bool has_uncertainty(const Estimate<double>& estimate) {
  return is_finite(estimate.random) && estimate.random >= 0.0 && is_finite(estimate.common) &&
         estimate.common >= 0.0 &&
         (estimate.random <= 0.0 || (is_finite(estimate.dof) && estimate.dof >= 1.0));
}

bool is_bounded(const Interval<double>& interval) {
  return interval.is_known() && is_finite(interval.low) && is_finite(interval.high) &&
         interval.low <= interval.high;
}

}  // namespace

std::string why_below_floor(const Contestant& contestant, const BoardRules& rules) {
  if (!rules.floor) {
    const Interval<double>& skill = contestant.skill_interval;
    if (!is_bounded(skill)) return "it has no interval of its skill";
    if (skill.low > 0.0) return {};
    return fmt::format(
        "it may be no better than a predictor that never looks at its input: the interval of its "
        "skill begins at {:.3g}",
        skill.low);
  }
  const Interval<double>& found = contestant.quality_interval;
  if (!is_bounded(found)) return fmt::format("it has no interval of its {}", rules.metric);
  const double end = rules.higher_is_better ? found.low : found.high;
  if (rules.higher_is_better ? end >= *rules.floor : end <= *rules.floor) return {};
  const bool is_share = rules.unit == "%";
  const auto in_unit = [&](double value) {
    return fmt::format("{:.6g}{}{}", is_share ? 100.0 * value : value,
                       rules.unit.empty() ? "" : " ", rules.unit);
  };
  return fmt::format("the interval of its {} {} at {}, and at {} {} is asked for", rules.metric,
                     rules.higher_is_better ? "begins" : "ends", in_unit(end),
                     rules.higher_is_better ? "least" : "most", in_unit(*rules.floor));
}

std::string why_not_rankable(const Contestant& contestant, const BoardRules& rules) {
  const Estimate<double>& quality = contestant.quality;
  const Estimate<double>& energy = contestant.energy;
  if (!quality.is_known() || !is_finite(quality.value)) {
    return fmt::format("its {} is missing", rules.metric);
  }
  if (kind_of(quality.provenance) != EnergyKind::measured) {
    return fmt::format("its {} is {}", rules.metric, name(quality.provenance));
  }
  if (!has_uncertainty(quality)) return fmt::format("its {} has no uncertainty", rules.metric);
  if (!energy.is_known() || !is_finite(energy.value)) return "its energy is missing";
  if (kind_of(energy.provenance) != rules.energy) {
    return fmt::format("its energy is {}", name(energy.provenance));
  }
  if (contestant.scope != rules.scope) {
    return fmt::format("its energy is that of {}, and here that of {} is ranked",
                       name(contestant.scope), name(rules.scope));
  }
  if (energy.value <= 0.0) return "its energy is not above 0";
  const bool may_be_anything =
      energy.provenance == Provenance::modelled && energy.random <= 0.0 && energy.common <= 0.0;
  if (!has_uncertainty(energy) || may_be_anything) return "its energy has no uncertainty";
  return {};
}

Ranking order_board(View<Contestant> contestants, const BoardRules& rules) {
  Ranking found;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    if (std::string why = why_not_rankable(contestants[i], rules); !why.empty()) {
      found.not_rankable.push_back({i, std::move(why)});
    } else if (why = why_below_floor(contestants[i], rules); !why.empty()) {
      found.below_floor.push_back({i, std::move(why)});
    } else {
      order.push_back(i);
    }
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(contestants[a].energy.value, contestants[a].id) <
           std::tie(contestants[b].energy.value, contestants[b].id);
  });
  const double better = rules.higher_is_better ? -1.0 : 1.0;
  std::sort(found.below_floor.begin(), found.below_floor.end(),
            [&](const NoPlace& a, const NoPlace& b) {
              const Contestant& of_a = contestants[a.contestant];
              const Contestant& of_b = contestants[b.contestant];
              return std::pair(better * of_a.quality.value, std::string_view(of_a.id)) <
                     std::pair(better * of_b.quality.value, std::string_view(of_b.id));
            });
  std::sort(found.not_rankable.begin(), found.not_rankable.end(),
            [&](const NoPlace& a, const NoPlace& b) {
              return contestants[a.contestant].id < contestants[b.contestant].id;
            });
  for (const std::size_t i : order) {
    const std::size_t place = found.ranked.size() + 1;
    found.ranked.push_back({i, place, place, place, false, 0.0});
  }
  return found;
}

Ranking rank_board(View<Contestant> contestants, const BoardRules& rules) {
  Ranking found = order_board(contestants, rules);
  std::vector<Place>& places = found.ranked;
  if (places.empty()) return found;
  std::vector<Candidate> candidates(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Contestant& of = contestants[places[i].contestant];
    candidates[i].coordinates = {{of.quality, {}, of.quality_interval}, {of.energy, {}, {}}};
    candidates[i].scope = of.scope;
    candidates[i].meter = of.meter;
  }
  const std::vector<Axis> axes = {
      {rules.metric, AxisRole::quality, rules.higher_is_better, AxisScale::linear},
      cost_axis("energy")};
  // Each of them has reached the floor before it came here.
  const CandidateSet field = CandidateSet(axes, candidates).filter_by_floor([](const Candidate&) {
    return std::string();
  });
  for (const std::size_t i : pareto_front(field)) places[i].is_on_front = true;
  constexpr std::size_t numbers = 4'000'000;  // in all draws together
  constexpr std::uint64_t seed = 1;
  const std::size_t count = std::clamp<std::size_t>(numbers / places.size(), 100, 2000);
  const JointDraws draws(field, seed, count);
  const std::vector<double> on_front = probability_on_front(draws);
  const std::vector<RankRange> ranges = rank_ranges(draws, 1);
  for (std::size_t i = 0; i < places.size(); ++i) {
    // What was drawn may leave out the place itself where many are nearly equal.
    places[i].low = std::min(ranges[i].low, places[i].place);
    places[i].high = std::max(ranges[i].high, places[i].place);
    places[i].front_probability = on_front[i];
  }
  return found;
}

}  // namespace perjoule::cli

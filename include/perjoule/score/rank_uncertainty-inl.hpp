// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/pareto.hpp"
#include "perjoule/score/rank_uncertainty.hpp"
#include "perjoule/stats/radix_argsort.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE JointDraws::JointDraws(const CandidateSet& field, std::uint64_t seed,
                                       std::size_t draws)
    : axes_(field.axes()),
      has_quality_floor_(field.has_quality_floor()),
      candidates_(field.size()) {
  PERJOULE_EXPECTS(draws >= min_draws);
  size_ = given(field);
  if (size_ == 0) size_ = draws;
  objectives_ = std::vector<ObjectiveVector>(size_ * candidates_);
  Random random(seed);
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) draw(field, axis, random);
}

PERJOULE_INLINE std::size_t JointDraws::given(const CandidateSet& field) const {
  const Candidate* first = nullptr;
  std::size_t draws = 0;
  for (const Candidate& candidate : field.candidates()) {
    for (const Coordinate& coordinate : candidate.coordinates) {
      const std::size_t size = coordinate.draws.size();
      if (size == 0) continue;
      if (first == nullptr) {
        first = &candidate;
        draws = size;
      }
      if (size != draws) {
        const std::string pair =
            text::format("{} ({}) and {} ({})", first->name, draws, candidate.name, size);
        detail::fail("candidates with different numbers of draws are not drawn together", pair,
                     "draw them from the same resamples of the same test items");
      }
    }
  }
  if (first != nullptr && draws < min_draws) {
    detail::fail("fewer than 100 draws say little of any probability", first->name,
                 "draw 2000, or leave the draws away");
  }
  return draws;
}

PERJOULE_INLINE std::vector<std::size_t> JointDraws::meters_of(const CandidateSet& field) {
  const View<Candidate> candidates = field.candidates();
  std::vector<std::size_t> first(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    while (!(candidates[first[i]].meter == candidates[i].meter)) ++first[i];
  }
  return first;
}

PERJOULE_INLINE void JointDraws::check_modelled(const Candidate& candidate,
                                                std::size_t axis) const {
  const Coordinate& coordinate = candidate.coordinates[axis];
  const Estimate<double>& value = coordinate.value;
  if (value.provenance == Provenance::modelled && coordinate.draws.empty() && value.random <= 0.0 &&
      value.common <= 0.0) {
    detail::fail("a modelled value without uncertainty may be anywhere",
                 detail::candidate_label(candidate, axes_[axis]),
                 "give its model's error as `common`");
  }
}

PERJOULE_INLINE std::vector<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                                   double level) {
  PERJOULE_EXPECTS(axis < draws.axes().size() && level > 0.0 && level < 1.0);
  if (draws.axes()[axis].role == AxisRole::cost && !draws.has_quality_floor()) {
    detail::fail("a cost alone ranks a model that knows nothing first", draws.axes()[axis].name,
                 "rank with_quality_floor(field, axis, floor of quality)");
  }
  const std::size_t n = draws.candidates();
  std::vector<std::uint32_t> from(
      n * draws.size());  // all draws of the first candidate, then of the next
  std::vector<std::uint32_t> to(n * draws.size());
  detail::RadixArgsort order;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    const View<ObjectiveVector> objectives = draws[k];
    order.reset(n);
    order.sort_by([objectives, axis](std::size_t i) { return objectives[i].values[axis]; });
    for (std::size_t first = 0, next = 0; first < n; first = next) {
      const double objective = objectives[order[first]].values[axis];
      while (next < n && objectives[order[next]].values[axis] == objective) ++next;
      for (std::size_t place = first; place < next; ++place) {
        from[order[place] * draws.size() + k] = static_cast<std::uint32_t>(first + 1);
        to[order[place] * draws.size() + k] = static_cast<std::uint32_t>(next);
      }
    }
  }
  std::vector<RankRange> ranges(n);
  // 1 - .9 is slightly less than a tenth in binary.
  const double tail = 0.5 * (1.0 - level) + 1e-12;
  const auto beyond = static_cast<std::size_t>(tail * static_cast<double>(draws.size()));
  const std::size_t last = draws.size() - 1;
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t* const lows = from.data() + i * draws.size();
    std::uint32_t* const highs = to.data() + i * draws.size();
    std::sort(lows, lows + draws.size());
    std::sort(highs, highs + draws.size());
    ranges[i] = {lows[0], lows[beyond], highs[last - beyond], highs[last]};
  }
  return ranges;
}

PERJOULE_INLINE std::vector<double> probability_on_front(const JointDraws& draws) {
  detail::FrontFinder finder;
  std::vector<std::size_t> times(draws.candidates());
  for (std::size_t k = 0; k < draws.size(); ++k) {
    const View<char> on_front = finder.find(draws[k]);
    for (std::size_t i = 0; i < times.size(); ++i) times[i] += on_front[i] ? 1 : 0;
  }
  std::vector<double> probability(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    probability[i] = static_cast<double>(times[i]) / static_cast<double>(draws.size());
  }
  return probability;
}

PERJOULE_INLINE double probability_dominates(const JointDraws& draws, std::size_t a,
                                             std::size_t b) {
  PERJOULE_EXPECTS(a < draws.candidates() && b < draws.candidates());
  std::size_t times = 0;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    times += dominates(draws[k][a], draws[k][b]) ? 1 : 0;
  }
  return static_cast<double>(times) / static_cast<double>(draws.size());
}

}  // namespace perjoule::inline v0

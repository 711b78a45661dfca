// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/score/hypervolume.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE ObjectiveVector reference_objectives(const std::vector<Axis>& axes,
                                                     const std::vector<double>& reference) {
  if (reference.size() != axes.size()) {
    fail("a hypervolume's reference has another number of values than there are axes", axes[0].name,
         "give the worst value that counts on each axis");
  }
  ObjectiveVector floor{{-1.0, -1.0, -1.0}};
  Candidate as_one;
  as_one.name = "reference";
  for (std::size_t a = 0; a < axes.size(); ++a) {
    check_number(as_one, axes[a], reference[a]);
    floor.values[a] = objective(axes[a], reference[a]);
  }
  return floor;
}

PERJOULE_INLINE std::vector<ObjectiveVector> above(View<ObjectiveVector> objectives,
                                                   const ObjectiveVector& floor) {
  std::vector<ObjectiveVector> heights(objectives.size());
  for (std::size_t i = 0; i < objectives.size(); ++i) heights[i] = above(objectives[i], floor);
  return heights;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE double hypervolume(const CandidateSet& field,
                                   const std::vector<double>& reference) {
  const ObjectiveVector floor = detail::reference_objectives(field.axes(), reference);
  return detail::DominatedVolume().of(detail::above(field.objectives(), floor));
}

PERJOULE_INLINE Interval<double> hypervolume_interval(const JointDraws& draws,
                                                      const std::vector<double>& reference,
                                                      double level) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const ObjectiveVector floor = detail::reference_objectives(draws.axes(), reference);
  detail::DominatedVolume volume;
  std::vector<double> volumes(draws.size());
  for (std::size_t k = 0; k < draws.size(); ++k) {
    volumes[k] = volume.of(detail::above(draws[k], floor));
  }
  std::sort(volumes.begin(), volumes.end());
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(volumes, tail), quantile_of_sorted(volumes, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

PERJOULE_INLINE std::vector<double> exclusive_hypervolumes(const CandidateSet& field,
                                                           const std::vector<double>& reference) {
  const ObjectiveVector floor = detail::reference_objectives(field.axes(), reference);
  const std::vector<ObjectiveVector> heights = detail::above(field.objectives(), floor);
  std::vector<double> exclusive(heights.size());
  std::vector<ObjectiveVector> limited(heights.size());
  detail::DominatedVolume volume;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const ObjectiveVector& box = heights[i];
    bool alone = box.values[0] > 0.0 && box.values[1] > 0.0 && box.values[2] > 0.0;
    for (std::size_t j = 0; j < heights.size() && alone; ++j) {
      for (int a = 0; a < 3; ++a) {
        const double cut =
            heights[j].values[a] < box.values[a] ? heights[j].values[a] : box.values[a];
        limited[j].values[a] = j == i ? 0.0 : cut;
      }
      alone = j == i || !(limited[j] == box);
    }
    // Checked first, so that a candidate with an equal adds exactly 0, and not the rounding error
    // of two equal volumes.
    if (alone) exclusive[i] = box.values[0] * box.values[1] * box.values[2] - volume.of(limited);
  }
  return exclusive;
}

}  // namespace perjoule::inline v0

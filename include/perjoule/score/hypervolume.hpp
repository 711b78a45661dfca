// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/score/rank_uncertainty.hpp"
#include "perjoule/stats/radix_argsort.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Computes the volumes that points dominate above a reference, reusing its memory from call to
/// call.
/// @source the sweep by slices of Fonseca, Paquete and Lopez-Ibanez, IEEE CEC (2006) 1157
class DominatedVolume {
 public:
  /// Returns the volume that the points dominate. Slices by the third axis, from the best value
  /// down; each slice has the area that the points so far dominate on the first two axes. These
  /// points form a staircase, from the largest value on the first axis to the largest on the
  /// second.
  /// @param points  heights above the reference; a point that is not above it on each axis adds
  ///                nothing
  /// @unit  product of the units of the axes
  double of(View<ObjectiveVector> points) {
    order_.reset(points.size());
    order_.sort_by([points](std::size_t i) { return points[i].values[2]; });
    stairs_ = {};
    double area = 0.0;
    double volume = 0.0;
    for (std::size_t k = 0; k < points.size(); ++k) {
      const ObjectiveVector& point = points[order_[k]];
      if (point.values[0] > 0.0 && point.values[1] > 0.0)
        area += enter(point.values[0], point.values[1]);
      const double below = k + 1 < points.size() ? points[order_[k + 1]].values[2] : 0.0;
      if (point.values[2] <= 0.0) break;
      volume += area * (point.values[2] - (below > 0.0 ? below : 0.0));
    }
    return volume;
  }

 private:
  struct Stair {
    double x, y;
  };

  /// Returns the area that (x, y) adds: the part of its rectangle above the existing stairs.
  double enter(double x, double y) {
    std::vector<Stair> stairs;
    double added = 0.0;
    double right = x;  // the area left of this is not added yet
    std::size_t k = 0;
    for (; k < stairs_.size() && stairs_[k].x >= x; ++k) {
      if (stairs_[k].y >= y) return 0.0;
      stairs.push_back(stairs_[k]);
    }
    double covered = k > 0 ? stairs_[k - 1].y : 0.0;
    stairs.push_back({x, y});
    for (; k < stairs_.size() && stairs_[k].y <= y; ++k) {
      added += (right - stairs_[k].x) * (y - covered);
      right = stairs_[k].x;
      covered = stairs_[k].y;
    }
    added += (right - (k < stairs_.size() ? stairs_[k].x : 0.0)) * (y - covered);
    stairs.insert(stairs.end(), stairs_.begin() + static_cast<std::ptrdiff_t>(k), stairs_.end());
    stairs_ = std::move(stairs);
    return added;
  }

  RadixArgsort order_;
  std::vector<Stair> stairs_;
};

/// Returns the reference as objectives, with a third axis of thickness 1 if there are two axes.
/// @throws Error  if the reference does not fit the axes, with the reason
[[nodiscard]] ObjectiveVector reference_objectives(const std::vector<Axis>& axes,
                                                   const std::vector<double>& reference);

[[nodiscard]] inline ObjectiveVector above(const ObjectiveVector& objectives,
                                           const ObjectiveVector& floor) noexcept {
  ObjectiveVector height;
  for (int a = 0; a < 3; ++a) height.values[a] = objectives.values[a] - floor.values[a];
  return height;
}

[[nodiscard]] std::vector<ObjectiveVector> above(View<ObjectiveVector> objectives,
                                                 const ObjectiveVector& floor);

}  // namespace detail

/// Returns the hypervolume of a field: the volume of all points that are better than a reference
/// and worse than some candidate. It is one number for the whole field, which grows whenever the
/// front moves.
///
/// Logarithmic axes count in decades. The result depends on the reference, so the reference is
/// always shown next to it. A fair reference is a point that is no better than having no model:
/// chance level for the quality, and the most that may be spent for the cost. A candidate that is
/// worse than the reference adds nothing.
///
/// @param reference  a value for each axis
/// @unit   product of the units of the axes, or of their decades
/// @error  of the values alone: see hypervolume_interval()
/// @throws Error  if the reference does not fit the axes
/// @source Zitzler and Thiele, IEEE Trans. Evolutionary Computation 3 (1999) 257
[[nodiscard]] double hypervolume(const CandidateSet& field, const std::vector<double>& reference);

/// Returns the interval that contains the hypervolumes of the draws.
/// @param  reference  see hypervolume()
/// @unit   product of the units of the axes, or of their decades
/// @error  see JointDraws. The largest of several noisy values is too large on average, and so is a
///         front of them. The interval is therefore too high if many candidates are nearly equal.
/// @throws Error  if the reference does not fit the axes
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] Interval<double> hypervolume_interval(const JointDraws& draws,
                                                    const std::vector<double>& reference,
                                                    double level = 0.95);

/// Returns the part of the hypervolume that each candidate adds alone, which would be lost without
/// it. It is 0 for a candidate off the front, for one of several equal candidates, and for one that
/// is no better than the reference on some axis: a model that knows nothing adds nothing, however
/// little it costs.
///
/// It is small for two candidates that are nearly equal, since each replaces the other. It shows
/// which candidate would be missed, and not which one is good.
///
/// @param  reference  see hypervolume()
/// @unit   product of the units of the axes, or of their decades
/// @shape  result: [candidates]
/// @error  of the values alone
/// @throws Error  if the reference does not fit the axes
/// @source the limited set of While, Bradstreet and Barone, IEEE Trans. Evolutionary Computation 16
///         (2012) 86: the part of a candidate's box that others dominate is what they dominate
///         after they are cut to the box
[[nodiscard]] std::vector<double> exclusive_hypervolumes(const CandidateSet& field,
                                                         const std::vector<double>& reference);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/hypervolume-inl.hpp"
#endif

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

/// Volumes of what points dominate above a reference, one after the other in the same memory.
/// @source the sweep by slices of Fonseca, Paquete and Lopez-Ibanez, IEEE CEC (2006) 1157
class DominatedVolume {
 public:
  /// Slices by the third axis from the best down, each with the area that the points so far
  /// dominate by the first two: their staircase, from most of the first axis to most of the second.
  /// @param points  how far above the reference; what is not above it by each axis adds nothing
  /// @unit  the product of the axes'
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

  /// The area that (x, y) adds: of its columns above the stairs that stand there.
  double enter(double x, double y) {
    std::vector<Stair> stairs;
    double added = 0.0;
    double right = x;  // what is left of here is not added yet
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

/// The reference as objectives, and a third axis of thickness 1 where there are two.
/// @throws Error  that says what is wrong with it
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

/// How much of what is worse than some candidate is better than a reference: one number for a whole
/// field, which grows whenever its front moves.
///
/// Logarithmic axes count in decades. It depends on the reference, which therefore stands beside
/// every hypervolume; one on which anybody would rather have nothing is a fair one: chance for the
/// quality, the most that may be spent for the cost. Whoever is worse than it adds nothing.
///
/// @param reference  a value for each axis
/// @unit   the product of the axes', or of their decades
/// @error  of the values alone: see hypervolume_interval()
/// @throws Error  where the reference doesn't fit the axes
/// @source Zitzler and Thiele, IEEE Trans. Evolutionary Computation 3 (1999) 257
[[nodiscard]] double hypervolume(const CandidateSet& field, const std::vector<double>& reference);

/// Between which hypervolumes the draws lie.
/// @param  reference  see hypervolume()
/// @unit   the product of the axes', or of their decades
/// @error  see JointDraws. The largest of several noisy values is too large on average: so is a
///         front of them, and the interval lies too high where many candidates are nearly equal.
/// @throws Error  where the reference doesn't fit the axes
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] Interval<double> hypervolume_interval(const JointDraws& draws,
                                                    const std::vector<double>& reference,
                                                    double level = 0.95);

/// What of the hypervolume each candidate adds alone: what would be lost without it. It is 0 for a
/// candidate off the front, for one of several that are equal, and for one that is no better than
/// the reference by some axis: a model that knows nothing adds nothing, however little it costs.
///
/// It is small for two candidates that are nearly equal, since each stands in for the other: it
/// says who is missed and not who is good.
///
/// @param  reference  see hypervolume()
/// @unit   the product of the axes', or of their decades
/// @shape  result: [candidates]
/// @error  of the values alone
/// @throws Error  where the reference doesn't fit the axes
/// @source the limited set of While, Bradstreet and Barone, IEEE Trans. Evolutionary Computation 16
///         (2012) 86: what others dominate of one's box is what they dominate once cut to it
[[nodiscard]] std::vector<double> exclusive_hypervolumes(const CandidateSet& field,
                                                         const std::vector<double>& reference);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/hypervolume-inl.hpp"
#endif

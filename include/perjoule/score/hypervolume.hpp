// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/contender.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/score/joint_draws.hpp"
#include "perjoule/stats/order.hpp"
#include "perjoule/stats/quantile.hpp"
#include "perjoule/stats/sort.hpp"
#include "perjoule/units/interval.hpp"

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
  double of(View<Merits> points) {
    order_.reset(points.size());
    order_.sort_by([points](std::size_t i) { return points[i].of[2]; });
    stairs_ = {};
    double area = 0.0;
    double volume = 0.0;
    for (std::size_t k = 0; k < points.size(); ++k) {
      const Merits& point = points[order_[k]];
      if (point.of[0] > 0.0 && point.of[1] > 0.0) area += enter(point.of[0], point.of[1]);
      const double below = k + 1 < points.size() ? points[order_[k + 1]].of[2] : 0.0;
      if (point.of[2] <= 0.0) break;
      volume += area * (point.of[2] - (below > 0.0 ? below : 0.0));
    }
    return volume;
  }

 private:
  struct Stair {
    double x, y;
  };

  /// The area that (x, y) adds: of its columns above the stairs that stand there.
  double enter(double x, double y) {
    Buffer<Stair> stairs;
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
    stairs.append({stairs_.data() + k, stairs_.size() - k});
    stairs_ = static_cast<Buffer<Stair>&&>(stairs);
    return added;
  }

  Order order_;
  Buffer<Stair> stairs_;
};

/// The reference as merits, and a third axis of thickness 1 where there are two.
/// @throws Error  that says what is wrong with it
[[nodiscard]] PERJOULE_COLD inline Merits floor_of(const Few<Axis, 3>& axes,
                                                   const Few<double, 3>& reference) {
  if (reference.size() != axes.size()) {
    fail("a hypervolume's reference has another number of values than there are axes",
         axes[0].name.chars, "give the worst value that counts on each axis");
  }
  Merits floor{{-1.0, -1.0, -1.0}};
  Contender as_one;
  as_one.name = "reference";
  for (std::size_t a = 0; a < axes.size(); ++a) {
    check_number(as_one, axes[a], reference[a]);
    floor.of[a] = merit(axes[a], reference[a]);
  }
  return floor;
}

[[nodiscard]] inline Merits above(const Merits& merits, const Merits& floor) noexcept {
  Merits height;
  for (int a = 0; a < 3; ++a) height.of[a] = merits.of[a] - floor.of[a];
  return height;
}

[[nodiscard]] PERJOULE_COLD inline Buffer<Merits> above(View<Merits> merits, const Merits& floor) {
  Buffer<Merits> heights(merits.size());
  for (std::size_t i = 0; i < merits.size(); ++i) heights[i] = above(merits[i], floor);
  return heights;
}

}  // namespace detail

/// How much of what is worse than some contender is better than a reference: one number for a whole
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
[[nodiscard]] PERJOULE_COLD inline double hypervolume(const Field& field,
                                                      const Few<double, 3>& reference) {
  const Merits floor = detail::floor_of(field.axes(), reference);
  return detail::DominatedVolume().of(detail::above(field.merits(), floor));
}

/// Between which hypervolumes the draws lie.
/// @param  reference  see hypervolume()
/// @unit   the product of the axes', or of their decades
/// @error  see JointDraws. The largest of several noisy values is too large on average: so is a
///         front of them, and the interval lies too high where many contenders are nearly equal.
/// @throws Error  where the reference doesn't fit the axes
/// @source Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
[[nodiscard]] PERJOULE_COLD inline Interval<double> hypervolume_interval(
    const JointDraws& draws, const Few<double, 3>& reference, double level = 0.95) {
  PERJOULE_EXPECTS(level > 0.0 && level < 1.0);
  const Merits floor = detail::floor_of(draws.axes(), reference);
  detail::DominatedVolume volume;
  Buffer<double> volumes(draws.size());
  for (std::size_t k = 0; k < draws.size(); ++k) {
    volumes[k] = volume.of(detail::above(draws[k], floor));
  }
  detail::sort(volumes.data(), volumes.size());
  const double tail = 0.5 * (1.0 - level);
  return {quantile_of_sorted(volumes, tail), quantile_of_sorted(volumes, 1.0 - tail), level,
          IntervalMethod::bootstrap};
}

/// What of the hypervolume each contender adds alone: what would be lost without it. It is 0 for a
/// contender off the front, for one of several that are equal, and for one that is no better than
/// the reference by some axis: a model that knows nothing adds nothing, however little it costs.
///
/// It is small for two contenders that are nearly equal, since each stands in for the other: it
/// says who is missed and not who is good.
///
/// @param  reference  see hypervolume()
/// @unit   the product of the axes', or of their decades
/// @shape  result: [contenders]
/// @error  of the values alone
/// @throws Error  where the reference doesn't fit the axes
/// @source the limited set of While, Bradstreet and Barone, IEEE Trans. Evolutionary Computation 16
///         (2012) 86: what others dominate of one's box is what they dominate once cut to it
[[nodiscard]] PERJOULE_COLD inline Buffer<double> exclusive_hypervolumes(
    const Field& field, const Few<double, 3>& reference) {
  const Merits floor = detail::floor_of(field.axes(), reference);
  const Buffer<Merits> heights = detail::above(field.merits(), floor);
  Buffer<double> exclusive(heights.size());
  Buffer<Merits> limited(heights.size());
  detail::DominatedVolume volume;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const Merits& box = heights[i];
    bool alone = box.of[0] > 0.0 && box.of[1] > 0.0 && box.of[2] > 0.0;
    for (std::size_t j = 0; j < heights.size() && alone; ++j) {
      for (int a = 0; a < 3; ++a) {
        const double cut = heights[j].of[a] < box.of[a] ? heights[j].of[a] : box.of[a];
        limited[j].of[a] = j == i ? 0.0 : cut;
      }
      alone = j == i || !(limited[j] == box);
    }
    // Not by rounding of two equal volumes: who is not missed adds 0.
    if (alone) exclusive[i] = box.of[0] * box.of[1] * box.of[2] - volume.of(limited);
  }
  return exclusive;
}

}  // namespace perjoule::inline v0

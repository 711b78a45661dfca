// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// A point of a learning curve: what a model that was trained with so much is worth.
struct LearningCurvePoint {
  double x = 0.0;  ///< exact. @unit the curve's: labelled items, or joules of training
  Estimate<double> quality = {};  ///< of a metric where more is better
};

/// How the way from one point to the next is divided.
enum class LearningCurveAxis : std::uint8_t {
  linear,
  logarithmic,  ///< each doubling of x counts alike; every x is above 0
};

namespace detail {

/// Where x stands on the axis.
/// @unit   x for linear, none for logarithmic
/// @source the natural logarithm; every base gives the same shares
[[nodiscard]] double axis_position(LearningCurveAxis axis, double x) noexcept;

/// Whether the curve has a quality at each of its points.
/// @throws Error for no point, for x that don't ascend, aren't finite, or have no logarithm
[[nodiscard]] bool is_complete_curve(View<LearningCurvePoint> curve, LearningCurveAxis axis);

}  // namespace detail

/// The mean quality along a learning curve: the area under it over its range of x. A model that
/// learns from less has more of it; curves compare only over the same range and on the same axis.
///
/// On a linear axis the largest amounts of data decide it, on a logarithmic one each doubling
/// counts alike.
///
/// @unit   that of the quality
/// @shape  curve: [points], x ascending; at least two
/// @error  random: the points as independent, each by its share of the area, with
///         Welch-Satterthwaite degrees of freedom; common parts add, since the points share their
///         test set. That of straight lines between the points is not in it. Missing where a point
///         is, or there is one only
/// @throws Error for no point, for x that don't ascend or aren't finite, and on a logarithmic axis
///         for 0 or less
/// @source trapezoidal rule; GUM (JCGM 100:2008) 5.1.2, 5.2.2 and G.4.1
[[nodiscard]] Estimate<double> mean_curve_quality(View<LearningCurvePoint> curve,
                                                  LearningCurveAxis axis);

/// Whether and where a learning curve reaches a quality.
enum class CrossingOutcome : std::uint8_t {
  missing,       ///< a point is
  between,       ///< between two points
  at_the_first,  ///< the first point has it already: with that much, or less
  never,         ///< no point has it
};

/// The least x that reaches a quality.
struct QualityCrossing {
  CrossingOutcome outcome = CrossingOutcome::missing;
  Estimate<double> x = {};  ///< missing for `never`; a bound from above for `at_the_first`
  /// From where the upper ends of the points' own intervals reach the quality to where the lower
  /// ends do; missing where those never do. One that begins at the first point's x is open there.
  Interval<double> interval = {};
};

namespace detail {

/// Where a line through the curve first reaches a quality.
struct Crossing {
  CrossingOutcome outcome = CrossingOutcome::never;
  std::size_t before = 0;  ///< the point before it
  double part = 0.0;       ///< of the way to the next one. @unit none
  double x = 0.0;          ///< @unit the curve's
};

/// @param sides  how many half-widths of their intervals the points are moved: -1, 0 or 1
/// @unit that of the curve
[[nodiscard]] Crossing first_crossing(View<LearningCurvePoint> curve, LearningCurveAxis axis,
                                      double quality, int sides, double level);

}  // namespace detail

/// The least amount of data, or of joules, that reaches a quality, with straight lines between the
/// points. It is the first that does: a curve that falls below again later is not looked at twice.
///
/// @param quality  to reach. @unit that of the curve
/// @unit   x has that of the curve
/// @shape  curve: [points], x ascending
/// @error  random and common to first order, the random parts of both points as independent and the
///         common ones moving both alike. The interval is that of the points' own intervals, which
///         is never too short where points are independent
/// @throws Error for no point, for x that don't ascend or aren't finite, on a logarithmic axis for
/// 0
///         or less, and for a quality that is not finite
/// @source inverse linear interpolation; its interval inverts the points' confidence band, as in
///         Graybill, Theory and Application of the Linear Model (1976), 8.5
[[nodiscard]] QualityCrossing least_to_reach(View<LearningCurvePoint> curve, double quality,
                                             LearningCurveAxis axis, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/learning_curve-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Point of a learning curve: the quality of a model trained with a given amount.
struct LearningCurvePoint {
  double x = 0.0;  ///< exact. @unit unit of the curve: labelled items, or joules of training
  Estimate<double> quality = {};  ///< of a metric where more is better
};

/// Scale of x between two points.
enum class LearningCurveAxis : std::uint8_t {
  linear,
  logarithmic,  ///< each doubling of x counts alike; every x must be above 0
};

namespace detail {

/// Returns the position of x on the axis.
/// @unit   x for linear, none for logarithmic
/// @source the natural logarithm; every base gives the same shares
[[nodiscard]] double axis_position(LearningCurveAxis axis, double x) noexcept;

/// Tells whether the curve has a quality at each of its points.
/// @throws Error for an empty curve, and for x that do not ascend, are not finite, or have no
///         logarithm on a logarithmic axis
[[nodiscard]] bool is_complete_curve(View<LearningCurvePoint> curve, LearningCurveAxis axis);

}  // namespace detail

/// Returns the mean quality along a learning curve: the area under it, over its range of x. A model
/// that learns from less data has a higher mean. Compare curves only over the same range and on the
/// same axis.
///
/// On a linear axis the largest amounts of data dominate; on a logarithmic axis each doubling
/// counts alike.
///
/// @unit   same as the quality
/// @shape  curve: [points], x ascending; at least two
/// @error  random: the points as independent, each weighted by its share of the area, with
///         Welch-Satterthwaite degrees of freedom; common parts add, since the points share their
///         test set. The error of straight lines between the points is not included. Missing if a
///         point is missing, or if there is only one
/// @throws Error for an empty curve, for x that do not ascend or are not finite, and on a
///         logarithmic axis for 0 or less
/// @source trapezoidal rule; GUM (JCGM 100:2008) 5.1.2, 5.2.2 and G.4.1
[[nodiscard]] Estimate<double> mean_curve_quality(View<LearningCurvePoint> curve,
                                                  LearningCurveAxis axis);

/// Whether and where a learning curve reaches a quality.
enum class CrossingOutcome : std::uint8_t {
  missing,       ///< a point is missing
  between,       ///< between two points
  at_the_first,  ///< the first point already reaches it: x is that amount, or less
  never,         ///< no point reaches it
};

/// Smallest x that reaches a quality.
struct QualityCrossing {
  CrossingOutcome outcome = CrossingOutcome::missing;
  Estimate<double> x = {};  ///< missing for `never`; an upper bound for `at_the_first`
  /// From the x where the upper ends of the points' intervals reach the quality to the x where the
  /// lower ends do; missing if the lower ends never do. An interval that begins at the first point
  /// is open on that side.
  Interval<double> interval = {};
};

namespace detail {

/// Place where a line through the curve first reaches a quality.
struct Crossing {
  CrossingOutcome outcome = CrossingOutcome::never;
  std::size_t before = 0;  ///< index of the point before it
  double part = 0.0;       ///< share of the way to the next point. @unit none
  double x = 0.0;          ///< @unit unit of the curve
};

/// @param sides  number of half-widths of their intervals by which the points are moved: -1, 0 or 1
/// @unit unit of the curve
[[nodiscard]] Crossing first_crossing(View<LearningCurvePoint> curve, LearningCurveAxis axis,
                                      double quality, int sides, double level);

}  // namespace detail

/// Returns the smallest amount of data, or of joules, that reaches a quality, with straight lines
/// between the points. It is the first such x, also for a curve that later falls below the quality
/// again.
///
/// @param quality  to reach. @unit unit of the curve's quality
/// @unit   x has the unit of the curve
/// @shape  curve: [points], x ascending
/// @error  random and common to first order; the random parts of the two points as independent, and
///         the common parts moving both points alike. The interval is derived from the intervals of
///         the points, and is never too short if points are independent
/// @throws Error for an empty curve, for x that do not ascend or are not finite, on a logarithmic
///         axis for 0 or less, and for a quality that is not finite
/// @source inverse linear interpolation; its interval inverts the points' confidence band, as in
///         Graybill, Theory and Application of the Linear Model (1976), 8.5
[[nodiscard]] QualityCrossing least_to_reach(View<LearningCurvePoint> curve, double quality,
                                             LearningCurveAxis axis, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/learning_curve-inl.hpp"
#endif

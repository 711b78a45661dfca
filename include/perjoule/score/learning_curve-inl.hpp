// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/learning_curve.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double axis_position(LearningCurveAxis axis, double x) noexcept {
  return axis == LearningCurveAxis::linear ? x : std::log(x);
}

PERJOULE_INLINE bool is_complete_curve(View<LearningCurvePoint> curve, LearningCurveAxis axis) {
  if (curve.empty()) {
    fail("a learning curve without points", "the curve is empty",
         "train with at least two amounts of data, and pass a point for each");
  }
  bool whole = true;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const bool ascends = i == 0 || curve[i].x > curve[i - 1].x;
    const bool on_axis = axis == LearningCurveAxis::linear || curve[i].x > 0.0;
    if (!is_finite(curve[i].x) || !ascends || !on_axis) {
      fail(on_axis ? "the points of a learning curve do not ascend"
                   : "a logarithmic axis has no place for 0 or less",
           text::format("point {}, counted from 0", i),
           on_axis ? "sort them by x, and merge those of one x" : "use LearningCurveAxis::linear");
    }
    whole = whole && is_known_and_finite(curve[i].quality);
  }
  return whole;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Estimate<double> mean_curve_quality(View<LearningCurvePoint> curve,
                                                    LearningCurveAxis axis) {
  if (!detail::is_complete_curve(curve, axis) || curve.size() < 2) return {};
  const auto place = [&](std::size_t i) { return detail::axis_position(axis, curve[i].x); };
  const std::size_t last = curve.size() - 1;
  const double range = place(last) - place(0);
  Estimate<double> mean{0.0, 0.0, infinite_dof, 0.0, Provenance::measured};
  for (std::size_t i = 0; i <= last; ++i) {
    const double width = place(i < last ? i + 1 : last) - place(i > 0 ? i - 1 : 0);
    const double share = 0.5 * width / range;
    const Estimate<double>& quality = curve[i].quality;
    const double random = share * quality.random;
    mean.value += share * quality.value;
    mean.dof = detail::combined_dof(mean.random, mean.dof, random, quality.dof);
    mean.random = std::hypot(mean.random, random);
    mean.common += share * quality.common;
    mean.provenance = worst(mean.provenance, quality.provenance);
  }
  return mean;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Crossing first_crossing(View<LearningCurvePoint> curve, LearningCurveAxis axis,
                                        double quality, int sides, double level) {
  const auto height = [&](std::size_t i) {
    const Estimate<double>& point = curve[i].quality;
    return sides == 0 ? point.value : point.value + sides * halfwidth(point, level);
  };
  if (height(0) >= quality) return {CrossingOutcome::at_the_first, 0, 0.0, curve[0].x};
  for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
    if (height(i + 1) < quality) continue;
    const double part = (quality - height(i)) / (height(i + 1) - height(i));
    const double from = curve[i].x;
    const double to = curve[i + 1].x;
    const double x = axis == LearningCurveAxis::linear
                         ? from + part * (to - from)
                         : from * std::exp(part * std::log(to / from));
    return {CrossingOutcome::between, i, part, x};
  }
  return {};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE QualityCrossing least_to_reach(View<LearningCurvePoint> curve, double quality,
                                               LearningCurveAxis axis, double level) {
  if (!is_finite(quality)) {
    detail::fail("a quality to reach that is not a finite number", "least_to_reach",
                 "pass the quality that is asked for");
  }
  if (!detail::is_complete_curve(curve, axis)) return {};
  const detail::Crossing found = detail::first_crossing(curve, axis, quality, 0, level);
  QualityCrossing reach;
  reach.outcome = found.outcome;
  if (found.outcome == CrossingOutcome::never) return reach;
  Provenance provenance = curve[0].quality.provenance;
  const std::size_t after = found.outcome == CrossingOutcome::between ? found.before + 1 : 0;
  for (std::size_t i = 1; i <= after; ++i)
    provenance = worst(provenance, curve[i].quality.provenance);
  reach.x = {found.x, 0.0, infinite_dof, 0.0, provenance};
  if (found.outcome == CrossingOutcome::between) {
    const LearningCurvePoint& a = curve[found.before];
    const LearningCurvePoint& b = curve[after];
    // dx for a change of the quality by one: the distance along the axis over the rise.
    const double way =
        axis == LearningCurveAxis::linear ? b.x - a.x : found.x * std::log(b.x / a.x);
    const double slope = way / (b.quality.value - a.quality.value);
    const double of_a = (1.0 - found.part) * slope;
    const double of_b = found.part * slope;
    reach.x.random = std::hypot(of_a * a.quality.random, of_b * b.quality.random);
    reach.x.dof = detail::combined_dof(of_a * a.quality.random, a.quality.dof,
                                       of_b * b.quality.random, b.quality.dof);
    reach.x.common = of_a * a.quality.common + of_b * b.quality.common;
  }
  const detail::Crossing low = detail::first_crossing(curve, axis, quality, 1, level);
  const detail::Crossing high = detail::first_crossing(curve, axis, quality, -1, level);
  if (high.outcome != CrossingOutcome::never) {
    reach.interval = {low.x, high.x, level, IntervalMethod::student_t};
  }
  return reach;
}

}  // namespace perjoule::inline v0

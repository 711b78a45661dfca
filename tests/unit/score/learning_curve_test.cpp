// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/learning_curve.hpp"

#include <limits>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"

using namespace perjoule;

namespace {

LearningCurvePoint point(double x, double quality, double random = 0.01, double common = 0.0) {
  return {x, {quality, random, infinite_dof, common, Provenance::measured}};
}

const std::vector<LearningCurvePoint> curve = {point(100, 0.5), point(200, 0.7), point(400, 0.8),
                                               point(800, 0.85)};

}  // namespace

TEST_CASE("the mean quality along a curve is the area under it over its range",
          "[score][sample_efficiency]") {
  // 100 x .6 + 200 x .75 + 400 x .825 = 540, over 700. Shares 50, 150, 300 and 200 of 700:
  // sqrt(.005102 + .045918 + .183673 + .081633) = .5624290.
  const auto found = mean_curve_quality(curve, LearningCurveAxis::linear);
  CHECK(found.value == Approx(540.0 / 700.0));
  CHECK(found.random == Approx(0.005624290).epsilon(1e-6));
  CHECK(found.provenance == Provenance::measured);
}

TEST_CASE("on a logarithmic axis each doubling counts alike", "[score][sample_efficiency]") {
  // (.6 + .75 + .825)/3. Shares 1/6, 1/3, 1/3, 1/6: sqrt(10/36) = .5270463 of .01; dof of nine
  // each: (10/36)^2/((2/1296 + 2/81)/9) = 26.4705882. Common parts of .02 add to .02.
  std::vector<LearningCurvePoint> alike = curve;
  for (LearningCurvePoint& p : alike) {
    p.quality.dof = 9.0;
    p.quality.common = 0.02;
  }
  const auto found = mean_curve_quality(alike, LearningCurveAxis::logarithmic);
  CHECK(found.value == Approx(0.725));
  CHECK(found.random == Approx(0.005270463).epsilon(1e-6));
  CHECK(found.dof == Approx(26.4705882));
  CHECK(found.common == Approx(0.02));
}

TEST_CASE("a curve that stays level has its level as mean, on either axis",
          "[score][sample_efficiency]") {
  const std::vector<LearningCurvePoint> level = {point(1, 0.6), point(10, 0.6), point(50, 0.6)};
  CHECK(mean_curve_quality(level, LearningCurveAxis::linear).value == Approx(0.6));
  CHECK(mean_curve_quality(level, LearningCurveAxis::logarithmic).value == Approx(0.6));
}

TEST_CASE("the least data for a quality lies on the line between two points",
          "[score][sample_efficiency]") {
  // Half of the way from 200 to 400. 2000 a unit of quality, half of it for either point:
  // sqrt(2) x 1000 x .01. Bounds: .01 x 1.9599640 = .0195996; (.75 - .7195996)/.1 = .304004 and
  // (.75 - .6804004)/.1 = .695996 of the way.
  const QualityCrossing found = least_to_reach(curve, 0.75, LearningCurveAxis::linear);
  CHECK(found.outcome == CrossingOutcome::between);
  CHECK(found.x.value == Approx(300.0));
  CHECK(found.x.random == Approx(14.1421356));
  CHECK(found.interval.low == Approx(260.8007).epsilon(1e-6));
  CHECK(found.interval.high == Approx(339.1993).epsilon(1e-6));
  CHECK(found.interval.method == IntervalMethod::student_t);
}

TEST_CASE("on a logarithmic axis half of a doubling is its square root",
          "[score][sample_efficiency]") {
  // 200 sqrt(2) = 282.8427; dx = 282.8427 ln 2/.1 = 1960.516 a unit of quality.
  const QualityCrossing found = least_to_reach(curve, 0.75, LearningCurveAxis::logarithmic);
  CHECK(found.x.value == Approx(282.8427).epsilon(1e-6));
  CHECK(found.x.random == Approx(13.86294).epsilon(1e-5));
  // 200 x 2^.304004 and 200 x 2^.695996
  CHECK(found.interval.low == Approx(246.9165).epsilon(1e-4));
  CHECK(found.interval.high == Approx(323.9965).epsilon(1e-4));
}

TEST_CASE("an error that all points share moves the least data by the slope",
          "[score][sample_efficiency]") {
  const std::vector<LearningCurvePoint> shared = {point(200, 0.7, 0.0, 0.02),
                                                  point(400, 0.8, 0.0, 0.02)};
  const QualityCrossing found = least_to_reach(shared, 0.75, LearningCurveAxis::linear);
  CHECK(found.x.common == Approx(40.0));
  CHECK(found.x.random == 0.0);
}

TEST_CASE("a quality that the first point has already needs that much or less",
          "[score][sample_efficiency]") {
  const QualityCrossing found = least_to_reach(curve, 0.4, LearningCurveAxis::linear);
  CHECK(found.outcome == CrossingOutcome::at_the_first);
  CHECK(found.x.value == 100.0);
  CHECK(least_to_reach(curve, 0.5, LearningCurveAxis::linear).outcome ==
        CrossingOutcome::at_the_first);
  CHECK(least_to_reach(std::vector<LearningCurvePoint>{point(100, 0.5)}, 0.4,
                       LearningCurveAxis::linear)
            .outcome == CrossingOutcome::at_the_first);
}

TEST_CASE("a quality that no point has is never reached, and has no number",
          "[score][sample_efficiency][missing]") {
  const QualityCrossing found = least_to_reach(curve, 0.9, LearningCurveAxis::linear);
  CHECK(found.outcome == CrossingOutcome::never);
  CHECK_FALSE(found.x.is_known());
  CHECK_FALSE(found.interval.is_known());
  CHECK(least_to_reach(curve, 0.85, LearningCurveAxis::linear).x.value == Approx(800.0));
}

TEST_CASE("a quality that the curve may not have reached has no interval",
          "[score][sample_efficiency][missing]") {
  // .85 - .0196 is below .84.
  const QualityCrossing found = least_to_reach(curve, 0.84, LearningCurveAxis::linear);
  CHECK(found.x.value == Approx(720.0));
  CHECK_FALSE(found.interval.is_known());
}

TEST_CASE("of a curve that falls again the first time counts", "[score][sample_efficiency]") {
  const std::vector<LearningCurvePoint> wavy = {point(1, 0.5), point(2, 0.7), point(3, 0.6),
                                                point(4, 0.8)};
  CHECK(least_to_reach(wavy, 0.65, LearningCurveAxis::linear).x.value == Approx(1.75));
}

TEST_CASE("a curve with a point that nobody measured tells nothing",
          "[score][sample_efficiency][missing]") {
  std::vector<LearningCurvePoint> holed = curve;
  holed[3].quality = {};
  CHECK_FALSE(mean_curve_quality(holed, LearningCurveAxis::linear).is_known());
  CHECK(least_to_reach(holed, 0.6, LearningCurveAxis::linear).outcome == CrossingOutcome::missing);
  holed[3] = point(800, std::numeric_limits<double>::quiet_NaN());
  CHECK_FALSE(mean_curve_quality(holed, LearningCurveAxis::linear).is_known());
  CHECK_FALSE(mean_curve_quality(std::vector<LearningCurvePoint>{point(100, 0.5)},
                                 LearningCurveAxis::linear)
                  .is_known());
}

TEST_CASE("a curve is no better than its worst point", "[score][sample_efficiency]") {
  std::vector<LearningCurvePoint> modelled = curve;
  modelled[1].quality.provenance = Provenance::modelled;
  CHECK(mean_curve_quality(modelled, LearningCurveAxis::linear).provenance == Provenance::modelled);
  CHECK(least_to_reach(modelled, 0.75, LearningCurveAxis::linear).x.provenance ==
        Provenance::modelled);
}

TEST_CASE("a crossing is known as well as the points up to it", "[score][sample_efficiency]") {
  std::vector<LearningCurvePoint> modelled = curve;
  modelled[1].quality.provenance = Provenance::modelled;
  // The first point is enough, and exact on its axis.
  const QualityCrossing first = least_to_reach(modelled, 0.4, LearningCurveAxis::linear);
  CHECK(first.outcome == CrossingOutcome::at_the_first);
  CHECK(first.x.provenance == Provenance::measured);
  CHECK(first.x.random == 0.0);
  // Between the first and the second.
  CHECK(least_to_reach(modelled, 0.6, LearningCurveAxis::linear).x.provenance ==
        Provenance::modelled);
}

TEST_CASE("curves without order, without points and off their axis are refused",
          "[score][sample_efficiency][error]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto refused = [](const std::vector<LearningCurvePoint>& points, LearningCurveAxis axis) {
    CHECK_THROWS_AS(mean_curve_quality(points, axis), Error);
    CHECK_THROWS_AS(least_to_reach(points, 0.5, axis), Error);
  };
  refused({}, LearningCurveAxis::linear);
  refused({point(2, 0.5), point(1, 0.6)}, LearningCurveAxis::linear);
  refused({point(1, 0.5), point(1, 0.6)}, LearningCurveAxis::linear);
  refused({point(1, 0.5), point(nan, 0.6)}, LearningCurveAxis::linear);
  refused({point(0, 0.5), point(1, 0.6)}, LearningCurveAxis::logarithmic);
  CHECK_NOTHROW(mean_curve_quality(std::vector<LearningCurvePoint>{point(0, 0.5), point(1, 0.6)},
                                   LearningCurveAxis::linear));
  CHECK_THROWS_AS(least_to_reach(curve, nan, LearningCurveAxis::linear), Error);
}

TEST_CASE("the interval covers at least 95 of 100 least amounts",
          "[score][sample_efficiency][simulation]") {
  // The lines cross .75 at 300. Of two points' own intervals the band between them is too wide.
  Normal normal(51);
  constexpr int trials = 4000;
  int covered = 0;
  for (int i = 0; i < trials; ++i) {
    const std::vector<LearningCurvePoint> seen = {
        point(100, normal(0.5, 0.01)), point(200, normal(0.7, 0.01)), point(400, normal(0.8, 0.01)),
        point(800, normal(0.85, 0.01))};
    covered +=
        least_to_reach(seen, 0.75, LearningCurveAxis::linear).interval.contains(300.0) ? 1 : 0;
  }
  CHECK(covered > 0.95 * trials);
}

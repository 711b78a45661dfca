// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/sample_efficiency.hpp"

#include <limits>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"

using namespace perjoule;

namespace {

CurvePoint point(double x, double quality, double random = 0.01, double common = 0.0) {
  return {x, {quality, random, known_dof, common, Provenance::measured}};
}

const std::vector<CurvePoint> curve = {point(100, 0.5), point(200, 0.7), point(400, 0.8),
                                       point(800, 0.85)};

}  // namespace

TEST_CASE("the mean quality along a curve is the area under it over its range",
          "[score][sample_efficiency]") {
  // 100 x .6 + 200 x .75 + 400 x .825 = 540, over 700. Shares 50, 150, 300 and 200 of 700:
  // sqrt(.005102 + .045918 + .183673 + .081633) = .5624290.
  const auto found = mean_quality(curve, CurveAxis::linear);
  CHECK(found.value == Approx(540.0 / 700.0));
  CHECK(found.random == Approx(0.005624290).epsilon(1e-6));
  CHECK(found.provenance == Provenance::measured);
}

TEST_CASE("on a logarithmic axis each doubling counts alike", "[score][sample_efficiency]") {
  // (.6 + .75 + .825)/3. Shares 1/6, 1/3, 1/3, 1/6: sqrt(10/36) = .5270463 of .01; dof of nine
  // each: (10/36)^2/((2/1296 + 2/81)/9) = 26.4705882. Common parts of .02 add to .02.
  std::vector<CurvePoint> alike = curve;
  for (CurvePoint& p : alike) {
    p.quality.dof = 9.0;
    p.quality.common = 0.02;
  }
  const auto found = mean_quality(alike, CurveAxis::logarithmic);
  CHECK(found.value == Approx(0.725));
  CHECK(found.random == Approx(0.005270463).epsilon(1e-6));
  CHECK(found.dof == Approx(26.4705882));
  CHECK(found.common == Approx(0.02));
}

TEST_CASE("a curve that stays level has its level as mean, on either axis",
          "[score][sample_efficiency]") {
  const std::vector<CurvePoint> level = {point(1, 0.6), point(10, 0.6), point(50, 0.6)};
  CHECK(mean_quality(level, CurveAxis::linear).value == Approx(0.6));
  CHECK(mean_quality(level, CurveAxis::logarithmic).value == Approx(0.6));
}

TEST_CASE("the least data for a quality lies on the line between two points",
          "[score][sample_efficiency]") {
  // Half of the way from 200 to 400. 2000 a unit of quality, half of it for either point:
  // sqrt(2) x 1000 x .01. Bounds: .01 x 1.9599640 = .0195996; (.75 - .7195996)/.1 = .304004 and
  // (.75 - .6804004)/.1 = .695996 of the way.
  const Reach found = least_to_reach(curve, 0.75, CurveAxis::linear);
  CHECK(found.outcome == ReachOutcome::between);
  CHECK(found.x.value == Approx(300.0));
  CHECK(found.x.random == Approx(14.1421356));
  CHECK(found.interval.low == Approx(260.8007).epsilon(1e-6));
  CHECK(found.interval.high == Approx(339.1993).epsilon(1e-6));
  CHECK(found.interval.method == IntervalMethod::student_t);
}

TEST_CASE("on a logarithmic axis half of a doubling is its square root",
          "[score][sample_efficiency]") {
  // 200 sqrt(2) = 282.8427; dx = 282.8427 ln 2/.1 = 1960.516 a unit of quality.
  const Reach found = least_to_reach(curve, 0.75, CurveAxis::logarithmic);
  CHECK(found.x.value == Approx(282.8427).epsilon(1e-6));
  CHECK(found.x.random == Approx(13.86294).epsilon(1e-5));
  // 200 x 2^.304004 and 200 x 2^.695996
  CHECK(found.interval.low == Approx(246.9165).epsilon(1e-4));
  CHECK(found.interval.high == Approx(323.9965).epsilon(1e-4));
}

TEST_CASE("an error that all points share moves the least data by the slope",
          "[score][sample_efficiency]") {
  const std::vector<CurvePoint> shared = {point(200, 0.7, 0.0, 0.02), point(400, 0.8, 0.0, 0.02)};
  const Reach found = least_to_reach(shared, 0.75, CurveAxis::linear);
  CHECK(found.x.common == Approx(40.0));
  CHECK(found.x.random == 0.0);
}

TEST_CASE("a quality that the first point has already needs that much or less",
          "[score][sample_efficiency]") {
  const Reach found = least_to_reach(curve, 0.4, CurveAxis::linear);
  CHECK(found.outcome == ReachOutcome::at_the_first);
  CHECK(found.x.value == 100.0);
  CHECK(least_to_reach(curve, 0.5, CurveAxis::linear).outcome == ReachOutcome::at_the_first);
  CHECK(least_to_reach(std::vector<CurvePoint>{point(100, 0.5)}, 0.4, CurveAxis::linear).outcome ==
        ReachOutcome::at_the_first);
}

TEST_CASE("a quality that no point has is never reached, and has no number",
          "[score][sample_efficiency][missing]") {
  const Reach found = least_to_reach(curve, 0.9, CurveAxis::linear);
  CHECK(found.outcome == ReachOutcome::never);
  CHECK_FALSE(found.x.is_known());
  CHECK_FALSE(found.interval.is_known());
  CHECK(least_to_reach(curve, 0.85, CurveAxis::linear).x.value == Approx(800.0));
}

TEST_CASE("a quality that the curve may not have reached has no interval",
          "[score][sample_efficiency][missing]") {
  // .85 - .0196 is below .84.
  const Reach found = least_to_reach(curve, 0.84, CurveAxis::linear);
  CHECK(found.x.value == Approx(720.0));
  CHECK_FALSE(found.interval.is_known());
}

TEST_CASE("of a curve that falls again the first time counts", "[score][sample_efficiency]") {
  const std::vector<CurvePoint> wavy = {point(1, 0.5), point(2, 0.7), point(3, 0.6), point(4, 0.8)};
  CHECK(least_to_reach(wavy, 0.65, CurveAxis::linear).x.value == Approx(1.75));
}

TEST_CASE("a curve with a point that nobody measured tells nothing",
          "[score][sample_efficiency][missing]") {
  std::vector<CurvePoint> holed = curve;
  holed[3].quality = {};
  CHECK_FALSE(mean_quality(holed, CurveAxis::linear).is_known());
  CHECK(least_to_reach(holed, 0.6, CurveAxis::linear).outcome == ReachOutcome::missing);
  holed[3] = point(800, std::numeric_limits<double>::quiet_NaN());
  CHECK_FALSE(mean_quality(holed, CurveAxis::linear).is_known());
  CHECK_FALSE(mean_quality(std::vector<CurvePoint>{point(100, 0.5)}, CurveAxis::linear).is_known());
}

TEST_CASE("a curve is no better than its worst point", "[score][sample_efficiency]") {
  std::vector<CurvePoint> modelled = curve;
  modelled[1].quality.provenance = Provenance::modelled;
  CHECK(mean_quality(modelled, CurveAxis::linear).provenance == Provenance::modelled);
  CHECK(least_to_reach(modelled, 0.75, CurveAxis::linear).x.provenance == Provenance::modelled);
}

TEST_CASE("curves without order, without points and off their axis are refused",
          "[score][sample_efficiency][error]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto refused = [](const std::vector<CurvePoint>& points, CurveAxis axis) {
    CHECK_THROWS_AS(mean_quality(points, axis), Error);
    CHECK_THROWS_AS(least_to_reach(points, 0.5, axis), Error);
  };
  refused({}, CurveAxis::linear);
  refused({point(2, 0.5), point(1, 0.6)}, CurveAxis::linear);
  refused({point(1, 0.5), point(1, 0.6)}, CurveAxis::linear);
  refused({point(1, 0.5), point(nan, 0.6)}, CurveAxis::linear);
  refused({point(0, 0.5), point(1, 0.6)}, CurveAxis::logarithmic);
  CHECK_NOTHROW(
      mean_quality(std::vector<CurvePoint>{point(0, 0.5), point(1, 0.6)}, CurveAxis::linear));
  CHECK_THROWS_AS(least_to_reach(curve, nan, CurveAxis::linear), Error);
}

TEST_CASE("the interval covers at least 95 of 100 least amounts",
          "[score][sample_efficiency][simulation]") {
  // The lines cross .75 at 300. Of two points' own intervals the band between them is too wide.
  Normal normal(51);
  constexpr int trials = 4000;
  int covered = 0;
  for (int i = 0; i < trials; ++i) {
    const std::vector<CurvePoint> seen = {
        point(100, normal(0.5, 0.01)), point(200, normal(0.7, 0.01)), point(400, normal(0.8, 0.01)),
        point(800, normal(0.85, 0.01))};
    covered += least_to_reach(seen, 0.75, CurveAxis::linear).interval.contains(300.0) ? 1 : 0;
  }
  CHECK(covered > 0.95 * trials);
}

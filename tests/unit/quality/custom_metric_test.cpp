// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/custom_metric.hpp"

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"

using namespace perjoule;

TEST_CASE("a metric of one's own takes five lines", "[quality][own_metric]") {
  const std::vector<double> depths = {1.0, 2.0, 3.0, 4.0, 5.0};
  auto close = mean_of(depths, {.name = "within 10 %", .unit = "%", .trivial = 0.2},
                       [](double depth, double truth) {
                         return std::fabs(depth - truth) < 0.1 * truth ? 1.0 : 0.0;
                       });
  const double outputs[] = {1.05, 2.5, 3.1, 4.0, 5.2};
  for (std::size_t i = 0; i < 5; ++i) close.add(i, outputs[i]);
  const Quality quality = close.result();
  CHECK(agrees(quality.value.value, 0.8));
  CHECK(agrees(quality.skill.value, 0.75));
  CHECK(quality.metric == "within 10 %");
  CHECK(std::string(quality.unit) == "%");
  // Four of five: Wilson's interval, (.4 + z^2/10 -+ ...) as statsmodels 0.13 gives it.
  CHECK(quality.value_interval.method == IntervalMethod::wilson);
  CHECK(quality.value_interval.low == Approx(0.375535).epsilon(1e-5));
  CHECK(quality.value_interval.high == Approx(0.963784).epsilon(1e-5));
  CHECK(close.per_item().size() == 5);
}

TEST_CASE("a mean of losses has their interval, and one of other numbers Student's",
          "[quality][own_metric]") {
  const std::vector<double> truths = {0, 0, 0, 0};
  auto metric =
      mean_of(truths, {.name = "distance", .unit = "mm", .perfect = 0.0, .higher_is_better = false},
              [](double output, double truth) { return std::fabs(output - truth); });
  for (std::size_t i = 0; i < 4; ++i) metric.add(i, static_cast<double>(i + 1));
  const Quality quality = metric.result();
  // As in the test of mean_of_losses().
  CHECK(agrees(quality.value.value, 2.5));
  CHECK(quality.value_interval.method == IntervalMethod::log_delta);
  CHECK(quality.value_interval.low == Approx(0.858015).epsilon(1e-5));
  CHECK(quality.value_interval.high == Approx(7.284251).epsilon(1e-5));
  // Mean 2.5, s = 1.290994, t(.975, 3) = 3.182446: +- 2.054260.
  auto height = mean_of(truths, {.name = "height", .unit = "mm", .perfect = 10.0},
                        [](double output, double truth) { return output - truth; });
  for (std::size_t i = 0; i < 4; ++i) height.add(i, static_cast<double>(i + 1));
  const Interval<double> interval = height.result().value_interval;
  CHECK(interval.method == IntervalMethod::student_t);
  CHECK(interval.low == Approx(0.445740).epsilon(1e-5));
  CHECK(interval.high == Approx(4.554260).epsilon(1e-5));
  CHECK_FALSE(quality.skill.is_known());
  CHECK(mentions(quality.why_no_skill, "not known"));
}

TEST_CASE("a metric of one's own that is no number is an error", "[quality][own_metric]") {
  const std::vector<double> truths = {1.0};
  auto metric = mean_of(truths, {.name = "mine"}, [](double, double) { return not_a_number(); });
  const std::string said = complaint([&] { metric.add(0, 1.0); });
  CHECK(mentions(said, "mine"));
  CHECK(mentions(said, "not a finite number"));
}

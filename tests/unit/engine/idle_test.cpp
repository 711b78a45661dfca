// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/run_windows.hpp"

#include <string>
#include <utility>

#include "catch.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

TEST_CASE("idle power between two blocks is their mean, and their drift is in its uncertainty",
          "[engine][idle]") {
  const Estimate<Watts> before{20_W, 0.3_W, 4.0, 0.1_W, Provenance::measured};
  const Estimate<Watts> after{22_W, 0.4_W, 4.0, 0.3_W, Provenance::measured};
  const Estimate<Watts> idle = detail::idle_between(before, after);
  CHECK(idle.value.si() == Approx(21.0));
  // scatter: hypot(0.3, 0.4)/2 = 0.25; drift: 2/sqrt(12) = 0.57735
  CHECK(idle.random.si() == Approx(0.629152870));
  CHECK(idle.common.si() == Approx(0.2));
  // Welch-Satterthwaite, twice: 7.418 for the scatter, and the drift as known.
  CHECK(idle.dof == Approx(297.497));
  CHECK(idle.provenance == Provenance::measured);
}

TEST_CASE("the direction of the drift makes no difference", "[engine][idle]") {
  const Estimate<Watts> low{20_W, 0.3_W, 4.0, 0_W, Provenance::measured};
  const Estimate<Watts> high{22_W, 0.3_W, 4.0, 0_W, Provenance::measured};
  CHECK(detail::idle_between(low, high).random.si() ==
        Approx(detail::idle_between(high, low).random.si()));
}

TEST_CASE("idle power with one block missing is missing", "[engine][idle]") {
  const Estimate<Watts> known{20_W, 0.3_W, 4.0, 0_W, Provenance::measured};
  CHECK_FALSE(detail::idle_between(known, {}).is_known());
  CHECK_FALSE(detail::idle_between({}, known).is_known());
}

TEST_CASE("the worse provenance of the two blocks is kept", "[engine][idle]") {
  const Estimate<Watts> good{20_W, 0.3_W, 4.0, 0_W, Provenance::measured};
  const Estimate<Watts> bad{20_W, 0.3_W, 4.0, 0_W, Provenance::modelled};
  CHECK(detail::idle_between(good, bad).provenance == Provenance::modelled);
}

TEST_CASE("a sleeping block measures the idle power of a machine", "[engine][idle]") {
  SimulatedMachine machine(20_W);
  machine.rest(3.3_ms);
  AnyMeter meter{SimulatedMeter(machine)};
  const Instant start = meter.now();
  const detail::IdleBlock block = detail::measure_idle(meter, 0.5_s);
  INFO(block.why_missing);
  REQUIRE(block.power.is_known());
  CHECK(interval(block.power).contains(20_W));
  // Ticks known to the 51 us between two polls at both ends, where the power may be anything from 0
  // to 40 W: 20 W sqrt(4/3) x 51 us/0.1 s sqrt(2/12), over sqrt(5) windows. Read at arbitrary times
  // it would be 42 mW.
  CHECK(block.power.random.si() == Approx(2.15e-3).epsilon(0.05));
  CHECK(block.power.provenance == Provenance::simulated);
  CHECK((meter.now() - start).si() == Approx(0.5).epsilon(0.02));
}

TEST_CASE("an idle block on a counter that stands still is missing with the reason",
          "[engine][idle]") {
  SimulatedMachine machine(20_W, {.unit = 1e6_J});
  AnyMeter meter{SimulatedMeter(machine)};
  const detail::IdleBlock block = detail::measure_idle(meter, 0.5_s);
  CHECK_FALSE(block.power.is_known());
  CHECK(std::string(block.why_missing) == "the counter did not move");
}

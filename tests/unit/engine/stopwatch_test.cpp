// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/stopwatch.hpp"

#include <string>

#include "catch.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/stats/confidence.hpp"

using namespace perjoule;

TEST_CASE("a stopwatch finds what a stretch of a program took", "[engine][stopwatch]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  Stopwatch watch = session.stopwatch();
  for (const double seconds : {0.05, 0.2}) {
    machine.rest(Seconds(0.3));  // not in it
    watch.start();
    const Instant begin = machine.now();
    CHECK(watch.now() == begin);
    machine.work(Seconds(seconds), Watts(60.0));
    const Window window = watch.stop();
    CHECK((machine.now() - begin).si() >= seconds);
    CHECK(window.wall.si() == Approx(seconds).margin(1e-5));
    const Joules truth = Watts(60.0) * Seconds(seconds);
    CHECK(interval(window.energy.energy).contains(truth));
    CHECK(halfwidth(window.energy.energy) < 0.02 * truth);
    CHECK(window.energy.energy.provenance == Provenance::simulated);
  }
}

TEST_CASE("a stopwatch without a meter still has the time, and says why there is no energy",
          "[engine][stopwatch]") {
  Session session{NoMeter()};
  Stopwatch watch = session.stopwatch();
  watch.start();
  SystemClock::wait(Seconds(0.01));
  const Window window = watch.stop();
  CHECK(window.wall >= Seconds(0.01));
  CHECK_FALSE(window.energy.energy.is_known());
  CHECK(std::string(window.energy.why_missing) != "");
}

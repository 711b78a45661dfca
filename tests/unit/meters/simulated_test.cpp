// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/simulated.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "catch.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

struct Coverage {
  double covered = 0.0;           ///< a share of the windows
  double median_halfwidth = 0.0;  ///< @unit J
  double p95_error = 0.0;         ///< @unit J
};

/// A thousand windows of 99 to 101 ms, each at its own power, which ripples by 20 % from one
/// millisecond to the next, begun and ended anywhere in a tick. `power_before` draws the power just
/// before a window.
template <class PowerBefore>
Coverage thousand_windows(PowerBefore power_before) {
  SimulatedMachine machine;
  SimulatedMeter meter(machine);
  Random random(2026);
  std::vector<double> errors;
  std::vector<double> halfwidths;
  std::size_t covered = 0;
  constexpr int windows = 1000;
  for (int i = 0; i < windows; ++i) {
    const Watts power = 20_W + random.uniform() * 100_W;
    const Seconds warm_up = 5_ms + random.uniform() * 5_ms;
    machine.work(warm_up, power_before(power));
    Reading before;
    Reading after;
    REQUIRE(meter.read(before));
    const Joules start = machine.true_energy();
    for (int ms = 0; ms < 99; ++ms) machine.work(1_ms, power * (0.8 + 0.4 * random.uniform()));
    // Windows of exactly one length would always end 0.4 ticks after where they began in a tick.
    const Seconds rest = random.uniform() * 2_ms;
    machine.work(rest, power * (0.8 + 0.4 * random.uniform()));
    const Joules truth = machine.true_energy() - start;
    REQUIRE(meter.read(after));
    const WindowEnergy found = meter.energy(before, after);
    REQUIRE(found.energy.is_known());
    covered += interval(found.energy).contains(truth) ? 1U : 0U;
    errors.push_back(std::fabs((found.energy.value - truth).si()));
    halfwidths.push_back(halfwidth(found.energy).si());
  }
  std::sort(errors.begin(), errors.end());
  std::sort(halfwidths.begin(), halfwidths.end());
  return {static_cast<double>(covered) / windows, halfwidths[windows / 2],
          errors[windows * 95 / 100]};
}

void print(const char* what, const Coverage& found) {
  std::printf(
      "coverage of 95 %% intervals, %s: %.1f %%, median half-width %.4f J, p95 error %.4f J\n",
      what, 100.0 * found.covered, found.median_halfwidth, found.p95_error);
}

/// 0.1 s at 50 W on a counter of millijoules, read at both ends.
WindowEnergy window_from(std::uint64_t first, std::uint64_t modulus, std::uint64_t& counts) {
  SimulatedMachine machine(20_W, {.unit = 1_mJ, .modulus = modulus, .first = first});
  SimulatedMeter meter(machine);
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  machine.work(0.1_s, 50_W);
  REQUIRE(meter.read(after));
  counts = detail::unwrap(before.counts[0], after.counts[0], modulus);
  return meter.energy(before, after);
}

}  // namespace

TEST_CASE("the interval of a window's joules covers what the machine really drew",
          "[meters][simulated]") {
  // As the engine measures: the model has run for a while when its window begins.
  const Coverage found = thousand_windows([](Watts power) { return power; });
  print("warmed up", found);
  CHECK(found.covered >= 0.94);
  CHECK(found.median_halfwidth <= 1.5 * found.p95_error);
}

TEST_CASE("the interval of a window that begins out of idle covers as well",
          "[meters][simulated]") {
  const Coverage found = thousand_windows([](Watts) { return 20_W; });
  print("out of idle", found);
  CHECK(found.covered >= 0.94);
  CHECK(found.median_halfwidth <= 1.5 * found.p95_error);
}

TEST_CASE("a wrap within a window costs at most one count", "[meters][simulated]") {
  // 5 J are 5,000 counts; the counter wraps at 500,000.
  std::uint64_t without = 0;
  std::uint64_t with = 0;
  const WindowEnergy straight = window_from(0, 500'000, without);
  const WindowEnergy wrapped = window_from(497'500, 500'000, with);
  REQUIRE(straight.energy.is_known());
  REQUIRE(wrapped.energy.is_known());
  CHECK(straight.energy.value.si() == Approx(5.0).epsilon(0.02));
  CHECK((with > without ? with - without : without - with) <= 1);
  CHECK(std::fabs((straight.energy.value - wrapped.energy.value).si()) <= 1.0001e-3);
}

TEST_CASE("a million readings under faults give nothing negative, backward or beyond any power",
          "[meters][simulated][long]") {
  // A counter that wraps every 2 s at 65 W, is reset, sticks and is read late or not at all.
  SimulatedMachine machine(20_W, {.unit = 1_mJ, .modulus = 131'072});
  SimulatedMeter meter(machine, {.delay_every = 37, .delay = 3_ms, .fail_every = 41});
  Random random(23);
  Reading before;
  bool has_before = false;
  double total = 0.0;
  std::size_t known = 0;
  std::size_t refused = 0;
  double true_known = 0.0;
  double truth_before = 0.0;
  for (int i = 0; i < 1'000'000; ++i) {
    const double chance = random.uniform();
    if (chance < 1e-4) machine.reset_counters();
    if (chance > 0.999) machine.freeze_counter(0, chance > 0.9995);
    machine.work(Seconds(5e-3 * random.uniform()), Watts(20.0 + 400.0 * random.uniform()));
    Reading after;
    if (!meter.read(after)) continue;
    const double truth_after = machine.true_energy().si();
    if (has_before) {
      const WindowEnergy found = meter.energy(before, after);
      if (found.energy.is_known()) {
        ++known;
        true_known += truth_after - truth_before;
        const double most = 2000.0 * (after.end - before.begin).si() + 200.0;
        if (found.energy.value < 0_J || found.energy.value > Joules(most)) {
          FAIL("at reading " << i << ": " << found.energy.value.si() << " J");
        }
        total += found.energy.value.si();
      } else {
        ++refused;
      }
    }
    before = after;
    truth_before = truth_after;
    has_before = true;
  }
  CHECK(known > 400'000);
  CHECK(refused > 1'000);
  // A counter that sticks shows what it missed later, in another window: so the sum may exceed what
  // its windows drew, but never what the machine did.
  CHECK(total > 0.99 * true_known);
  CHECK(total < 1.001 * machine.true_energy().si());
}

TEST_CASE("a simulated counter moves at its ticks and not between", "[meters][simulated]") {
  SimulatedMachine machine(0_W, {.period = 1_ms, .jitter = 0_s, .unit = 1_mJ});
  machine.work(0.9_ms, 10_W);
  CHECK(machine.count() == 0);
  CHECK(machine.true_energy().si() == Approx(9e-3));
  machine.work(0.6_ms, 10_W);  // the tick at 1 ms saw 10 mJ
  CHECK(machine.count() >= 9);
  CHECK(machine.count() <= 10);
  CHECK(machine.true_energy().si() == Approx(15e-3));
  CHECK(machine.now().ns == Approx(1'500'000).margin(1));
}

TEST_CASE("a simulated machine draws its idle power while it rests", "[meters][simulated]") {
  SimulatedMachine machine(30_W);
  machine.rest(2_s);
  CHECK(machine.true_energy().si() == Approx(60.0));
}

TEST_CASE("a tick is late by up to its jitter and never early", "[meters][simulated]") {
  // 1 W on a counter of microjoules shows the time of the last tick in microseconds.
  SimulatedMachine machine(0_W, {.period = 1_ms, .jitter = 0.5_ms, .unit = 1_uJ});
  machine.work(0.999_ms, 1_W);
  CHECK(machine.count() == 0);
  bool was_late = false;
  for (std::uint64_t tick = 1; tick <= 50; ++tick) {
    machine.work(1_ms, 1_W);  // just before the next one
    REQUIRE(machine.count() >= 1000 * tick - 1);
    REQUIRE(machine.count() <= 1000 * tick + 500);
    was_late = was_late || machine.count() > 1000 * tick + 10;
  }
  CHECK(was_late);
}

TEST_CASE("a window of a simulated machine says that it is simulated", "[meters][simulated]") {
  std::uint64_t counts = 0;
  const WindowEnergy found = window_from(0, 500'000, counts);
  CHECK(found.energy.provenance == Provenance::simulated);
  SimulatedMachine machine;
  CHECK(SimulatedMeter(machine).description().provenance == Provenance::simulated);
}

TEST_CASE("reading a simulated machine takes time and idle power", "[meters][simulated]") {
  SimulatedMachine machine(20_W);
  SimulatedMeter meter(machine, {.cost = 1_ms});
  Reading reading;
  REQUIRE(meter.read(reading));
  CHECK((reading.end - reading.begin).si() == Approx(1e-3));
  CHECK(machine.true_energy().si() == Approx(20e-3));
}

TEST_CASE("one seed gives one machine", "[meters][simulated]") {
  SimulatedMachine first;
  SimulatedMachine second;
  for (int i = 0; i < 1000; ++i) {
    first.work(0.7_ms, 65_W);
    second.work(0.7_ms, 65_W);
    REQUIRE(first.count() == second.count());
  }
}

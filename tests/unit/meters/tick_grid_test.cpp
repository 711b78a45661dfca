// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/tick_grid.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;
using detail::SeenTick;
using detail::TickGrid;

namespace {

constexpr Instant at_us(double us) { return {static_cast<std::int64_t>(us * 1e3)}; }

/// Ticks at the given times, seen on time by a reader that takes 1 us.
std::vector<SeenTick> on_time(const std::vector<double>& us) {
  std::vector<SeenTick> ticks;
  for (const double at : us) ticks.push_back({at_us(at), 1_us, 1_us, 100.0});
  return ticks;
}

/// The grid of a simulated counter, measured like that of a real one.
Zone measured(const SimulatedCounter& counter, SimulatedReadBehavior reads = {}) {
  SimulatedMachine machine(20_W, counter);
  SimulatedMeter meter(machine, reads);
  meter.measure_update_periods();
  return meter.description().zones[0];
}

}  // namespace

TEST_CASE("a line through ticks gives the period, and their scatter about it the jitter",
          "[meters][tick]") {
  // numpy.polyfit(range(8), us, 1, cov=True): slope 994.88095, and residuals whose squares add up
  // to 84186.905. A width of 1 us takes 1/12 from the mean square.
  const std::vector<double> us = {0, 1180, 1900, 3120, 4010, 4890, 6150, 6980};
  const TickGrid grid = detail::fit_tick_grid(on_time(us), 1_ms);
  REQUIRE(grid.is_known());
  CHECK(grid.period.si() == Approx(994.88095e-6).epsilon(1e-6));
  CHECK(grid.jitter.si() == Approx(1e-6 * std::sqrt(84186.905 / 6.0 - 1.0 / 12.0)).epsilon(1e-4));
  CHECK(grid.dof == 6.0);
}

TEST_CASE("the median of intervals is far from the period of a counter with two of them",
          "[meters][tick]") {
  // Ticks of Ice Lake-SP: 0.6 to 1 ms and 1.2 to 1.8 ms apart in turn, 1.0023 ms on average.
  std::vector<double> us;
  for (int i = 0; i < 65; ++i) us.push_back(1002.3 * i + (i * 5 % 8 < 5 ? 0.0 : 390.0));
  const TickGrid grid = detail::fit_tick_grid(on_time(us), 1_ms);
  CHECK(grid.period.si() == Approx(1.0023e-3).epsilon(0.002));
  CHECK(grid.jitter.si() == Approx(0.19e-3).epsilon(0.05));
}

TEST_CASE("lost and doubled ticks, and ticks that a delayed reader saw, move no grid",
          "[meters][tick]") {
  std::vector<SeenTick> ticks;
  for (int i = 0; i < 65; ++i) {
    if (i % 13 == 7) continue;  // lost
    ticks.push_back({at_us(1000.0 * i + (i % 2) * 20), 1_us, 1_us, 100.0});
    if (i % 10 == 3) ticks.push_back({at_us(1000.0 * i + 25), 1_us, 1_us, 100.0});
    if (i % 16 == 5) ticks.back() = {at_us(1000.0 * i + 1700), 3.4_ms, 3.4_ms, 400.0};
  }
  const TickGrid grid = detail::fit_tick_grid(ticks, 1_ms);
  REQUIRE(grid.is_known());
  CHECK(grid.period.si() == Approx(1e-3).epsilon(1e-4));
  CHECK(grid.jitter.si() == Approx(10e-6).epsilon(0.2));
}

TEST_CASE("a counter that moves at every reading has no ticks", "[meters][tick]") {
  const TickGrid grid = detail::fit_tick_grid(on_time({0, 1, 2, 3, 4, 5, 6, 7, 8}), 1_ms);
  REQUIRE(grid.is_known());
  CHECK(grid.period.si() == Approx(1e-6));
  CHECK(grid.jitter == 0_s);
}

TEST_CASE("a tick is never more than anywhere in its period", "[meters][tick]") {
  std::vector<double> us;
  for (int i = 0; i < 65; ++i) us.push_back(1000.0 * i + (i * i % 2 == 0 ? 0.0 : 900.0));
  CHECK(detail::fit_tick_grid(on_time(us), 1_ms).jitter <= detail::largest_jitter(1.02_ms));
}

TEST_CASE("fewer than four ticks on time make no grid", "[meters][tick]") {
  CHECK_FALSE(detail::fit_tick_grid(on_time({0, 1000, 2000}), 1_ms).is_known());
  std::vector<SeenTick> late = on_time({0, 1000, 2000, 3000});
  for (SeenTick& tick : late) tick.width = tick.longest_gap = 0.9_ms;
  CHECK_FALSE(detail::fit_tick_grid(late, 1_ms).is_known());
  CHECK_FALSE(detail::fit_tick_grid({}, 1_ms).is_known());
}

TEST_CASE("a zone without a grid keeps its period, and ticks anywhere in it", "[meters][tick]") {
  MeterDescription meter;
  meter.zones.push_back({"slow", "slow:0", 1'000, 1_mJ, 1_mJ, 20_ms});
  meter.zones.push_back({"quick", "quick:0", 1'000, 1_mJ, 1_mJ, 1_ms});
  const std::vector<TickGrid> grids{{}, {1.1_ms, 30_us, 60_us, 63.0}};
  detail::set_tick_grids(meter, grids);
  CHECK(meter.zones[0].update_period == 20_ms);
  CHECK(meter.zones[0].jitter.si() == Approx(20e-3 / std::sqrt(12.0)));
  CHECK(meter.zones[1].update_period == 1.1_ms);
  CHECK(meter.zones[1].jitter == 30_us);
  CHECK(meter.zones[1].lateness == 60_us);
  CHECK(meter.zones[1].jitter_dof == 63.0);
  CHECK(meter.update_period == 20_ms);
}

TEST_CASE("counts that are shown late are told from counts that are latched late",
          "[meters][tick]") {
  SECTION("a counter that latches when it ticks is exact between its ticks") {
    const Zone tidy = measured({.jitter = 200_us});
    CHECK(tidy.update_period.si() == Approx(1e-3).epsilon(0.005));
    CHECK(tidy.jitter < 25_us);
    CHECK(tidy.lateness < 25_us);
  }
  SECTION("one that shows its counts late is not") {
    const Zone late = measured({.jitter = 0_s, .lateness = 150_us});
    CHECK(late.update_period.si() == Approx(1e-3).epsilon(0.005));
    CHECK(late.jitter.si() == Approx(150e-6).epsilon(0.3));
    CHECK(late.lateness.si() == Approx(2.5 * 150e-6).epsilon(0.35));
  }
  SECTION("nor is one that shows them at either of two times") {
    const Zone late = measured({.jitter = 0_s, .lateness = 190_us, .is_bimodal = true});
    CHECK(late.update_period.si() == Approx(1e-3).epsilon(0.005));
    CHECK(late.jitter.si() == Approx(190e-6).epsilon(0.2));
  }
}

TEST_CASE("a reader's delays are no jitter of the counter", "[meters][tick]") {
  // It is held up for 3 ms every half millisecond.
  const Zone zone = measured({.jitter = 10_us}, {.preempted = 0.002});
  CHECK(zone.update_period.si() == Approx(1e-3).epsilon(0.001));
  CHECK(zone.jitter < 10_us);
}

TEST_CASE("a counter that loses and doubles updates keeps its period", "[meters][tick]") {
  const Zone zone = measured({.jitter = 10_us, .lost = 0.02, .doubled = 0.05});
  CHECK(zone.update_period.si() == Approx(1e-3).epsilon(0.001));
  CHECK(zone.jitter < 10_us);
}

TEST_CASE("energies that follow the intervals were latched with their ticks", "[meters][tick]") {
  const auto share = [](const std::vector<double>& intervals, const std::vector<double>& counts) {
    return detail::latched_share(intervals, counts);
  };
  CHECK(share({1, 2, 3, 4}, {10, 20, 30, 40}) == Approx(1.0));
  CHECK(share({1, 2, 3, 4}, {25, 25, 25, 25}) == Approx(0.0).margin(1e-12));
  // 25 + 5 (x - 2.5): half of what the mean power of 10 would give.
  CHECK(share({1, 2, 3, 4}, {17.5, 22.5, 27.5, 32.5}) == Approx(0.5));
  CHECK(share({1, 2, 3, 4}, {5, 15, 35, 45}) == 1.0);  // never more than all
  // By hand: slope 94/10, residual squares 18.4; (9.4 - 2 sqrt(18.4/3/10)) 3/30.
  CHECK(share({1, 2, 3, 4, 5}, {12, 18, 33, 38, 49}) ==
        Approx((9.4 - 2.0 * std::sqrt(18.4 / 30.0)) * 0.1));
  CHECK(share({1, 1, 1, 1}, {10, 20, 30, 40}) == 0.0);  // intervals that tell nothing
  CHECK(share({1, 2, 3, 4}, {0, 0, 0, 0}) == 0.0);
}

TEST_CASE("the mean interval is that of ticks that were seen on time, once each",
          "[meters][tick]") {
  const Seconds usual = 7_ms;
  const auto mean = [&](const std::vector<SeenTick>& ticks) {
    return detail::mean_interval(ticks, usual).si() * 1e6;
  };
  CHECK(mean(on_time({0, 1000, 2100, 3000, 4400})) == Approx(1100.0));
  CHECK(mean(on_time({0, 1000, 2100, 3000})) == Approx(7000.0));  // three intervals
  // Two that were lost, and an update that was shown twice: of 3000 and 100 us beside 1000.
  CHECK(mean(on_time({0, 1000, 2000, 3000, 6000, 7000, 7100, 8100})) == Approx(1000.0));
  // 2.5 medians and an eighth of one are the last that count.
  CHECK(mean(on_time({0, 800, 1600, 2400, 4400, 4500})) == Approx(900.0));
  std::vector<SeenTick> gap = on_time({0, 900, 1800, 2700, 3600, 5400});
  CHECK(mean(gap) == Approx(1080.0));
  gap[5].longest_gap = 600_us;  // a third of the interval: one tick may not hide in it
  CHECK(mean(gap) == Approx(1080.0));
  gap[5].longest_gap = 601_us;
  CHECK(mean(gap) == Approx(900.0));
  gap[5].longest_gap = 1_us;
  gap[4].width = 601_us;  // the tick before was not seen on time
  CHECK(mean(gap) == Approx(900.0));
  // Without the first interval, too.
  gap = on_time({0, 1800, 2700, 3600, 4500, 5400});
  gap[1].longest_gap = 601_us;
  CHECK(mean(gap) == Approx(900.0));
}

TEST_CASE("ticks about a grid have its period, their scatter, and how late they come on average",
          "[meters][tick]") {
  // Residuals of 30 us whose sum, and whose products with 0 to 7, add up to nothing: the period is
  // 1000 us, and 8 x 900 / 6 = 1200 us^2 of scatter, of which a reader of 24 us makes 24^2/12 = 48.
  std::vector<SeenTick> ticks;
  const int signs[] = {1, -1, -1, 1, 1, -1, -1, 1};
  for (int i = 0; i < 8; ++i) {
    ticks.push_back({at_us(1000.0 * i + 30.0 * signs[i]), 24_us, 24_us, 100.0});
  }
  const TickGrid grid = detail::fit_tick_grid(ticks, 1_ms);
  CHECK(grid.period.si() == Approx(1e-3));
  CHECK(grid.jitter.si() * 1e6 == Approx(std::sqrt(1152.0)));
  // The earliest is 30 us before the mean, and a wait of a random length meets long ones more
  // often.
  CHECK(grid.lateness.si() * 1e6 == Approx(30.0 + 1152.0 / 1000.0));
  CHECK(grid.dof == 6.0);
  // Of counts that follow their intervals, nothing was shown late.
  for (std::size_t i = 1; i < 8; ++i) ticks[i].counts = 100.0 + 6.0 * (signs[i] - signs[i - 1]) / 2.0;
  CHECK(detail::fit_tick_grid(ticks, 1_ms).jitter < 1_us);
  // Ticks that took a quarter of a period to be seen are on time, and no more than that.
  for (SeenTick& tick : ticks) tick.width = 250_us;
  CHECK(detail::fit_tick_grid(ticks, 1_ms).is_known());
  for (SeenTick& tick : ticks) tick.width = 260_us;
  CHECK_FALSE(detail::fit_tick_grid(ticks, 1_ms).is_known());
}

TEST_CASE("four ticks are a grid", "[meters][tick]") {
  const TickGrid grid = detail::fit_tick_grid(on_time({0, 1000, 2000, 3000}), 1_ms);
  CHECK(grid.period.si() == Approx(1e-3));
  CHECK(grid.dof == 2.0);
}

TEST_CASE("a counter is watched for as long as its grid takes, and no longer", "[meters][tick]") {
  const auto watched_for = [](Seconds period) {
    SimulatedMachine machine(20_W, SimulatedCounter{.period = period});
    SimulatedMeter meter(machine);
    const Instant start = meter.now();
    (void)detail::watch_tick_grids(meter);
    return (meter.now() - start).si();
  };
  CHECK(watched_for(1_ms) == Approx(0.065).margin(0.002));  // 65 ticks
  CHECK(watched_for(20_ms) == Approx(0.6).margin(0.002));   // as many as come
  CHECK(watched_for(100_s) == Approx(0.25).margin(0.002));  // it stands still
}

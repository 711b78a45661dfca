// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/window_energy.hpp"

#include <cmath>
#include <cstdint>
#include <string_view>

#include "catch.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/meters/tick_watch.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

constexpr Instant at_us(std::int64_t us) { return {us * 1000}; }

MeterDescription meter_of(Seconds period, Seconds jitter) {
  MeterDescription meter;
  meter.zones.push_back({"round", "round:0", 1'000, 1_mJ, 1_mJ, period});
  meter.zones[0].jitter = jitter;
  meter.update_period = period;
  return meter;
}

Reading reading(std::int64_t begin_us, std::int64_t end_us, std::uint64_t count) {
  Reading made;
  made.resize(1);
  made.begin = at_us(begin_us);
  made.end = at_us(end_us);
  made.counts[0] = count;
  return made;
}

/// A period of 1 ms and no jitter: ticks at whole milliseconds.
struct Ticking {
  SimulatedMachine machine{20_W, {.period = 1_ms, .jitter = 0_s, .unit = 1_uJ}};
  AnyMeter meter{SimulatedMeter(machine)};

  [[nodiscard]] double ms() const { return static_cast<double>(machine.now().ns) * 1e-6; }
};

/// Ten microseconds at 50 W.
auto short_work(SimulatedMachine& machine) {
  return [&machine] { machine.work(10_us, 50_W); };
}

}  // namespace

TEST_CASE("a single reading places the last tick in the period before it", "[meters][tick]") {
  const MeterDescription meter = meter_of(1_ms, 20_us);
  const Tick tick = detail::last_tick(meter.zones[0], reading(5000, 5001, 7), 0);
  CHECK(tick.earliest == at_us(4000));
  CHECK(tick.latest == at_us(5001));
  CHECK(tick.counts == 0);
}

TEST_CASE("a counter that moved between two readings ticked between them", "[meters][tick]") {
  const MeterDescription meter = meter_of(1_ms, 20_us);
  Reading later = reading(5010, 5011, 9);
  detail::update_ticks(meter, reading(5000, 5001, 7), later);
  CHECK(later.ticks[0].earliest == at_us(5000));
  CHECK(later.ticks[0].latest == at_us(5011));
  CHECK(later.ticks[0].counts == 2);
}

TEST_CASE("a counter that wrapped at a tick moved by what lies between", "[meters][tick]") {
  Reading later = reading(5010, 5011, 3);
  detail::update_ticks(meter_of(1_ms, 0_s), reading(5000, 5001, 998), later);
  CHECK(later.ticks[0].counts == 5);
}

TEST_CASE("a counter that stood still keeps its last tick", "[meters][tick]") {
  const MeterDescription meter = meter_of(1_ms, 20_us);
  Reading first = reading(5010, 5011, 9);
  detail::update_ticks(meter, reading(5000, 5001, 7), first);
  Reading second = reading(5700, 5701, 9);
  detail::update_ticks(meter, first, second);
  CHECK(second.ticks[0].earliest == at_us(5000));
  CHECK(second.ticks[0].latest == at_us(5011));
  CHECK(second.ticks[0].counts == 2);
}

TEST_CASE("over more than a period the last tick is within one of the end, and not alone",
          "[meters][tick]") {
  const MeterDescription meter = meter_of(1_ms, 20_us);
  Reading later = reading(9000, 9001, 90);
  detail::update_ticks(meter, reading(5000, 5001, 7), later);
  CHECK(later.ticks[0].earliest == at_us(8000));
  CHECK(later.ticks[0].latest == at_us(9001));
  CHECK(later.ticks[0].counts == 0);
}

TEST_CASE("a tick that comes long after a window places the one before it a period earlier",
          "[meters][tick]") {
  const Zone zone = meter_of(1_ms, 20_us).zones[0];
  Reading after = reading(5020, 5021, 9);
  after.ticks[0] = {at_us(4020), at_us(5021), 0, true};
  Reading next = reading(5609, 5610, 12);
  next.ticks[0] = {at_us(5600), at_us(5610), 3, true};
  detail::take_next_tick(zone, 0, after, next);
  CHECK(after.counts[0] == 9);
  CHECK(after.ticks[0].earliest == at_us(4600));
  CHECK(after.ticks[0].latest == at_us(4610));
  CHECK(after.ticks[0].counts == 0);
}

TEST_CASE("a tick that comes soon after a window ends it", "[meters][tick]") {
  const Zone zone = meter_of(1_ms, 20_us).zones[0];
  Reading after = reading(5020, 5021, 9);
  after.ticks[0] = {at_us(4020), at_us(5021), 0, true};
  Reading next = reading(5500, 5519, 12);
  next.ticks[0] = {at_us(5500), at_us(5519), 3, true};
  detail::take_next_tick(zone, 0, after, next);
  CHECK(after.counts[0] == 12);
  CHECK(after.ticks[0].earliest == at_us(5500));
  CHECK(after.begin == at_us(5020));
}

TEST_CASE("a tick half a period after a window does not end it, and places the one before",
          "[meters][tick]") {
  const Zone zone = meter_of(1_ms, 20_us).zones[0];
  Reading after = reading(5020, 5021, 9);
  after.ticks[0] = {at_us(4020), at_us(5520), 0, false};  // as wide as a reader on time leaves it
  Reading next = reading(5510, 5520, 12);
  next.ticks[0] = {at_us(5510), at_us(5520), 3, true};
  detail::take_next_tick(zone, 0, after, next);
  CHECK(after.counts[0] == 9);
  CHECK(after.ticks[0].earliest == at_us(4510));
  CHECK(after.ticks[0].latest == at_us(4520));
  // It is known where it is, as that of a reader on time.
  CHECK(detail::last_tick(zone, after, 0).width().si() == Approx(10e-6));
}

TEST_CASE("a tick that comes half a period too late teaches nothing", "[meters][tick]") {
  const Zone zone = meter_of(1_ms, 20_us).zones[0];
  Reading after = reading(5020, 5021, 9);
  after.ticks[0] = {at_us(4020), at_us(5021), 0, true};
  Reading next = reading(6521, 6530, 12);
  next.ticks[0] = {at_us(6521), at_us(6530), 3, true};
  detail::take_next_tick(zone, 0, after, next);
  CHECK(after.ticks[0].latest == at_us(5021));
}

TEST_CASE("where ticks are shown late, one that was latched within half a period ends a window",
          "[meters][tick]") {
  Zone zone = meter_of(1_ms, 0_s).zones[0];
  zone.lateness = 0.2_ms;
  Reading after = reading(5020, 5021, 9);
  after.ticks[0] = {at_us(4020), at_us(5021), 0, true};
  Reading next = reading(5700, 5719, 12);
  next.ticks[0] = {at_us(5700), at_us(5719), 3, true};
  detail::take_next_tick(zone, 0, after, next);
  CHECK(after.counts[0] == 12);
}

TEST_CASE("behind a delayed reader the next tick places none", "[meters][tick]") {
  // The counter was read at some time within 3 ms.
  const Zone zone = meter_of(1_ms, 20_us).zones[0];
  Reading after = reading(5000, 8000, 9);
  after.ticks[0] = {at_us(4000), at_us(8000), 0, true};
  Reading next = reading(8700, 8710, 12);
  next.ticks[0] = {at_us(8700), at_us(8710), 3, true};
  detail::take_next_tick(zone, 0, after, next);
  CHECK(after.counts[0] == 9);
  CHECK(after.ticks[0].earliest == at_us(4000));
  CHECK(after.ticks[0].latest == at_us(8000));
}

TEST_CASE("a tick that comes when it should not teaches nothing", "[meters][tick]") {
  const Zone zone = meter_of(1_ms, 20_us).zones[0];
  Reading after = reading(5020, 5021, 9);
  after.ticks[0] = {at_us(4020), at_us(5021), 0, true};
  Reading next = reading(7000, 7010, 12);
  next.ticks[0] = {at_us(7000), at_us(7010), 3, true};
  detail::take_next_tick(zone, 0, after, next);
  CHECK(after.ticks[0].earliest == at_us(4020));
  CHECK(after.ticks[0].latest == at_us(5021));
}

TEST_CASE("a window begins 10 us after a tick whose whole period was watched", "[meters][tick]") {
  Ticking m;
  m.machine.work(0.3_ms, 50_W);
  Reading at;
  REQUIRE(detail::read_on_tick(m.meter, at));
  // The period before 1 ms is 0.3 ms of work and 0.7 ms of reading the counter. That before 2 ms is
  // 20 W of reading it.
  CHECK(m.ms() == Approx(2.01).margin(0.003));
  CHECK(at.ticks[0].width() <= 3_us);
  CHECK(at.ticks[0].latest >= at_us(2000));
  CHECK(at.ticks[0].earliest <= at_us(2000));
  CHECK(at.ticks[0].counts == Approx(20'000).margin(50));
}

TEST_CASE("while a model works, its window begins at the next tick, and the power there is its own",
          "[meters][tick]") {
  Ticking m;
  m.machine.work(0.3_ms, 50_W);
  detail::TickWatch watch(m.meter);
  Reading at(m.meter.description());
  REQUIRE(watch.read_on_tick(at, short_work(m.machine)));
  CHECK(m.ms() == Approx(1.0).margin(0.015));
  CHECK(at.ticks[0].counts == 0);
}

TEST_CASE("where ticks are shown late, a model has worked for as long before its window",
          "[meters][tick]") {
  // A count that is latched at 1 ms is shown at about 1.5 ms, and the work begins at 1.3 ms.
  SimulatedMachine machine(20_W, {.period = 1_ms, .jitter = 0_s, .unit = 1_uJ, .lateness = 0.2_ms});
  AnyMeter meter{SimulatedMeter(machine)};
  machine.work(1.3_ms, 50_W);
  detail::TickWatch watch(meter);
  Reading at(meter.description());
  REQUIRE(watch.read_on_tick(at, short_work(machine)));
  const double latched_ms = 1e3 * (at.ticks[0].middle() - Instant{}).si() - 0.5;
  CHECK(latched_ms >= 1.29);
}

TEST_CASE("an update in two steps is one tick", "[meters][tick]") {
  // Each update comes again 5 us later.
  SimulatedMachine machine(20_W, {.period = 1_ms, .jitter = 0_s, .unit = 1_uJ, .doubled = 1.0});
  AnyMeter meter{SimulatedMeter(machine)};
  Reading at;
  REQUIRE(detail::read_on_tick(meter, at));
  const std::uint64_t count = at.counts[0];
  machine.work(0.5_ms, 50_W);
  REQUIRE(meter.read(at));
  CHECK(at.counts[0] == count);
}

TEST_CASE("of two counters both have been seen when the slower one begins the window",
          "[meters][tick]") {
  SimulatedMachine machine(20_W, {{.share = 0.5, .period = 1_ms, .jitter = 0_s, .unit = 1_uJ},
                                  {.share = 0.5, .period = 7_ms, .jitter = 0_s, .unit = 1_uJ}});
  AnyMeter meter{SimulatedMeter(machine)};
  Reading at;
  REQUIRE(detail::read_on_tick(meter, at));
  CHECK((machine.now() - Instant{}).si() == Approx(14e-3).margin(0.1e-3));
  CHECK(at.ticks[0].is_known);
  CHECK(at.ticks[1].width() <= 0.1_ms);
}

TEST_CASE("a reading that was held up begins no window: the next tick does", "[meters][tick]") {
  SimulatedMachine machine(20_W, {.period = 1_ms, .jitter = 0_s, .unit = 1_uJ});
  // Reading 1998 or so sees the second tick; each 1998th is held up for a third of a period.
  AnyMeter meter{SimulatedMeter(machine, {.delay_every = 1998, .delay = 0.3_ms})};
  Reading at;
  REQUIRE(detail::read_on_tick(meter, at));
  CHECK(at.ticks[0].width() <= 3_us);
}

TEST_CASE("a counter that stands still is waited for in vain, for a tenth of a second",
          "[meters][tick]") {
  Ticking m;
  m.machine.freeze_counter(0, true);
  Reading at;
  REQUIRE(detail::read_on_tick(m.meter, at));
  CHECK(m.ms() == Approx(100.0).margin(0.1));
  CHECK(at.ticks[0].is_overdue);
}

TEST_CASE("work ends at the first piece behind a tick", "[meters][tick]") {
  Ticking m;
  Reading before;
  REQUIRE(detail::read_on_tick(m.meter, before));
  m.machine.work(2.4_ms, 50_W);
  Reading after;
  REQUIRE(m.meter.read(after));
  detail::update_ticks(m.meter.description(), before, after);
  REQUIRE(detail::work_until_tick(m.meter, after, short_work(m.machine)));
  CHECK(m.ms() == Approx(5.0).margin(0.02));
  CHECK(after.ticks[0].width() <= 13_us);
  CHECK(after.ticks[0].counts == Approx(50'000).margin(3'000));  // 50 W for 1 ms, in uJ
}

TEST_CASE("behind a window of one long pass, the next tick tells when the last one was",
          "[meters][tick]") {
  Ticking m;
  Reading before;
  REQUIRE(detail::read_on_tick(m.meter, before));
  m.machine.work(5.3_ms, 50_W);
  Reading after;
  REQUIRE(m.meter.read(after));
  detail::update_ticks(m.meter.description(), before, after);
  const std::uint64_t count = after.counts[0];
  REQUIRE(detail::await_next_ticks(m.meter, after));
  CHECK(m.ms() == Approx(8.0).margin(0.003));
  CHECK(after.counts[0] == count);
  CHECK(after.ticks[0].width() <= 3_us);
  CHECK(after.ticks[0].earliest <= at_us(7000));
  CHECK(after.ticks[0].latest >= at_us(7000));
}

TEST_CASE("who missed a tick behind a window does not take a later one for the next",
          "[meters][tick]") {
  // Ticks at 1, 2, ... ms. The window ends at 6.9 ms, and there is no poll until 8.4 ms: the tick
  // at 7 ms is missed, and the one at 8 ms is seen.
  SimulatedMachine machine(20_W, {.period = 1_ms, .jitter = 0_s, .unit = 1_uJ});
  AnyMeter meter{SimulatedMeter(machine, {.delay_every = 3, .delay = 1.5_ms})};
  Reading before;
  REQUIRE(meter.read(before));
  machine.work(6.9_ms, 50_W);
  Reading after;
  REQUIRE(meter.read(after));
  detail::update_ticks(meter.description(), before, after);
  REQUIRE(detail::await_next_ticks(meter, after));
  CHECK(after.ticks[0].earliest <= at_us(6000));
  CHECK(after.ticks[0].latest >= at_us(6000));
}

TEST_CASE("a counter that stopped within a window is overdue at its end", "[meters][tick]") {
  Ticking m;
  Reading before;
  REQUIRE(detail::read_on_tick(m.meter, before));
  CHECK_FALSE(before.ticks[0].is_overdue);
  m.machine.work(3.5_ms, 50_W);
  m.machine.freeze_counter(0, true);
  m.machine.work(3.5_ms, 50_W);
  Reading after;
  REQUIRE(m.meter.read(after));
  detail::update_ticks(m.meter.description(), before, after);
  REQUIRE(detail::await_next_ticks(m.meter, after));
  CHECK(after.ticks[0].is_overdue);
  const WindowEnergy found = m.meter.energy(before, after);
  CHECK_FALSE(found.energy.is_known());
  CHECK(found.why_missing == "the counter stopped moving");
}

TEST_CASE("a failed reading ends each of them", "[meters][tick]") {
  SimulatedMachine machine(20_W);
  AnyMeter meter{SimulatedMeter(machine, {.fail_every = 5})};
  Reading at;
  CHECK_FALSE(detail::read_on_tick(meter, at));
  CHECK_FALSE(detail::work_until_tick(meter, at, short_work(machine)));
  at.ticks[0] = {};
  CHECK_FALSE(detail::await_next_ticks(meter, at));
}

TEST_CASE("a watch that was made before a window takes no other room in it", "[meters][tick]") {
  Ticking m;
  detail::TickWatch watch(m.meter);
  Reading before(m.meter.description());
  Reading after(m.meter.description());
  for (int window = 0; window < 3; ++window) {
    REQUIRE(watch.read_on_tick(before));
    CHECK(before.ticks[0].width() <= 3_us);
    m.machine.work(2.4_ms, 50_W);
    REQUIRE(m.meter.read(after));
    detail::update_ticks(m.meter.description(), before, after);
    REQUIRE(watch.work_until_tick(after, short_work(m.machine)));
    REQUIRE(watch.await_next_ticks(after));
    CHECK(m.meter.energy(before, after).energy.is_known());
  }
}

TEST_CASE("ticks of an earlier window are forgotten", "[meters][tick]") {
  Ticking m;
  Reading at;
  REQUIRE(detail::read_on_tick(m.meter, at));
  REQUIRE(at.ticks[0].is_known);
  m.machine.freeze_counter(0, true);
  m.machine.work(1_s, 50_W);
  REQUIRE(detail::read_on_tick(m.meter, at));
  CHECK(at.ticks[0].is_overdue);
  CHECK(at.begin - at.ticks[0].earliest < 0.2_s);
}

TEST_CASE("ticks that come within 50 us are not waited for, and a meter without counters has none",
          "[meters][tick]") {
  CHECK(detail::has_ticks(meter_of(60_us, 0_s)));
  CHECK_FALSE(detail::has_ticks(meter_of(Seconds(50e-6), 0_s)));  // not 50 * 1e-6, which is less
  MeterDescription none = meter_of(1_ms, 0_s);
  none.zones.clear();
  CHECK_FALSE(detail::has_ticks(none));
}

TEST_CASE("a tick that is known to an eighth of a period is precise", "[meters][tick]") {
  const MeterDescription meter = meter_of(8_ms, 0_s);
  const Tick eighth{{0}, {1'000'000}, 0, true};
  const Tick more{{0}, {1'000'001}, 0, true};
  const Tick unknown{{0}, {1}, 0, false};
  CHECK(detail::is_precise(meter.zones[0], eighth));
  CHECK_FALSE(detail::is_precise(meter.zones[0], more));
  CHECK_FALSE(detail::is_precise(meter.zones[0], unknown));
}

TEST_CASE("a counter has stopped after four periods, and after a tenth of a second at the soonest",
          "[meters][tick]") {
  CHECK(detail::tick_timeout(1_ms) == 100_ms);
  CHECK(detail::tick_timeout(32_ms) == 128_ms);
}

TEST_CASE("between two looks at a slow counter a hundredth of its period is waited",
          "[meters][tick]") {
  Ticking fast;
  detail::pause_between_polls(fast.meter, 4_ms);
  CHECK(fast.machine.now().ns == 0);
  Ticking slow;
  detail::pause_between_polls(slow.meter, 5_ms);
  CHECK(slow.machine.now().ns == 50'000);
}

TEST_CASE("of several counters the slowest is found, and of two alike the first",
          "[meters][tick]") {
  MeterDescription meter = meter_of(1_ms, 0_s);
  meter.zones.push_back(meter.zones[0]);
  CHECK(detail::slowest_zone(meter) == 0);
  meter.zones[1].update_period = 2_ms;
  CHECK(detail::slowest_zone(meter) == 1);
}

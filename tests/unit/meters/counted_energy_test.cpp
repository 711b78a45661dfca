// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/window_energy.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

/// A zone that ticks once a millisecond, counts millijoules and wraps after a megajoule.
Zone round_zone() { return {"round", "round:0", 1'000'000'000, 1_mJ, 1_mJ, 1_ms}; }

MeterDescription meter_of(std::size_t zones) {
  MeterDescription meter;
  for (std::size_t i = 0; i < zones; ++i) meter.zones.push_back(round_zone());
  meter.update_period = 1_ms;
  meter.provenance = Provenance::measured;
  return meter;
}

constexpr Instant at_us(std::int64_t us) { return {us * 1000}; }

Reading reading(std::int64_t begin_us, std::int64_t end_us, std::uint64_t first) {
  Reading made;
  made.resize(1);
  made.begin = at_us(begin_us);
  made.end = at_us(end_us);
  made.counts[0] = first;
  return made;
}

/// The same for a meter of two zones.
Reading reading(std::int64_t begin_us, std::int64_t end_us, std::uint64_t first,
                std::uint64_t second) {
  Reading made = reading(begin_us, end_us, first);
  made.resize(2);
  made.counts[1] = second;
  return made;
}

void check_missing(const WindowEnergy& window, std::string_view words) {
  CHECK_FALSE(window.energy.is_known());
  INFO(window.why_missing);
  CHECK(window.why_missing.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("between two single readings a tick may be anywhere in the period before each",
          "[meters]") {
  // Ticks: -1 to 1 ms, middle 0; and 100 to 101 ms, middle 100.5 ms. So 7 J are 69.6517 W, and the
  // window from 1 to 101 ms lacks half a millisecond of that.
  const WindowEnergy window = detail::counted_energy(meter_of(2), reading(0, 1000, 1'000, 2'000),
                                                     reading(101'000, 101'000, 7'500, 2'500));
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(6.9651741).epsilon(1e-7));
  // quantum: 2 x (1 mJ)^2/6; width of the ticks: 69.6517 W x sqrt(4/3), the root mean square of 0
  // to twice that, x 2 ms and x 1 ms, each /sqrt(12).
  CHECK(window.energy.random.si() == Approx(0.0519186).epsilon(1e-5));
  // power at the ends: 69.6517 W x 1 ms and x 0.5 ms, each /sqrt(3).
  CHECK(window.energy.common.si() == Approx(0.0449599).epsilon(1e-5));
  CHECK(window.energy.dof == infinite_dof);
  CHECK(window.energy.provenance == Provenance::measured);
}

TEST_CASE("ticks that were seen make the ends sharp, and the last one tells the power behind it",
          "[meters]") {
  Reading before = reading(999, 1000, 0);
  before.ticks[0] = {at_us(990), at_us(1000), 0, true};
  Reading after = reading(101'050, 101'051, 7'000);
  after.ticks[0] = {at_us(100'950), at_us(101'050), 100, true};
  const WindowEnergy window = detail::counted_energy(meter_of(1), before, after);
  REQUIRE(window.energy.is_known());
  // 7 J from 0.995 to 101 ms: 69.9965 W. The window begins 5 us after the first tick and ends 50 us
  // after the last, which counted 100 mJ in its millisecond.
  CHECK(window.energy.value.si() == Approx(7.0 - 69.9965e-6 * 5 + 100e-6 * 50).epsilon(1e-8));
  // The power after the last tick: sqrt(100^2/3 + 30.0035^2) = 65.0657 W away from 100 W, so that
  // its root mean square is 119.3044 W.
  // 1 mJ/sqrt(6), 69.9965 W sqrt(4/3) x 10 us/sqrt(12), 119.3044 W x 100 us/sqrt(12)
  CHECK(window.energy.random.si() == Approx(0.003475974).epsilon(1e-6));
  // 69.9965 W x 5 us/sqrt(3) = 0.2020625 mJ; and 65.0657 W x 50 us = 3.2532842 mJ
  CHECK(window.energy.common.si() == Approx(0.0032595533).epsilon(1e-6));
}

TEST_CASE("a tick that is shown late tells the energy of an earlier time", "[meters]") {
  // Ticks at 1 and 101 ms that are shown 200 us late, with a standard deviation of 50 us. The last
  // period before the window had 20 mJ, and the last within it 100 mJ.
  MeterDescription meter = meter_of(1);
  meter.zones[0].lateness = 200_us;
  meter.zones[0].jitter = 50_us;
  meter.zones[0].jitter_dof = 63.0;
  Reading before = reading(1199, 1210, 0);
  before.ticks[0] = {at_us(1200), at_us(1200), 20, true};
  Reading after = reading(101'230, 101'231, 7'000);
  after.ticks[0] = {at_us(101'200), at_us(101'200), 100, true};
  const WindowEnergy window = detail::counted_energy(meter, before, after);
  REQUIRE(window.energy.is_known());
  // 7 J from 1 to 101 ms, less 20 W x 210 us, plus 100 W x 230 us
  CHECK(window.energy.value.si() == Approx(7.0 - 0.0042 + 0.023).epsilon(1e-9));
  // 20 W sqrt(4/3) x 50 us, sqrt(100^2 + 100^2/3 + 30^2) W x 50 us; and a quantum of 1 mJ/sqrt(6)
  CHECK(window.energy.random.si() == Approx(0.0060896086).epsilon(1e-7));
  // Their share of the variance is 0.9955056, with 63 degrees of freedom.
  CHECK(window.energy.dof == Approx(63.0 / (0.9955056 * 0.9955056)).epsilon(1e-6));
  // 20 W/sqrt(3) x 210 us; sqrt(100^2/3 + 30^2) W x 230 us; 80 W x 200 us/sqrt(3)
  CHECK(window.energy.common.si() == Approx(0.017752652).epsilon(1e-7));
}

TEST_CASE("a tick behind the window ends it, less what was drawn while the meter was read",
          "[meters]") {
  MeterDescription meter = meter_of(1);
  Reading before = reading(1000, 1000, 0);
  before.ticks[0] = {at_us(1000), at_us(1000), 20, true};
  Reading after = reading(100'700, 100'701, 7'000);
  after.ticks[0] = {at_us(101'000), at_us(101'000), 55, true};
  const WindowEnergy window = detail::counted_energy(meter, before, after);
  REQUIRE(window.energy.is_known());
  // 7 J until 101 ms, less 20 W x 300 us; unknown there: 70 W/sqrt(3)
  CHECK(window.energy.value.si() == Approx(7.0 - 0.006).epsilon(1e-9));
  CHECK(window.energy.common.si() == Approx(70.0 * 300e-6 / std::sqrt(3.0)).epsilon(1e-6));
}

TEST_CASE("what is not known of a meter's gain is common to its windows", "[meters]") {
  MeterDescription meter = meter_of(1);
  meter.zones[0].update_period = 0_s;  // moves at every reading: the ends are exact
  meter.zones[0].gain = {0.05, 1_W, 0.01, 0.5_W};
  const WindowEnergy window =
      detail::counted_energy(meter, reading(0, 0, 0), reading(100'000, 100'000, 8'000));
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(8.0));
  // 5 % of 8 J, and 1 W for 0.1 s; 1 % of 8 J, and 0.5 W for 0.1 s
  CHECK(window.energy.common.si() == Approx(std::hypot(0.4, 0.1)));
  CHECK(window.gain.whole == Approx(std::hypot(0.4, 0.1) / 8.0));
  CHECK(window.gain.between == Approx(std::hypot(0.08, 0.05) / 8.0));
  CHECK(common_without_gain(window.energy, window.gain.whole).si() == Approx(0.0).margin(1e-9));
}

TEST_CASE("the width of a reading counts where the counter moves all the time", "[meters]") {
  MeterDescription meter = meter_of(1);
  meter.zones[0].update_period = 0_s;
  meter.provenance = Provenance::simulated;
  // Both readings 2 ms wide, 6 J from middle to middle, 102 ms: 58.8235 W; 100 ms of these.
  const WindowEnergy window =
      detail::counted_energy(meter, reading(0, 2'000, 0), reading(102'000, 104'000, 6000));
  REQUIRE(window.energy.is_known());
  CHECK(window.energy.value.si() == Approx(5.8823529));
  // 58.8235 W sqrt(4/3) x 2 ms x sqrt(2/12), and a quantum of 1 mJ x sqrt(1/6)
  CHECK(window.energy.random.si() == Approx(0.05546086).epsilon(1e-5));
  CHECK(window.energy.provenance == Provenance::simulated);
}

TEST_CASE("one zone without an energy leaves the sum without one", "[meters]") {
  check_missing(detail::counted_energy(meter_of(2), reading(0, 0, 1'000, 2'000),
                                       reading(100'000, 100'000, 7'500, 2'000)),
                "did not move");
}

TEST_CASE("two readings that overlap make no window", "[meters]") {
  check_missing(detail::counted_energy(meter_of(1), reading(0, 1, 1'000), reading(1, 2, 2'000)),
                "no length");
}

TEST_CASE("a window whose ticks may be one and the same has no energy", "[meters]") {
  Reading before = reading(999, 1000, 0);
  before.ticks[0] = {at_us(990), at_us(1000), 0, true};
  Reading after = reading(1100, 1101, 50);
  after.ticks[0] = {at_us(101), at_us(1101), 0, true};
  check_missing(detail::counted_energy(meter_of(1), before, after), "no tick");
}

TEST_CASE("both ends of a window at one tick leave nothing to divide by", "[meters]") {
  Reading before = reading(999, 1000, 0);
  before.ticks[0] = {at_us(900), at_us(910), 0, true};
  Reading after = reading(1100, 1101, 50);
  after.ticks[0] = before.ticks[0];
  check_missing(detail::counted_energy(meter_of(1), before, after), "no tick");
}

TEST_CASE("a counter that stood still at either end spoils the window", "[meters]") {
  Reading before = reading(999, 1000, 0);
  Reading after = reading(101'050, 101'051, 7'000);
  for (Reading* const end : {&before, &after}) {
    end->ticks[0].is_overdue = true;
    check_missing(detail::counted_energy(meter_of(1), before, after), "stopped moving");
    end->ticks[0].is_overdue = false;
  }
  CHECK(detail::counted_energy(meter_of(1), before, after).energy.is_known());
}

TEST_CASE("several turns of a counter within one window are all counted", "[meters]") {
  // 65 W for 40 s on a counter that wraps every 600 J: 2600 J are more than four wraps.
  MeterDescription meter;
  meter.zones.push_back({"small", "small:0", 600'000, 1_mJ, 1_mJ, 0_s});
  meter.provenance = Provenance::measured;
  const auto count = [](std::int64_t seconds) {
    return static_cast<std::uint64_t>(100'000 + seconds * 65'000) % 600'000;
  };
  const auto at = [&](std::int64_t seconds) {
    return reading(seconds * 1'000'000, seconds * 1'000'000, count(seconds));
  };
  std::vector<detail::IntermediateReading> between;
  const auto between_every = [&](std::int64_t ms) {
    between.clear();
    for (std::int64_t t = ms; t < 40'000; t += ms) {
      const auto shown = static_cast<std::uint64_t>(100'000 + t * 65) % 600'000;
      between.push_back({at_us(t * 1000), at_us(t * 1000), {shown}});
    }
  };
  between_every(200);
  const WindowEnergy found = detail::counted_energy(meter, at(0), at(40), between);
  INFO(found.why_missing);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(2600.0));

  // At 2 kW a wrap takes 0.3 s: a reading every 0.4 s could miss one.
  between_every(400);
  check_missing(detail::counted_energy(meter, at(0), at(40), between), "wrapped twice");
  check_missing(detail::counted_energy(meter, at(0), at(40)), "wrapped twice");
}

TEST_CASE("what was read outside of a window is no part of it", "[meters]") {
  MeterDescription meter = meter_of(1);
  meter.zones[0].update_period = 0_s;
  const std::vector<detail::IntermediateReading> elsewhere{{at_us(0), at_us(1), {999'999}},
                                                           {at_us(999'000), at_us(999'001), {5}}};
  const WindowEnergy found = detail::counted_energy(meter, reading(100, 100, 1'000),
                                                    reading(100'100, 100'100, 8'000), elsewhere);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(7.0));
}

TEST_CASE("a node of 3 kW was not reset", "[meters][energy]") {
  Zone node;
  node.modulus = never_wraps;
  node.per_count = Joules(1.0);
  node.max_power = Watts(20e3);
  std::uint64_t counts = 0;
  CHECK(detail::accumulate_counts(node, 1000, 10'000, Seconds(3.0), counts).empty());
  CHECK(counts == 9000);
  node.max_power = max_zone_power;
  CHECK_FALSE(detail::accumulate_counts(node, 1000, 10'000, Seconds(3.0), counts).empty());
}

TEST_CASE("a zone's power is held against its own limit", "[meters]") {
  MeterDescription meter = meter_of(2);
  meter.zones[0].max_power = 250_W;
  meter.zones[1].max_power = 100_W;
  const auto why = [&](Watts first, Watts second) {
    return detail::implausible_power(meter.zones, std::vector<Watts>{first, second});
  };
  CHECK(why(250_W, 100_W).empty());
  CHECK(why(Watts(251.44), 1_W) ==
        "round (round:0) counted 251 W, and its limit is 250 W: its unit may be wrong");
  CHECK(why(1_W, 101_W).find("counted 101 W, and its limit is 100 W") != std::string::npos);
}

TEST_CASE("a socket's memory is held beside another's, and beside nothing else", "[meters]") {
  MeterDescription meter = meter_of(3);
  meter.zones[0].name = "package-0";
  meter.zones[1] = {"dram", "one", 1'000'000'000, 1_mJ, 1_mJ, 1_ms};
  meter.zones[2] = {"dram", "two", 1'000'000'000, 1_mJ, 1_mJ, 1_ms};
  const auto why = [&](double package, double one, double two) {
    return detail::implausible_power(meter.zones,
                                     std::vector<Watts>{Watts(package), Watts(one), Watts(two)});
  };
  CHECK(why(300.0, 200.0, 6.0) ==
        "dram (one) counted 200 W beside 6.00 W of two: the unit of one is wrong");
  CHECK(why(300.0, 6.0, 200.0) ==
        "dram (two) counted 200 W beside 6.00 W of one: the unit of one is wrong");
  CHECK(why(300.0, 100.0, 6.0).empty());  // a socket's memory takes that
  CHECK_FALSE(why(300.0, 101.0, 6.0).empty());
  CHECK(why(300.0, 150.0, 15.0).empty());
  CHECK_FALSE(why(300.0, 150.1, 15.0).empty());
  CHECK(why(300.0, 6.0, 6.0).empty());  // of packages only their limit is known
  CHECK(why(5.0, 110.0, 60.0).empty());
  std::swap(meter.zones[0], meter.zones[1]);
  CHECK(why(200.0, 300.0, 6.0).find("dram (one) counted 200 W beside 6.00 W of two") == 0);
}

TEST_CASE("a counter that may rest has used nothing, and its gain is no part of that", "[meters]") {
  MeterDescription meter = meter_of(1);
  meter.zones[0].allows_zero_counts = true;
  meter.zones[0].gain = {0.1, 0_W, 0.01, 0_W};
  const WindowEnergy rested =
      detail::counted_energy(meter, reading(1000, 1000, 7), reading(101'000, 101'000, 7), {});
  REQUIRE(rested.energy.is_known());
  CHECK(rested.energy.value == 0_J);
  CHECK(rested.gain.whole == 0.0);
  const WindowEnergy little =
      detail::counted_energy(meter, reading(1000, 1000, 7), reading(101'000, 101'000, 507), {});
  CHECK(little.energy.value < 1_J);
  CHECK(little.gain.whole == Approx(0.1));
  CHECK(little.gain.between == Approx(0.01));
}

TEST_CASE("a window that ends at its tick has the power of that tick", "[meters]") {
  const Zone zone = round_zone();
  Reading after = reading(5000, 5001, 9);
  const Tick tick{at_us(4990), at_us(5010), 3, true};
  CHECK(detail::end_of(zone, tick, after, 7_W, 11_W).power == 3_W);  // 3 mJ in 1 ms
  after.begin = at_us(4999);
  CHECK(detail::end_of(zone, tick, after, 7_W, 11_W).power == 11_W);
}

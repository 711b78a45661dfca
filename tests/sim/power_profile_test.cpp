// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/power_profile.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "catch.hpp"

namespace {

sim::Profile parsed(const std::string& text) {
  INFO(text);
  sim::Profile profile;
  REQUIRE(sim::parse(text.c_str(), profile));
  return profile;
}

bool is_refused(const char* text) {
  sim::Profile profile = sim::Constant{1.5};
  if (sim::parse(text, profile)) return false;
  // The old value stays.
  return sim::power(profile, 0.0) == 1.5;
}

Approx near(double value) { return Approx(value).epsilon(1e-12); }

/// Integrates power over equal cells by Gauss's rule with three points: exact to the fifth degree.
/// No point lies on the edge of a cell, so a jump there does no harm.
double integral(const sim::Profile& profile, double from_s, double to_s, std::size_t cells) {
  const double half = 0.5 * (to_s - from_s) / static_cast<double>(cells);
  const double outer = std::sqrt(0.6) * half;
  double sum = 0.0;
  for (std::size_t i = 0; i < cells; ++i) {
    const double middle = from_s + half * static_cast<double>(2 * i + 1);
    sum += 5.0 * sim::power(profile, middle - outer) + 8.0 * sim::power(profile, middle) +
           5.0 * sim::power(profile, middle + outer);
  }
  return sum * half / 9.0;
}

/// Steps at whole milliseconds, in whole microjoules; the counter wraps after 100 000 of them. The
/// powers used with it do not give whole numbers of units, so that rounding does not decide.
constexpr sim::Counter round_counter() {
  sim::Counter counter;
  counter.period_s = 1e-3;
  counter.jitter_s = 0.0;
  counter.unit_uj = 1.0;
  counter.range_uj = 99'999;
  return counter;
}

/// Returns what the counter shows half a millisecond after its k-th step.
std::uint64_t shown_after(const sim::Counter& counter, const sim::Profile& profile, int steps) {
  return sim::counter_uj(counter, profile, (steps + 0.5) * counter.period_s);
}

}  // namespace

TEST_CASE("a scrambled index is what splitmix64 gives", "[sim]") {
  // The first values of the reference implementation for the seeds 0 and 1234567.
  CHECK(sim::hash(0) == 0xE220'A839'7B1D'CDAFU);
  CHECK(sim::hash(1234567) == 6457827717110365317U);
}

TEST_CASE("a constant power has its energy worked by hand", "[sim]") {
  const sim::Profile profile = parsed("constant:65");
  CHECK(sim::power(profile, 3.0) == 65.0);
  CHECK(sim::energy(profile, 2.0) == 130.0);
}

TEST_CASE("a ripple has its energy worked by hand", "[sim]") {
  const sim::Profile profile = parsed("ripple:10,1,1");
  CHECK(sim::power(profile, 0.25) == near(20.0));
  CHECK(sim::power(profile, 0.75) == Approx(0.0).margin(1e-12));
  // Half a period of 10 (1 + sin 2 pi t): 5 + 10 / pi.
  CHECK(sim::energy(profile, 0.5) == near(8.183098861837907));
  CHECK(sim::energy(profile, 1.0) == near(10.0));
  CHECK(sim::energy(profile, 1e5 + 0.5) == near(1e6 + 8.183098861837907));
}

TEST_CASE("a square wave has its energy worked by hand", "[sim]") {
  const sim::Profile profile = parsed("square:30,90,0.2,0.25");
  CHECK(sim::power(profile, 0.0) == 90.0);
  CHECK(sim::power(profile, 0.04) == 90.0);
  CHECK(sim::power(profile, 0.06) == 30.0);
  CHECK(sim::power(profile, 0.21) == 90.0);
  CHECK(sim::energy(profile, 0.05) == near(4.5));
  CHECK(sim::energy(profile, 0.15) == near(7.5));
  CHECK(sim::energy(profile, 0.22) == near(9.0 + 1.8));
  CHECK(sim::energy(profile, 1.0) == near(45.0));
}

TEST_CASE("a step has its energy worked by hand", "[sim]") {
  const sim::Profile profile = parsed("step:40,90,1.5");
  CHECK(sim::power(profile, 1.49) == 40.0);
  CHECK(sim::power(profile, 1.5) == 90.0);
  CHECK(sim::energy(profile, 1.0) == near(40.0));
  CHECK(sim::energy(profile, 1.5) == near(60.0));
  CHECK(sim::energy(profile, 2.0) == near(105.0));
}

TEST_CASE("a drift has its energy worked by hand, and stays where it arrived", "[sim]") {
  const sim::Profile profile = parsed("drift:60,62,10");
  CHECK(sim::power(profile, 0.0) == 60.0);
  CHECK(sim::power(profile, 5.0) == near(61.0));
  CHECK(sim::power(profile, 20.0) == 62.0);
  CHECK(sim::energy(profile, 5.0) == near(302.5));
  CHECK(sim::energy(profile, 10.0) == near(610.0));
  CHECK(sim::energy(profile, 20.0) == near(1230.0));
}

TEST_CASE("a burst has a share of high slots, at random places", "[sim]") {
  const sim::Profile profile = parsed("burst:30,150,0.002,0.3,7");
  std::size_t high = 0;
  std::size_t changes = 0;
  double last = 0.0;
  for (std::size_t i = 0; i < sim::Burst::slots; ++i) {
    const double now = sim::power(profile, (static_cast<double>(i) + 0.5) * 0.002);
    REQUIRE((now == 30.0 || now == 150.0));
    high += now == 150.0 ? 1 : 0;
    changes += now != last ? 1 : 0;
    last = now;
  }
  // Of 4096 slots 1229 are expected, +- 29 (one sigma), and 1720 changes, +- 34 at most.
  CHECK(high > 1229 - 4 * 29);
  CHECK(high < 1229 + 4 * 29);
  CHECK(changes > 1720 - 4 * 34);
  CHECK(changes < 1720 + 4 * 34);
  const double cycle_j = 0.002 * (30.0 * sim::Burst::slots + 120.0 * static_cast<double>(high));
  CHECK(sim::energy(profile, 0.002 * sim::Burst::slots) == near(cycle_j));
  CHECK(sim::energy(profile, 0.006 * sim::Burst::slots) == near(3.0 * cycle_j));
}

TEST_CASE("a burst depends on its seed, and never or always is no chance", "[sim]") {
  const sim::Profile one = parsed("burst:0,1,1,0.5,1");
  const sim::Profile other = parsed("burst:0,1,1,0.5,2");
  std::size_t differ = 0;
  for (int i = 0; i < 100; ++i) differ += sim::power(one, i) != sim::power(other, i) ? 1 : 0;
  CHECK(differ > 20);
  CHECK(differ < 80);
  CHECK(sim::energy(parsed("burst:3,7,0.5,0,1"), 10.25) == near(30.75));
  CHECK(sim::energy(parsed("burst:3,7,0.5,1,1"), 10.25) == near(71.75));
}

TEST_CASE("energy is the integral of power", "[sim]") {
  struct Case {
    const char* text;
    double from_s;
    double to_s;
    std::size_t cells;  // jumps lie on their edges
  };
  const Case all[] = {
      {"constant:65", 0.3, 1.7, 1},
      {"ripple:65,0.2,700", 0.0, 0.1013, 1000},
      {"ripple:65,1,0.5", 12.3, 17.1, 1000},
      {"square:30,90,0.2,0.5", 0.0, 3.0, 3000},
      {"square:30,90,0.2,0.25", 0.75, 1.23, 48},
      {"step:40,90,1.5", 0.0, 4.0, 8},
      {"step:90,40,0", 0.0, 4.0, 8},
      {"burst:30,150,0.002,0.3,7", 0.0, 20.0, 100'000},
      {"burst:150,30,0.002,0.3,8", 8.1905, 8.2005, 20},
      {"drift:60,62,10", 0.0, 20.0, 20},
      {"drift:60,0,10", 9.0, 11.0, 4},
  };
  for (const Case& one : all) {
    INFO(one.text);
    const sim::Profile profile = parsed(one.text);
    const double exact = sim::energy(profile, one.to_s) - sim::energy(profile, one.from_s);
    CHECK(exact == Approx(integral(profile, one.from_s, one.to_s, one.cells)).epsilon(1e-9));
  }
}

TEST_CASE("before time 0 there is neither power nor energy", "[sim]") {
  for (const char* text : {"constant:65", "ripple:65,0.2,700", "square:30,90,0.2,0.5",
                           "step:40,90,1.5", "burst:30,150,0.002,0.3,7", "drift:60,62,10"}) {
    INFO(text);
    CHECK(sim::power(parsed(text), -0.1) == 0.0);
    CHECK(sim::energy(parsed(text), -0.1) == 0.0);
    CHECK(sim::energy(parsed(text), 0.0) == 0.0);
    CHECK(sim::counter_uj({}, parsed(text), -0.1) == 0);
  }
}

TEST_CASE("the counter holds whole units, and shows them as the kernel multiplies", "[sim]") {
  sim::Counter counter;
  counter.period_s = 1e-3;
  counter.jitter_s = 0.0;
  const sim::Profile profile = sim::Constant{65.0};
  CHECK(sim::counter_uj(counter, profile, 0.99e-3) == 0);
  CHECK(sim::last_step({}, 1e-9) == 0.0);
  // 65000 uJ are 1064.96 units of 61.03515625 uJ; 1064 times 61.035 uJ is 64941.24.
  CHECK(shown_after(counter, profile, 1) == 64'941);
  // 2129.92 units; 2129 times 61.035 is 129943.5.
  CHECK(shown_after(counter, profile, 2) == 129'943);
  // 65.00003 J are 1064960.49 units, and 64999833.6 uJ as the kernel has them.
  CHECK(shown_after(counter, sim::Constant{65.00003}, 1000) == 64'999'833);
  // In binary, 1.001 times 1000 is 1000.9999999999999, which must not become 1.000 per unit.
  counter.unit_uj = 1.001;
  CHECK(shown_after(counter, sim::Constant{1.0015}, 1) == 1001);
}

TEST_CASE("the counter stands still between its steps", "[sim]") {
  const sim::Counter counter = round_counter();
  const sim::Profile profile = sim::Constant{65.0003};
  CHECK(sim::counter_uj(counter, profile, 0.99999e-3) == 0);
  CHECK(sim::counter_uj(counter, profile, 1.00001e-3) == 65'000);
  CHECK(sim::counter_uj(counter, profile, 1.99999e-3) == 65'000);
}

TEST_CASE("the counter starts again one unit after its range", "[sim]") {
  sim::Counter counter = round_counter();
  const sim::Profile profile = sim::Constant{65.0003};
  CHECK(shown_after(counter, profile, 2) == 30'000);
  CHECK(shown_after(counter, profile, 3) == 95'000);
  CHECK(shown_after(counter, profile, 4) == 60'001);
  counter.first_uj = 90'000;
  CHECK(shown_after(counter, profile, 0) == 90'000);
  CHECK(shown_after(counter, profile, 1) == 55'000);
}

TEST_CASE("a server's counter has 32 bits", "[sim]") {
  sim::Counter counter;
  CHECK(sim::range_uj(counter) == 262'143'328'850);
  counter.period_s = 1e-3;
  counter.jitter_s = 0.0;
  counter.first_uj = 262'143'328'800;                // 2^32 - 2 units, and not quite another
  const sim::Profile profile = sim::Constant{0.07};  // 70 uJ a step: 1, 2, 3 units
  CHECK(shown_after(counter, profile, 0) == 262'143'328'789);
  CHECK(shown_after(counter, profile, 1) == 262'143'328'850);
  CHECK(shown_after(counter, profile, 2) == 0);
  CHECK(shown_after(counter, profile, 3) == 61);
}

TEST_CASE("a range of no whole number of units is rounded up to one", "[sim]") {
  sim::Counter counter;
  counter.range_uj = 1'000'000;
  // 16384.04 units of 61.035 uJ: 16385 of them are 1000058.475.
  CHECK(sim::range_uj(counter) == 1'000'058);
}

TEST_CASE("each step is late by its own share of the jitter", "[sim]") {
  sim::Counter counter;
  const double of_seed_1 = sim::step_time(counter, 1);
  counter.seed = 2;
  CHECK(sim::step_time(counter, 1) != of_seed_1);
  const sim::Profile profile = sim::Constant{65.0};
  double least = 1.0;
  double most = 0.0;
  for (std::uint64_t k = 1; k <= 200; ++k) {
    const double at_s = sim::step_time(counter, k);
    const double late = at_s - static_cast<double>(k) * 1e-3;
    least = std::fmin(least, late);
    most = std::fmax(most, late);
    const double energy_uj = at_s * 65e6;
    const auto after = static_cast<double>(sim::counter_uj(counter, profile, at_s + 1e-9));
    const auto before = static_cast<double>(sim::counter_uj(counter, profile, at_s - 1e-9));
    // One unit for the floor, one uJ for the file's, and 2.6 millionths for the kernel's unit.
    CHECK(after <= energy_uj);
    CHECK(after > energy_uj * (1.0 - 2.6e-6) - 62.1);
    CHECK(before < energy_uj - 65e6 * (1e-3 - 20e-6) + 1.0);
  }
  CHECK(least >= -1e-15);
  CHECK(least < 2e-6);
  CHECK(most < 20e-6);
  CHECK(most > 18e-6);
}

TEST_CASE("a count that is shown late tells the energy of its step", "[sim]") {
  sim::Counter counter;
  counter.jitter_s = 0.0;
  counter.lateness_s = 200e-6;
  const sim::Profile profile = sim::Constant{65.0};
  double sum = 0.0;
  double squares = 0.0;
  constexpr std::uint64_t steps = 2000;
  for (std::uint64_t k = 1; k <= steps; ++k) {
    const double late = sim::lateness(counter, k);
    REQUIRE(late >= 0.0);
    REQUIRE(late < 1e-3);
    sum += late / steps;
    squares += late * late / steps;
    const double shown = static_cast<double>(k) * 1e-3 + late;
    CHECK(sim::last_step(counter, shown + 1e-9) == Approx(static_cast<double>(k) * 1e-3));
    CHECK(sim::last_step(counter, shown - 1e-9) < static_cast<double>(k) * 1e-3 - 0.5e-3);
  }
  CHECK(sum == Approx(500e-6).epsilon(0.03));
  CHECK(std::sqrt(squares - sum * sum) == Approx(200e-6).epsilon(0.05));
}

TEST_CASE("lost and doubled steps count their energy never and twice", "[sim]") {
  sim::Counter counter;
  counter.jitter_s = 0.0;
  counter.unit_uj = 1.0;
  counter.lost = 0.2;
  counter.doubled = 0.1;
  const sim::Profile profile = sim::Constant{50.0};
  sim::CountedSoFar so_far;
  std::uint64_t last = 0;
  std::size_t lost = 0;
  std::size_t doubled = 0;
  for (std::uint64_t k = 1; k <= 1000; ++k) {
    const double at_s = static_cast<double>(k) * 1e-3;
    const std::uint64_t first = sim::counter_uj(counter, profile, at_s + 1e-6, so_far);
    const std::uint64_t second = sim::counter_uj(counter, profile, at_s + 6e-6, so_far);
    CHECK(second == sim::counter_uj(counter, profile, at_s + 6e-6));
    lost += second == last ? 1 : 0;
    doubled += second != first ? 1 : 0;
    if (second != first) CHECK(second - first == Approx(50'000).margin(1));
    last = second;
  }
  CHECK(lost == Approx(200).margin(40));
  CHECK(doubled == Approx(100).margin(30));
  CHECK(last ==
        Approx(50'000.0 * (1000.0 + static_cast<double>(doubled) - static_cast<double>(lost))));
}

TEST_CASE("gain and offset are in what is counted, and not in the truth", "[sim]") {
  sim::Counter counter = round_counter();
  counter.gain = 0.8;
  counter.offset_w = 5.0;
  counter.range_uj = 1'000'000'000;
  CHECK(shown_after(counter, sim::Constant{50.0}, 100) == Approx(4'500'000).margin(2));
  CHECK(sim::energy(sim::Constant{50.0}, 0.1) == Approx(5.0));
}

TEST_CASE("a counter that was reset counts from there", "[sim]") {
  sim::Counter counter = round_counter();
  counter.first_uj = 50'000;
  const sim::Profile profile = sim::Constant{10.001};
  const sim::Counter reset = sim::reset_at(counter, 5.25e-3);
  CHECK(shown_after(counter, profile, 5) == 5);    // 50 000 + 50 005, less one wrap
  CHECK(shown_after(reset, profile, 5) == 0);      // at 5.5 ms, before the next step
  CHECK(shown_after(reset, profile, 6) == 7'500);  // 7500.75 uJ: 0.75 ms at 10.001 W
}

TEST_CASE("text that is no profile is refused", "[sim]") {
  for (const char* text : {"",
                           "constant",
                           "constant:",
                           "constant:x",
                           "constant:65W",
                           "constant:65,",
                           "constant:65,1",
                           "constant: 65",
                           "constant:-1",
                           "constant:nan",
                           "constant:inf",
                           "constant:1e999",
                           "constant:2e6",
                           "constants:65",
                           "const:65",
                           "65",
                           ":65",
                           "ripple:65,0.2",
                           "ripple:65,1.1,50",
                           "ripple:65,-0.1,50",
                           "ripple:65,0.2,0",
                           "ripple:65;0.2;700",
                           "square:30,90,0,0.5",
                           "square:30,90,0.2,1.5",
                           "square:30,-90,0.2,0.5",
                           "square:30,90,0.2",
                           "step:40,90,-1",
                           "step:40,90",
                           "burst:30,150,0,0.3,7",
                           "burst:30,150,0.002,2,7",
                           "burst:30,150,0.002,0.3",
                           "burst:30,150,0.002,0.3,7.5",
                           "burst:30,150,0.002,0.3,-7",
                           "burst:30,150,0.002,0.3,1e16",
                           "drift:60,62,0",
                           "drift:60,62",
                           "drift:60,,10",
                           "drift:60,62,inf",
                           "drift:60-62,10"}) {
    INFO(text);
    CHECK(is_refused(text));
  }
}

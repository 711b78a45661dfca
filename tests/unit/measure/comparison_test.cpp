// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/measure/comparison.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"
#include "perjoule/measure/changes.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

Interval<double> between(double low, double high) {
  return {low, high, 0.95, IntervalMethod::signed_rank};
}

constexpr double none = 0.0;

std::vector<double> constant(double value, std::size_t n) { return std::vector<double>(n, value); }

const std::vector<int> inputs{0, 1, 2, 3, 4, 5, 6, 7};
const std::vector<int> labels{0, 1, 0, 1, 0, 1, 0, 1};

/// A model on a simulated machine whose power and time drift together.
struct Noisy {
  SimulatedMachine& machine;
  Normal& normal;
  Seconds duration = 1_ms;
  Watts power = 65_W;
  int wrong_from = 8;
  int operator()(const int& input) {
    const double mood = 1.0 + 0.2 * std::sin((machine.now() - Instant{}).si());
    machine.work(duration * mood * normal(1.0, 0.02), power * normal(1.0, 0.02));
    return input < wrong_from ? input % 2 : 1 - input % 2;
  }
};

}  // namespace

TEST_CASE("a verdict is what the whole interval allows", "[compare]") {
  using detail::verdict_of;
  CHECK(verdict_of(between(-0.03, -0.02), 0.01) == Verdict::better);
  CHECK(verdict_of(between(0.02, 0.03), 0.01) == Verdict::worse);
  CHECK(verdict_of(between(-0.009, 0.009), 0.01) == Verdict::same);
  CHECK(verdict_of(between(0.001, 0.009), 0.01) == Verdict::same);  // too small to matter
  CHECK(verdict_of(between(0.001, 0.011), 0.01) == Verdict::worse);
  CHECK(verdict_of(between(-0.011, -0.001), 0.01) == Verdict::better);
  CHECK(verdict_of(between(-0.011, 0.009), 0.01) == Verdict::unresolved);
  CHECK(verdict_of({}, 0.01) == Verdict::unresolved);
  CHECK(verdict_of(between(0.0, 0.0), 0.0) == Verdict::same);
  CHECK(verdict_of(between(-1.0, -0.5), 0.0) == Verdict::better);
}

TEST_CASE("each verdict has its name", "[compare]") {
  CHECK(std::string(name(Verdict::missing)) == "missing");
  CHECK(std::string(name(Verdict::unresolved)) == "unresolved");
  CHECK(std::string(name(Verdict::same)) == "same");
  CHECK(std::string(name(Verdict::better)) == "better");
  CHECK(std::string(name(Verdict::worse)) == "worse");
}

TEST_CASE("as many pairs more resolve it as shrink the interval to what is needed", "[compare]") {
  using detail::pairs_to_resolve;
  // Half-width .02 with 100 pairs about .01: half of that takes four times as many.
  CHECK(pairs_to_resolve(100, 0.01, 0.02, 0.0, 0.01) == 301);
  // About .004 the nearest is +-.01, .006 away: 100 (.02/.006)^2 = 1111.1
  CHECK(pairs_to_resolve(100, -0.004, 0.02, 0.0, 0.01) == 1012);
  // Of the .006 .0048 are common: .0036 are left: 3086.4
  CHECK(pairs_to_resolve(100, 0.004, 0.02, 0.0048, 0.01) == 2987);
  CHECK(pairs_to_resolve(100, 0.004, 0.02, 0.007, 0.01) == 0);  // no number of pairs does
}

TEST_CASE("pairs without both numbers are left out", "[compare]") {
  const double missing = detail::quiet_nan();
  const std::vector<double> first{1.0, missing, 2.0, 0.0, 4.0};
  const std::vector<double> second{2.0, 1.0, missing, 1.0, 2.0};
  const std::vector<double> found = detail::log_ratios(first, second);
  REQUIRE(found.size() == 2);
  CHECK(found[0] == Approx(0.69314718056));
  CHECK(found[1] == Approx(-0.69314718056));
}

TEST_CASE("a change is the middle of the pairs with their interval, and what they share",
          "[compare]") {
  std::vector<double> pairs;
  for (int i = 0; i < 40; ++i) pairs.push_back(std::log(2.0) + (i % 2 == 0 ? 0.001 : -0.001));
  const Change sharp = detail::change_of(pairs, none, Provenance::measured, 0.95, 0.01);
  CHECK(sharp.ratio.value == Approx(2.0).epsilon(1e-3));
  CHECK(sharp.verdict == Verdict::worse);
  CHECK(sharp.windows == 40);
  CHECK(sharp.more_pairs == 0);
  CHECK(sharp.interval.low > 1.99);
  CHECK(sharp.interval.high < 2.01);
  // A model's watts: a factor of 3 for each, independent. 1.96 x 0.793 = 1.553, exp of it 4.73.
  const double common = std::sqrt(2.0) * std::log(3.0) / 1.959963984540;
  const Change wide = detail::change_of(pairs, common, Provenance::modelled, 0.95, 0.01);
  CHECK(wide.interval.high == Approx(2.0 * 4.728).epsilon(0.002));
  CHECK(wide.interval.low == Approx(2.0 / 4.728).epsilon(0.002));
  CHECK(wide.verdict == Verdict::unresolved);
  CHECK(wide.more_pairs == 0);
  CHECK(wide.ratio.provenance == Provenance::modelled);
}

TEST_CASE("no pairs and no energy are a missing change, a few an unresolved one", "[compare]") {
  CHECK(detail::change_of({}, none, Provenance::measured, 0.95, 0.01).verdict == Verdict::missing);
  const std::vector<double> pairs = constant(0.5, 40);
  CHECK(detail::change_of(pairs, none, Provenance::missing, 0.95, 0.01).verdict ==
        Verdict::missing);
  const std::vector<double> few = constant(0.5, 3);
  const Change change = detail::change_of(few, none, Provenance::measured, 0.95, 0.01);
  CHECK(change.verdict == Verdict::unresolved);
  CHECK(change.ratio.value == Approx(std::exp(0.5)));
  CHECK_FALSE(change.interval.is_known());
}

TEST_CASE("counted bytes are compared exactly", "[compare]") {
  const Change less = detail::exact_change(exact(Bytes(400.0)), exact(Bytes(100.0)), 0.01);
  CHECK(less.ratio.value == 0.25);
  CHECK(less.verdict == Verdict::better);
  CHECK(detail::exact_change(exact(Bytes(1000.0)), exact(Bytes(1005.0)), 0.01).verdict ==
        Verdict::same);
  CHECK(detail::exact_change(exact(Bytes(1000.0)), exact(Bytes(1020.0)), 0.01).verdict ==
        Verdict::worse);
  CHECK(detail::exact_change({}, exact(Bytes(1.0)), 0.01).verdict == Verdict::missing);
  CHECK(detail::exact_change(exact(Bytes(0.0)), exact(Bytes(1.0)), 0.01).verdict ==
        Verdict::missing);
}

TEST_CASE("of all intervals 95 % hold together", "[compare]") {
  CHECK(detail::bonferroni_level(2) == Approx(1.0 - 0.05 / 4.0));
  CHECK(detail::bonferroni_level(4) == Approx(1.0 - 0.05 / 12.0));
}

TEST_CASE("variants are compared in time, energy and quality whatever the machine's mood",
          "[compare][simulation]") {
  Normal normal(1);
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  // 10 % less time, 30 % more power.
  Noisy first{machine, normal};
  Noisy second{machine, normal, 0.9_ms, 84.5_W, 6};
  const Comparison found =
      session.compare({.budget = 30_s}, inputs, variant({.name = "first"}, first, accuracy(labels)),
                      variant({.name = "second"}, second, accuracy(labels)));
  REQUIRE(found.entries.size() == 2);
  REQUIRE(found.changes.size() == 1);
  const VariantChanges& second_beside_first = found.changes[0];
  const Change& time = second_beside_first.time;
  CHECK(time.verdict == Verdict::better);
  CHECK(time.interval.contains(0.9));
  CHECK(time.ratio.value == Approx(0.9).epsilon(0.01));
  const Change& energy = second_beside_first.energy;
  CHECK(energy.verdict == Verdict::worse);
  CHECK(energy.interval.contains(0.9 * 1.3));
  CHECK(energy.ratio.value == Approx(1.17).epsilon(0.02));
  CHECK(energy.ratio.provenance == Provenance::simulated);
  const Change& active = second_beside_first.active_energy;
  CHECK(active.interval.contains(0.9 * 64.5 / 45.0));
  CHECK(active.verdict == Verdict::worse);
  REQUIRE(second_beside_first.quality.size() == 1);
  CHECK(second_beside_first.quality[0].items == 8);
  CHECK(second_beside_first.quality[0].difference.value < 0.0);
  CHECK(second_beside_first.quality[0].verdict == Verdict::unresolved);  // two of eight
  CHECK(found.entries[1].plan.name == "second");
  CHECK(found.entries[1].energy.is_known());
  CHECK(found.entries[1].scores.size() > 0);
}

TEST_CASE("any number of variants is compared", "[compare]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  const auto lasts = [&](Seconds time) {
    return variant({.name = std::to_string(std::lround(time.si() * 1e6))},
                   [&, time](const int& input) {
                     machine.work(time, 60_W);
                     return input;
                   });
  };
  const Comparison found = session.compare({.budget = 5_s}, inputs, lasts(10_us), lasts(20_us),
                                           lasts(30_us), lasts(40_us), lasts(50_us), lasts(60_us),
                                           lasts(70_us), lasts(80_us), lasts(90_us), lasts(100_us));
  REQUIRE(found.entries.size() == 10);
  REQUIRE(found.changes.size() == 9);
  CHECK(found.entries[9].plan.name == "100");
  CHECK(found.changes[8].time.ratio.value == Approx(10.0).epsilon(0.001));
  const Comparison copy = found;
  CHECK(copy.changes[8].time.ratio.value == found.changes[8].time.ratio.value);
}

TEST_CASE("identical variants are seldom told apart, and one percent of energy nearly always",
          "[compare][simulation][long]") {
  constexpr int trials = 40;
  int false_alarms = 0;
  int found = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Normal normal(static_cast<std::uint64_t>(trial) + 1);
    SimulatedMachine machine(20_W);
    Session session{SimulatedMeter(machine)};
    Noisy first{machine, normal, 50_us};
    Noisy more{machine, normal, 50_us, 65.65_W};
    const ComparePlan plan{.budget = 2_s, .min_effect = 0.005};
    const Comparison same =
        session.compare(plan, inputs, variant({.name = "a"}, first), variant({.name = "b"}, first));
    CHECK(same.changes[0].cpu_time.windows > 50);  // though windows extend to a tick
    for (const Change& change : {same.changes[0].time, same.changes[0].energy}) {
      if (change.verdict >= Verdict::better) ++false_alarms;
    }
    const Comparison other =
        session.compare(plan, inputs, variant({.name = "a"}, first), variant({.name = "b"}, more));
    if (other.changes[0].energy.verdict == Verdict::worse) ++found;
  }
  CHECK(false_alarms <= 0.05 * 2 * trials);
  CHECK(found >= 0.9 * trials);
}

TEST_CASE("active energies are compared but where idle power is nearly all there is", "[compare]") {
  const auto entry = [](double joules) {
    Entry made;
    for (int i = 0; i < 40; ++i) {
      // A window without an energy loses only its own pair.
      const bool missing = i == 7;
      const Joules energy(joules + 0.01 * (i % 2));
      made.samples.add(
          {Items(10.0),
           1_s,
           1_s,
           {missing ? Estimate<Joules>{}
                    : Estimate<Joules>{energy, 0_J, infinite_dof, 0_J, Provenance::measured},
            "why not"}});
    }
    made.samples.idle = {20_W, 0.1_W, infinite_dof, 0_W, Provenance::measured};
    made.active_energy = {JoulesPerItem((joules - 20.0) / 10.0), JoulesPerItem(0.001), infinite_dof,
                          JoulesPerItem(0.0), Provenance::measured};
    return made;
  };
  const Change half = detail::active_change(entry(60.0), entry(40.0), 0.95, 0.01);
  CHECK(half.windows == 39);
  CHECK(half.verdict == Verdict::better);
  CHECK(half.ratio.value == Approx(0.5).epsilon(0.001));
  // 0.1 W more of idle power: 19.9/39.9, which is exp(-0.0025) of a half.
  CHECK(half.ratio.common == Approx(0.5 * 0.00251).epsilon(0.02));
  CHECK(detail::active_change(entry(60.0), entry(20.0), 0.95, 0.01).verdict == Verdict::missing);
  Entry without_idle = entry(60.0);
  without_idle.samples.idle = {};
  CHECK(detail::active_change(without_idle, entry(40.0), 0.95, 0.01).verdict == Verdict::missing);
}

TEST_CASE("a metric of which the items are not kept has no verdict", "[compare]") {
  Entry first;
  first.inputs = 4;
  Quality quality;
  quality.metric = "sum";
  quality.items = 4;
  first.quality.push_back(quality);
  const QualityChange change = detail::quality_change(first, first, 0, 0.95);
  CHECK(change.verdict == Verdict::missing);
  CHECK_FALSE(change.difference.is_known());
}

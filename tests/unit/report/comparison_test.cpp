// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/summary_text.hpp"

#include <string>

#include "catch.hpp"

using namespace perjoule;

namespace {

Change change(double times, double low, double high, Verdict verdict) {
  return {{times, 0.0, infinite_dof, 0.0, Provenance::measured},
          {low, high, 0.95, IntervalMethod::signed_rank},
          verdict,
          100,
          0};
}

QualityChange quality(double difference, double half, Verdict verdict) {
  return {"accuracy",
          "%",
          true,
          597,
          {difference, half / 2.0, infinite_dof, 0.0, Provenance::measured},
          {difference - half, difference + half, 0.95, IntervalMethod::student_t},
          verdict};
}

Comparison two(const Change& cpu_time, const Change& energy, const QualityChange& quality) {
  Comparison comparison;
  Entry first;
  first.plan.name = "fp32";
  Entry second;
  second.plan.name = "int8";
  comparison.entries.push_back(first);
  comparison.entries.push_back(second);
  VariantChanges compared;
  compared.cpu_time = cpu_time;
  compared.energy = energy;
  compared.quality.push_back(quality);
  comparison.changes.push_back(compared);
  return comparison;
}

const QualityChange unclear = quality(0.001, 0.01, Verdict::unresolved);

}  // namespace

TEST_CASE("where energy is modelled a comparison speaks of CPU time", "[report][compare]") {
  Change modelled = change(0.5, 0.1, 2.4, Verdict::unresolved);
  modelled.ratio.provenance = Provenance::modelled;
  const Change cpu = change(1.0 / 2.1, 1.0 / 2.2, 1.0 / 2.0, Verdict::better);
  const std::string expected =
      "int8 against fp32: 2.10 ± 0.10 times less CPU time; accuracy: no clear change, n = 597.";
  CHECK(describe(two(cpu, modelled, unclear)) == expected);
  CHECK(describe(two(cpu, Change{}, unclear)) == expected);
}

TEST_CASE("where energy is measured or simulated a comparison speaks of it", "[report][compare]") {
  Change energy = change(1.5, 1.4, 1.6, Verdict::worse);
  CHECK(describe(two({}, energy, quality(0.0, 0.0, Verdict::same))) ==
        "int8 against fp32: 1.50 ± 0.10 times more energy; accuracy: the same, n = 597.");
  energy.ratio.provenance = Provenance::simulated;
  CHECK(describe(two({}, energy, quality(-0.05, 0.01, Verdict::worse))) ==
        "int8 against fp32: simulated: 1.50 ± 0.10 times more energy; accuracy: -5.0 ± 1.0 % "
        "worse, n = 597.");
}

TEST_CASE("what is not clear is said with what would make it clear", "[report][compare]") {
  Change energy = change(1.002, 0.98, 1.03, Verdict::unresolved);
  CHECK(describe(two({}, energy, unclear)) ==
        "int8 against fp32: no clear change of energy, 1.002 [0.980, 1.030] times as much; "
        "accuracy: no clear change, n = 597.");
  energy.more_pairs = 300;
  CHECK(describe(two({}, energy, quality(0.05, 0.01, Verdict::better))) ==
        "int8 against fp32: no clear change of energy, 1.002 [0.980, 1.030] times as much (some "
        "300 pairs of windows more than its 100 would tell); accuracy: 5.0 ± 1.0 % better, n = "
        "597.");
  energy.verdict = Verdict::same;
  CHECK(describe(two({}, energy, quality(0.0, 0.0, Verdict::missing))) ==
        "int8 against fp32: as much energy, to 1 %; accuracy: cannot be compared item by item.");
  energy.verdict = Verdict::unresolved;
  energy.more_pairs = 1;
  CHECK(describe(two({}, energy, unclear)) ==
        "int8 against fp32: no clear change of energy, 1.002 [0.980, 1.030] times as much (one "
        "pair of windows more than its 100 might tell); accuracy: no clear change, n = 597.");
}

TEST_CASE("each variant has a line", "[report][compare]") {
  Comparison comparison =
      two({}, change(1.5, 1.4, 1.6, Verdict::worse), quality(0.0, 0.0, Verdict::same));
  Entry third;
  third.plan.name = "int4";
  comparison.entries.push_back(third);
  comparison.changes.push_back(comparison.changes[0]);
  CHECK(describe(comparison) ==
        "int8 against fp32: 1.50 ± 0.10 times more energy; accuracy: the same, n = 597.\n"
        "int4 against fp32: 1.50 ± 0.10 times more energy; accuracy: the same, n = 597.");
}

TEST_CASE("what is not known is said, and never a number", "[report][compare]") {
  CHECK(describe(two({}, {}, unclear)) ==
        "int8 against fp32: CPU time: not known; accuracy: no clear change, n = 597.");
  CHECK(describe(Comparison{}).empty());
}

TEST_CASE("where a difference is smaller than a meter's between workloads, it is said",
          "[report][compare]") {
  const auto said = [](double times, double gain) {
    Comparison comparison =
        two(Change{}, change(times, times - 0.001, times + 0.001, Verdict::better), unclear);
    comparison.entries[0].meter.source = "rapl-perf";
    for (Entry& entry : comparison.entries) {
      entry.energy.provenance = Provenance::measured;
      entry.samples.gain = {0.1, gain};
    }
    return describe(comparison)
               .find("rapl-perf may show two workloads by 19 % apart that take the same.") !=
           std::string::npos;
  };
  // AMD: 1.96 sqrt(2) x 7 % = 19.4 %
  CHECK(said(0.85, 0.07));
  CHECK_FALSE(said(0.75, 0.07));
  CHECK_FALSE(said(0.85, 0.0));
}

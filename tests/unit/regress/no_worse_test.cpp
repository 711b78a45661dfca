// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/regress/no_worse.hpp"

#include <initializer_list>
#include <string>

#include "aborts.hpp"
#include "catch.hpp"
#include "golden/golden_entries.hpp"

using namespace perjoule;

namespace {

/// Energy and time per item, each with a standard uncertainty of half a percent: a ratio of two has
/// a 95 % interval of exp(+-1.96 x .005 sqrt 2) = exp(+-.01386) about it.
Entry model(const char* name, double joules, double seconds) {
  Entry entry = golden::bare_entry(name);
  entry.meter = golden::rapl();
  entry.energy = golden::known(JoulesPerItem(joules), JoulesPerItem(0.005 * joules));
  entry.wall_time = golden::known(SecondsPerItem(seconds), SecondsPerItem(0.005 * seconds));
  entry.samples.outcome = Outcome::converged;
  return entry;
}

Entry judged(std::initializer_list<double> per_item, double share) {
  Entry entry = model(share > 0.6 ? "good" : "bad", 2e-3, 4e-4);
  golden::add_accuracy(entry, share, per_item);
  return entry;
}

const Entry baseline = model("fp32", 2e-3, 400e-6);

ClaimOutcome claimed(const Entry& entry, double cost) {
  return no_worse(entry, baseline, {cost}).claim;
}

Change change(double low, double high, Verdict verdict) {
  return {golden::known(0.5 * (low + high), 0.001),
          {low, high, 0.9875, IntervalMethod::signed_rank},
          verdict,
          40,
          verdict == Verdict::unresolved ? std::size_t{60} : 0};
}

/// int8 compared with fp32.
Comparison compared(const Change& energy, const Change& time) {
  Comparison comparison;
  comparison.plan.min_effect = 0.02;
  comparison.entries.push_back(model("fp32", 2e-3, 400e-6));
  comparison.entries.push_back(model("int8", 2e-3, 400e-6));
  VariantChanges other;
  other.energy = energy;
  other.time = time;
  comparison.changes.push_back(other);
  return comparison;
}

const Change same = change(0.99, 1.01, Verdict::same);

}  // namespace

TEST_CASE("an entry is no worse where both whole intervals are within what is allowed",
          "[regress][no_worse]") {
  // 1.1 exp(+-.01386) = 1.0849, 1.1153
  const Entry more_energy = model("int8", 2.2e-3, 400e-6);
  CHECK(claimed(more_energy, 0.12) == ClaimOutcome::holds);
  CHECK(claimed(more_energy, 0.11) == ClaimOutcome::inconclusive);
  CHECK(claimed(more_energy, 0.09) == ClaimOutcome::inconclusive);
  CHECK(claimed(more_energy, 0.08) == ClaimOutcome::fails);
  const Entry more_time = model("int8", 2e-3, 440e-6);
  CHECK(claimed(more_time, 0.12) == ClaimOutcome::holds);
  CHECK(claimed(more_time, 0.1) == ClaimOutcome::inconclusive);
  CHECK(claimed(more_time, 0.08) == ClaimOutcome::fails);
  CHECK(claimed(model("int8", 1e-3, 200e-6), 0.0) == ClaimOutcome::holds);
}

TEST_CASE("each number has a line that says what was found", "[regress][no_worse]") {
  const Finding finding = no_worse(model("int8", 2.2e-3, 408e-6), baseline, {.cost = 0.03});
  // 1.02 exp(.01386) = 1.0342
  CHECK(finding.claim == ClaimOutcome::fails);
  CHECK(finding.text ==
        "energy: no, 1.100 ± 0.015 times as much (measured)\n"
        "time: inconclusive, 1.020 ± 0.014 times as much (measured); measure for longer, or "
        "compare in turns");
}

TEST_CASE("energy can be left out", "[regress][no_worse]") {
  Entry entry = model("int8", 9e-3, 400e-6);
  CHECK(no_worse(entry, baseline, {.cost = 0.03}).claim == ClaimOutcome::fails);
  const Finding finding = no_worse(entry, baseline, {.cost = 0.03, .energy = false});
  CHECK(finding.claim == ClaimOutcome::holds);
  CHECK(finding.text == "time: yes, 1.000 ± 0.014 times as much (measured)");
}

TEST_CASE("modelled energy shows nothing of who is worse unless that is accepted",
          "[regress][no_worse]") {
  Entry entry = golden::int8();  // a 40th of the energy of 80 mJ, by a factor of 3
  entry.wall_time = baseline.wall_time;
  entry.meter.scope = baseline.meter.scope;
  Entry other = baseline;
  other.energy = golden::known(JoulesPerItem(80e-3), JoulesPerItem(1e-3));
  const Finding refused = no_worse(entry, other, {.cost = 0.03});
  CHECK(refused.claim == ClaimOutcome::inconclusive);
  CHECK(refused.text.starts_with(
      "energy: inconclusive, of int8 energy is modelled, and shows nothing unless that is "
      "accepted\ntime: yes"));
  CHECK(no_worse(entry, other, {.cost = 0.03, .accepted = {Provenance::modelled}}).claim ==
        ClaimOutcome::holds);
  // Whichever of the two has it.
  CHECK(no_worse(other, entry, {.cost = 100.0}).claim == ClaimOutcome::inconclusive);
}

TEST_CASE("what cannot be compared leaves the claim open", "[regress][no_worse]") {
  Entry entry = model("int8", 1e-3, 200e-6);
  const Tolerance generous{.cost = 1.0};
  REQUIRE(no_worse(entry, baseline, generous).claim == ClaimOutcome::holds);
  Entry changed = entry;
  changed.energy = {};
  CHECK(no_worse(changed, baseline, generous).claim == ClaimOutcome::inconclusive);
  CHECK(no_worse(baseline, changed, generous).claim == ClaimOutcome::inconclusive);
  changed = entry;
  changed.meter.scope = Scope::psys;
  CHECK(no_worse(changed, baseline, generous)
            .text.starts_with(
                "energy: inconclusive, one is energy of psys, the other of package\ntime: yes"));
  changed = entry;
  changed.environment.machine.key = "another";
  CHECK(no_worse(changed, baseline, generous).text ==
        "energy: inconclusive, the other was measured on another machine\n"
        "time: inconclusive, the other was measured on another machine");
  changed = entry;
  changed.samples.outcome = Outcome::unstable;
  CHECK(no_worse(changed, baseline, generous).claim == ClaimOutcome::inconclusive);
  CHECK(no_worse(entry, changed, generous).claim == ClaimOutcome::inconclusive);
}

TEST_CASE("quality is compared item by item where both have each item's", "[regress][no_worse]") {
  // One of four only by the other: Tango's interval is [-.69936, .36236].
  const Entry good = judged({1.0, 1.0, 1.0, 1.0}, 1.0);
  const Entry bad = judged({1.0, 1.0, 1.0, 0.0}, 0.6);
  const Finding finding = no_worse(bad, good, {.cost = 0.03});
  CHECK(finding.claim == ClaimOutcome::inconclusive);
  CHECK(finding.text.ends_with(
      "\naccuracy: inconclusive, a change of -20 [-70, 40] % item by item, n = 4"));
  CHECK(no_worse(bad, good, {.cost = 0.03, .quality = 0.7}).claim == ClaimOutcome::holds);
  CHECK(no_worse(bad, good, {.cost = 0.03, .quality = 0.69}).claim == ClaimOutcome::inconclusive);
  // Of two that agree on all four it is 0 +- 3.8415/7.8415: another four may tell them apart.
  const Finding equal = no_worse(good, good, {.cost = 0.03, .quality = 0.5});
  CHECK(equal.claim == ClaimOutcome::holds);
  CHECK(equal.text.ends_with("\naccuracy: yes, a change of 0 [-50, 50] % item by item, n = 4"));
  CHECK(no_worse(good, good, {.cost = 0.03, .quality = 0.4}).claim == ClaimOutcome::inconclusive);
}

TEST_CASE("else quality is compared by all differences in both intervals", "[regress][no_worse]") {
  const Entry good = judged({}, 0.9);  // [.88, .92]
  const Entry bad = judged({}, 0.5);   // [.48, .52]
  const Finding lost = no_worse(bad, good, {.cost = 0.03});
  CHECK(lost.claim == ClaimOutcome::fails);  // from -.44 to -.36
  CHECK(lost.text.ends_with("\naccuracy: no, a change of -40 [-44, -36] %, n = 4"));
  CHECK(no_worse(good, bad, {.cost = 0.03}).claim == ClaimOutcome::holds);
  CHECK(no_worse(bad, good, {.cost = 0.03, .quality = 0.5}).claim ==
        ClaimOutcome::holds);  // .44 < .45
  CHECK(no_worse(bad, good, {.cost = 0.03, .quality = 0.39}).claim ==
        ClaimOutcome::fails);  // .351 < .36
  CHECK(no_worse(bad, good, {.cost = 0.03, .quality = 0.41}).claim == ClaimOutcome::inconclusive);
}

TEST_CASE("a metric that is better where it is smaller loses by rising", "[regress][no_worse]") {
  Entry good = judged({}, 0.5);
  Entry bad = judged({}, 0.9);
  good.quality[0].higher_is_better = bad.quality[0].higher_is_better = false;
  CHECK(no_worse(good, bad, {.cost = 0.03}).claim == ClaimOutcome::holds);
  CHECK(no_worse(bad, good, {.cost = 0.03}).claim == ClaimOutcome::fails);
}

TEST_CASE("another metric, other items and none at all leave the claim open",
          "[regress][no_worse]") {
  const Entry good = judged({}, 0.9);
  const Tolerance generous{.cost = 1.0};
  REQUIRE(no_worse(good, good, generous).claim == ClaimOutcome::holds);
  Entry other = good;
  other.quality[0].signature = "top-k:5";
  CHECK(no_worse(other, good, generous).claim == ClaimOutcome::inconclusive);
  other = good;
  other.quality[0].metric = "recall";
  CHECK(no_worse(other, good, generous).claim == ClaimOutcome::inconclusive);
  other = good;
  other.quality[0].items = 5;
  CHECK(no_worse(other, good, generous).claim == ClaimOutcome::inconclusive);
  other = good;
  other.plan.dataset = "letters";
  CHECK(no_worse(other, good, generous).claim == ClaimOutcome::inconclusive);
  CHECK(no_worse(model("unjudged", 2e-3, 400e-6), good, generous).claim ==
        ClaimOutcome::inconclusive);
  CHECK(no_worse(good, model("unjudged", 2e-3, 400e-6), generous).claim == ClaimOutcome::holds);
}

TEST_CASE("each metric has a line, and one without an interval leaves the claim open",
          "[regress][no_worse]") {
  Entry good = judged({}, 0.9);  // [.88, .92]
  golden::add_accuracy(good, 0.9, {});
  good.quality[1].metric = "recall";
  Entry open = good;
  open.quality[1].value_interval = {};
  const Finding finding = no_worse(open, good, {.cost = 0.05});
  CHECK(finding.claim == ClaimOutcome::inconclusive);
  CHECK(
      finding.text.ends_with("\naccuracy: yes, a change of 0 [-4, 4] %, n = 4"
                             "\nrecall: inconclusive, a change of n/a, n = 4"));
}

TEST_CASE("what a reader must know stands below a claim that does not hold",
          "[regress][no_worse]") {
  Entry entry = model("int8", 2e-3, 400e-6);
  Entry other = baseline;
  entry.build.optimized = other.build.optimized = false;
  const auto is_said = [](const Finding& finding, const char* line) {
    return finding.text.find(line) != std::string::npos;
  };
  const char* const own = "\nint8: compiled without optimisation: add -O2";
  const char* const others = "\nfp32: compiled without optimisation: add -O2";
  CHECK(is_said(no_worse(entry, other, {.cost = 0.0}), own));
  CHECK(is_said(no_worse(entry, other, {.cost = 0.0}), others));
  CHECK_FALSE(is_said(no_worse(entry, other, {.cost = 0.1}), own));
  Comparison comparison = compared(change(1.5, 1.6, Verdict::worse), same);
  comparison.entries[1].build.optimized = false;
  CHECK(is_said(none_worse(comparison), own));
  comparison.changes[0].energy = same;
  CHECK_FALSE(is_said(none_worse(comparison), own));
}

TEST_CASE("a tolerance must be given", "[regress][no_worse]") {
  CHECK_FALSE(abort_message([] { (void)no_worse(baseline, baseline, {}); }).empty());
}

TEST_CASE("none is worse where each verdict or interval says so", "[regress][no_worse]") {
  CHECK(none_worse(compared(same, same)).claim == ClaimOutcome::holds);
  CHECK(none_worse(compared(change(0.7, 0.8, Verdict::better), same)).claim == ClaimOutcome::holds);
  // Better or the same, the data do not decide which: certainly not worse.
  CHECK(none_worse(compared(change(0.9, 1.01, Verdict::unresolved), same)).claim ==
        ClaimOutcome::holds);
  CHECK(none_worse(compared(change(0.9, 1.03, Verdict::unresolved), same)).claim ==
        ClaimOutcome::inconclusive);
  CHECK(none_worse(compared(change(1.01, 1.03, Verdict::worse), same)).claim ==
        ClaimOutcome::fails);
  CHECK(none_worse(compared(same, change(1.01, 1.03, Verdict::worse))).claim ==
        ClaimOutcome::fails);
  CHECK(none_worse(compared(same, change(1.01, 1.03, Verdict::worse)), {.cost = 0.04}).claim ==
        ClaimOutcome::holds);
  CHECK(none_worse(compared({}, same)).claim == ClaimOutcome::inconclusive);
  CHECK(none_worse(compared({}, same), {.energy = false}).claim == ClaimOutcome::holds);
}

TEST_CASE("a comparison that leaves it open says how many pairs more would tell",
          "[regress][no_worse]") {
  const Change open = change(0.98, 1.03, Verdict::unresolved);
  CHECK(none_worse(compared(same, open)).text ==
        "energy: yes, 1.000 ± 0.010 times as much (measured)\n"
        "time: inconclusive, 1.005 ± 0.025 times as much (measured); some 60 pairs of windows "
        "more than its 40 would tell");
  Change both = open;
  both.more_pairs = 0;
  CHECK(none_worse(compared(same, both)).text.ends_with("; the interval allows for both"));
}

TEST_CASE("drift hits variants in turns alike, and modelled watts do not", "[regress][no_worse]") {
  Comparison comparison = compared(same, same);
  comparison.entries[0].samples.outcome = Outcome::unstable;
  comparison.entries[1].samples.outcome = Outcome::few_windows;
  CHECK(none_worse(comparison).claim == ClaimOutcome::holds);
  comparison.entries[1].energy.provenance = Provenance::modelled;
  CHECK(none_worse(comparison).claim == ClaimOutcome::inconclusive);
  CHECK(none_worse(comparison, {.accepted = {Provenance::modelled}}).claim == ClaimOutcome::holds);
}

TEST_CASE("each of several variants has its lines, and one that is worse is enough",
          "[regress][no_worse]") {
  Comparison comparison = compared(change(1.5, 1.6, Verdict::worse), same);
  comparison.entries.push_back(model("int4", 1e-3, 200e-6));
  VariantChanges other;
  other.energy = other.time = change(0.4, 0.6, Verdict::better);
  comparison.changes.push_back(other);
  const Finding finding = none_worse(comparison);
  CHECK(finding.claim == ClaimOutcome::fails);
  CHECK(finding.text ==
        "int8:\n"
        "energy: no, 1.55 ± 0.05 times as much (measured)\n"
        "time: yes, 1.000 ± 0.010 times as much (measured)\n"
        "int4:\n"
        "energy: yes, 0.50 ± 0.10 times as much (measured)\n"
        "time: yes, 0.50 ± 0.10 times as much (measured)");
}

TEST_CASE("a tolerance says what is claimed", "[regress][no_worse]") {
  CHECK(claim_text("fp32", {.cost = 0.03}) == "is no worse than fp32, to 3 %");
  CHECK(claim_text("fp32", {.cost = 0.123456}) == "is no worse than fp32, to 12.35 %");
  CHECK(claim_text("fp32", {.cost = 0.025, .quality = 0.005}) ==
        "is no worse than fp32, to 2.5 %, and its quality to 0.5 %");
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/regress/claim.hpp"

#include <string>

#include "catch.hpp"
#include "golden/golden_entries.hpp"

using namespace perjoule;

namespace {

/// 2.5 mJ and 400 us per item, each with a 95 % half-width of .0588 of its last unit: 1.96 x .03.
Entry mlp() {
  Entry entry = golden::bare_entry("mlp");
  entry.meter = golden::rapl();
  entry.energy = golden::known(JoulesPerItem(2.5e-3), JoulesPerItem(0.03e-3));
  entry.wall_time = golden::known(SecondsPerItem(400e-6), SecondsPerItem(3e-6));
  entry.footprint.stored = exact(2_MiB);
  entry.samples.outcome = Outcome::converged;
  return entry;
}

Budget of_energy(Joules most) { return {Cost::energy, most.si()}; }
Budget of_time(Seconds most) { return {Cost::time, most.si()}; }

}  // namespace

TEST_CASE("a claim needs the whole interval", "[regress][claim]") {
  const Interval<double> interval{2.0, 3.0, 0.95, IntervalMethod::student_t};
  CHECK(detail::at_most(interval, 3.0) == ClaimOutcome::holds);
  CHECK(detail::at_most(interval, 2.99) == ClaimOutcome::inconclusive);
  CHECK(detail::at_most(interval, 2.0) == ClaimOutcome::inconclusive);
  CHECK(detail::at_most(interval, 1.99) == ClaimOutcome::fails);
  CHECK(detail::at_most({}, 100.0) == ClaimOutcome::inconclusive);
}

TEST_CASE("each claim has its name", "[regress][claim]") {
  CHECK(std::string(name(ClaimOutcome::inconclusive)) == "inconclusive");
  CHECK(std::string(name(ClaimOutcome::holds)) == "holds");
  CHECK(std::string(name(ClaimOutcome::fails)) == "fails");
}

TEST_CASE("an entry stays within a budget of energy where its whole interval does",
          "[regress][budget]") {
  const Finding below = stays_within(mlp(), of_energy(2.56_mJ));
  CHECK(below.claim == ClaimOutcome::holds);
  CHECK(below.text == "yes, it takes 2.50 ± 0.06 mJ/item (measured)");
  const Finding above = stays_within(mlp(), of_energy(2.44_mJ));
  CHECK(above.claim == ClaimOutcome::fails);
  CHECK(above.text == "no, it takes 2.50 ± 0.06 mJ/item (measured)");
  for (const Joules near : {2.45_mJ, 2.5_mJ, 2.55_mJ}) {
    const Finding between = stays_within(mlp(), of_energy(near));
    CHECK(between.claim == ClaimOutcome::inconclusive);
    CHECK(between.text ==
          "inconclusive, it takes 2.50 ± 0.06 mJ/item (measured); the budget lies within its "
          "95 % interval: measure for longer");
  }
}

TEST_CASE("an entry stays within a budget of time where its whole interval does",
          "[regress][budget]") {
  CHECK(stays_within(mlp(), of_time(406_us)).claim == ClaimOutcome::holds);
  CHECK(stays_within(mlp(), of_time(394_us)).claim == ClaimOutcome::fails);
  CHECK(stays_within(mlp(), of_time(405_us)).claim == ClaimOutcome::inconclusive);
  CHECK(stays_within(mlp(), of_time(1_ms)).text == "yes, it takes 400 ± 6 µs/item (measured)");
}

TEST_CASE("bytes are counted, and one more is one too many", "[regress][budget]") {
  Entry entry = mlp();
  entry.samples.outcome = Outcome::unstable;
  CHECK(stays_within(entry, {Cost::stored, 2097152.0}).claim == ClaimOutcome::holds);
  const Finding one_more = stays_within(entry, {Cost::stored, 2097151.0});
  CHECK(one_more.claim == ClaimOutcome::fails);
  CHECK(one_more.text == "no, it takes 2.097 MB (counted), 1 B more");
  const Finding missing = stays_within(entry, {Cost::resident, 2097152.0});
  CHECK(missing.claim == ClaimOutcome::inconclusive);
  CHECK(missing.text == "inconclusive, the weights' size in memory is missing");
}

TEST_CASE("the peak of a pass and active energy have budgets, too", "[regress][budget]") {
  Entry entry = mlp();
  CHECK(stays_within(entry, {Cost::peak, 4096.0}).text ==
        "inconclusive, the peak of a pass is missing");
  entry.heap.peak = exact(Bytes(4096.0));
  CHECK(stays_within(entry, {Cost::peak, 4096.0}).claim == ClaimOutcome::holds);
  CHECK(stays_within(entry, {Cost::peak, 4095.0}).text ==
        "no, it takes 4.096 kB (counted), 1 B more");
  entry.heap.peak.provenance = Provenance::estimated;  // from what the kernel says
  CHECK(stays_within(entry, {Cost::peak, 4096.0}).text.find("(estimated)") != std::string::npos);
  entry.active_energy = entry.energy;
  const double most = 2.0 * entry.energy.value.si();
  CHECK(stays_within(entry, {Cost::active_energy, most}).claim == ClaimOutcome::holds);
  entry.active_energy = {};
  CHECK(stays_within(entry, {Cost::active_energy, most}).claim == ClaimOutcome::inconclusive);
}

TEST_CASE("modelled and simulated energy shows nothing unless that is accepted",
          "[regress][budget]") {
  Entry entry = golden::int8();  // 2 mJ, within a factor of 3
  Budget budget = of_energy(7_mJ);
  const Finding refused = stays_within(entry, budget);
  CHECK(refused.claim == ClaimOutcome::inconclusive);
  CHECK(refused.text.starts_with(
      "inconclusive, it takes 2.0 [0.7, 6.0] mJ/item (modelled); energy is modelled, and shows "
      "nothing unless that is accepted"));
  budget.accepted.provenance = Provenance::modelled;
  CHECK(stays_within(entry, budget).claim == ClaimOutcome::holds);
  CHECK(stays_within(entry, budget).text == "yes, it takes 2.0 [0.7, 6.0] mJ/item (modelled)");
  entry.energy.provenance = Provenance::simulated;
  CHECK(stays_within(entry, budget).claim == ClaimOutcome::inconclusive);
}

TEST_CASE("energy that is missing stays within no budget, and says why", "[regress][budget]") {
  Entry entry = mlp();
  entry.energy = {};
  entry.samples.why_dropped = "the counter stood still";
  for (const Provenance accepted : {Provenance::estimated, Provenance::missing}) {
    const Finding finding = stays_within(entry, {Cost::energy, 1.0, {accepted}});
    CHECK(finding.claim == ClaimOutcome::inconclusive);
    CHECK(finding.text == "inconclusive, energy is missing: the counter stood still");
  }
}

TEST_CASE("few windows, and numbers that changed meanwhile, show nothing unless accepted",
          "[regress][budget]") {
  Entry entry = mlp();
  for (const Budget& wide : {of_energy(1_J), of_time(1_s)}) {
    entry.samples.outcome = Outcome::few_windows;
    CHECK(stays_within(entry, wide).claim == ClaimOutcome::inconclusive);
    Budget accepting = wide;
    accepting.accepted.few_windows = true;
    CHECK(stays_within(entry, accepting).claim == ClaimOutcome::holds);
    entry.samples.outcome = Outcome::unstable;
    CHECK(stays_within(entry, accepting).claim == ClaimOutcome::inconclusive);
    accepting.accepted.unstable = true;
    CHECK(stays_within(entry, accepting).claim == ClaimOutcome::holds);
    entry.samples.outcome = Outcome::timeout;  // the interval is as wide as it is
    CHECK(stays_within(entry, wide).claim == ClaimOutcome::holds);
  }
}

TEST_CASE("few windows and drift are said once", "[regress][budget]") {
  Entry entry = mlp();
  entry.samples.outcome = Outcome::few_windows;
  CHECK(stays_within(entry, of_energy(1_J)).text ==
        "inconclusive, it takes 2.50 ± 0.06 mJ/item (measured); there are fewer than 12 windows: "
        "measure for longer, or accept that");
  entry.samples.outcome = Outcome::unstable;
  CHECK(stays_within(entry, of_energy(1_J)).text ==
        "inconclusive, it takes 2.50 ± 0.06 mJ/item (measured); time or energy changed meanwhile: "
        "let the machine settle, and measure again");
}

TEST_CASE("what a reader must know stands below a budget that was missed", "[regress][budget]") {
  Entry entry = mlp();
  entry.build.optimized = false;
  CHECK(stays_within(entry, of_energy(1_mJ)).text ==
        "no, it takes 2.50 ± 0.06 mJ/item (measured)\n"
        "mlp: compiled without optimisation: add -O2");
  CHECK(stays_within(entry, of_energy(3_mJ)).text ==
        "yes, it takes 2.50 ± 0.06 mJ/item (measured)");
}

TEST_CASE("a budget without a limit allows nothing", "[regress][budget]") {
  CHECK(Budget{}.limit == 0.0);
}

TEST_CASE("a budget says what is claimed", "[regress][budget]") {
  CHECK(claim_text(of_energy(2.5_mJ)) == "stays within 2.5 mJ/item");
  CHECK(claim_text(of_time(3_ms)) == "stays within 3 ms/item");
  CHECK(claim_text({Cost::stored, (2_MiB).si()}) == "is stored within 2.097 MB");
  CHECK(claim_text({Cost::resident, (400_kB).si()}) == "is resident within 400 kB");
  CHECK(claim_text({Cost::peak, (400_kB).si()}) == "peaks within 400 kB");
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/measure/entry_candidate_set.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/score/rank_uncertainty.hpp"

using namespace perjoule;

namespace {

template <class Metric>
void judge_by(Entry& entry, Metric metric, const std::vector<int>& outputs,
              const std::vector<int>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) metric.add(outputs[i], labels[i]);
  entry.inputs = labels.size();
  entry.quality.push_back(metric.result());
  entry.quality[0].columns = metric.per_item().size() / labels.size();
  const auto kept = metric.per_item();
  entry.per_item.insert(entry.per_item.end(), kept.begin(), kept.end());
}

/// Right on the items from `first` on, out of 200.
Entry entry_of(const char* name, int first, double joules, PerItem keep = PerItem::keep) {
  Entry entry;
  entry.plan.name = name;
  std::vector<int> outputs(200);
  for (int i = 0; i < 200; ++i) outputs[static_cast<std::size_t>(i)] = i >= first ? i % 2 : 2;
  std::vector<int> labels(200);
  for (int i = 0; i < 200; ++i) labels[static_cast<std::size_t>(i)] = i % 2;
  judge_by(entry, Accuracy(1, keep), outputs, labels);
  entry.energy = {JoulesPerItem(joules), JoulesPerItem(0.01 * joules), 9.0, JoulesPerItem(0.0),
                  Provenance::measured};
  entry.meter.scope = Scope::package;
  entry.footprint.stored = exact(Bytes(1000.0 * joules));
  return entry;
}

std::string complaint_of(const Entries& entries) {
  return complaint([&] { (void)EntryCandidateSet(entries); });
}

}  // namespace

TEST_CASE("entries become candidates by a quality and what it costs", "[measure][entry_field]") {
  const Entry small = entry_of("small", 40, 1.0);
  const Entry large = entry_of("large", 20, 3.0);
  const EntryCandidateSet both({small, large}, {Cost::energy, Cost::stored});
  const CandidateSet& field = both.candidate_set();
  REQUIRE(field.size() == 2);
  CHECK(field.axes()[0].name == "accuracy");
  CHECK(field.axes()[1].name == "energy");
  CHECK(field.axes()[2].name == "the files' size");
  CHECK(field.candidates()[1].name == "large");
  CHECK(field.candidates()[1].coordinates[0].value.value == 0.9);
  CHECK(field.candidates()[1].coordinates[1].value.value == 3.0);
  CHECK(field.candidates()[1].coordinates[2].value.value == 3000.0);
  // .8 surely reaches .7, and .9 is surely above .8.
  CHECK(cheapest(with_quality_floor(field, 0, 0.7), 1).candidate == 0);
  CHECK(with_quality_floor(field, 0, 0.85).candidates()[0].name == "large");
}

TEST_CASE("qualities of the same items are drawn together", "[measure][entry_field]") {
  // b is right wherever a is, and on four more items: it is never behind, though each accuracy on
  // its own is known only to .02.
  const Entry a = entry_of("a", 20, 1.0);
  const Entry b = entry_of("b", 16, 3.0);
  const EntryCandidateSet together({a, b});
  const auto places = rank_ranges(JointDraws(together.candidate_set(), 1), 0);
  CHECK(places[1].worst <= 2);
  CHECK(places[1].high == 1);
  // If one did not keep its items, it is not known whether they were the same.
  const Entry alone = entry_of("b", 16, 3.0, PerItem::drop);
  const EntryCandidateSet apart({a, alone});
  CHECK(rank_ranges(JointDraws(apart.candidate_set(), 1), 0)[1].high == 2);
}

TEST_CASE("a model without an energy is left out, and others ranked", "[measure][entry_field]") {
  Entry unmetered = entry_of("unmetered", 0, 1.0);
  unmetered.energy = {};
  const Entry small = entry_of("small", 40, 1.0);
  const EntryCandidateSet field({unmetered, small});
  REQUIRE(field.candidate_set().size() == 1);
  CHECK(field.candidate_set().excluded()[0].name == "unmetered");
  CHECK(field.candidate_set().excluded()[0].reason == "energy is missing");
}

TEST_CASE("entries of different kinds do not stand beside each other", "[measure][entry_field]") {
  const Entry small = entry_of("small", 40, 1.0);
  Entry other = entry_of("other", 20, 1.0);
  SECTION("another scope") {
    other.meter.scope = Scope::psys;
    CHECK(complaint_of({small, other}).find("different kinds") != std::string::npos);
  }
  SECTION("a modelled energy") {
    other.energy.provenance = Provenance::modelled;
    CHECK(complaint_of({small, other}).find("different kinds") != std::string::npos);
    // Their bytes can be compared.
    CHECK(EntryCandidateSet({small, other}, {Cost::stored}).candidate_set().size() == 2);
  }
  SECTION("another metric") {
    Entry top2 = entry_of("other", 20, 1.0);
    top2.quality[0].metric = "top-2-accuracy";
    CHECK(complaint_of({small, top2}).find("two metrics") != std::string::npos);
  }
  SECTION("no metric") {
    Entry none;
    none.plan.name = "none";
    CHECK(complaint_of({none, small}).find("without a quality") != std::string::npos);
  }
}

TEST_CASE("entries of one meter share its gain, but for what differs between workloads",
          "[measure][entry_field]") {
  Entry small = entry_of("small", 40, 1.0);
  Entry large = entry_of("large", 20, 1.1);
  for (Entry* const entry : {&small, &large}) {
    entry->samples.gain = {0.05, 0.01};
    const double value = entry->energy.value.si();
    entry->energy.random = JoulesPerItem(0.002 * value);
    entry->energy.common = JoulesPerItem(0.05 * value);
  }
  const EntryCandidateSet both({small, large});
  const Estimate<double>& energy = both.candidate_set().candidates()[0].coordinates[1].value;
  CHECK(energy.random == Approx(std::hypot(0.002, 0.01)));
  CHECK(energy.common == Approx(std::sqrt(0.05 * 0.05 - 0.01 * 0.01)));
  // Nearly all of the 1 % is known from no repeats.
  CHECK(energy.dof > 1000.0);
  // Ten per cent apart: 5 % of each would leave their order open, and 1 % does not.
  CHECK(rank_ranges(JointDraws(with_quality_floor(both.candidate_set(), 0, 0.1), 1), 1)[0].high ==
        1);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/regress/observations.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"

using namespace perjoule;

namespace {

Entry entry_of(double seconds) {
  Entry entry;
  entry.plan.name = "mlp";
  entry.inputs = 10;
  entry.environment.machine.key = "a machine";
  entry.wall_time = {SecondsPerItem(seconds), SecondsPerItem(0.0), 1.0, SecondsPerItem(0.0),
                     Provenance::measured};
  return entry;
}

const Observations& named(const std::vector<Observations>& all, const std::string& metric) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Observations& of) { return of.metric == metric; });
  REQUIRE(found != all.end());
  return *found;
}

}  // namespace

TEST_CASE("an entry has each of its known numbers once", "[regress]") {
  Entry entry = entry_of(2.0);
  entry.heap.allocations = 7.0;
  entry.heap.allocated = 100.0;
  const std::vector<Observations> all = observations_of(entry);
  CHECK(all.size() == 3);  // and no energy of 0
  const Observations& time = named(all, "time");
  CHECK(time.benchmark == "mlp");
  CHECK(time.machine == "a machine");
  CHECK(time.unit == "s");
  CHECK(time.values == std::vector<double>{2.0});
  CHECK_FALSE(time.is_counted);
  CHECK(named(all, "allocations").is_counted);
  CHECK(named(all, "allocations").values == std::vector<double>{7.0});
}

TEST_CASE("each run of a command is a process", "[regress]") {
  Entry entry = entry_of(2.0);
  entry.command.runs_asked = 3;
  entry.command.runs = 2;
  entry.command.peak_memory = {10.0, 20.0};
  for (const double seconds : {1.5, 2.5}) {
    Window window;
    window.items = Items(1.0);
    window.wall = Seconds(seconds);
    entry.samples.add(window);
  }
  Quality quality;
  quality.metric = "accuracy";
  quality.value = {0.9, detail::quiet_nan(), 0.0, 0.0, Provenance::measured};  // the same each time
  entry.quality = {quality};
  const std::vector<Observations> all = observations_of(entry);
  CHECK(named(all, "time").values == std::vector<double>{1.5, 2.5});
  CHECK(named(all, "peak_memory").values == std::vector<double>{10.0, 20.0});
  CHECK(named(all, "accuracy").values == std::vector<double>{0.9, 0.9});
}

TEST_CASE("a changed test set or metric is another workload", "[regress]") {
  const Entry entry = entry_of(1.0);
  CHECK(workload_key(task_fields(entry)) == workload_key(task_fields(entry_of(2.0))));
  Entry other = entry;
  other.inputs = 11;
  CHECK(workload_key(task_fields(other)) != workload_key(task_fields(entry)));
  other = entry;
  other.plan.dataset = "digits";
  CHECK(workload_key(task_fields(other)) != workload_key(task_fields(entry)));
  other = entry;
  other.quality.emplace_back();
  CHECK(workload_key(task_fields(other)) != workload_key(task_fields(entry)));
}

TEST_CASE("processes of one benchmark are put together", "[regress]") {
  std::vector<Observations> all = observations_of(entry_of(1.0));
  add_processes(all, observations_of(entry_of(2.0)));
  REQUIRE(all.size() == 1);
  CHECK(all[0].values == std::vector<double>{1.0, 2.0});
  Entry modelled = entry_of(3.0);
  modelled.wall_time.provenance = Provenance::modelled;
  add_processes(all, observations_of(modelled));
  CHECK(all[0].provenance == Provenance::modelled);
  Entry other = entry_of(4.0);
  other.plan.name = "cnn";
  add_processes(all, observations_of(other));
  CHECK(all.size() == 2);
  other = entry_of(5.0);
  other.environment.machine.key = "another machine";
  CHECK(complaint([&] {
          add_processes(all, observations_of(other));
        }).find("machine 'a machine' and 'another machine'") != std::string::npos);
}

TEST_CASE("two qualities of one name are told apart", "[regress]") {
  Entry entry = entry_of(1.0);
  Quality quality;
  quality.metric = "accuracy";
  quality.signature = "top-k:1";
  quality.value = {0.8, 0.01, 9.0, 0.0, Provenance::measured};
  entry.quality = {quality, quality};
  entry.quality[1].signature = "top-k:5";
  entry.quality[1].value.value = 0.9;
  const std::vector<Observations> all = observations_of(entry);
  CHECK(named(all, "accuracy").values == std::vector<double>{0.8});
  CHECK(named(all, "accuracy #2").values == std::vector<double>{0.9});
}

TEST_CASE("events that were the same in each run of a command are as many values", "[regress]") {
  Entry entry = entry_of(1.0);
  entry.command.runs_asked = 3;
  CountedEvent event;
  event.event.name = "instructions";
  event.share = 1.0;
  event.per_item = {1000.0, 0.0, 2.0, 0.0, Provenance::measured};
  entry.events.events = {event};
  CHECK(named(observations_of(entry), "instructions").values ==
        std::vector<double>{1000.0, 1000.0, 1000.0});
  entry.events.events[0].per_item.random = 0.1;
  CHECK(named(observations_of(entry), "instructions").values == std::vector<double>{1000.0});
}

TEST_CASE("a metric that is called like a number of ours is told apart", "[regress]") {
  Entry entry = entry_of(2.0);
  Quality quality;
  quality.metric = "time";
  quality.value = {0.9, 0.01, 9.0, 0.0, Provenance::measured};
  entry.quality = {quality};
  const std::vector<Observations> all = observations_of(entry);
  CHECK(named(all, "time").values == std::vector<double>{2.0});
  CHECK(named(all, "time (quality)").values == std::vector<double>{0.9});
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Events of a model's passes, and the figures derived from them.
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/counters/kernel_events.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/units/quantity.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

const std::vector<int> inputs{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
const std::vector<int> labels{0, 1, 0, 1, 0, 1, 0, 1, 1, 0};

/// An event source with known counts per pass: instructions and cycles, which are counted together,
/// and misses, which are counted separately.
class EventTable {
 public:
  EventTable() {
    description_.name = "kernel";
    description_.extent = EventExtent::process;
    description_.sets = 2;
    add("instructions", EventKind::instructions, 0);
    add("cycles", EventKind::cycles, 0);
    add("LLC-load-misses", EventKind::last_level_misses, 1);
    add("branches", EventKind::other, 1);
    description_.events[3].why_missing = "not in this table";
    reading_.resize(description_.events.size());
  }

  /// Counts a pass.
  void pass() {
    if (!is_open_) return;
    reading_.counts[0] += set_ == 0 ? 3000 : 0;
    reading_.counts[1] += set_ == 0 ? 1500 : 0;
    reading_.counts[2] += set_ == 1 ? 20 : 0;
    for (std::size_t i = 4; i < reading_.counts.size(); ++i) reading_.counts[i] += 10 * i;
    for (std::size_t i = 0; i < reading_.counts.size(); ++i) {
      reading_.enabled[i] += 100;
      reading_.running[i] += 100;
    }
    passes_while_open += 1;
  }

  [[nodiscard]] const EventSourceDescription& description() const noexcept { return description_; }
  bool open(std::size_t set) noexcept {
    set_ = set;
    opened.push_back(set);
    is_open_ = set != refused;
    return is_open_;
  }
  bool read(EventReading& reading) noexcept {
    reading = reading_;
    return true;
  }
  void close() noexcept { is_open_ = false; }
  [[nodiscard]] bool is_open() const { return is_open_; }
  /// Adds events to the first set: each counts ten times its index in a pass.
  void add_others(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      add("other-" + std::to_string(description_.events.size()), EventKind::other, 0);
    }
    reading_.resize(description_.events.size());
  }
  void set_extent(EventExtent extent) { description_.extent = extent; }

  std::vector<std::size_t> opened;
  std::size_t refused = 99;  ///< a set that does not open
  std::size_t passes_while_open = 0;

 private:
  void add(const std::string& name, EventKind kind, std::size_t set) {
    Event event;
    event.name = name;
    event.kind = kind;
    event.set = set;
    description_.events.push_back(event);
  }
  EventSourceDescription description_;
  EventReading reading_;
  std::size_t set_ = 0;
  bool is_open_ = false;
};
static_assert(EventSource<EventTable>);

Entry measure_with(EventTable& events, SimulatedMachine& machine) {
  Session session{SimulatedMeter(machine)};
  const auto model = [&](const int& input) {
    machine.work(1_ms, 60_W);
    events.pass();
    return input % 2;
  };
  return session.measure({.name = "m", .budget = 5_s, .counters = events}, model, inputs,
                         accuracy(labels));
}

const CountedEvent& event_of(const Entry& entry, const std::string& name) {
  for (const CountedEvent& counted : entry.events.events) {
    if (counted.event.name == name) return counted;
  }
  throw std::runtime_error(name);
}

const DerivedMetric& figure_of(const Entry& entry, const std::string& name) {
  for (const DerivedMetric& figure : entry.derived_metrics) {
    if (figure.name == name) return figure;
  }
  throw std::runtime_error(name);
}

}  // namespace

TEST_CASE("events are those of an item, a set after the other", "[measure][counters]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  const Entry entry = measure_with(events, machine);
  keep_record("events", to_json(entry));
  CHECK(events.opened == std::vector<std::size_t>{0, 1});
  CHECK_FALSE(events.is_open());
  CHECK(event_of(entry, "instructions").per_item.value == Approx(3000.0));
  CHECK(event_of(entry, "cycles").per_item.value == Approx(1500.0));
  CHECK(event_of(entry, "LLC-load-misses").per_item.value == Approx(20.0));
  CHECK(event_of(entry, "branches").event.why_missing == "not in this table");
  CHECK_FALSE(entry.plan.counters.has_value());  // the source was borrowed
}

TEST_CASE("a hundred events are counted, each by itself", "[measure][counters]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  events.add_others(96);
  const Entry entry = measure_with(events, machine);
  REQUIRE(entry.events.events.size() == 100);
  CHECK(event_of(entry, "other-4").per_item.value == Approx(40.0));
  CHECK(event_of(entry, "other-99").per_item.value == Approx(990.0));
}

TEST_CASE("while events are counted nothing is timed", "[measure][counters]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  const Entry with = measure_with(events, machine);
  CHECK(events.passes_while_open >= 32);
  // A pass takes 1 ms and 60 mJ whether it is counted elsewhere or not.
  CHECK(with.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
  CHECK(with.energy.value.si() == Approx(60e-3).epsilon(1e-2));
}

TEST_CASE("figures follow from events, energy and time", "[measure][counters]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  const Entry entry = measure_with(events, machine);
  CHECK(figure_of(entry, "instructions_per_cycle").value.value == Approx(2.0));
  CHECK(figure_of(entry, "joules_per_instruction").value.value ==
        Approx(entry.energy.value.si() / 3000.0));
  CHECK(figure_of(entry, "joules_per_instruction").value.provenance == Provenance::simulated);
  // 20 lines, of 64 B on most processors.
  CHECK(figure_of(entry, "moved_b_per_item").value.value ==
        Approx(20.0 * detail::cache_line_size()));
  CHECK(figure_of(entry, "moved_b_per_item").value.provenance == Provenance::estimated);
  CHECK_THROWS(figure_of(entry, "flop_per_second"));  // that event was not requested
}

TEST_CASE("a byte that is moved buys quality", "[measure][counters]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  const Entry entry = measure_with(events, machine);
  // 8 of 10 right where 5 are by chance: a skill of 0.6, over 20 lines.
  for (const Score& score : entry.scores) {
    if (std::string(score.name) != "quality_per_moved_byte") continue;
    CHECK(score.value.value == Approx(0.6 / (20.0 * detail::cache_line_size())));
    CHECK(score.value.provenance == Provenance::estimated);
    return;
  }
  FAIL("no such score");
}

TEST_CASE("a set that can't be opened leaves its events missing, and the others counted",
          "[measure][counters]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  events.refused = 0;
  const Entry entry = measure_with(events, machine);
  CHECK_FALSE(event_of(entry, "instructions").per_item.is_known());
  CHECK_FALSE(event_of(entry, "instructions").event.why_missing.empty());
  CHECK(event_of(entry, "LLC-load-misses").per_item.value == Approx(20.0));
}

TEST_CASE("events are closed when the model throws", "[measure][counters]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  Session session{SimulatedMeter(machine)};
  const auto model = [&](const int& input) {
    machine.work(1_ms, 60_W);
    if (events.is_open()) throw std::runtime_error("only while it is counted");
    return input % 2;
  };
  CHECK_THROWS_AS(session.measure({.name = "m", .budget = 5_s, .counters = events}, model, inputs),
                  ForwardPassError);
  CHECK_FALSE(events.opened.empty());
  CHECK_FALSE(events.is_open());
}

TEST_CASE("a slow model has two stretches at the least, and their scatter", "[measure][counters]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  Session session{SimulatedMeter(machine)};
  int passes = 0;
  const auto model = [&](const int& input) {
    machine.work(2_s, 60_W);
    events.pass();
    if (++passes % 2 == 0) events.pass();  // so that inputs differ
    return input % 2;
  };
  const Entry entry =
      session.measure({.name = "m", .budget = 5_s, .counters = events}, model, inputs);
  const CountedEvent& instructions = event_of(entry, "instructions");
  REQUIRE(instructions.per_item.is_known());
  CHECK(instructions.per_item.random > 0.0);
}

TEST_CASE("events of one thread are not those of several callers, and no figure follows from them",
          "[measure][counters]") {
  EventTable events;
  events.set_extent(EventExtent::calling_thread);
  Session session{NoMeter()};
  const auto model = [](const int& input) { return input % 2; };
  const Entry several = session.measure(
      {.name = "m", .budget = 200_ms, .callers = 2, .counters = events}, model, inputs);
  CHECK_FALSE(event_of(several, "instructions").per_item.is_known());
  CHECK(events.opened.empty());
  SimulatedMachine machine(20_W);
  const Entry alone = measure_with(events, machine);
  CHECK(event_of(alone, "instructions").per_item.is_known());
  CHECK(alone.derived_metrics.empty());
  for (const Score& score : alone.scores) {
    const bool is_moved = score.name == std::string("quality_per_moved_byte");
    CHECK((!is_moved || !score.value.is_known()));
  }
  CHECK(markdown(event_table(alone)).find("those of the thread that calls it, alone.") !=
        std::string::npos);
}

TEST_CASE("operations of both precisions add up, unless one event counts both", "[measure]") {
  const auto counted = [](const char* name, EventKind kind, double value) {
    CountedEvent event;
    event.event.name = name;
    event.event.kind = kind;
    if (value != 0.0) event.per_item = exact(value);
    return event;
  };
  EventCounts use;
  use.events.push_back(counted("PAPI_SP_OPS", EventKind::single_operations, 300.0));
  CHECK_FALSE(
      detail::floating_point_operations(use).is_known());  // some of them are not all of them
  use.events.push_back(counted("PAPI_DP_OPS", EventKind::double_operations, 40.0));
  CHECK(detail::floating_point_operations(use).value == 340.0);
  use.events.push_back(counted("PAPI_FP_OPS", EventKind::operations, 350.0));
  CHECK(detail::floating_point_operations(use).value == 350.0);
}

TEST_CASE("a machine without hardware events leaves those missing and counts the others",
          "[measure][counters]") {
  KernelEvents events{"instructions", "page-faults", "task-clock"};
  Session session{NoMeter()};
  const Entry entry = session.measure(
      {.name = "m", .budget = 200_ms, .counters = events},
      [](const int& input) { return input % 2; }, inputs);
  const CountedEvent& instructions = event_of(entry, "instructions");
  CHECK(instructions.per_item.is_known() == instructions.event.why_missing.empty());
  CHECK(event_of(entry, "page-faults").per_item.is_known());
  CHECK(event_of(entry, "task-clock").per_item.value > 0.0);
  keep_record("kernel_events", to_json(entry));
}

TEST_CASE("variants of a comparison have their own events", "[measure][counters]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  EventTable events;
  const auto model = [&](const int& input) {
    machine.work(1_ms, 60_W);
    events.pass();
    return input % 2;
  };
  const Comparison comparison =
      session.compare({.budget = 10_s}, inputs, variant({.name = "a", .counters = events}, model),
                      variant({.name = "b"}, model));
  CHECK(event_of(comparison.entries[0], "instructions").per_item.value == Approx(3000.0));
  CHECK(comparison.entries[1].events.events.empty());
}

TEST_CASE("the table of events has a row each, and says below why one is missing", "[report]") {
  SimulatedMachine machine(20_W);
  EventTable events;
  events.refused = 1;
  const std::string table = markdown(event_table(measure_with(events, machine)));
  CHECK(table.find("| instructions ") != std::string::npos);
  CHECK(table.find("| instructions_per_cycle") != std::string::npos);
  CHECK(table.find("| per item ") != std::string::npos);
  CHECK(table.find("no branches: not in this table.") != std::string::npos);
  CHECK(table.find("no LLC-load-misses: it could not be opened for all threads") !=
        std::string::npos);
}

TEST_CASE("events that are missing for one reason are named together", "[report]") {
  Entry entry;
  const auto add = [&](const char* name, const char* why) {
    CountedEvent event;
    event.event.name = name;
    event.event.why_missing = why;
    entry.events.events.push_back(event);
  };
  add("cycles", "none here");
  add("cpu-migrations", "forbidden");
  add("page-faults", "");
  add("branches", "none here");
  const std::string table = markdown(event_table(entry, "run"));
  CHECK(table.find("| per run ") != std::string::npos);
  CHECK(table.find("- no cycles, branches: none here.\n- no cpu-migrations: forbidden.\n") !=
        std::string::npos);
  CHECK(table.find("no branches") == std::string::npos);
  CHECK(table.find("no page-faults") == std::string::npos);
}

TEST_CASE("a count that was the same each time is shown to its last digit", "[report]") {
  Entry entry;
  const auto add = [&](const char* name, double value) {
    CountedEvent event;
    event.event.name = name;
    event.per_item = exact(value);
    entry.events.events.push_back(event);
  };
  add("instructions", 10'020'026.0);
  add("page-faults", 25'744.5);
  const std::string table = markdown(event_table(entry));
  CHECK(table.find(" 10020026 |") != std::string::npos);
  CHECK(table.find(" 25740 |") != std::string::npos);  // a mean, in four digits like any number
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests what depends on the machine, with a PAPI whose events are known.
#include "fake_papi.hpp"

#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "perjoule/integrations/papi.hpp"
#include "perjoule/integrations/papi_energy.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/units/quantity.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;
using fake_papi::machine;

namespace {

static_assert(EventSource<PapiEvents>);

/// A machine that counts instructions and cycles, has a preset that nothing counts, and
/// two registers.
void put_machine() {
  machine = {};
  machine.events = {{"PAPI_TOT_INS", "", "", 0, 3000},
                    {"PAPI_TOT_CYC", "", "", 0, 1500},
                    {"PAPI_L1_DCM"},
                    {"PAPI_FP_OPS", "", "", 0, 100},
                    {"perf::CONTEXT-SWITCHES", "", "PERF_COUNT_SW_CONTEXT_SWITCHES", 0, 1},
                    {"perf::TASK-CLOCK", "", "PERF_COUNT_SW_TASK_CLOCK", 0, 1000}};
}

const Event& event_of(const PapiEvents& events, const char* name) {
  for (const Event& event : events.description().events) {
    if (event.name == name) return event;
  }
  FAIL("no event " << name);
  return events.description().events[0];
}

template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("events of PAPI that don't fit together are in sets of their own", "[papi]") {
  put_machine();
  const PapiEvents events{"PAPI_TOT_INS", "PAPI_TOT_CYC", "PAPI_FP_OPS"};
  CHECK(events.description().sets == 2);
  CHECK(event_of(events, "PAPI_TOT_CYC").set == 0);
  CHECK(event_of(events, "PAPI_FP_OPS").set == 1);
  CHECK(machine.sets_alive == 0);  // the sets that were tried are released
}

TEST_CASE("what the kernel counts is in a set of its own, with what it does itself", "[papi]") {
  put_machine();
  PapiEvents events{"PAPI_TOT_INS", "perf::CONTEXT-SWITCHES", "perf::TASK-CLOCK"};
  CHECK(events.description().sets == 2);
  const Event& switches = event_of(events, "perf::CONTEXT-SWITCHES");
  CHECK(switches.set == 1);
  CHECK_FALSE(switches.is_hardware);
  CHECK(event_of(events, "PAPI_TOT_INS").is_hardware);
  CHECK(event_of(events, "perf::TASK-CLOCK").unit == std::string("s"));
  CHECK(event_of(events, "perf::TASK-CLOCK").per_count == 1e-9);
  machine.domains.clear();
  REQUIRE(events.open(0));
  REQUIRE(events.open(1));
  REQUIRE(machine.domains.size() >= 2);
  CHECK(machine.domains.front() == PAPI_DOM_USER);
  CHECK(machine.domains.back() == PAPI_DOM_ALL);
  CHECK(machine.domain == PAPI_DOM_USER);  // the default is unchanged
}

TEST_CASE("every thread of the process is counted", "[papi]") {
  put_machine();
  PapiEvents events{"PAPI_TOT_INS"};
  CHECK(events.description().extent == EventExtent::process);
  int stop = 0;
  std::thread other([&] {
    while (__atomic_load_n(&stop, __ATOMIC_ACQUIRE) == 0) std::this_thread::yield();
  });
  machine.attached.clear();
  const bool is_open = events.open(0);
  __atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
  other.join();
  REQUIRE(is_open);
  CHECK(machine.attached.size() >= 1);  // a sanitizer may have threads of its own
  EventReading reading;
  REQUIRE(events.read(reading));
  CHECK(reading.counts[0] == 3000 * (1 + machine.attached.size()));
}

TEST_CASE("without inheritance the calling thread is counted, and the extent says so", "[papi]") {
  put_machine();
  machine.can_follow = false;
  PapiEvents events{"PAPI_TOT_INS"};
  CHECK(events.description().extent == EventExtent::calling_thread);
  CHECK(events.open(0));
  CHECK(machine.attached.empty());
}

TEST_CASE("a preset that starts and never moves is suspect, and no measured 0", "[papi]") {
  put_machine();
  PapiEvents events{"PAPI_TOT_INS", "PAPI_L1_DCM"};
  CHECK(event_of(events, "PAPI_L1_DCM").why_missing.empty());  // it can be added and started
  Session session{NoMeter()};
  const std::vector<int> inputs{1, 2, 3};
  const Entry entry = session.measure(
      {.name = "m", .budget = 100_ms, .counters = events},
      [](const int& input) {
        machine.work += 10;
        return input * 3;
      },
      inputs);
  CHECK(entry.events.source == "papi");
  REQUIRE(entry.events.events.size() == 2);
  CHECK(entry.events.events[0].per_item.value == Approx(10.0));
  CHECK_FALSE(entry.events.events[1].per_item.is_known());
  CHECK(markdown(event_table(entry)).find("no PAPI_L1_DCM: suspect") != std::string::npos);
  keep_record("papi_suspect", to_json(entry));
}

TEST_CASE("a name that PAPI does not have is refused before anything runs", "[papi]") {
  put_machine();
  CHECK(message_of([] {
          PapiEvents events{"PAPI_TOT_INSS"};
        }).find("PAPI has no event of that name: PAPI_TOT_INSS") != std::string::npos);
  CHECK(message_of([] { PapiEvents events{"perf::NOPE"}; }).find("perf::NOPE") !=
        std::string::npos);
}

TEST_CASE("native events of a component that is shut off are missing with PAPI's reason",
          "[papi]") {
  put_machine();
  machine.component_disabled = PAPI_ECMP;
  machine.disabled_reason = "perf_event_paranoid is 3";
  const PapiEvents events{"perf::PAGE-FAULTS"};
  CHECK(event_of(events, "perf::PAGE-FAULTS").why_missing == "perf_event_paranoid is 3");
}

TEST_CASE("energy of PAPI is that since its counter first moved", "[papi]") {
  put_machine();
  // It stands still for 50 readings, and returns all of its 9 J meanwhile.
  machine.events.push_back(
      {"rapl:::PACKAGE_ENERGY:PACKAGE0", "nJ", "", 1, 100'000, 9'000'000'000, 50});
  auto probe = open_papi_energy({"rapl:::PACKAGE_ENERGY:PACKAGE0"}, Scope::package);
  REQUIRE(probe.is_found());
  CounterMeter meter = probe.take();
  CHECK(meter.description().scope == Scope::package);
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  REQUIRE(meter.read(after));
  CHECK(after.counts[0] - before.counts[0] == 100'000);
  CHECK(after.counts[0] < 9'000'000'000U);
  CHECK(meter.description().zones[0].per_count == Joules(1e-9));
}

TEST_CASE("an energy counter of PAPI that stands still is no meter", "[papi]") {
  put_machine();
  machine.events.push_back({"rapl:::DRAM_ENERGY:PACKAGE0", "nJ", "", 1, 0, 9'000'000'000});
  const auto probe = open_papi_energy({"rapl:::DRAM_ENERGY:PACKAGE0"}, Scope::package);
  CHECK(probe.state() == ProbeState::broken);
  CHECK(probe.reason().find("do not move") != std::string_view::npos);
  CHECK(machine.sets_alive == 0);
}

TEST_CASE("energy counters of PAPI are as many as one names", "[papi]") {
  put_machine();
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) {
    names.push_back("rapl:::PACKAGE_ENERGY:PACKAGE" + std::to_string(i));
    machine.events.push_back({names.back().c_str(), "nJ", "", 1, 1});
  }
  auto probe = open_papi_energy(View<std::string>(names), Scope::package);
  REQUIRE(probe.is_found());
  CHECK(probe.take().description().zones.size() == 20U);
}

TEST_CASE("a coarse counter of energy is as coarse as its unit", "[papi]") {
  put_machine();
  machine.events.push_back({"rapl:::PACKAGE_ENERGY:PACKAGE0", "mJ", "", 1, 7});
  auto probe = open_papi_energy({"rapl:::PACKAGE_ENERGY:PACKAGE0"}, Scope::package);
  REQUIRE(probe.is_found());
  CHECK(probe.take().description().zones[0].resolution == Joules(1e-3));
}

TEST_CASE("what is no energy, or not there, is no meter of PAPI's", "[papi]") {
  put_machine();
  machine.events.push_back({"rapl:::POWER", "mW", "", 1, 1});
  CHECK(open_papi_energy({"rapl:::POWER"}, Scope::package).reason().find("no energy") !=
        std::string_view::npos);
  CHECK(open_papi_energy({"rapl:::NONE"}, Scope::package).state() == ProbeState::absent);
  CHECK(machine.sets_alive == 0);
}

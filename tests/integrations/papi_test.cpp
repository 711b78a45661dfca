// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests with the real libpapi, on any machine.
#include "perjoule/integrations/papi.hpp"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/counters/kernel_events.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/units/quantity.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

/// Touches each page of fresh memory once.
void touch(std::size_t bytes) {
  void* const room =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(room, bytes, MADV_NOHUGEPAGE);
  for (std::size_t at = 0; at < bytes; at += 4096) static_cast<volatile char*>(room)[at] = 1;
  munmap(room, bytes);
}

bool counts_software() {
  const PapiEvents events{"perf::PAGE-FAULTS"};
  const bool does = events.description().events[0].why_missing.empty();
  if (!does) WARN("skipped: " << events.description().events[0].why_missing.c_str());
  return does;
}

}  // namespace

TEST_CASE("PAPI and the kernel count as many page faults and context switches", "[papi]") {
  if (!counts_software()) return;
  PapiEvents papi{"perf::PAGE-FAULTS", "perf::CONTEXT-SWITCHES"};
  KernelEvents kernel{"page-faults", "context-switches"};
  REQUIRE(papi.open(0));
  REQUIRE(kernel.open(0));
  EventReading readings[4];
  for (EventReading& reading : readings) {  // the first readings touch the reader's stack
    REQUIRE(papi.read(reading));
    REQUIRE(kernel.read(reading));
  }
  REQUIRE(papi.read(readings[0]));
  REQUIRE(kernel.read(readings[1]));
  touch(std::size_t{64} << 20U);
  const timespec nap{0, 1'000'000};
  for (int i = 0; i < 20; ++i) nanosleep(&nap, nullptr);
  REQUIRE(kernel.read(readings[2]));
  REQUIRE(papi.read(readings[3]));
  const auto of_papi = [&](int i) { return readings[3].counts[i] - readings[0].counts[i]; };
  const auto of_kernel = [&](int i) { return readings[2].counts[i] - readings[1].counts[i]; };
  CHECK(of_papi(0) == 16'384);
  CHECK(of_kernel(0) == 16'384);
  // Another program may run between the readings of the two.
  CHECK(of_kernel(1) >= 20);
  CHECK(of_papi(1) >= of_kernel(1));
  CHECK(of_papi(1) <= of_kernel(1) + 2);
}

TEST_CASE("each of PAPI's hardware events is counted, or missing with a reason", "[papi]") {
  const std::string names[] = {"PAPI_TOT_INS", "PAPI_TOT_CYC", "PAPI_L1_DCM", "PAPI_L2_TCM",
                               "PAPI_L3_TCM",  "PAPI_BR_MSP",  "PAPI_TLB_DM", "PAPI_FP_OPS",
                               "PAPI_SP_OPS",  "PAPI_DP_OPS",  "PAPI_VEC_SP", "PAPI_LD_INS"};
  PapiEvents events{View<std::string>(names)};
  Session session{NoMeter()};
  const std::vector<int> inputs{1, 2, 3};
  const Entry entry = session.measure(
      {.name = "m", .budget = 200_ms, .counters = events},
      [](const int& input) { return input * 3; }, inputs);
  keep_record("papi", to_json(entry));
  REQUIRE(entry.events.events.size() == 12);
  for (const CountedEvent& counted : entry.events.events) {
    INFO(counted.event.name.c_str());
    CHECK(counted.per_item.is_known() == counted.event.why_missing.empty());
    if (counted.per_item.is_known()) CHECK(counted.per_item.value > 0.0);
  }
}

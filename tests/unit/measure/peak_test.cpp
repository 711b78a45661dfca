// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The peak of a pass in a program without the allocator's hook.
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

constexpr std::size_t size = std::size_t{32} << 20U;

int pass(const int& input) {
  void* const room = std::malloc(size);
  std::memset(room, input, size);
  do_not_optimize(room);
  std::free(room);
  return input;
}

Entry measured(bool watch_resident_peak) {
  Session session{NoMeter()};
  const std::vector<int> inputs{1, 2};
  return session.measure(
      {.name = "wide", .budget = 200_ms, .watch_resident_peak = watch_resident_peak}, pass, inputs);
}

}  // namespace

TEST_CASE("without the hook the peak is missing, unless the resident set may be watched",
          "[measure]") {
  const Entry entry = measured(false);
  CHECK_FALSE(entry.heap.peak.is_known());
  CHECK(entry.heap.source == HeapSource::none);
  CHECK(std::string(entry.heap.why_missing).find("heap_hook.hpp") != std::string::npos);
}

TEST_CASE("the resident set grows by what a pass touches", "[measure]") {
  const bool works = detail::ResidentPeak().is_working();
  const Entry entry = measured(true);
  keep_record("resident_peak", to_json(entry));
  CHECK(entry.heap.peak.is_known() == works);
  if (!works) {
    WARN("skipped: the resident set can't be watched here");
    CHECK_FALSE(std::string(entry.heap.why_missing).empty());
    return;
  }
  CHECK(entry.heap.source == HeapSource::resident_set);
  CHECK(entry.heap.passes >= 1);
  const auto within = interval(entry.heap.peak);
  CHECK(within.low.si() <= static_cast<double>(size));
  CHECK(within.high.si() >= static_cast<double>(size));
  CHECK(entry.heap.peak.value.si() > 0.9 * static_cast<double>(size));
  CHECK_FALSE(is_finite(entry.heap.allocations));  // allocations were not counted
  CHECK(markdown(entry).find("wide: the peak of a pass is how far the resident set grows.") !=
        std::string::npos);
}

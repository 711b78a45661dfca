// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/counters/event_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/counters/event_counting.hpp"

using namespace perjoule;

namespace {

Event event(bool is_hardware, double per_count = 1.0) {
  Event made;
  made.name = "instructions";
  made.is_hardware = is_hardware;
  made.per_count = per_count;
  return made;
}

EventReading reading(std::uint64_t count, std::uint64_t enabled = 0, std::uint64_t running = 0) {
  EventReading made;
  made.resize(1);
  made.counts[0] = count;
  made.enabled[0] = enabled;
  made.running[0] = running;
  return made;
}

/// A stretch that begins at a reading, where a reading costs this many counts.
detail::EventBaseline begins(const EventReading& at, double cost = 0.0) {
  detail::EventBaseline beginning;
  beginning.at = at;
  beginning.cost = {cost};
  return beginning;
}

CountedEvent counted(const Event& of, const std::vector<double>& per_item, double share = 1.0,
                     double items = 10.0) {
  return detail::counted_event(of, per_item, share, items);
}

}  // namespace

TEST_CASE("a hardware event that had a register all of the time is what was counted",
          "[counters]") {
  const auto found =
      detail::scaled_count(event(true), begins(reading(1000, 50, 50)), reading(1700, 150, 150), 0);
  CHECK(found.count == 700.0);
  CHECK(found.share == 1.0);
}

TEST_CASE("a hardware event that shared its register is scaled up to all of the time",
          "[counters]") {
  // 300 in 25 of 100 ns: 1200, by the rule of perf_event_open(2).
  const auto found =
      detail::scaled_count(event(true), begins(reading(1000, 50, 50)), reading(1300, 150, 75), 0);
  CHECK(found.count == 1200.0);
  CHECK(found.share == 0.25);
}

TEST_CASE("a hardware event that never had a register has no count", "[counters]") {
  CHECK_FALSE(is_finite(
      detail::scaled_count(event(true), begins(reading(0, 50, 0)), reading(0, 150, 0), 0).count));
  CHECK_FALSE(is_finite(
      detail::scaled_count(event(true), begins(reading(0, 50, 50)), reading(0, 50, 50), 0).count));
}

TEST_CASE("what the kernel counts needs no register and has its unit", "[counters]") {
  const auto found =
      detail::scaled_count(event(false, 1e-9), begins(reading(500)), reading(2500), 0);
  CHECK(found.count == Approx(2e-6));
  CHECK(found.share == 1.0);
}

TEST_CASE("what reading costs is not in what comes next", "[counters]") {
  // Each reading takes 40 instructions, and no page fault.
  struct Reader {
    EventSourceDescription own;
    std::uint64_t instructions = 1000;
    [[nodiscard]] const EventSourceDescription& description() const noexcept { return own; }
    bool open(std::size_t) noexcept { return true; }
    bool read(EventReading& next) noexcept {
      instructions += 40;
      for (std::vector<std::uint64_t>* const numbers :
           {&next.counts, &next.enabled, &next.running}) {
        (*numbers)[0] = instructions;
      }
      next.counts[1] = 7;
      return true;
    }
    void close() noexcept {}
  } reader;
  reader.own.events.push_back(event(true));
  reader.own.events.push_back(event(false));
  detail::EventBaseline before(reader.own);
  EventReading after(reader.own);
  const std::uint64_t* const place = before.at.counts.data();
  REQUIRE(detail::read_event_baseline(reader, before));
  CHECK(before.cost[0] == 40.0);
  CHECK(before.cost[1] == 0.0);
  CHECK(before.at.counts.data() == place);  // nothing was allocated
  reader.instructions += 300;
  REQUIRE(reader.read(after));
  CHECK(detail::scaled_count(event(true), before, after, 0).count == Approx(300.0).margin(1e-9));
}

TEST_CASE("of few events less than none may be left, so that their mean is not too large",
          "[counters]") {
  // One miss belongs to the stretch, and two to the readings that measured the cost of a reading.
  const auto found =
      detail::scaled_count(event(true), begins(reading(100, 1, 1), 2.0), reading(101, 2, 2), 0);
  CHECK(found.count == -1.0);
}

TEST_CASE("a count that went back is no count", "[counters]") {
  CHECK_FALSE(
      is_finite(detail::scaled_count(event(false), begins(reading(5)), reading(4), 0).count));
}

TEST_CASE("equal counts in each stretch are exact", "[counters]") {
  const CountedEvent found = counted(event(true), {256.0, 256.0, 256.0});
  CHECK(found.per_item.value == 256.0);
  CHECK(found.per_item.random == 0.0);
  CHECK(found.per_item.common == 0.0);
  CHECK(found.per_item.provenance == Provenance::measured);
}

TEST_CASE("the scatter between stretches is the error of an event", "[counters]") {
  // Mean 12, standard deviation 2, of four: 2 / sqrt(4) = 1.
  const CountedEvent found =
      counted(event(true), {10.0, 14.0, 12.0 - 1.4142135623730951, 12.0 + 1.4142135623730951});
  CHECK(found.per_item.value == Approx(12.0));
  CHECK(found.per_item.random >= Approx(1.0));
}

TEST_CASE("none of a rare event is no rate of exactly 0", "[counters]") {
  // One more in each of four stretches of ten items: 0.1 / sqrt(4).
  const CountedEvent found = counted(event(false), {0.0, 0.0, 0.0, 0.0});
  CHECK(found.per_item.value == 0.0);
  CHECK(found.per_item.random == Approx(0.05));
  CHECK(found.per_item.provenance == Provenance::measured);
}

TEST_CASE("a hardware counter that never moves is suspect, and not a measured 0", "[counters]") {
  const CountedEvent found = counted(event(true), {0.0, 0.0, 0.0});
  CHECK_FALSE(found.per_item.is_known());
  CHECK(found.event.why_missing.find("suspect") == 0);
}

TEST_CASE("one that moved once is counted", "[counters]") {
  CHECK(counted(event(true), {0.0, 3.0, 0.0}).per_item.value == Approx(1.0));
}

TEST_CASE("an event that was scaled up is estimated, with the error of what nobody counted",
          "[counters]") {
  // A quarter is unknown, and stretches have a standard deviation of 2: 0.25 * 2 on top.
  const CountedEvent found = counted(event(true), {10.0, 12.0, 14.0}, 0.75);
  CHECK(found.per_item.provenance == Provenance::estimated);
  CHECK(found.per_item.common == Approx(0.5));
  CHECK(found.share == 0.75);
  // A single stretch does not tell how much it varies: all of it is uncertain.
  CHECK(counted(event(true), {10.0}, 0.75).per_item.common == Approx(2.5));
}

TEST_CASE("stretches without a register are left out, and all of them is a reason", "[counters]") {
  const double none = detail::quiet_nan();
  CHECK(counted(event(true), {none, 4.0, none}).per_item.value == 4.0);
  const CountedEvent found = counted(event(true), {none, none});
  CHECK_FALSE(found.per_item.is_known());
  CHECK(found.event.why_missing.find("never had a register") != std::string_view::npos);
}

TEST_CASE("an event that can't be counted keeps its reason", "[counters]") {
  Event missing = event(true);
  missing.why_missing = "not here";
  const CountedEvent found = counted(missing, {});
  CHECK_FALSE(found.per_item.is_known());
  CHECK(found.event.why_missing == "not here");
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/system_load.hpp"

#include <cstddef>
#include <cstdint>

#include "catch.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

void add(Slices& pieces, Seconds cpu, std::size_t passes, std::uint64_t interruptions) {
  detail::add_slice(pieces, cpu + static_cast<double>(interruptions) * 4_ms,
                    {interruptions, 0, cpu}, passes);
}

}  // namespace

TEST_CASE("pieces that were left alone add up as they are", "[engine]") {
  Slices pieces;
  add(pieces, 1_ms, 10, 0);
  add(pieces, 1.2_ms, 11, 0);
  CHECK(pieces.all == 2);
  CHECK(pieces.interrupted == 0);
  CHECK(pieces.clean.si() == Approx(2.2e-3));
  CHECK(pieces.clean_items == Items(21.0));
}

TEST_CASE("an interrupted piece is counted and left out", "[engine]") {
  Slices pieces;
  add(pieces, 1_ms, 10, 0);
  add(pieces, 1_ms, 10, 2);
  CHECK(pieces.all == 2);
  CHECK(pieces.interrupted == 1);
  CHECK(pieces.clean.si() == Approx(1e-3));
  CHECK(pieces.clean_items == Items(10.0));
}

TEST_CASE("a piece that waited for nothing and lacked the CPU was interrupted", "[engine]") {
  // A hypervisor took it for 1 ms of 3.
  Slices pieces;
  detail::add_slice(pieces, 3_ms, {0, 0, 2_ms}, 10);
  CHECK(pieces.interrupted == 1);
  CHECK(pieces.usage.preemptions == 1);
  CHECK(pieces.clean_items == Items(0.0));
  // Waiting is the model's own time, and a hundredth is the timer's.
  detail::add_slice(pieces, 3_ms, {0, 1, 2_ms}, 10);
  detail::add_slice(pieces, 2_ms, {0, 0, 1.98_ms}, 10);
  CHECK(pieces.interrupted == 1);
  CHECK(pieces.usage.preemptions == 1);
  // Unknown values count as no interruption.
  detail::add_slice(pieces, 2_ms, {0, 0, 0_s}, 10);
  CHECK(pieces.interrupted == 1);
}

TEST_CASE("a piece stands for those of its length that were interrupted", "[engine]") {
  Slices pieces;
  add(pieces, 1_ms, 10, 0);
  add(pieces, 1_ms, 10, 1);
  // One interruption in 4 ms of CPU time: exp(2/4) = 1.648721.
  add(pieces, 2_ms, 10, 0);
  CHECK(pieces.clean_items.si() == Approx(10.0 + 16.48721));
  CHECK(pieces.clean.si() == Approx(1e-3 + 2e-3 * 1.648721));
  // However long it is, it counts for twenty at most.
  add(pieces, 1_ms, 10, 100);
  const Items before = pieces.clean_items;
  add(pieces, 1_s, 1, 0);
  CHECK((pieces.clean_items - before).si() == Approx(20.0855));
}

TEST_CASE("pieces of a CPU that slowed down are left out", "[engine]") {
  Slices pieces;
  add(pieces, 1_ms, 10, 0);
  const Slices earlier = pieces;
  add(pieces, 3_ms, 10, 0);
  add(pieces, 1_ms, 10, 1);
  detail::exclude_since(pieces, earlier);
  CHECK(pieces.all == 3);
  CHECK(pieces.interrupted == 2);
  CHECK(pieces.clean == earlier.clean);
  CHECK(pieces.clean_items == earlier.clean_items);
}

TEST_CASE("the mean of pieces of two lengths is right though long ones are rarely left alone",
          "[engine][simulation]") {
  // Passes of 1 and 9 ms, 5 ms in the mean; interruptions 100 times a second, so that 90 % of the
  // short and 41 % of the long ones are left alone: 3.5 ms as they are.
  Random random(1);
  Slices pieces;
  double as_they_are = 0.0;
  double left_alone = 0.0;
  double next = 0.0;  // CPU time until the next interruption
  for (int i = 0; i < 200'000; ++i) {
    const Seconds taken = random.uniform() < 0.5 ? 1_ms : 9_ms;
    std::uint64_t interruptions = 0;
    for (next -= taken.si(); next < 0.0; ++interruptions) {
      next += -std::log(1.0 - random.uniform()) / 100.0;
    }
    add(pieces, taken, 1, interruptions);
    if (interruptions != 0) continue;
    as_they_are += taken.si();
    left_alone += 1.0;
  }
  CHECK(as_they_are / left_alone == Approx(0.0035).epsilon(0.02));
  CHECK(pieces.clean.si() / pieces.clean_items.si() == Approx(0.005).epsilon(0.01));
}

TEST_CASE("a thread knows what CPU time it had", "[engine]") {
  const ThreadUsage before = detail::thread_usage();
  const Instant start = SystemClock::process_cpu();
  while (SystemClock::process_cpu() - start < 20_ms) {
  }
  const ThreadUsage after = detail::thread_usage();
  CHECK((after.cpu - before.cpu).si() >= 0.019);
  CHECK(after.preemptions >= before.preemptions);
  SystemClock::wait(50_ms);
  const ThreadUsage slept = detail::thread_usage() - after;
  CHECK(slept.voluntary_switches >= 1);
  CHECK(slept.cpu < 25_ms);  // what an emulator on a busy machine takes for itself is less
}

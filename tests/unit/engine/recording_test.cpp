// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/recording.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "perjoule/engine/region_scope.hpp"
#include "perjoule/meters/meter.hpp"

using namespace perjoule;

namespace {

constexpr std::size_t many = 300;

/// Runs something in many threads, none of which ends before all have done it.
template <class Work>
void in_many_threads(Work work) {
  std::atomic<std::size_t> done = 0;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < many; ++i) {
    threads.emplace_back([&] {
      work();
      ++done;
      while (done != many) std::this_thread::yield();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("each thread has a record of its own and finds it again",
          "[engine][recording][threads]") {
  detail::ThreadTable table(2);
  std::mutex mutex;
  std::set<const detail::ThreadRecord*> records;
  std::size_t lost = 0;
  in_many_threads([&] {
    const detail::ThreadRecord* const own = &table.own_record();
    const std::lock_guard<std::mutex> lock(mutex);
    records.insert(own);
    if (&table.own_record() != own) ++lost;
  });
  CHECK(records.size() == many);
  CHECK(lost == 0);
  std::set<const detail::ThreadRecord*> visited;
  table.for_each([&](const detail::ThreadRecord& record) {
    if (record.owner != 0) visited.insert(&record);
  });
  CHECK(visited == records);
}

TEST_CASE("a recording counts the threads that were in a region", "[engine][recording][threads]") {
  AnyMeter meter = NoMeter();
  detail::Recording recording(meter, {}, 1);
  const std::size_t all = recording.region("all");
  const std::size_t none = recording.region("none");
  in_many_threads([&] { const detail::RegionScope in(recording, all); });
  CHECK(recording.totals(all).threads == many);
  CHECK(recording.totals(all).timed == many);
  CHECK(recording.totals(none).threads == 0);
  CHECK(recording.regions() == 2);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/integrations/heap_hook.hpp"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/memory/loaded_bytes.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/units/quantity.hpp"
#include "sanitized.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

const std::vector<int> inputs{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

/// Keeps a result from the optimiser, which may remove an allocation that is never used.
void* touch(void* room, std::size_t size) {
  std::memset(room, 1, size);
  do_not_optimize(room);
  return room;
}

/// Returns what a pass uses of the allocator.
template <class Pass>
HeapUsage heap_of(const Pass& pass) {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const auto model = [&](const int& input) {
    machine.work(1_ms, 60_W);
    pass();
    return input;
  };
  return session.measure({.name = "m", .budget = 200_ms}, model, inputs).heap;
}

/// Each value may be larger by the allocator's rounding, its own header and the alignment.
void check(const HeapUsage& heap, double peak, double allocations, double allocated, double kept) {
  INFO("peak " << heap.peak.value.si() << " allocated " << heap.allocated << " kept "
               << heap.retained);
  const double rounding = 64.0 * allocations + 4096.0 * (peak >= 131072.0 ? allocations : 0.0);
  REQUIRE(heap.peak.is_known());
  CHECK(heap.peak.provenance == Provenance::measured);
  CHECK(heap.passes == inputs.size());
  CHECK(heap.peak.value.si() >= peak);
  CHECK(heap.peak.value.si() <= peak + rounding);
  CHECK(heap.allocations == allocations);
  CHECK(heap.allocated >= allocated);
  CHECK(heap.allocated <= allocated + rounding);
  CHECK(heap.retained >= kept);
  CHECK(heap.retained <= kept + (kept == 0.0 ? 0.0 : rounding));
}

constexpr std::size_t megabyte = 1'000'000;

}  // namespace

#ifdef PERJOULE_TEST_SANITIZED

TEST_CASE("under a sanitizer the heap of a pass is missing with its reason", "[heap]") {
  const HeapUsage heap = heap_of([] { free(touch(malloc(100), 100)); });
  CHECK_FALSE(heap.peak.is_known());
  CHECK(std::string(heap.why_missing) ==
        "the allocator is not counted in this program: integrations/heap_hook.hpp");
}

#else

TEST_CASE("the peak is what is there at once, and not what was asked for in all", "[heap]") {
  check(heap_of([] {
          void* const ten = touch(malloc(10 * megabyte), 10 * megabyte);
          void* const five = touch(malloc(5 * megabyte), 5 * megabyte);
          free(ten);
          free(five);
        }),
        15e6, 2, 15e6, 0);
  check(heap_of([] {
          for (int i = 0; i < 10; ++i) free(touch(malloc(megabyte), megabyte));
        }),
        1e6, 10, 10e6, 0);
  check(heap_of([] {
          std::vector<void*> all;
          for (int i = 0; i < 1000; ++i) all.push_back(touch(malloc(100), 100));
          for (void* const each : all) free(each);
          all = {};
        }),
        1000 * 104.0, 1011, 1000 * 104.0 + 2047 * 8.0, 0);
  check(heap_of([] {}), 0, 0, 0, 0);
}

TEST_CASE("memory that nobody touches counts, and a mapping of one's own does not", "[heap]") {
  check(heap_of([] {
          void* const room = malloc(64 * megabyte);
          do_not_optimize(room);
          free(room);
        }),
        64e6, 1, 64e6, 0);
  check(heap_of([] {
          void* const room =
              mmap(nullptr, megabyte, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          munmap(touch(room, megabyte), megabyte);
        }),
        0, 0, 0, 0);
}

TEST_CASE("what a pass keeps is found, and what it frees of others' is taken off", "[heap]") {
  std::vector<void*> kept;
  kept.reserve(10'000);
  check(heap_of([&] { kept.push_back(touch(malloc(1000), 1000)); }), 1000, 1, 1000, 1000);
  std::size_t frees = 0;
  const HeapUsage freed = heap_of([&] {
    if (++frees > 25) return;  // one for each pass that is judged, repeated (five) or counted
    free(kept.back());
    kept.pop_back();
  });
  CHECK(freed.peak.value == Bytes(0.0));
  CHECK(freed.allocations == 0.0);
  CHECK(freed.retained <= -1000.0);
  for (void* const each : kept) free(each);
}

TEST_CASE("every door of the allocator is counted", "[heap]") {
  check(heap_of([] { free(touch(calloc(10, 1000), 10'000)); }), 10e3, 1, 10e3, 0);
  check(heap_of([] { free(touch(aligned_alloc(64, 6400), 6400)); }), 6400, 1, 6400, 0);
  check(heap_of([] { free(touch(memalign(256, 6400), 6400)); }), 6400, 1, 6400, 0);
  check(heap_of([] {
          void* room = nullptr;
          REQUIRE(posix_memalign(&room, 128, 6400) == 0);
          free(touch(room, 6400));
        }),
        6400, 1, 6400, 0);
  check(heap_of([] { free(touch(valloc(8192), 8192)); }), 8192, 1, 8192, 0);
  check(heap_of([] { free(touch(pvalloc(8000), 8000)); }), 8192, 1, 8192, 0);
  check(heap_of([] { free(touch(reallocarray(nullptr, 10, 100), 1000)); }), 1000, 1, 1000, 0);
  check(heap_of([] { delete[] static_cast<char*>(touch(new char[5000], 5000)); }), 5000, 1, 5000,
        0);
  check(heap_of([] { free(touch(strdup("twenty-four characters.."), 24)); }), 25, 1, 25, 0);
  check(heap_of([] {
          void* const room = ::operator new(4096, std::align_val_t(64));
          ::operator delete(touch(room, 4096), std::align_val_t(64));
        }),
        4096, 1, 4096, 0);
}

TEST_CASE("a realloc is one allocation more, beside what was there while it is copied", "[heap]") {
  check(heap_of([] {
          void* room = touch(realloc(nullptr, 1000), 1000);
          void* const behind = touch(malloc(100), 100);
          room = touch(realloc(room, 3000), 3000);
          room = touch(realloc(room, 500), 500);
          free(room);
          free(behind);
        }),
        4100, 4, 4600, 0);
  check(heap_of([] {  // a mapping of its own, which the kernel moves
          mallopt(M_MMAP_THRESHOLD, 1 << 20);
          malloc_trim(0);
          void* room = touch(malloc(2 * megabyte), 2 * megabyte);
          void* const behind = touch(malloc(2 * megabyte), 2 * megabyte);
          room = touch(realloc(room, 8 * megabyte), 8 * megabyte);
          free(room);
          free(behind);
        }),
        10e6, 3, 12e6, 0);
}

TEST_CASE("an allocation that fails is none", "[heap]") {
  volatile std::size_t too_much = SIZE_MAX / 2;
  check(heap_of([&] {
          void* room = nullptr;
          CHECK(malloc(too_much) == nullptr);
          CHECK(posix_memalign(&room, 3, 100) == EINVAL);
        }),
        0, 0, 0, 0);
}

TEST_CASE("what one thread asks for and another frees is counted once", "[heap][threads]") {
  const HeapUsage heap = heap_of([] {
    void* room = nullptr;
    std::thread([&] { room = touch(malloc(megabyte), megabyte); }).join();
    std::thread([&] { free(room); }).join();
  });
  CHECK(heap.peak.value.si() > 1e6);
  CHECK(heap.peak.value.si() < 1.1e6);  // a thread has a few bytes of its own
  CHECK(heap.retained == 0.0);
}

TEST_CASE("the peak of a pass has a score, a cell and a place in the record", "[heap]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const std::vector<int> labels{0, 1, 0, 1, 0, 1, 0, 1, 1, 0};
  const auto model = [&](const int& input) {
    machine.work(1_ms, 60_W);
    free(touch(malloc(1000), 1000));
    return input % 2;
  };
  const Entry entry =
      session.measure({.name = "m", .budget = 1_s}, model, inputs, accuracy(labels));
  keep_record("heap", to_json({entry}));
  const double bytes = entry.heap.peak.value.si();
  bool is_there = false;
  for (const Score& score : entry.scores) {
    if (std::string(score.name) != "quality_per_peak_byte") continue;
    is_there = true;
    CHECK(score.value.value == Approx(entry.quality[0].skill.value / bytes));
  }
  CHECK(is_there);
  CHECK(markdown(entry, {.columns = {"peak"}}).find("| peak (kB) |") != std::string::npos);
}

TEST_CASE("a peak of some inputs says so", "[heap]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const auto model = [&](const int& input) {
    machine.work(20_ms, 60_W);
    free(touch(malloc(1000), 1000));
    return input;
  };
  const Entry entry = session.measure({.name = "m", .budget = 1_s}, model, inputs);
  CHECK(entry.heap.passes == 3);  // in a twentieth of the budget
  CHECK(markdown(entry).find("the peak is that of 3 passes") != std::string::npos);
}

TEST_CASE("what is prepared is not counted, and nothing is said of what is kept", "[heap]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const auto setup = [](const int&) { return std::vector<char>(megabyte); };
  const auto model = [&](std::vector<char>& ready) {
    machine.work(1_ms, 60_W);
    free(touch(malloc(1000), 1000));
    return static_cast<int>(ready.size());
  };
  const HeapUsage heap =
      session.measure({.name = "m", .budget = 1_s}, prepared(setup, model), inputs).heap;
  CHECK(heap.allocations == 1.0);
  CHECK(heap.peak.value.si() == Approx(1000.0).epsilon(0.05));
  CHECK_FALSE(is_finite(heap.retained));
}

TEST_CASE("who counts while another does is told so, and so is the other", "[heap]") {
  detail::HeapCounter first;
  CHECK(first.is_exclusive());
  CHECK(std::string(heap_of([] {}).why_missing) ==
        "another measurement counted the allocator at the same time");
  CHECK_FALSE(first.is_exclusive());
}

TEST_CASE("of several callers each pass is counted", "[heap][callers]") {
  Session session{NoMeter()};
  const auto model = [&](const int& input) {
    free(touch(malloc(1000), 1000));
    return input;
  };
  const HeapUsage heap =
      session.measure({.name = "m", .budget = 1_s, .callers = 2}, model, inputs).heap;
  CHECK(heap.passes == 10);
  CHECK(heap.allocations == 1.0);
  CHECK(heap.peak.value.si() >= 1000.0);
}

TEST_CASE("variants that are compared have their heaps counted, too", "[heap][compare]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const auto takes = [&](std::size_t bytes) {
    return [&machine, bytes](const int& input) {
      machine.work(1_ms, 60_W);
      free(touch(malloc(bytes), bytes));
      return input;
    };
  };
  const Comparison comparison =
      session.compare({.budget = 1_s}, inputs, variant({.name = "a"}, takes(1000)),
                      variant({.name = "b"}, takes(2000)));
  check(comparison.entries[0].heap, 1000, 1, 1000, 0);
  check(comparison.entries[1].heap, 2000, 1, 2000, 0);
}

TEST_CASE("what loading leaves on the heap is the model's size in memory", "[integration][heap]") {
  std::vector<char> kept;
  const Bytes loaded = loaded_bytes([&] {
    std::vector<char> file(1 << 20);
    touch(file.data(), file.size());
    kept.resize(300'000);
  });
  CHECK(loaded.si() >= 300'000.0);
  CHECK(loaded.si() <= 305'000.0);
  CHECK(loaded_bytes([&] { kept = {}; }).si() == 0.0);  // less than before is not given
  const auto nested = [&] { return loaded_bytes([&] { kept.resize(1000); }); };
  Bytes inner(1.0);
  CHECK(loaded_bytes([&] { inner = nested(); }).si() == 0.0);  // two count at once
  CHECK(inner.si() == 0.0);
}

#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a pass takes from the allocator: patterns with a known answer, and the answer of each way to
// measure it; then the cost of measuring for a pair of malloc and free.
#include <malloc.h>
#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/all.hpp>
#include <thread>
#include <vector>

// What a user might write instead: an operator new that counts.
namespace {
std::size_t live_by_new = 0;
std::size_t peak_by_new = 0;
}  // namespace
void* operator new(std::size_t size) {
  void* const given = std::malloc(size);
  if (given == nullptr) throw std::bad_alloc();
  live_by_new += malloc_usable_size(given);
  peak_by_new = std::max(peak_by_new, live_by_new);
  return given;
}
void operator delete(void* given) noexcept {
  if (given != nullptr) live_by_new -= malloc_usable_size(given);
  std::free(given);
}
void operator delete(void* given, std::size_t) noexcept { operator delete(given); }

namespace {

constexpr std::size_t megabyte = 1'000'000;

void* touch(void* room, std::size_t size) {
  std::memset(room, 1, size);
  perjoule::do_not_optimize(room);
  return room;
}

struct Pattern {
  const char* name;
  double truth;   ///< bytes from the allocator at the peak
  double mapped;  ///< bytes that are touched at the peak, whatever their source
  void (*run)();
};

const Pattern patterns[] = {
    {"10 MB and 5 MB at once", 15e6, 15e6,
     [] {
       void* const ten = touch(std::malloc(10 * megabyte), 10 * megabyte);
       void* const five = touch(std::malloc(5 * megabyte), 5 * megabyte);
       std::free(ten);
       std::free(five);
     }},
    {"1 MB, ten times in turn", 1e6, 1e6,
     [] {
       for (int i = 0; i < 10; ++i) std::free(touch(std::malloc(megabyte), megabyte));
     }},
    {"1,000 times 100 B", 1e5, 1e5,
     [] {
       static void* all[1000];
       for (void*& each : all) each = touch(std::malloc(100), 100);
       for (void* const each : all) std::free(each);
     }},
    {"a std::vector of 4 MB", 4e6, 4e6,
     [] {
       std::vector<char> room(4 * megabyte, 'a');
       perjoule::do_not_optimize(room.data());
     }},
    {"posix_memalign of 4 MB, as frameworks do", 4e6, 4e6,
     [] {
       void* room = nullptr;
       if (posix_memalign(&room, 64, 4 * megabyte) == 0) std::free(touch(room, 4 * megabyte));
     }},
    {"64 MB that nobody touches", 64e6, 0.0,
     [] {
       void* const room = std::malloc(64 * megabyte);
       perjoule::do_not_optimize(room);
       std::free(room);
     }},
    {"8 MB mapped without the allocator", 0.0, 8e6,
     [] {
       void* const room =
           mmap(nullptr, 8 * megabyte, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       munmap(touch(room, 8 * megabyte), 8 * megabyte);
     }},
    {"2 MB copied into 6 MB by realloc", 8e6, 8e6,
     [] {
       void* room = touch(std::malloc(2 * megabyte), 2 * megabyte);
       void* const behind = touch(std::malloc(100), 100);  // so that realloc must copy
       room = touch(std::realloc(room, 6 * megabyte), 6 * megabyte);
       std::free(room);
       std::free(behind);
     }},
    {"3 MB of one thread, freed by another", 3e6, 3e6,
     [] {
       void* room = nullptr;
       std::thread([&] { room = touch(std::malloc(3 * megabyte), 3 * megabyte); }).join();
       std::thread([&] { std::free(room); }).join();
     }},
};

/// Each pattern has run once before it is counted: what the first use of an allocator or a thread
/// retains is not part of the pattern.
void truth() {
  std::printf(
      "| pattern | truth (kB) | hook | touched (kB) | VmHWM after clear_refs | operator new | "
      "mallinfo2 behind it "
      "|\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (const Pattern& pattern : patterns) {
    pattern.run();
    double hook = 0.0;
    {
      perjoule::detail::HeapCounter counting;
      counting.start();
      pattern.run();
      counting.stop();
      hook = counting.peak();
    }
    live_by_new = peak_by_new = 0;
    pattern.run();
    const auto by_new = static_cast<double>(peak_by_new);
    perjoule::detail::ResidentPeak resident;
    resident.start();
    pattern.run();
    const auto growth = static_cast<double>(resident.growth());
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    pattern.run();
    const double info = static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd) -
                        static_cast<double>(before);
    std::printf("| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |\n", pattern.name,
                pattern.truth / 1e3, hook / 1e3, pattern.mapped / 1e3, growth / 1e3, by_new / 1e3,
                info / 1e3);
  }
}

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Measures the CPU time of a pair: the least of many tries, in turns.
void cost() {
  constexpr int pairs = 20'000;
  constexpr std::size_t size = 100;
  double library = 1.0;
  double off = 1.0;
  double on = 1.0;
  for (int attempt = 0; attempt < 200; ++attempt) {
    const auto least = [&](double& best, auto&& allocate, auto&& release) {
      const double start = seconds();
      for (int i = 0; i < pairs; ++i) {
        void* const room = allocate(size);
        perjoule::do_not_optimize(room);
        release(room);
      }
      best = std::min(best, (seconds() - start) / pairs);
    };
    least(library, __libc_malloc, __libc_free);
    least(off, std::malloc, std::free);
    perjoule::detail::HeapCounter counting;
    counting.start();
    least(on, std::malloc, std::free);
  }
  std::printf(
      "\n| a pair of malloc and free | ns | more than the library's own |\n| --- | ---: | ---: |\n"
      "| the library's own | %.1f | |\n| hook there, not counting | %.1f | %.1f |\n| counting | "
      "%.1f | %.1f |\n",
      1e9 * library, 1e9 * off, 1e9 * (off - library), 1e9 * on, 1e9 * (on - library));
}

}  // namespace

int main() {
  truth();
  cost();
}

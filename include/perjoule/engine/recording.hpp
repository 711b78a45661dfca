// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/stats/histogram.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// For timing single calls: the processor's own counter of time, at less than half the cost of the
/// kernel's clock, where that counter goes at one rate whatever the clock rate is; else the clock
/// of a meter, as always on a simulated machine.
class CycleClock {
 public:
  /// @param meter  borrowed
  explicit CycleClock(AnyMeter& meter) noexcept
      : meter_(&meter),
        is_invariant_(has_invariant_counter() &&
                      meter.description().provenance != Provenance::simulated),
        begin_(meter.now()),
        begin_ticks_(now()) {}

  /// @unit ticks
  [[nodiscard, gnu::always_inline]] std::uint64_t now() const noexcept {
    if (!is_invariant_) return static_cast<std::uint64_t>(meter_->now().ns);
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    std::uint64_t ticks = 0;
    asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return 0;
#endif
  }

  /// How long a tick is, from all the time since this clock was made: the longer, the better.
  /// @unit  s
  /// @error two readings of the meter's clock, 50 ns each, over that time
  [[nodiscard]] Seconds tick() const noexcept;

 private:
  [[nodiscard]] static bool has_invariant_counter() noexcept;

#if defined(__x86_64__)
  struct Registers {
    unsigned a, b, c, d;
  };
  [[nodiscard]] static Registers cpuid(unsigned leaf) noexcept;
#endif

  AnyMeter* meter_;
  bool is_invariant_;
  Instant begin_;
  std::uint64_t begin_ticks_;
};

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// The energy of what had a `share` of a window's time, and whose own energy nobody read: shared
/// out by time. What the machine drew meanwhile and what it drew besides may differ by up to a
/// factor of ten, either way: that of a processor at work and at rest.
/// @unit   share: of 1
/// @error  common: (1 - share) ln(10)/sqrt(3) of the value, that of a logarithm which may be
/// anywhere
///         up to the factor's; estimated at best
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] WindowEnergy attribute_by_time(const WindowEnergy& window, double share) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// As many regions can be told apart in one recording, the calls themselves among them.
inline constexpr std::size_t max_regions = 12;
/// The calls of as many threads are recorded.
inline constexpr std::size_t max_recorded_threads = 64;

namespace detail {

/// A counter that one thread writes, while others may read it.
class SingleWriterCounter {
 public:
  void add(std::uint64_t more) noexcept {
    __atomic_store_n(&count_, count_ + more, __ATOMIC_RELAXED);
  }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return __atomic_load_n(&count_, __ATOMIC_RELAXED);
  }

 private:
  std::uint64_t count_ = 0;
};

class RegionScope;

/// What one thread has seen of one region.
struct RegionRecord {
  SingleWriterCounter timed;            ///< calls
  SingleWriterCounter skipped;          ///< calls that were not timed, since only each n-th is
  SingleWriterCounter threw;            ///< calls that did not end
  SingleWriterCounter inclusive_ticks;  ///< ticks of those timed, regions within them included
  SingleWriterCounter exclusive_ticks;  ///< ticks of those, without regions within them
  std::size_t depth = 0;                ///< how often it is within itself right now
  bool is_long = false;                 ///< the last one was long enough to be read by itself
  Stopwatch* watch = nullptr;
  Histogram lengths;  ///< in ticks
};

/// What one thread has seen.
struct ThreadRecord {
  pthread_t thread;
  RegionScope* innermost;  ///< region that it is in
  RegionRecord regions[max_regions];
};

/// Times and energy of regions of a program that runs its own loop, in all of its threads. A call
/// costs two readings of the processor's counter; nothing is locked or allocated, but when the
/// meter is read: once in a tenth of a second, and round regions that are long.
class Recording {
 public:
  /// @param meter  borrowed
  /// @param files  where the machine tells what goes on beside
  /// @param every  each so many-th call of a region is timed
  Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording();

  /// The number of the region with this name, which may be new.
  /// @throws Error for more of them than there is room for
  [[nodiscard]] std::size_t region(const char* name);
  [[nodiscard]] std::size_t regions() const noexcept { return names_.size(); }
  [[nodiscard]] const char* name(std::size_t region) const noexcept {
    return names_[region].c_str();
  }

  /// Ends the window that is running, and begins the next.
  void end_window();

  /// What all threads have seen of a region.
  struct Totals {
    std::uint64_t timed = 0;
    std::uint64_t skipped = 0;
    std::uint64_t threw = 0;
    std::uint64_t inclusive_ticks = 0;  ///< @unit ticks
    std::uint64_t exclusive_ticks = 0;  ///< @unit ticks
    std::size_t threads = 0;            ///< that were in it
  };
  [[nodiscard]] Totals totals(std::size_t region) const noexcept;

  /// The calls of a region, where all but the first were long enough to be read; else the windows
  /// of the whole program, of which it has its share. Ends the one that is running.
  /// @param is_attributed  which of the two
  [[nodiscard]] Samples samples(std::size_t region, bool& is_attributed);

  /// What an empty call would seem to take.
  [[nodiscard]] Seconds cost() const noexcept { return clock_.tick() * static_cast<double>(cost_); }
  [[nodiscard]] const CycleClock& clock() const noexcept { return clock_; }
  /// Calls that were not seen at all, for want of room for their threads.
  [[nodiscard]] std::uint64_t unseen() const noexcept {
    return __atomic_load_n(&unseen_, __ATOMIC_RELAXED);
  }

 private:
  friend class RegionScope;

  /// Held for as long as it takes to read a meter and to write a row.
  class Lock {
   public:
    explicit Lock(Recording& of) noexcept : of_(of) {
      while (__atomic_exchange_n(&of.is_locked_, true, __ATOMIC_ACQUIRE)) {
      }
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() { __atomic_store_n(&of_.is_locked_, false, __ATOMIC_RELEASE); }

   private:
    Recording& of_;
  };

  void begin_window() noexcept;

  /// The record of the calling thread; null where there are more threads than there is room for.
  [[nodiscard]] ThreadRecord* thread() noexcept {
    const pthread_t self = pthread_self();
    // A thread's number is where its stack ends: the low bits are equal for all.
    std::size_t place = static_cast<std::size_t>(self) >> 12U;
    for (std::size_t tried = 0; tried < max_recorded_threads; ++tried, ++place) {
      ThreadRecord& record = threads_[place % max_recorded_threads];
      pthread_t owner = __atomic_load_n(&record.thread, __ATOMIC_RELAXED);
      if (owner == self) return &record;
      if (owner == 0 && __atomic_compare_exchange_n(&record.thread, &owner, self, false,
                                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        return &record;
      }
    }
    __atomic_fetch_add(&unseen_, 1, __ATOMIC_RELAXED);
    return nullptr;
  }

  /// A call begins that will be long: it gets two readings of its own.
  void begin_long(RegionRecord& of);
  void end_long(RegionRecord& of, std::size_t region);

  AnyMeter& meter_;
  SystemFiles files_;
  std::size_t every_;
  CycleClock clock_;
  std::uint64_t long_ = 0;    ///< ticks of a call that is read by itself
  std::uint64_t window_ = 0;  ///< ticks
  std::uint64_t window_end_ = 0;
  std::uint64_t cost_ = 0;  ///< ticks between two readings of the clock
  Stopwatch watch_;
  Few<text::Name, max_regions> names_;
  Totals seen_[max_regions];        ///< at the begin of the window
  Samples shared_[max_regions];     ///< windows of the program
  Samples by_itself_[max_regions];  ///< calls
  Seconds wall_{0.0};
  Seconds own_{0.0};
  Seconds others_{0.0};
  ThreadRecord* threads_;
  std::uint64_t unseen_ = 0;
  bool is_locked_ = false;
};

/// One call of a region, from begin to end. It must not outlive the recording, and ends in the
/// thread in which it began.
class RegionScope {
 public:
  [[gnu::always_inline]] RegionScope(Recording& recording, std::size_t region)
      : recording_(recording), region_(region), thread_(recording.thread()) {
    if (thread_ == nullptr) return;
    RegionRecord& of = thread_->regions[region];
    if (recording.every_ != 1 && (of.timed.get() + of.skipped.get()) % recording.every_ != 0) {
      of.skipped.add(1);
      thread_ = nullptr;
      return;
    }
    outer_ = thread_->innermost;
    thread_->innermost = this;
    ++of.depth;
    begin_ = recording.clock_.now();
    const std::uint64_t end = __atomic_load_n(&recording.window_end_, __ATOMIC_RELAXED);
    if (begin_ >= end && outer_ == nullptr) [[unlikely]] {
      recording.end_window();
      begin_ = recording.clock_.now();
    }
    if (of.is_long) [[unlikely]] {
      recording.begin_long(of);
      begin_ = recording.clock_.now();
    }
  }
  RegionScope(const RegionScope&) = delete;
  RegionScope& operator=(const RegionScope&) = delete;
  [[gnu::always_inline]] ~RegionScope() {
    if (thread_ == nullptr) return;
    const std::uint64_t taken = recording_.clock_.now() - begin_;
    RegionRecord& of = thread_->regions[region_];
    thread_->innermost = outer_;
    --of.depth;
    if (outer_ != nullptr) outer_->nested_ += taken;
    if (threw_) {
      of.threw.add(1);
      of.is_long = false;
      return;
    }
    if (of.is_long) [[unlikely]]
      recording_.end_long(of, region_);
    of.timed.add(1);
    of.lengths.add(taken);
    of.exclusive_ticks.add(taken - nested_);
    if (of.depth == 0) of.inclusive_ticks.add(taken);  // else it is in the outer one already
    of.is_long = taken >= recording_.long_ && of.depth == 0;
  }

  /// It did not end: it is counted, and its time is not.
  void mark_thrown() noexcept { threw_ = true; }

 private:
  Recording& recording_;
  std::size_t region_;
  ThreadRecord* thread_;
  RegionScope* outer_ = nullptr;
  std::uint64_t begin_ = 0;
  std::uint64_t nested_ = 0;  ///< ticks of regions within it
  bool threw_ = false;
};

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/recording-inl.hpp"
#endif

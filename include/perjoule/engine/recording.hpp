// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/cycle_clock.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/stats/histogram.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// The energy of what took a `share` of a window's time and whose own energy nobody read: that
/// share of the window's. What the machine drew in that time and in the rest may differ by up to a
/// factor of ten, either way: that between a processor at work and at rest.
/// @unit   share: of 1
/// @error  common: (1 - share) ln(10)/sqrt(3) of the value, as of a logarithm that may be anywhere
///         up to that of the factor; estimated at best
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] WindowEnergy attribute_by_time(const WindowEnergy& window, double share);

/// A counter that one thread writes while others may read it.
class SingleWriterCounter {
 public:
  void add(std::uint64_t more) noexcept {
    count_.store(count_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return count_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> count_ = 0;
};

class RegionScope;

/// What one thread has seen of one region.
struct RegionRecord {
  explicit RegionRecord(std::size_t number) noexcept : region(number) {}

  std::size_t region;                   ///< its number
  SingleWriterCounter timed;            ///< calls
  SingleWriterCounter skipped;          ///< calls that were not timed, since only each n-th is
  SingleWriterCounter threw;            ///< calls that did not end
  SingleWriterCounter inclusive_ticks;  ///< ticks of those timed, regions within them included
  SingleWriterCounter exclusive_ticks;  ///< ticks of those, without regions within them
  std::size_t depth = 0;                ///< how often it is within itself right now
  bool is_long = false;              ///< the last call was long enough to read the meter round it
  std::unique_ptr<Stopwatch> watch;  ///< of calls round which the meter is read
  Histogram lengths;                 ///< of calls, in ticks
};

/// What one thread has seen. Each has a cache line of its own, since a thread writes to its record
/// in each call.
struct alignas(64) ThreadRecord {
  std::atomic<pthread_t> owner = 0;
  RegionScope* innermost = nullptr;  ///< the region that it is in
  /// By number; null for a region that it was never in. The thread itself reads this without a
  /// lock, and changes it under the recording's lock, under which others read it.
  std::vector<std::unique_ptr<RegionRecord>> regions;
};

/// The records of all threads, at places that never change, so that a thread finds its own without
/// a lock. Where a table is crowded the next one goes on, which has twice as many places.
class ThreadTable {
 public:
  explicit ThreadTable(std::size_t size);
  ~ThreadTable();

  /// The record of the calling thread. One that has ended leaves its record to the next thread with
  /// its number.
  [[nodiscard, gnu::always_inline]] ThreadRecord& own_record() {
    const pthread_t self = pthread_self();
    ThreadRecord& first = records_[place_of(self)];
    if (first.owner.load(std::memory_order_relaxed) == self) [[likely]]
      return first;
    return find_record(self);
  }

  /// Calls `visit` with the record of each thread.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const ThreadTable* table = this; table != nullptr; table = table->next_.load()) {
      for (const ThreadRecord& record : table->records_) visit(record);
    }
  }

 private:
  /// Where to look first. A thread's number is where its stack ends: the low bits are equal for
  /// all.
  [[nodiscard]] std::size_t place_of(pthread_t thread) const noexcept {
    return (static_cast<std::size_t>(thread) >> 12U) & (records_.size() - 1);
  }

  /// Looks at a few places of each table, and takes the first free one where the thread has none.
  [[nodiscard]] ThreadRecord& find_record(pthread_t self);

  /// The next table, which is made where there is none.
  [[nodiscard]] ThreadTable& next();

  std::vector<ThreadRecord> records_;  ///< a power of two of them
  std::atomic<ThreadTable*> next_ = nullptr;
};

/// Records times and energy of regions of a program that runs its own loop, in all of its threads.
/// A call costs two readings of the processor's counter. Nothing is locked or allocated, except
/// when a thread enters a region for the first time, and when the meter is read: ten times a
/// second, and round long calls.
class Recording {
 public:
  /// @param meter  borrowed
  /// @param files  where the machine tells what other programs do
  /// @param every  how many calls of a region there are for each one that is timed
  Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording();

  /// The number of the region with this name, which may be new.
  [[nodiscard]] std::size_t region(std::string_view name);
  [[nodiscard]] std::size_t regions() const;
  [[nodiscard]] std::string name(std::size_t region) const;

  /// What all threads have seen of a region.
  struct Totals {
    std::uint64_t timed = 0;
    std::uint64_t skipped = 0;
    std::uint64_t threw = 0;
    std::uint64_t inclusive_ticks = 0;  ///< @unit ticks
    std::uint64_t exclusive_ticks = 0;  ///< @unit ticks
    std::size_t threads = 0;            ///< that were in it
  };
  [[nodiscard]] Totals totals(std::size_t region) const;

  /// The calls of a region, if the meter was read round all but the first; else the windows of the
  /// whole program, of which the region has its share. Ends the window that is running.
  /// @param[out] is_attributed  whether they are a share
  [[nodiscard]] Samples samples(std::size_t region, bool& is_attributed);

  /// How long an empty call seems to take.
  [[nodiscard]] Seconds cost() const noexcept {
    return clock_.cycle_length() * static_cast<double>(cost_);
  }
  [[nodiscard]] const CycleClock& clock() const noexcept { return clock_; }

 private:
  friend class RegionScope;

  /// What all threads together have recorded of a region.
  struct RegionSummary {
    std::string name;
    Totals seen;        ///< when the window began
    Samples shared;     ///< windows of the program
    Samples by_itself;  ///< calls round which the meter was read
  };

  /// What the calling thread has seen of a region.
  [[nodiscard, gnu::always_inline]] RegionRecord& record_of(ThreadRecord& thread,
                                                            std::size_t region) {
    if (region < thread.regions.size()) [[likely]] {
      RegionRecord* const known = thread.regions[region].get();
      if (known != nullptr) [[likely]]
        return *known;
    }
    return add_record(thread, region);
  }
  [[nodiscard]] RegionRecord& add_record(ThreadRecord& thread, std::size_t region);

  /// Ends the window that is running and begins the next, unless another thread just has.
  void end_window_if_due();

  // The caller of these three holds the lock.
  void end_window();
  void begin_window();
  [[nodiscard]] Totals sum_of(std::size_t region) const;

  /// Reads the meter before and after a call that will probably be long.
  void begin_long(RegionRecord& of);
  void end_long(RegionRecord& of);

  AnyMeter& meter_;
  SystemFiles files_;
  std::size_t every_;
  CycleClock clock_;
  std::uint64_t long_ = 0;    ///< the least ticks of a long call
  std::uint64_t window_ = 0;  ///< ticks of a window
  std::uint64_t cost_ = 0;    ///< ticks between two readings of the clock
  std::atomic<std::uint64_t> window_end_ = 0;
  ThreadTable threads_;

  /// Locks what stands below, and the lists of regions of threads; for as long as it takes to read
  /// a meter and to write a row.
  mutable std::mutex mutex_;
  Stopwatch watch_;
  std::vector<RegionSummary> regions_;
  Seconds wall_{0.0};
  Seconds own_{0.0};
  Seconds others_{0.0};
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/recording-inl.hpp"
#endif

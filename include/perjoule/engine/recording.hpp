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

/// Returns the energy of code that took a `share` of a window's time and whose own energy was not
/// read: that share of the window's energy. The power in that time and in the rest may differ by up
/// to a factor of ten in either direction, as between a busy and an idle processor.
/// @unit   share: of 1
/// @error  common: (1 - share) ln(10)/sqrt(3) of the value, for a logarithm that may lie anywhere
///         up to ln(10) either way; provenance is estimated at best
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] WindowEnergy attribute_by_time(const WindowEnergy& window, double share);

/// A counter that one thread writes and others may read.
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

/// The record of one region in one thread.
struct RegionRecord {
  explicit RegionRecord(std::size_t number) noexcept : region(number) {}

  std::size_t region;                   ///< number of the region
  SingleWriterCounter timed;            ///< calls that were timed
  SingleWriterCounter skipped;          ///< calls that were not timed, since only every n-th is
  SingleWriterCounter threw;            ///< calls that ended with an exception
  SingleWriterCounter inclusive_ticks;  ///< ticks of the timed calls, including nested regions
  SingleWriterCounter exclusive_ticks;  ///< ticks of the timed calls, without nested regions
  std::size_t depth = 0;                ///< current depth of recursion
  bool is_long = false;              ///< the last call was long enough to read the meter around it
  std::unique_ptr<Stopwatch> watch;  ///< for calls around which the meter is read
  Histogram lengths;                 ///< durations of the timed calls, in ticks
};

/// The records of one thread. Each has a cache line of its own, since a thread writes to its record
/// in each call.
struct alignas(64) ThreadRecord {
  std::atomic<pthread_t> owner = 0;
  RegionScope* innermost = nullptr;  ///< the region that the thread is in
  /// Records by region number; null for a region that the thread has never entered. The thread
  /// itself reads this without a lock, and changes it under the recording's lock. Others read it
  /// under that lock.
  std::vector<std::unique_ptr<RegionRecord>> regions;
};

/// The records of all threads. Their places never change, so that a thread finds its own record
/// without a lock. If a table is crowded, the search continues in the next one, which is twice as
/// large.
class ThreadTable {
 public:
  explicit ThreadTable(std::size_t size);
  ~ThreadTable();

  /// Returns the record of the calling thread. A thread that has ended leaves its record to the
  /// next thread with the same id.
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
  /// Returns the place to search first. A thread's id is the address at which its stack ends, so
  /// the low bits are equal for all threads.
  [[nodiscard]] std::size_t place_of(pthread_t thread) const noexcept {
    return (static_cast<std::size_t>(thread) >> 12U) & (records_.size() - 1);
  }

  /// Searches a few places of each table, and takes the first free one if the thread has no record
  /// yet.
  [[nodiscard]] ThreadRecord& find_record(pthread_t self);

  /// Returns the next table, and makes it if there is none.
  [[nodiscard]] ThreadTable& next();

  std::vector<ThreadRecord> records_;  ///< their number is a power of two
  std::atomic<ThreadTable*> next_ = nullptr;
};

/// Records time and energy of regions of a program that runs its own loop, in all of its threads. A
/// call costs two readings of the processor's counter. Nothing is locked or allocated, except when
/// a thread enters a region for the first time and when the meter is read: ten times a second, and
/// around long calls.
class Recording {
 public:
  /// @param meter  borrowed
  /// @param files  where the machine reports the activity of other programs
  /// @param every  one of this many calls of a region is timed
  Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording();

  /// Returns the number of the region with this name, which may be new.
  [[nodiscard]] std::size_t region(std::string_view name);
  [[nodiscard]] std::size_t regions() const;
  [[nodiscard]] std::string name(std::size_t region) const;

  /// The sums over all threads for a region.
  struct Totals {
    std::uint64_t timed = 0;
    std::uint64_t skipped = 0;
    std::uint64_t threw = 0;
    std::uint64_t inclusive_ticks = 0;  ///< @unit ticks
    std::uint64_t exclusive_ticks = 0;  ///< @unit ticks
    std::size_t threads = 0;            ///< number of threads that entered the region
  };
  [[nodiscard]] Totals totals(std::size_t region) const;

  /// Returns the calls of a region if the meter was read around all but the first. Otherwise
  /// returns the windows of the whole program, with the region's share of them. Ends the current
  /// window.
  /// @param[out] is_attributed  whether the samples are a share
  [[nodiscard]] Samples samples(std::size_t region, bool& is_attributed);

  /// Returns the duration that an empty call appears to have.
  [[nodiscard]] Seconds cost() const noexcept { return clock_.cycle_length() * cost_; }
  [[nodiscard]] const CycleClock& clock() const noexcept { return clock_; }

 private:
  friend class RegionScope;

  /// The record of one region over all threads.
  struct RegionSummary {
    std::string name;
    Totals seen;        ///< totals when the window began
    Samples shared;     ///< windows of the program, the region's share
    Samples by_itself;  ///< calls around which the meter was read
  };

  /// Returns the calling thread's record of a region.
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

  /// Ends the current window and begins the next, unless another thread has just done so.
  void end_window_if_due();

  // The caller of these three functions holds the lock.
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
  std::uint64_t long_ = 0;    ///< shortest long call, in ticks
  std::uint64_t window_ = 0;  ///< length of a window, in ticks
  double cost_ = 0.0;         ///< mean number of ticks between two readings of the clock
  std::atomic<std::uint64_t> window_end_ = 0;
  ThreadTable threads_;

  /// Protects the members below, and the lists of regions of threads. It is held only while a meter
  /// is read and a row is written.
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

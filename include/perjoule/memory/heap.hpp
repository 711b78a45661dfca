// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Counts the allocations of all threads of this program. Constant-initialised, since malloc is
/// called before main.
struct HeapCounts {
  bool is_hooked = false;                  ///< integrations/heap_hook.hpp is in this program
  std::atomic<bool> is_owned = false;      ///< a HeapCounter owns the counts
  std::atomic<bool> is_disturbed = false;  ///< another one wanted them meanwhile
  std::atomic<bool> is_counting = false;
  std::atomic<std::int64_t> live = 0;  ///< @unit B
  std::atomic<std::int64_t> peak = 0;  ///< maximum of `live`. @unit B
  std::atomic<std::uint64_t> allocations = 0;
  std::atomic<std::uint64_t> allocated = 0;  ///< @unit B

  [[gnu::always_inline]] bool counts() const noexcept {
    return is_counting.load(std::memory_order_relaxed);
  }
  void add(std::size_t bytes) noexcept;
  void remove(std::size_t bytes) noexcept;
};

inline constinit HeapCounts heap_counts;

/// Counts from start() to stop(). Only one counter can count at a time. If there is a second one,
/// neither is exclusive.
class HeapCounter {
 public:
  HeapCounter() noexcept;
  HeapCounter(const HeapCounter&) = delete;
  HeapCounter& operator=(const HeapCounter&) = delete;
  ~HeapCounter();

  [[nodiscard]] bool is_exclusive() const noexcept {
    return is_owner_ && !heap_counts.is_disturbed.load(std::memory_order_acquire);
  }
  void start() noexcept;
  void stop() noexcept;

  /// @unit B
  [[nodiscard]] double peak() const noexcept {
    return static_cast<double>(heap_counts.peak.load(std::memory_order_relaxed));
  }
  /// @unit B
  [[nodiscard]] double live() const noexcept {
    return static_cast<double>(heap_counts.live.load(std::memory_order_relaxed));
  }
  /// @unit none
  [[nodiscard]] double allocations() const noexcept {
    return static_cast<double>(heap_counts.allocations.load(std::memory_order_relaxed));
  }
  /// @unit B
  [[nodiscard]] double allocated() const noexcept {
    return static_cast<double>(heap_counts.allocated.load(std::memory_order_relaxed));
  }

 private:
  bool is_owner_ = false;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/memory/heap-inl.hpp"
#endif

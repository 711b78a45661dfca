// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/memory/heap.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void HeapCounts::add(std::size_t bytes) noexcept {
  constexpr auto relaxed = std::memory_order_relaxed;
  const auto more = static_cast<std::int64_t>(bytes);
  allocations.fetch_add(1, relaxed);
  allocated.fetch_add(bytes, relaxed);
  const std::int64_t now = live.fetch_add(more, relaxed) + more;
  std::int64_t most = peak.load(relaxed);
  while (now > most && !peak.compare_exchange_weak(most, now, relaxed)) {
  }
}

PERJOULE_INLINE void HeapCounts::remove(std::size_t bytes) noexcept {
  live.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
}

PERJOULE_INLINE HeapCounter::HeapCounter() noexcept
    : is_owner_(!heap_counts.is_owned.exchange(true, std::memory_order_acq_rel)) {
  heap_counts.is_disturbed.store(!is_owner_, std::memory_order_release);
}

PERJOULE_INLINE HeapCounter::~HeapCounter() {
  if (!is_owner_) return;
  stop();
  heap_counts.is_owned.store(false, std::memory_order_release);
}

PERJOULE_INLINE void HeapCounter::start() noexcept {
  if (!is_owner_) return;
  heap_counts.live.store(0, std::memory_order_relaxed);
  heap_counts.peak.store(0, std::memory_order_relaxed);
  heap_counts.allocations.store(0, std::memory_order_relaxed);
  heap_counts.allocated.store(0, std::memory_order_relaxed);
  heap_counts.is_counting.store(true);
}

PERJOULE_INLINE void HeapCounter::stop() noexcept {
  if (is_owner_) heap_counts.is_counting.store(false);
}

}  // namespace perjoule::inline v0::detail

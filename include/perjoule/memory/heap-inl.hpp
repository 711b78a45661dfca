// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/memory/heap.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void HeapCounts::add(std::size_t bytes) noexcept {
  const auto more = static_cast<std::int64_t>(bytes);
  __atomic_fetch_add(&allocations, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&allocated, bytes, __ATOMIC_RELAXED);
  const std::int64_t now = __atomic_add_fetch(&live, more, __ATOMIC_RELAXED);
  std::int64_t most = __atomic_load_n(&peak, __ATOMIC_RELAXED);
  while (now > most && !__atomic_compare_exchange_n(&peak, &most, now, true, __ATOMIC_RELAXED,
                                                    __ATOMIC_RELAXED)) {
  }
}

PERJOULE_INLINE void HeapCounts::remove(std::size_t bytes) noexcept {
  __atomic_fetch_sub(&live, static_cast<std::int64_t>(bytes), __ATOMIC_RELAXED);
}

PERJOULE_INLINE HeapCounter::HeapCounter() noexcept {
  is_owner_ = !__atomic_exchange_n(&heap_counts.is_owned, true, __ATOMIC_ACQ_REL);
  if (!is_owner_) __atomic_store_n(&heap_counts.is_disturbed, true, __ATOMIC_RELEASE);
  if (is_owner_) __atomic_store_n(&heap_counts.is_disturbed, false, __ATOMIC_RELEASE);
}

PERJOULE_INLINE HeapCounter::~HeapCounter() {
  if (!is_owner_) return;
  stop();
  __atomic_store_n(&heap_counts.is_owned, false, __ATOMIC_RELEASE);
}

PERJOULE_INLINE void HeapCounter::start() noexcept {
  if (!is_owner_) return;
  __atomic_store_n(&heap_counts.live, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&heap_counts.peak, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&heap_counts.allocations, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&heap_counts.allocated, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&heap_counts.is_counting, true, __ATOMIC_SEQ_CST);
}

PERJOULE_INLINE void HeapCounter::stop() noexcept {
  if (is_owner_) __atomic_store_n(&heap_counts.is_counting, false, __ATOMIC_SEQ_CST);
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/histogram.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE void Histogram::add(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < bins; ++i) {
    counts_[i] += __atomic_load_n(&other.counts_[i], __ATOMIC_RELAXED);
  }
}

PERJOULE_INLINE std::uint64_t Histogram::size() const noexcept {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts_) sum += count;
  return sum;
}

PERJOULE_INLINE std::size_t Histogram::bin_of_rank(std::uint64_t rank) const noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bins; ++i) {
    sum += counts_[i];
    if (sum >= rank) return i;
  }
  return bins - 1;
}

}  // namespace perjoule::inline v0

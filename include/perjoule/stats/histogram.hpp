// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Histogram of call durations, in clock ticks. It counts any number of values without losing or
/// allocating anything: bins are exact below 64 and 1/64 of their octave wide above.
///
/// One thread may add while others read; a reader may miss values that are added meanwhile.
/// @error a value is known to within 1.6 %
/// @source the bins are those of HdrHistogram
class Histogram {
 public:
  static constexpr unsigned bits = 6;  ///< bits of a value that select its bin
  static constexpr std::size_t bins = (42U - bits) << bits;  ///< the last bin holds 2^41 and more

  void add(std::uint64_t value) noexcept {
    std::uint64_t& count = counts_[bin_of(value)];
    __atomic_store_n(&count, __atomic_load_n(&count, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
  }

  /// Adds the counts of another histogram, for example one filled by another thread.
  void add(const Histogram& other) noexcept;

  [[nodiscard]] std::uint64_t size() const noexcept;

  /// Returns the bin of a value.
  [[nodiscard]] static constexpr std::size_t bin_of(std::uint64_t value) noexcept {
    if (value < (1U << bits)) return static_cast<std::size_t>(value);
    const auto octave = static_cast<unsigned>(63 - __builtin_clzll(value)) - bits;
    const std::size_t bin =
        (static_cast<std::size_t>(octave) << bits) + static_cast<std::size_t>(value >> octave);
    return bin < bins ? bin : bins - 1;
  }
  /// Returns the smallest value in a bin. The bin ends below the smallest value of the next one.
  [[nodiscard]] static constexpr std::uint64_t bin_lower_edge(std::size_t bin) noexcept {
    if (bin < (1U << bits)) return bin;
    const std::size_t octave = (bin >> bits) - 1;
    return static_cast<std::uint64_t>((1U << bits) + (bin & ((1U << bits) - 1))) << octave;
  }

  /// Returns the bin of the value with this rank in the ascending sample.
  /// @param rank  from 1 to size()
  [[nodiscard]] std::size_t bin_of_rank(std::uint64_t rank) const noexcept;

 private:
  std::uint64_t counts_[bins] = {};
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/histogram-inl.hpp"
#endif

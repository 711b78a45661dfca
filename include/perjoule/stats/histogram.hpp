// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// How often each length occurred: of calls, in clock ticks. Nothing is lost, whatever their
/// number, and nothing is allocated: bins are exact below 64 and 1/64 of their octave wide above.
///
/// One thread may add while others read: a reader may miss what is added meanwhile.
/// @error a value is known to 1.6 % at the most
/// @source the bins are those of HdrHistogram
class Histogram {
 public:
  static constexpr unsigned bits = 6;                        ///< of a value that tell its bin apart
  static constexpr std::size_t bins = (42U - bits) << bits;  ///< the last one holds 2^41 and more

  void add(std::uint64_t value) noexcept {
    std::uint64_t& count = counts_[bin_of(value)];
    __atomic_store_n(&count, __atomic_load_n(&count, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
  }

  /// Adds up what two threads have seen.
  void add(const Histogram& other) noexcept;

  [[nodiscard]] std::uint64_t size() const noexcept;

  /// Which bin a value falls into.
  [[nodiscard]] static constexpr std::size_t bin_of(std::uint64_t value) noexcept {
    if (value < (1U << bits)) return static_cast<std::size_t>(value);
    const auto octave = static_cast<unsigned>(63 - __builtin_clzll(value)) - bits;
    const std::size_t bin =
        (static_cast<std::size_t>(octave) << bits) + static_cast<std::size_t>(value >> octave);
    return bin < bins ? bin : bins - 1;
  }
  /// The least value in a bin; that of the next one is where it ends.
  [[nodiscard]] static constexpr std::uint64_t bin_lower_edge(std::size_t bin) noexcept {
    if (bin < (1U << bits)) return bin;
    const std::size_t octave = (bin >> bits) - 1;
    return static_cast<std::uint64_t>((1U << bits) + (bin & ((1U << bits) - 1))) << octave;
  }

  /// The bin of a place in the ascending sample.
  /// @param rank  from 1 to size()
  [[nodiscard]] std::size_t bin_of_rank(std::uint64_t rank) const noexcept;

 private:
  std::uint64_t counts_[bins] = {};
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/histogram-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0::detail {

/// Whole numbers as they come, such as labels, counted and numbered 0, 1, 2, ... in the order in
/// which each came first.
class Tally {
 public:
  struct Counted {
    std::int64_t number;
    std::uint64_t count;
  };

  /// Counts a number once more.
  /// @returns its place among entries()
  std::size_t add(std::int64_t number) {
    const std::size_t place = find(number);
    ++entries_[place].count;
    return place;
  }
  /// The place of a number, which is counted 0 times where it is new.
  std::size_t find(std::int64_t number) {
    if (!slots_.empty()) {
      const std::uint32_t slot = slots_[home(number)];
      if (slot != 0 && entries_[slot - 1].number == number) return slot - 1;
    }
    return find_further(number);
  }

  [[nodiscard]] View<Counted> entries() const noexcept { return entries_; }

 private:
  /// Fibonacci hashing: the upper bits of a product spread neighbours, as labels mostly are.
  [[nodiscard]] std::size_t home(std::int64_t number) const noexcept {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(number) * 0x9E37'79B9'7F4A'7C15U) >>
                                    shift_);
  }

  std::size_t find_further(std::int64_t number);

  void grow();

  Buffer<Counted> entries_;
  Buffer<std::uint32_t> slots_;  ///< 0 where empty, else a place and one
  unsigned shift_ = 0;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/tally-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cstdint>

#include "perjoule/core/expects.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// A seeded generator with the same sequence on every machine and compiler, which the distributions
/// of `<random>` do not promise. It has no product: g++ spends more time on the large constants of
/// others than on the rest of this file.
/// @source sfc64 of Chris Doty-Humphrey, PractRand 0.95 (seeding and twelve rounds as there)
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : a_(seed), b_(seed), c_(seed) {
    for (int i = 0; i < 12; ++i) bits();
  }

  constexpr std::uint64_t bits() noexcept {
    const std::uint64_t result = a_ + b_ + counter_++;
    a_ = b_ ^ (b_ >> 11U);
    b_ = c_ + (c_ << 3U);
    c_ = std::rotl(c_, 24) + result;
    return result;
  }

  /// @unit   none; uniform in [0, 1), a multiple of 2^-53
  /// @source the upper 53 bits, as in NumPy's Generator.random
  constexpr double uniform() noexcept { return static_cast<double>(bits() >> 11U) * 0x1p-53; }

  /// A whole number below `bound`, each equally likely: the few first values that would favour the
  /// small ones are drawn again.
  constexpr std::uint64_t below(std::uint64_t bound) {
    PERJOULE_EXPECTS(bound > 0);
    const std::uint64_t reject = (0 - bound) % bound;
    for (;;) {
      const std::uint64_t draw = bits();
      if (draw >= reject) return draw % bound;
    }
  }

 private:
  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t counter_ = 1;
};

}  // namespace perjoule::inline v0

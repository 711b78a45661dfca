// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Seeded generator with the same sequence on every machine and compiler, which the distributions
/// of `<random>` do not promise. It uses no multiplication: g++ spends more time on the large
/// constants of other generators than on the rest of this file.
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

  /// Returns a whole number below `bound`, each equally likely. The first few values, which would
  /// favour small results, are rejected and drawn again.
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

namespace perjoule::inline v0::detail {

/// Returns the numbers below `count` in an order determined by the seed.
/// @source Fisher and Yates, the inside-out variant
[[nodiscard]] std::vector<std::size_t> random_permutation(std::size_t count, std::uint64_t seed);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Draws a Student t variable with `dof` degrees of freedom; with `infinite_dof` a normal variable.
/// The same seed gives the same numbers on every machine, up to the last digits of its logarithm.
/// @param dof  at least 1
/// @unit   none
/// @source Bailey, Mathematics of Computation 62 (1994) 779: the polar method, which works for any
///         dof
[[nodiscard]] inline double draw_student_t(Random& random, double dof) {
  PERJOULE_EXPECTS(dof >= 1.0);
  for (;;) {
    const double x = 2.0 * random.uniform() - 1.0;
    const double y = 2.0 * random.uniform() - 1.0;
    const double w = x * x + y * y;
    if (w <= 0.0 || w >= 1.0) continue;
    const double growth = std::exp(-2.0 / dof * std::log(w)) - 1.0;
    return x * std::sqrt(dof * growth / w);
  }
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/random-inl.hpp"
#endif

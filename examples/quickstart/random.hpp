// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

namespace quickstart {

/// A splitmix64 generator: the same seed gives the same stream with every compiler and library.
///
/// The distributions of `<random>` may differ between standard libraries, so a table made with one
/// could not be reproduced with another. Draw in separate statements: `f(r.uniform(), r.uniform())`
/// leaves the order of the two draws to the compiler, and g++ and clang choose differently.
///
/// @source  Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

  /// Returns a float in [low, high).
  float uniform(float low, float high) {
    // 24 bits fill a float's significand exactly; with more, rounding could return `high` itself.
    const float unit = static_cast<float>(next() >> 40U) * 0x1p-24F;
    return low + (high - low) * unit;
  }

  /// Returns a whole number in [0, count). The bias of the modulo is below count / 2^64, far too
  /// small to show in a shuffle of two thousand images.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

 private:
  std::uint64_t state_;
};

}  // namespace quickstart

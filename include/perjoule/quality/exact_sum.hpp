// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <cstdint>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Sum of numbers from 0 to 2^32 that is the same to the bit in whatever order and in whatever
/// groups they are added, so that shards add up to the whole. A number is cut to a multiple of
/// 2^-64, which changes one below 2^-12 alone.
/// @unit that of the numbers
class ExactSum {
 public:
  void add(double number) noexcept {
    if (!(number > 0.0)) return;
    const double whole = std::floor(number);
    add(static_cast<std::uint64_t>(whole),
        static_cast<std::uint64_t>(std::ldexp(number - whole, 64)));
  }
  void pool(const ExactSum& next) noexcept { add(next.whole_, next.part_); }

  [[nodiscard]] double value() const noexcept {
    return static_cast<double>(whole_) + std::ldexp(static_cast<double>(part_), -64);
  }

 private:
  void add(std::uint64_t whole, std::uint64_t part) noexcept {
    part_ += part;
    whole_ += whole + (part_ < part ? 1U : 0U);
  }

  std::uint64_t whole_ = 0;
  std::uint64_t part_ = 0;  ///< @unit 2^-64
};

}  // namespace perjoule::inline v0::detail

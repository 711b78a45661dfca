// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cstdint>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

// Research code is often compiled with -ffast-math, under which `x != x` and std::isnan(x) are
// constant false. A test of the bits still works, since -ffast-math does not affect integers.

/// Returns true if `x` is neither NaN nor an infinity, under every optimisation flag.
/// @unit any; the unit of x does not matter
[[nodiscard]] constexpr bool is_finite(double x) noexcept {
  return (std::bit_cast<std::uint64_t>(x) & 0x7FF0'0000'0000'0000U) != 0x7FF0'0000'0000'0000U;
}

/// @copydoc is_finite(double)
[[nodiscard]] constexpr bool is_finite(float x) noexcept {
  return (std::bit_cast<std::uint32_t>(x) & 0x7F80'0000U) != 0x7F80'0000U;
}

namespace detail {

/// Returns bits whose topmost bit is set if `x` is not finite. Joining the bits of many numbers
/// with `|` tells at once whether all are finite, at three instructions per number.
[[nodiscard]] constexpr std::uint32_t not_finite_bits(float x) noexcept {
  return (std::bit_cast<std::uint32_t>(x) & 0x7F80'0000U) + 0x0080'0000U;
}
/// @copydoc not_finite_bits(float)
/// @unit any; the unit of x does not matter
[[nodiscard]] constexpr std::uint64_t not_finite_bits(double x) noexcept {
  return (std::bit_cast<std::uint64_t>(x) & 0x7FF0'0000'0000'0000U) + 0x0010'0000'0000'0000U;
}

/// Returns the NaN that fills the number of a missing value, so that accidental arithmetic on it
/// shows. Whether a value is missing is never read from the NaN, but from its `Provenance`.
/// @unit none: it represents no quantity
[[nodiscard]] constexpr double quiet_nan() noexcept {
  return std::bit_cast<double>(std::uint64_t{0x7FF8'0000'0000'0000U});
}

}  // namespace detail

}  // namespace perjoule::inline v0

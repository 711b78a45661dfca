// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/nan.hpp"

#include <bit>
#include <cstdint>

#include "catch.hpp"

// The numbers come from memory as bits: -ffast-math would let the compiler assume away a constant
// NaN in the source before the function under test sees it.
namespace {

bool finite_bits(std::uint64_t bits) {
  const volatile std::uint64_t stored = bits;
  return perjoule::is_finite(std::bit_cast<double>(std::uint64_t{stored}));
}
bool finite_bits(std::uint32_t bits) {
  const volatile std::uint32_t stored = bits;
  return perjoule::is_finite(std::bit_cast<float>(std::uint32_t{stored}));
}

}  // namespace

TEST_CASE("a NaN is not finite under any flag", "[core][missing]") {
  CHECK_FALSE(finite_bits(std::uint64_t{0x7FF8'0000'0000'0000}));  // quiet
  CHECK_FALSE(finite_bits(std::uint64_t{0xFFF8'0000'0000'0000}));  // with a sign
  CHECK_FALSE(finite_bits(std::uint64_t{0x7FF0'0000'0000'0001}));  // signalling
  CHECK_FALSE(finite_bits(std::uint64_t{0x7FFF'FFFF'FFFF'FFFF}));
  CHECK_FALSE(finite_bits(std::uint32_t{0x7FC0'0000}));
  CHECK_FALSE(finite_bits(std::uint32_t{0xFFC0'0000}));
  CHECK_FALSE(finite_bits(std::uint32_t{0x7F80'0001}));
}

TEST_CASE("an infinity is not finite under any flag", "[core][missing]") {
  CHECK_FALSE(finite_bits(std::uint64_t{0x7FF0'0000'0000'0000}));
  CHECK_FALSE(finite_bits(std::uint64_t{0xFFF0'0000'0000'0000}));
  CHECK_FALSE(finite_bits(std::uint32_t{0x7F80'0000}));
  CHECK_FALSE(finite_bits(std::uint32_t{0xFF80'0000}));
}

TEST_CASE("zeros, the smallest and the largest numbers are finite", "[core][missing]") {
  CHECK(finite_bits(std::uint64_t{0}));
  CHECK(finite_bits(std::uint64_t{0x8000'0000'0000'0000}));  // -0
  CHECK(finite_bits(std::uint64_t{1}));                      // 4.9e-324
  CHECK(finite_bits(std::uint64_t{0x7FEF'FFFF'FFFF'FFFF}));  // 1.8e308
  CHECK(finite_bits(std::uint64_t{0x3FF0'0000'0000'0000}));  // 1
  CHECK(finite_bits(std::uint32_t{0}));
  CHECK(finite_bits(std::uint32_t{1}));
  CHECK(finite_bits(std::uint32_t{0x7F7F'FFFF}));  // 3.4e38
  CHECK(finite_bits(std::uint32_t{0xBF80'0000}));  // -1
}

TEST_CASE("what fills a missing value is not a number", "[core][missing]") {
  CHECK_FALSE(perjoule::is_finite(perjoule::detail::quiet_nan()));
  STATIC_REQUIRE_FALSE(perjoule::is_finite(perjoule::detail::quiet_nan()));
  STATIC_REQUIRE(perjoule::is_finite(0.0));
  STATIC_REQUIRE(perjoule::is_finite(0.0F));
}

TEST_CASE("the topmost bit tells what is not finite", "[core][nan]") {
  CHECK(perjoule::detail::not_finite_bits(1.0F) >> 31U == 0U);
  CHECK(perjoule::detail::not_finite_bits(std::bit_cast<float>(0x7F80'0000U)) >> 31U == 1U);
}

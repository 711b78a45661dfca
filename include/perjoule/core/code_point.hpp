// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// A code point and the bytes that it takes; none where they are no UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

/// The code point with which a text begins.
/// @param text  not empty
/// @source RFC 3629, which Python's decoder follows too: no surrogates, no longer form than needed
[[nodiscard]] inline CodePoint first_code_point(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const char32_t lead = byte(0);
  if (lead < 0x80U) return {lead, 1};
  const std::size_t bytes = lead < 0xC2U ? 0 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  if (bytes == 0 || lead > 0xF4U || text.size() < bytes) return {};
  char32_t value = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool needless = (bytes == 3 && value < 0x800U) || (bytes == 4 && value < 0x10000U);
  const bool surrogate = value >= 0xD800U && value < 0xE000U;
  if (needless || surrogate || value > 0x10FFFFU) return {};
  return {value, bytes};
}

}  // namespace perjoule::inline v0::detail

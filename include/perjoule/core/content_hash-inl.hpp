// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/content_hash.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void ContentHash::add(const void* content, std::size_t bytes) noexcept {
  const auto* const from = static_cast<const unsigned char*>(content);
  for (std::size_t i = 0; i < bytes; ++i) hash_ = (hash_ ^ from[i]) * 0x100'0000'01B3U;
  is_empty_ = false;
}

PERJOULE_INLINE std::string ContentHash::hex() const {
  if (is_empty_) return {};
  std::string digits(16, '0');
  std::uint64_t rest = hash_;
  for (std::size_t i = digits.size(); i-- > 0; rest >>= 4U) {
    digits[i] = "0123456789abcdef"[rest & 15U];
  }
  return digits;
}

PERJOULE_INLINE std::string fnv1a_hex(std::string_view content) {
  ContentHash hash;
  hash.add(content.data(), content.size());
  return hash.hex();
}

}  // namespace perjoule::inline v0::detail

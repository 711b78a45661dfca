// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/sha256.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void Sha256::compress(const unsigned char* block) noexcept {
  // The first 32 bits of the fractions of the cube roots of the first 64 primes.
  static constexpr std::uint32_t constants[64] = {
      0x428A2F98U, 0x71374491U, 0xB5C0FBCFU, 0xE9B5DBA5U, 0x3956C25BU, 0x59F111F1U, 0x923F82A4U,
      0xAB1C5ED5U, 0xD807AA98U, 0x12835B01U, 0x243185BEU, 0x550C7DC3U, 0x72BE5D74U, 0x80DEB1FEU,
      0x9BDC06A7U, 0xC19BF174U, 0xE49B69C1U, 0xEFBE4786U, 0x0FC19DC6U, 0x240CA1CCU, 0x2DE92C6FU,
      0x4A7484AAU, 0x5CB0A9DCU, 0x76F988DAU, 0x983E5152U, 0xA831C66DU, 0xB00327C8U, 0xBF597FC7U,
      0xC6E00BF3U, 0xD5A79147U, 0x06CA6351U, 0x14292967U, 0x27B70A85U, 0x2E1B2138U, 0x4D2C6DFCU,
      0x53380D13U, 0x650A7354U, 0x766A0ABBU, 0x81C2C92EU, 0x92722C85U, 0xA2BFE8A1U, 0xA81A664BU,
      0xC24B8B70U, 0xC76C51A3U, 0xD192E819U, 0xD6990624U, 0xF40E3585U, 0x106AA070U, 0x19A4C116U,
      0x1E376C08U, 0x2748774CU, 0x34B0BCB5U, 0x391C0CB3U, 0x4ED8AA4AU, 0x5B9CCA4FU, 0x682E6FF3U,
      0x748F82EEU, 0x78A5636FU, 0x84C87814U, 0x8CC70208U, 0x90BEFFFAU, 0xA4506CEBU, 0xBEF9A3F7U,
      0xC67178F2U};
  std::uint32_t words[64];
  for (std::size_t i = 0; i < 16; ++i) {
    words[i] = std::uint32_t{block[4 * i]} << 24U | std::uint32_t{block[4 * i + 1]} << 16U |
               std::uint32_t{block[4 * i + 2]} << 8U | std::uint32_t{block[4 * i + 3]};
  }
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t early = words[i - 15];
    const std::uint32_t late = words[i - 2];
    words[i] = words[i - 16] + words[i - 7] +
               (std::rotr(early, 7) ^ std::rotr(early, 18) ^ early >> 3U) +
               (std::rotr(late, 17) ^ std::rotr(late, 19) ^ late >> 10U);
  }
  std::uint32_t s[8];
  std::copy(state_, state_ + 8, s);
  // Each round writes two of the eight words, and moves the others one place on: so the places
  // turn.
  const auto round = [&](std::size_t i, std::size_t turn) {
    const auto at = [&](std::size_t place) -> std::uint32_t& { return s[(place - turn) % 8]; };
    const std::uint32_t chosen = (at(4) & at(5)) ^ (~at(4) & at(6));
    const std::uint32_t majority = (at(0) & at(1)) ^ (at(0) & at(2)) ^ (at(1) & at(2));
    const std::uint32_t first = at(7) + chosen + constants[i] + words[i] +
                                (std::rotr(at(4), 6) ^ std::rotr(at(4), 11) ^ std::rotr(at(4), 25));
    const std::uint32_t second =
        majority + (std::rotr(at(0), 2) ^ std::rotr(at(0), 13) ^ std::rotr(at(0), 22));
    at(3) += first;
    at(7) = first + second;
  };
  for (std::size_t i = 0; i < 64; i += 8) {
    round(i, 0);
    round(i + 1, 1);
    round(i + 2, 2);
    round(i + 3, 3);
    round(i + 4, 4);
    round(i + 5, 5);
    round(i + 6, 6);
    round(i + 7, 7);
  }
  for (std::size_t i = 0; i < 8; ++i) state_[i] += s[i];
}

PERJOULE_INLINE void Sha256::add(const void* content, std::size_t bytes) noexcept {
  const auto* from = static_cast<const unsigned char*>(content);
  std::size_t waiting = static_cast<std::size_t>(bytes_ % block_bytes);
  bytes_ += bytes;
  while (bytes != 0) {
    if (waiting == 0 && bytes >= block_bytes) {
      compress(from);
      from += block_bytes;
      bytes -= block_bytes;
      continue;
    }
    const std::size_t taken = std::min(bytes, block_bytes - waiting);
    std::memcpy(rest_ + waiting, from, taken);
    from += taken;
    bytes -= taken;
    waiting = (waiting + taken) % block_bytes;
    if (waiting == 0) compress(rest_);
  }
}

PERJOULE_INLINE std::string Sha256::hex() const {
  Sha256 padded = *this;
  unsigned char end[2 * block_bytes] = {0x80U};
  // A one, zeros, and the number of bits in the last eight bytes of a block.
  const std::size_t zeros = (2 * block_bytes - 9 - static_cast<std::size_t>(bytes_ % 64)) % 64;
  for (std::size_t i = 0; i < 8; ++i) {
    end[1 + zeros + i] = static_cast<unsigned char>((bytes_ * 8) >> (56U - 8U * i));
  }
  padded.add(end, 9 + zeros);
  std::string digits;
  for (const std::uint32_t word : padded.state_) {
    for (unsigned shift = 32; shift != 0;) {
      digits += "0123456789abcdef"[word >> (shift -= 4U) & 15U];
    }
  }
  return digits;
}

PERJOULE_INLINE std::string sha256_hex(std::string_view content) {
  Sha256 hash;
  hash.add(content);
  return hash.hex();
}

PERJOULE_INLINE std::optional<std::string> sha256_of_file(const std::string& path) {
  const FileDescriptor file = open_regular(path);
  if (!file.is_open()) return {};
  Sha256 hash;
  std::vector<char> part(std::size_t{1} << 18U);
  for (;;) {
    const ssize_t n = read(file.get(), part.data(), part.size());
    if (n == -1 && errno == EINTR) continue;
    if (n == -1) return {};
    if (n == 0) return hash.hex();
    hash.add(part.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace perjoule::inline v0::detail

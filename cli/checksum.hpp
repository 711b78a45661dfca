// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace perjoule::cli {

/// A checksum of what this program wrote for itself: eight bytes at a time, since a history has
/// many megabytes of numbers. It tells damage, and is no proof against forgery. Any change of a
/// single word changes it.
class Checksum {
 public:
  Checksum& add(std::uint64_t word) noexcept {
    mix(state_, word);
    return *this;
  }
  Checksum& add(double number) noexcept { return add(std::bit_cast<std::uint64_t>(number)); }
  Checksum& add(std::string_view bytes) noexcept {
    add(std::uint64_t{bytes.size()});
    std::uint64_t lanes[4] = {1, 2, 3, 4};  // which a processor computes at the same time
    for (; bytes.size() >= sizeof lanes; bytes.remove_prefix(sizeof lanes)) {
      std::uint64_t words[4];
      std::memcpy(words, bytes.data(), sizeof words);
      for (std::size_t lane = 0; lane < 4; ++lane) mix(lanes[lane], words[lane]);
    }
    std::uint64_t rest[4] = {};
    if (!bytes.empty()) std::memcpy(rest, bytes.data(), bytes.size());
    for (std::size_t lane = 0; 8 * lane < bytes.size(); ++lane) mix(lanes[lane], rest[lane]);
    for (const std::uint64_t lane : lanes) add(lane);
    return *this;
  }

  [[nodiscard]] std::uint64_t value() const noexcept {
    const std::uint64_t folded = (state_ ^ (state_ >> 32U)) * factor;
    return folded ^ (folded >> 29U);
  }

 private:
  static constexpr std::uint64_t factor = 0x9E37'79B9'7F4A'7C15U;  // 2^64 over the golden ratio
  static void mix(std::uint64_t& state, std::uint64_t word) noexcept {
    state = std::rotl(state ^ word, 29) * factor;
  }

  std::uint64_t state_ = 0;
};

}  // namespace perjoule::cli

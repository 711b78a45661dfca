// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Sorts indices by number, the largest first, reusing its memory from call to call. It is a radix
/// sort, byte by byte: std::stable_sort of ten thousand indices takes three times as long
/// (bench/quality_cost). It is stable, so sorting by a secondary key and then by a primary key
/// sorts by both.
/// @source Knuth, The Art of Computer Programming 3 (1998), 5.2.5
class RadixArgsort {
 public:
  /// Resets the order to the input order: 0, 1, 2...
  void reset(std::size_t size) {
    if (entries_.size() != size) {
      entries_ = std::vector<Entry>(size);
      spare_ = std::vector<Entry>(size);
    }
    for (std::size_t k = 0; k < size; ++k) entries_[k].index = k;
  }

  /// Sorts by key, the largest first; equal keys keep their order.
  /// @param key_of  index -> double, finite
  template <class KeyOf>
  void sort_by(KeyOf key_of) {
    for (Entry& entry : entries_) entry.key = descending(key_of(entry.index));
    sort_by_keys();
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// Returns the index of the entry at this place.
  [[nodiscard]] std::size_t operator[](std::size_t place) const noexcept {
    return entries_[place].index;
  }

 private:
  struct Entry {
    std::uint64_t key;
    std::size_t index;
  };

  /// Returns bits that sort in descending order of the number. The bits of a negative number
  /// already do, and both zeros are the same number.
  static std::uint64_t descending(double number) noexcept {
    constexpr std::uint64_t sign = std::uint64_t{1} << 63U;
    const auto bits = std::bit_cast<std::uint64_t>(number);
    if (bits == sign) return ~sign;
    return (bits & sign) != 0 ? bits : ~(bits | sign);
  }

  void sort_by_keys() {
    std::size_t count[8][256] = {};
    for (const Entry& entry : entries_) {
      for (unsigned byte = 0; byte < 8; ++byte) ++count[byte][entry.key >> 8U * byte & 0xFFU];
    }
    for (unsigned byte = 0; byte < 8; ++byte) {
      std::size_t* const place = count[byte];
      if (size() == 0 || place[entries_[0].key >> 8U * byte & 0xFFU] == size()) continue;
      std::size_t before = 0;
      for (unsigned value = 0; value < 256; ++value) {
        const std::size_t here = place[value];
        place[value] = before;
        before += here;
      }
      for (const Entry& entry : entries_) {
        spare_[place[entry.key >> 8U * byte & 0xFFU]++] = entry;
      }
      std::vector<Entry> sorted = std::move(spare_);
      spare_ = std::move(entries_);
      entries_ = std::move(sorted);
    }
  }

  std::vector<Entry> entries_;
  std::vector<Entry> spare_;
};

}  // namespace perjoule::inline v0::detail

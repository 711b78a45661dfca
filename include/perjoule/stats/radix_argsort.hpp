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
/// sort: std::stable_sort of ten thousand indices takes three times as long (bench/quality_cost). It
/// is stable, so sorting by a secondary key and then by a primary key sorts by both.
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
    size() < 20'000 ? sort_by_digits<8>() : sort_by_digits<11>();
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// Returns the index of the entry at this place.
  [[nodiscard]] std::size_t operator[](std::size_t place) const noexcept {
    return entries_[place].index;
  }

  /// Tells whether the entries at two places have the same key.
  [[nodiscard]] bool are_equal(std::size_t place, std::size_t other) const noexcept {
    return entries_[place].key == entries_[other].key;
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

  /// Sorts by digits of so many bits. Many entries are worth tables of many digits.
  template <unsigned Bits>
  void sort_by_digits() {
    constexpr unsigned digits = (64 + Bits - 1) / Bits;
    constexpr std::size_t values = std::size_t{1} << Bits;
    std::size_t count[digits][values] = {};
    const auto digit_of = [](std::uint64_t key, unsigned digit) {
      return static_cast<std::size_t>(key >> Bits * digit & (values - 1));
    };
    for (const Entry& entry : entries_) {
      for (unsigned digit = 0; digit < digits; ++digit) ++count[digit][digit_of(entry.key, digit)];
    }
    for (unsigned digit = 0; digit < digits; ++digit) {
      std::size_t* const place = count[digit];
      if (size() == 0 || place[digit_of(entries_[0].key, digit)] == size()) continue;
      std::size_t before = 0;
      for (std::size_t value = 0; value < values; ++value) {
        const std::size_t here = place[value];
        place[value] = before;
        before += here;
      }
      for (const Entry& entry : entries_) spare_[place[digit_of(entry.key, digit)]++] = entry;
      std::vector<Entry> sorted = std::move(spare_);
      spare_ = std::move(entries_);
      entries_ = std::move(sorted);
    }
  }

  std::vector<Entry> entries_;
  std::vector<Entry> spare_;
};

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0::detail {

/// How many runs of n tokens there are in a sequence.
[[nodiscard]] constexpr std::size_t n_grams_in(std::size_t tokens, std::size_t n) noexcept {
  return tokens < n ? 0 : tokens - n + 1;
}

/// The n-grams of a sequence of tokens, from 1 to a highest order, and how many of them others
/// have too.
///
/// An n-gram is known by the number of the one that it begins with, which is one token shorter, and
/// its last token: so a key of 64 bits tells it exactly, however long it is, and no two are mixed
/// up. Where another text lacks an n-gram it lacks all longer ones that begin so.
class NGrams {
 public:
  NGrams(View<std::uint32_t> tokens, std::size_t highest_order);

  /// Adds the n-grams that another sequence has too, each at most as often as both have it. Of
  /// several others, one after the other, the one counts for an n-gram that has it most often.
  /// @shape matches: [highest order]
  void match(View<std::uint32_t> other, double* matches);

  /// Begins anew: what is matched next counts by itself.
  void forget_matches() noexcept;

 private:
  struct Gram {
    std::uint64_t key;
    std::uint32_t own;      ///< times in this sequence
    std::uint32_t matched;  ///< of these
    std::uint32_t text;     ///< the other one that in_text counts in
    std::uint32_t in_text;
  };

  [[nodiscard]] static std::uint64_t key_of(std::uint32_t beginning, std::uint32_t last) noexcept {
    return std::uint64_t{beginning} << 32U | last;
  }

  /// The slot of a key, or the empty one where it would be.
  [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept {
    // Both halves of the key are small numbers, which the product alone spreads over few slots.
    std::size_t at = ((key ^ (key >> 29U)) * 0x9E37'79B9'7F4A'7C15U) >> shift_;
    while (slots_[at] != 0 && grams_[slots_[at]].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::size_t highest_order_;
  Buffer<Gram> grams_;
  Buffer<std::uint32_t> slots_;  ///< 0 where empty, else a place among grams_
  std::uint32_t used_ = 0;
  std::uint32_t texts_ = 0;
  unsigned shift_ = 0;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/n_grams-inl.hpp"
#endif

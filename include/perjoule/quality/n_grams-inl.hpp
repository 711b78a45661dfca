// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/n_grams.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE NGrams::NGrams(View<std::uint32_t> tokens, std::size_t highest_order)
    : highest_order_(highest_order) {
  std::size_t most = 0;
  for (std::size_t n = 1; n <= highest_order; ++n) most += n_grams_in(tokens.size(), n);
  std::size_t slots = 16;
  for (shift_ = 60; slots < 2 * most; --shift_) slots *= 2;
  slots_ = Buffer<std::uint32_t>(slots);
  grams_ = Buffer<Gram>(most + 1);  // the first one is the empty n-gram
  used_ = 1;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::uint32_t gram = 0;
    for (std::size_t n = 0; n < highest_order && i + n < tokens.size(); ++n) {
      const std::uint64_t key = key_of(gram, tokens[i + n]);
      std::uint32_t& slot = slots_[find(key)];
      if (slot == 0) {
        grams_[used_].key = key;
        slot = used_++;
      }
      gram = slot;
      ++grams_[gram].own;
    }
  }
}

PERJOULE_INLINE void NGrams::match(View<std::uint32_t> other, double* matches) {
  ++texts_;
  for (std::size_t i = 0; i < other.size(); ++i) {
    std::uint32_t found = 0;
    for (std::size_t n = 0; n < highest_order_ && i + n < other.size(); ++n) {
      found = slots_[find(key_of(found, other[i + n]))];
      if (found == 0) break;
      Gram& gram = grams_[found];
      if (gram.text != texts_) {
        gram.text = texts_;
        gram.in_text = 0;
      }
      ++gram.in_text;
      if (gram.in_text > gram.matched && gram.matched < gram.own) {
        ++gram.matched;
        matches[n] += 1.0;
      }
    }
  }
}

PERJOULE_INLINE void NGrams::forget_matches() noexcept {
  for (Gram& gram : grams_) gram.matched = 0;
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/labels.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void no_scores(std::size_t item) {
  fail("no scores", text::format("item {}", item), "return one score for each class");
}

PERJOULE_INLINE void score_not_finite(std::size_t item, std::size_t place) {
  fail("a score is not a finite number", text::format("item {}, class {}", item, place),
       "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE void label_without_score(std::size_t item) {
  fail("a label has no score", text::format("item {}", item),
       "return one score for each class, and count classes from 0");
}

PERJOULE_INLINE void check_label(std::int64_t label, std::size_t classes, std::size_t item) {
  if (static_cast<std::uint64_t>(label) >= classes) label_without_score(item);
}

PERJOULE_INLINE std::size_t LabelIndex::find_or_insert(std::int64_t number) {
  if (2 * entries_.size() >= slots_.size()) grow();
  std::size_t at = home(number);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (entries_[slots_[at] - 1].number == number) return slots_[at] - 1;
  }
  entries_.push_back({number, 0});
  slots_[at] = static_cast<std::uint32_t>(entries_.size());
  return entries_.size() - 1;
}

PERJOULE_INLINE void LabelIndex::grow() {
  const std::size_t size = slots_.empty() ? 64 : 2 * slots_.size();
  shift_ = static_cast<unsigned>(__builtin_clzll(size)) + 1;
  slots_ = std::vector<std::uint32_t>(size);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = home(entries_[i].number);
    while (slots_[at] != 0) at = (at + 1) & (size - 1);
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace perjoule::inline v0::detail

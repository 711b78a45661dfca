// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/classes.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void score_not_finite(std::size_t item, std::size_t place) {
  fail("a score is not a finite number", text::format("item %zu, class %zu", item, place).chars,
       "look for a division by zero or an overflow in the model");
}

PERJOULE_INLINE void check_label(std::int64_t label, std::size_t classes, std::size_t item) {
  if (static_cast<std::uint64_t>(label) < classes) return;
  fail("a label has no score", text::format("item %zu", item).chars,
       "return one score for each class, and count classes from 0");
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/quality/texts.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void ReferenceCount::add(std::size_t references, std::size_t item) {
  if (references == 0) {
    fail("no reference has a text", text::format("item %zu", item).chars,
         "leave the item out, or give it a reference");
  }
  if (item == 0) most_ = least_ = references;
  if (references > most_) most_ = references;
  if (references < least_) least_ = references;
}

PERJOULE_INLINE text::Short ReferenceCount::shown() const noexcept {
  return least_ == most_ ? text::format("%zu", most_).chars : "var";
}

}  // namespace perjoule::inline v0::detail

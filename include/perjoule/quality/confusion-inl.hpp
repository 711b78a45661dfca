// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/quality/confusion.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t Confusion::place_of(std::int64_t number) const noexcept {
  std::size_t place = 0;
  for (const Tally::Counted& seen : classes_.entries()) {
    if (seen.number == number) break;
    ++place;
  }
  return place;
}

}  // namespace perjoule::inline v0::detail

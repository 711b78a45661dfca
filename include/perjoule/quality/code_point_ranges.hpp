// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Characters next to each other in the code, of one category.
struct CodePointRange {
  char32_t first;
  char32_t last;
};

/// Returns the range that a character is in; null if there is none.
/// @param ranges  in the order of the code, apart from each other
template <class Range, std::size_t size>
[[nodiscard]] const Range* range_with(const Range (&ranges)[size], char32_t c) noexcept {
  const Range* const found =
      std::lower_bound(std::begin(ranges), std::end(ranges), c,
                       [](const Range& range, char32_t of) { return range.last < of; });
  return found != std::end(ranges) && found->first <= c ? found : nullptr;
}

}  // namespace perjoule::inline v0::detail

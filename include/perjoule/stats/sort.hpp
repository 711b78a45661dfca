// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>

#include <cstddef>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Ascending, by qsort of the C library: std::sort would be compiled into every user's file, 2 kB
/// of it.
template <class Number>
void sort(Number* first, std::size_t size) noexcept {
  if (size == 0) return;  // qsort wants an address even then
  qsort(first, size, sizeof(Number), [](const void* a, const void* b) {
    const Number left = *static_cast<const Number*>(a);
    const Number right = *static_cast<const Number*>(b);
    return left < right ? -1 : right < left ? 1 : 0;
  });
}

}  // namespace perjoule::inline v0::detail

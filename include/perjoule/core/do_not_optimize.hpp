// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <type_traits>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Makes the optimiser believe that `value` is read here and that all memory may have changed, so
/// that a pass whose result nobody uses is neither removed nor hoisted out of the loop. It costs no
/// instruction when the value is in a register or in memory already.
template <class T>
[[gnu::always_inline]] inline void do_not_optimize(const T& value) noexcept {
  // A small trivial value may stay in a register ("r"); "m" alone would force a store of each
  // result. Larger or non-trivial ones have an address anyway.
  if constexpr (std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*)) {
    asm volatile("" : : "r,m"(value) : "memory");
  } else {
    asm volatile("" : : "m"(value) : "memory");
  }
}

namespace detail {

/// Whether the optimiser found out this result while it compiled: then it has removed the work, or
/// there was none. Only asked of what fits a register; false where nothing is optimised.
template <class T>
[[gnu::always_inline]] inline bool is_compile_time_constant(
    [[maybe_unused]] const T& result) noexcept {
  if constexpr (std::is_scalar_v<T>) {
    return __builtin_constant_p(result) != 0;
  } else {
    return false;
  }
}

}  // namespace detail

}  // namespace perjoule::inline v0

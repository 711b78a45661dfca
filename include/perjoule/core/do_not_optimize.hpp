// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <type_traits>

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Makes the optimiser assume that `value` is read here and that all memory may have changed. A
/// pass whose result is unused is then neither removed nor hoisted out of the loop. Costs no
/// instruction if the value is already in a register or in memory.
template <class T>
[[gnu::always_inline]] inline void do_not_optimize(const T& value) noexcept {
  // A small trivial value may stay in a register ("r"); "m" alone would force a store of each
  // result. Larger or non-trivial values have an address anyway.
  if constexpr (std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*)) {
    asm volatile("" : : "r,m"(value) : "memory");
  } else {
    asm volatile("" : : "m"(value) : "memory");
  }
}

namespace detail {

/// Tells whether the optimiser computed this result at compile time. If so, it has removed the
/// work, or there was none. Only checked for results that fit a register; false without
/// optimisation.
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

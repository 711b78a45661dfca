// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

inline namespace literals {

// Not consteval: clang 14 leaves a call behind in function templates that no one defines.
#define PERJOULE_LITERAL(suffix, type, factor)                                          \
  [[nodiscard]] constexpr type operator""##suffix(long double number) noexcept {        \
    return type(static_cast<double>(number) * (factor));                                \
  }                                                                                     \
  [[nodiscard]] constexpr type operator""##suffix(unsigned long long number) noexcept { \
    return type(static_cast<double>(number) * (factor));                                \
  }

PERJOULE_LITERAL(_J, Joules, 1.0)
PERJOULE_LITERAL(_mJ, Joules, 1e-3)
PERJOULE_LITERAL(_uJ, Joules, 1e-6)
PERJOULE_LITERAL(_W, Watts, 1.0)
PERJOULE_LITERAL(_mW, Watts, 1e-3)
PERJOULE_LITERAL(_s, Seconds, 1.0)
PERJOULE_LITERAL(_ms, Seconds, 1e-3)
PERJOULE_LITERAL(_us, Seconds, 1e-6)
PERJOULE_LITERAL(_B, Bytes, 1.0)
PERJOULE_LITERAL(_kB, Bytes, 1e3)
PERJOULE_LITERAL(_MB, Bytes, 1e6)
PERJOULE_LITERAL(_KiB, Bytes, 1024.0)
PERJOULE_LITERAL(_MiB, Bytes, 1048576.0)
PERJOULE_LITERAL(_percent, double, 0.01)

#undef PERJOULE_LITERAL

}  // namespace literals

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: SameDimension
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

#ifdef CONTROL
constexpr auto sum = 1_J + 2_J;
#else
constexpr auto sum = 1_J + 2_s;
#endif

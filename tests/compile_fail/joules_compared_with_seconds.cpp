// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: no match for .operator<|invalid operands to binary expression
// expect: Quantity<
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

#ifdef CONTROL
constexpr bool less = Joules(1.0) < Joules(2.0);
#else
constexpr bool less = Joules(1.0) < Seconds(2.0);
#endif

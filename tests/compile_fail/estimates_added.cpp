// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: no match for .operator\+|invalid operands to binary expression
// expect: Estimate<
#include "perjoule/stats/propagate.hpp"

using namespace perjoule;

Estimate<Joules> sum(const Estimate<Joules>& a, const Estimate<Joules>& b) {
#ifdef CONTROL
  return total(a, b);
#else
  return a + b;
#endif
}

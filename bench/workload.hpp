// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// The workload of both sides of a comparison: a pass of some 20 us that no compiler can shorten.
namespace workload {

/// @param steps  4000 are about 20 us
inline double pass(int steps) {
  volatile double x = 1.0;
  for (int i = 0; i < steps; ++i) x = x * 1.0000001 + 1e-9;
  return x;
}

inline constexpr int steps = 4000;

}  // namespace workload

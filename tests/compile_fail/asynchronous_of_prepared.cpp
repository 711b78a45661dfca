// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: the setup would be timed
#include "perjoule/engine/prepared.hpp"

auto model() {
  const auto setup = [](const float& x) { return x; };
  const auto forward = [](float& x) { return x; };
  const auto complete = [] {};
#ifdef CONTROL
  return perjoule::prepared(setup, perjoule::asynchronous(forward, complete));
#else
  return perjoule::asynchronous(perjoule::prepared(setup, forward), complete);
#endif
}

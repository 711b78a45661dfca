// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: ForwardPassReturnsAValue
#include <vector>

#include "perjoule/measure/session.hpp"

perjoule::Entry entry(const std::vector<float>& inputs) {
#ifdef CONTROL
  const auto forward = [](const float& x) { return x > 0.5F ? 1 : 0; };
#else
  const auto forward = [](const float& x) { (void)x; };
#endif
  return perjoule::Session().measure({}, forward, inputs);
}

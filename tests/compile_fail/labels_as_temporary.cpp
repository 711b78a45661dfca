// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: the references are a temporary.*keep them in a variable
#include <vector>

#include "perjoule/quality/accuracy.hpp"

#ifdef CONTROL
const std::vector<int> labels = {0, 1};
auto metric = perjoule::accuracy(labels);
#else
auto metric = perjoule::accuracy(std::vector<int>{0, 1});
#endif

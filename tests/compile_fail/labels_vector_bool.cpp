// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: the references are not contiguous in memory.*vector<char>
#include <vector>

#include "perjoule/quality/accuracy.hpp"

#ifdef CONTROL
using Label = char;
#else
using Label = bool;
#endif

const std::vector<Label> labels = {0, 1};
auto metric = perjoule::accuracy(labels);

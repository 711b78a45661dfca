// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: MetricTakesOutput<.*Regression.*Half
// expect: this metric does not take such an output.*a float in place of a half
#include <vector>

#include "perjoule/quality/evaluate.hpp"
#include "perjoule/quality/regression.hpp"

// As frameworks have it: 16 bits, and no arithmetic of the standard's.
struct Half {
  unsigned short bits;
};

int main() {
  const std::vector<double> references = {1.0, 2.0};
#ifdef CONTROL
  const std::vector<float> outputs = {1.5F, 2.0F};
#else
  const std::vector<Half> outputs = {{0x3E00}, {0x4000}};
#endif
  (void)perjoule::evaluate(perjoule::root_mean_square_error(references), outputs);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: MetricTakesOutput<.*string.*Regression
// expect: this metric does not take such an output.*a number in place of a string
#include <string>
#include <vector>

#include "perjoule/quality/evaluate.hpp"
#include "perjoule/quality/regression.hpp"

#ifdef CONTROL
using Reference = double;
const std::vector<Reference> references = {1.0, 2.0};
#else
using Reference = std::string;
const std::vector<Reference> references = {"1", "2"};
#endif

int main() {
  const std::vector<double> outputs = {1.5, 2.0};
  (void)perjoule::evaluate(perjoule::root_mean_square_error(references), outputs);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: this metric does not take such an output with such a reference
#include <string>
#include <vector>

#include "perjoule/quality/evaluate.hpp"
#include "perjoule/quality/regression.hpp"

#ifdef CONTROL
const std::vector<double> references = {1.0, 2.0};
#else
const std::vector<std::string> references = {"1", "2"};
#endif

int main() {
  const std::vector<double> outputs = {1.5, 2.0};
  using perjoule::Regression;
  (void)perjoule::evaluate(Regression(perjoule::detail::RegressionKind::rmse, ""), outputs,
                           references);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: MetricTakesOutput<.*Accuracy.*string
// expect: this metric does not take such an output.*project
#include <string>
#include <vector>

#include "perjoule/perjoule.hpp"

int main() {
  const std::vector<float> images = {1.0F, 2.0F};
  const std::vector<int> labels = {0, 1};
  const auto forward = [](const float& image) { return std::string(image > 1.5F ? "a" : "b"); };
#ifdef CONTROL
  const auto label = [](const std::string& name) { return name == "a" ? 1 : 0; };
  (void)perjoule::measure({}, forward, images, perjoule::of(label, perjoule::accuracy(labels)));
#else
  (void)perjoule::measure({}, forward, images, perjoule::accuracy(labels));
#endif
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// expect: after the inputs come metrics, such as perjoule::accuracy\(labels\)
#include <vector>

#include "perjoule/perjoule.hpp"

int main() {
  const std::vector<float> images = {1.0F, 2.0F};
  const std::vector<int> labels = {0, 1};
  const auto forward = [](const float& image) { return image > 1.5F ? 1 : 0; };
#ifdef CONTROL
  (void)perjoule::measure({}, forward, images, perjoule::accuracy(labels));
#else
  (void)perjoule::measure({}, forward, images, labels);
#endif
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

/// Labels and the outputs of a model.
struct ClassSample {
  std::vector<int> labels;
  std::vector<int> outputs;
};

/// Four classes and a fifth that occurs only in outputs; no item of class 3 is right.
/// Right 5, 2, 2, 0, 0; named 9, 4, 5, 0, 2; labels 8, 5, 5, 2, 0.
inline ClassSample twenty_classes() {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3},
          {0, 0, 0, 0, 0, 1, 2, 4, 1, 1, 2, 0, 2, 2, 2, 0, 1, 4, 0, 0}};
}

/// Three classes with 31, 9 and 20 labels, of which 42 are right. Computed from numbers only, so
/// that another program can make the same.
inline ClassSample sixty_classes() {
  ClassSample sample;
  for (int i = 0; i < 60; ++i) {
    const int label = i % 5 == 0 ? 0 : i * i / 7 % 3;
    sample.labels.push_back(label);
    sample.outputs.push_back(i % 4 == 1 ? (label + 1 + i % 2) % 3 : label);
  }
  sample.outputs[7] = 2;
  sample.outputs[12] = (sample.labels[12] + 1) % 3;
  sample.outputs[30] = 1;
  return sample;
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "quickstart/digits.hpp"
#include "quickstart/files.hpp"
#include "quickstart/random.hpp"

namespace quickstart {

// The width is a multiple of a block, so that inner loops have a constant length: g++ 12
// vectorises no other loop at -O2. The upper bound sizes the scratch arrays, which keeps the heap
// out of a pass.
inline constexpr std::size_t hidden_block = 8;
inline constexpr std::size_t max_hidden = 128;

/// A perceptron with one hidden layer of rectifiers: 64 pixels, `hidden` units, 10 logits.
///
/// @shape  w1: [hidden][64]; b1: [hidden]; w2: [10][hidden]; b2: [10]; row-major
struct Mlp {
  int hidden;
  std::vector<float> w1, b1, w2, b2;
};

[[nodiscard]] constexpr bool is_valid_hidden(std::int64_t hidden,
                                             std::size_t block = hidden_block) {
  return hidden > 0 && hidden <= static_cast<std::int64_t>(max_hidden) &&
         hidden % static_cast<std::int64_t>(block) == 0;
}

[[nodiscard]] constexpr std::size_t parameter_count(std::size_t hidden) {
  return hidden * (pixel_count + 1) + class_count * (hidden + 1);
}

/// @param count  a multiple of `hidden_block`
[[nodiscard]] inline float dot(const float* left, const float* right, std::size_t count) {
  // Eight sums: the compiler may not reorder float addition, so one running sum would be a chain
  // that no vector unit can shorten. They are separate variables because g++ 12 keeps an array of
  // sums in memory, which made a pass twice as long and any comparison with int8 unfair.
  float s0 = 0.0F, s1 = 0.0F, s2 = 0.0F, s3 = 0.0F, s4 = 0.0F, s5 = 0.0F, s6 = 0.0F, s7 = 0.0F;
  for (std::size_t i = 0; i < count; i += 8) {
    s0 += left[i] * right[i];
    s1 += left[i + 1] * right[i + 1];
    s2 += left[i + 2] * right[i + 2];
    s3 += left[i + 3] * right[i + 3];
    s4 += left[i + 4] * right[i + 4];
    s5 += left[i + 5] * right[i + 5];
    s6 += left[i + 6] * right[i + 6];
    s7 += left[i + 7] * right[i + 7];
  }
  return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
}

/// Returns the value itself if it is above zero, else zero; exact for every float below half
/// the largest.
///
/// g++ 12 compiles `std::max(0.0F, value)` to a branch. Half of the units take it, in no order that
/// the processor could predict, and the mispredictions took as long as a whole int8 pass.
[[nodiscard]] inline float relu(float value) { return 0.5F * (value + std::fabs(value)); }

/// The result of one forward pass. It lives on the stack of the caller; only the first `hidden`
/// activations are written.
struct Activations {
  std::array<float, max_hidden> hidden;
  std::array<float, class_count> logits;
};

inline void forward(const Mlp& mlp, const Image& image, Activations& out) {
  const auto hidden = static_cast<std::size_t>(mlp.hidden);
  for (std::size_t unit = 0; unit < hidden; ++unit) {
    const float* row = mlp.w1.data() + unit * pixel_count;
    out.hidden[unit] = relu(mlp.b1[unit] + dot(row, image.pixels.data(), pixel_count));
  }
  for (std::size_t digit = 0; digit < class_count; ++digit) {
    const float* row = mlp.w2.data() + digit * hidden;
    out.logits[digit] = mlp.b2[digit] + dot(row, out.hidden.data(), hidden);
  }
}

/// Returns the class with the largest logit; the lower one on a tie.
[[nodiscard]] inline int argmax(const std::array<float, class_count>& logits) {
  return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

[[nodiscard]] inline int predict(const Mlp& mlp, const Image& image) {
  Activations activations;
  forward(mlp, image, activations);
  return argmax(activations.logits);
}

/// Adds the gradient of the cross-entropy of one image to `gradient`.
inline void add_gradient(const Mlp& mlp, const Image& image, int label, Mlp& gradient) {
  const auto hidden = static_cast<std::size_t>(mlp.hidden);
  Activations activations;
  forward(mlp, image, activations);

  // The softmax is shifted by the largest logit: exp of a large logit would overflow.
  std::array<float, class_count> error;
  const float largest = *std::max_element(activations.logits.begin(), activations.logits.end());
  float total = 0.0F;
  for (std::size_t digit = 0; digit < class_count; ++digit) {
    error[digit] = std::exp(activations.logits[digit] - largest);
    total += error[digit];
  }
  for (float& probability : error) probability /= total;
  error[static_cast<std::size_t>(label)] -= 1.0F;

  std::array<float, max_hidden> hidden_error{};
  for (std::size_t digit = 0; digit < class_count; ++digit) {
    for (std::size_t unit = 0; unit < hidden; ++unit) {
      hidden_error[unit] += error[digit] * mlp.w2[digit * hidden + unit];
      gradient.w2[digit * hidden + unit] += error[digit] * activations.hidden[unit];
    }
    gradient.b2[digit] += error[digit];
  }
  for (std::size_t unit = 0; unit < hidden; ++unit) {
    if (activations.hidden[unit] <= 0.0F) continue;
    float* row = gradient.w1.data() + unit * pixel_count;
    for (std::size_t pixel = 0; pixel < pixel_count; ++pixel) {
      row[pixel] += hidden_error[unit] * image.pixels[pixel];
    }
    gradient.b1[unit] += hidden_error[unit];
  }
}

/// Trains on the training half by stochastic gradient descent with momentum.
///
/// @param hidden  8 to 128 in steps of 8
/// @param seed    of the first weights and of the order; with it the result is reproducible
/// @param epochs  passes over the training half; the step size falls linearly to zero over them
/// @throws  std::runtime_error if the width is not one of the above
[[nodiscard]] inline Mlp train(const Digits& digits, int hidden, std::uint64_t seed,
                               int epochs = 40) {
  if (!is_valid_hidden(hidden)) {
    fail("cannot train a perceptron", "with " + std::to_string(hidden) + " hidden units",
         "take 8 to 128 in steps of 8");
  }
  constexpr std::size_t batch_size = 32;
  constexpr float first_step = 0.1F;
  constexpr float momentum = 0.9F;

  const auto width = static_cast<std::size_t>(hidden);
  const Mlp zeros{hidden, std::vector<float>(width * pixel_count), std::vector<float>(width),
                  std::vector<float>(class_count * width), std::vector<float>(class_count)};
  Mlp mlp = zeros;
  Mlp velocity = zeros;
  Random random(seed);
  // He's bounds: they preserve the size of a signal through a layer of rectifiers.
  const float bound1 = std::sqrt(6.0F / static_cast<float>(pixel_count));
  const float bound2 = std::sqrt(6.0F / static_cast<float>(width));
  for (float& weight : mlp.w1) weight = random.uniform(-bound1, bound1);
  for (float& weight : mlp.w2) weight = random.uniform(-bound2, bound2);

  const std::size_t count = digits.train_images.size();
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Mlp gradient = zeros;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (std::size_t left = count; left > 1; --left) {
      std::swap(order[left - 1], order[random.below(left)]);
    }
    const float step = first_step * static_cast<float>(epochs - epoch) / static_cast<float>(epochs);
    for (std::size_t start = 0; start < count; start += batch_size) {
      const std::size_t stop = std::min(count, start + batch_size);
      gradient = zeros;
      for (std::size_t item = start; item < stop; ++item) {
        add_gradient(mlp, digits.train_images[order[item]], digits.train_labels[order[item]],
                     gradient);
      }
      const float scale = step / static_cast<float>(stop - start);
      for (auto part : {&Mlp::w1, &Mlp::b1, &Mlp::w2, &Mlp::b2}) {
        for (std::size_t index = 0; index < (mlp.*part).size(); ++index) {
          float& speed = (velocity.*part)[index];
          speed = momentum * speed - scale * (gradient.*part)[index];
          (mlp.*part)[index] += speed;
        }
      }
    }
  }
  return mlp;
}

inline constexpr std::array<char, 4> fp32_magic{'Q', 'F', '3', '2'};

/// Opens a weight file and checks that the width in its header is a multiple of a block.
[[nodiscard]] inline WeightReader open_weights(const std::string& path, std::array<char, 4> magic,
                                               std::size_t block = hidden_block) {
  WeightReader reader(path, magic);
  if (!is_valid_hidden(reader.hidden(), block)) {
    fail("damaged weight file",
         path + ": its header claims " + std::to_string(reader.hidden()) + " hidden units",
         WeightReader::next_step());
  }
  return reader;
}

/// Writes a header of 12 bytes, then w1, b1, w2, b2 as little-endian floats.
inline void save(const Mlp& mlp, const std::string& path) {
  WeightWriter writer(fp32_magic, static_cast<std::uint32_t>(mlp.hidden));
  for (auto part : {&Mlp::w1, &Mlp::b1, &Mlp::w2, &Mlp::b2}) writer.put(mlp.*part);
  writer.commit(path);
}

/// @throws  std::runtime_error if the file is missing, of another kind, cut short or damaged
[[nodiscard]] inline Mlp load_mlp(const std::string& path) {
  WeightReader reader = open_weights(path, fp32_magic);
  const std::size_t hidden = reader.hidden();
  reader.expect_payload(parameter_count(hidden) * sizeof(float));
  Mlp mlp;
  mlp.hidden = static_cast<int>(hidden);
  mlp.w1 = reader.take<float>(hidden * pixel_count);
  mlp.b1 = reader.take<float>(hidden);
  mlp.w2 = reader.take<float>(class_count * hidden);
  mlp.b2 = reader.take<float>(class_count);
  for (auto part : {&Mlp::w1, &Mlp::b1, &Mlp::w2, &Mlp::b2}) reader.expect_finite(mlp.*part);
  return mlp;
}

}  // namespace quickstart

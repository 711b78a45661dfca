// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quickstart/digits.hpp"
#include "quickstart/files.hpp"
#include "quickstart/mlp.hpp"

namespace quickstart {

// A row or a layer of zeros has no largest value to scale by. This floor replaces it, so that there
// is no division by zero or by a tiny number; the zeros stay zeros.
inline constexpr float smallest_magnitude = 1e-30F;

/// Rows of signed bytes, each with the factor that converts them back: weight ~ scale * value.
struct QuantizedRows {
  std::vector<std::int8_t> values;
  std::vector<float> scales;
};

/// Symmetric quantization: the largest magnitude of a row becomes 127, so zero stays exactly zero.
///
/// Each row has its own scale, since a single large row would make all the others coarser. -128
/// stays unused, since a range of its own for negative weights would shift the zero.
///
/// @shape  weights: [rows][columns], row-major, finite
/// @error  at most half a scale per weight
[[nodiscard]] inline QuantizedRows quantize_rows(const std::vector<float>& weights,
                                                 std::size_t columns) {
  QuantizedRows rows;
  for (std::size_t start = 0; start < weights.size(); start += columns) {
    float largest = smallest_magnitude;
    for (std::size_t column = 0; column < columns; ++column) {
      largest = std::max(largest, std::fabs(weights[start + column]));
    }
    const float scale = largest / 127.0F;
    for (std::size_t column = 0; column < columns; ++column) {
      rows.values.push_back(static_cast<std::int8_t>(std::lround(weights[start + column] / scale)));
    }
    rows.scales.push_back(scale);
  }
  rows.values.shrink_to_fit();
  rows.scales.shrink_to_fit();
  return rows;
}

/// Of bytes, g++ 12 vectorises no loop of eight.
inline constexpr std::size_t int8_block = 16;

/// @param inputs  0 to 255. They are bytes in lanes of 16 bits, the width in which SSE2 and NEON
///                multiply and add pairs; widening them here for each row would cost half as much
///                time as the products themselves.
/// @param count   a multiple of `int8_block`; 128 products of at most 255 * 128 fit an int32
[[nodiscard]] inline std::int32_t dot(const std::int8_t* weights, const std::int16_t* inputs,
                                      std::size_t count) {
  std::int32_t sum = 0;
  for (std::size_t start = 0; start < count; start += int8_block) {
    for (std::size_t lane = 0; lane < int8_block; ++lane) {
      sum += static_cast<std::int16_t>(weights[start + lane]) * inputs[start + lane];
    }
  }
  return sum;
}

/// The perceptron in 8-bit integers, on disk and in memory alike.
///
/// Activations are never negative here, so they use the full range of an unsigned byte. Pixels have
/// a fixed scale; hidden units are scaled to their largest value in every pass, which needs no
/// calibration data. Biases stay floats: they are few, and they are added after scaling back.
class Int8 {
 public:
  static constexpr const char* name = "int8";

  /// @throws  std::runtime_error if the width is not a multiple of int8_block
  explicit Int8(const Mlp& mlp)
      : layer1_(quantize_rows(mlp.w1, pixel_count)),
        layer2_(quantize_rows(mlp.w2, static_cast<std::size_t>(mlp.hidden))),
        b1_(mlp.b1),
        b2_(mlp.b2) {
    if (!is_valid_hidden(mlp.hidden, int8_block)) {
      fail("cannot quantize a perceptron", "with " + std::to_string(mlp.hidden) + " hidden units",
           "take 16 to 128 in steps of 16");
    }
  }

  [[nodiscard]] static Int8 load(const std::string& path) {
    WeightReader reader = open_weights(path, magic, int8_block);
    const std::size_t hidden = reader.hidden();
    const std::size_t floats = 2 * (hidden + class_count);
    reader.expect_payload(hidden * (pixel_count + class_count) + floats * sizeof(float));
    Int8 model;
    model.layer1_.values = reader.take<std::int8_t>(hidden * pixel_count);
    model.layer1_.scales = reader.take<float>(hidden);
    model.b1_ = reader.take<float>(hidden);
    model.layer2_.values = reader.take<std::int8_t>(class_count * hidden);
    model.layer2_.scales = reader.take<float>(class_count);
    model.b2_ = reader.take<float>(class_count);
    reader.expect_finite(model.layer1_.scales);
    reader.expect_finite(model.b1_);
    reader.expect_finite(model.layer2_.scales);
    reader.expect_finite(model.b2_);
    return model;
  }

  void save(const std::string& path) const {
    WeightWriter writer(magic, static_cast<std::uint32_t>(b1_.size()));
    writer.put(layer1_.values);
    writer.put(layer1_.scales);
    writer.put(b1_);
    writer.put(layer2_.values);
    writer.put(layer2_.scales);
    writer.put(b2_);
    writer.commit(path);
  }

  int operator()(const Image& image) const {
    const std::size_t hidden = b1_.size();
    std::array<std::int16_t, pixel_count> pixels;
    to_bytes(image.pixels.data(), 255.0F, pixels.data(), pixel_count);
    std::array<float, max_hidden> units;
    float largest = smallest_magnitude;
    for (std::size_t unit = 0; unit < hidden; ++unit) {
      const auto sum = dot(layer1_.values.data() + unit * pixel_count, pixels.data(), pixel_count);
      const float value =
          b1_[unit] + layer1_.scales[unit] * (1.0F / 255.0F) * static_cast<float>(sum);
      units[unit] = relu(value);
      largest = std::max(largest, units[unit]);
    }
    std::array<std::int16_t, max_hidden> bytes;
    to_bytes(units.data(), 255.0F / largest, bytes.data(), hidden);
    std::array<float, class_count> logits;
    for (std::size_t digit = 0; digit < class_count; ++digit) {
      const auto sum = dot(layer2_.values.data() + digit * hidden, bytes.data(), hidden);
      logits[digit] =
          b2_[digit] + layer2_.scales[digit] * (largest / 255.0F) * static_cast<float>(sum);
    }
    return argmax(logits);
  }

  /// Scales are not learned and do not count; they do in `resident_bytes`.
  [[nodiscard]] std::size_t parameters() const { return parameter_count(b1_.size()); }
  [[nodiscard]] std::size_t resident_bytes() const {
    const std::size_t floats =
        layer1_.scales.size() + layer2_.scales.size() + b1_.size() + b2_.size();
    return layer1_.values.size() + layer2_.values.size() + floats * sizeof(float);
  }

 private:
  static constexpr std::array<char, 4> magic{'Q', 'I', '0', '8'};

  Int8() = default;

  // Adding a half turns truncation into rounding. The bound is for damaged weights: converting a
  // value too large for a byte, or a NaN, would otherwise be undefined behaviour.
  static void to_bytes(const float* values, float steps_per_unit, std::int16_t* bytes,
                       std::size_t count) {
    for (std::size_t start = 0; start < count; start += int8_block) {
      for (std::size_t lane = 0; lane < int8_block; ++lane) {
        const float steps = values[start + lane] * steps_per_unit;
        const float bounded = steps < 255.0F ? steps : 255.0F;
        bytes[start + lane] = static_cast<std::int16_t>(bounded + 0.5F);
      }
    }
  }

  QuantizedRows layer1_;
  QuantizedRows layer2_;
  std::vector<float> b1_;
  std::vector<float> b2_;
};

}  // namespace quickstart

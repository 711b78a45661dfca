// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "quickstart/digits.hpp"
#include "quickstart/files.hpp"
#include "quickstart/int8.hpp"
#include "quickstart/mlp.hpp"

/// The same task solved at different prices: `Constant`, `Fp32`, `Bf16` here and `Int8` in
/// int8.hpp. Every variant has the same six members:
///
///   int operator()(const Image&) const      the predicted digit; no heap, no lock, no system call
///   std::size_t parameters() const          learned numbers
///   std::size_t resident_bytes() const      of its weights, biases and scales in memory
///   void save(path) const, static load(path)
///   name                                    for tables
///
/// Save and load before measuring: the measured model then has the rounding of the file.
namespace quickstart {

/// Always predicts the same digit: the baseline of every table. A model that does not beat it has
/// bought nothing with its joules.
class Constant {
 public:
  static constexpr const char* name = "constant";

  /// @param digit  0 to 9
  explicit Constant(int digit) : digit_(static_cast<std::uint8_t>(digit)) {}

  /// Predicts the most frequent label; the lower one on a tie.
  [[nodiscard]] static Constant most_frequent(const std::vector<int>& labels) {
    std::array<std::size_t, class_count> seen{};
    for (const int label : labels) ++seen[static_cast<std::size_t>(label)];
    return Constant(static_cast<int>(std::max_element(seen.begin(), seen.end()) - seen.begin()));
  }

  [[nodiscard]] static Constant load(const std::string& path) {
    WeightReader reader(path, magic);
    reader.expect_payload(sizeof(std::uint8_t));
    const std::uint8_t digit = reader.take<std::uint8_t>(1)[0];
    if (digit >= class_count) {
      fail("damaged weight file", path + ": it predicts " + std::to_string(digit) + ", not a digit",
           WeightReader::next_step());
    }
    return Constant(digit);
  }

  void save(const std::string& path) const {
    WeightWriter writer(magic, 0);
    writer.put(std::vector<std::uint8_t>{digit_});
    writer.commit(path);
  }

  int operator()(const Image& /*image*/) const { return digit_; }
  [[nodiscard]] std::size_t parameters() const { return 1; }
  [[nodiscard]] std::size_t resident_bytes() const { return sizeof digit_; }

 private:
  static constexpr std::array<char, 4> magic{'Q', 'C', 'O', 'N'};

  std::uint8_t digit_;
};

[[nodiscard]] inline std::size_t bytes_of(const Mlp& mlp) {
  return (mlp.w1.size() + mlp.b1.size() + mlp.w2.size() + mlp.b2.size()) * sizeof(float);
}

/// The perceptron as it was trained.
class Fp32 {
 public:
  static constexpr const char* name = "fp32";

  explicit Fp32(Mlp mlp) : mlp_(std::move(mlp)) {}

  [[nodiscard]] static Fp32 load(const std::string& path) { return Fp32(load_mlp(path)); }
  void save(const std::string& path) const { quickstart::save(mlp_, path); }

  int operator()(const Image& image) const { return predict(mlp_, image); }
  [[nodiscard]] std::size_t parameters() const {
    return parameter_count(static_cast<std::size_t>(mlp_.hidden));
  }
  [[nodiscard]] std::size_t resident_bytes() const { return bytes_of(mlp_); }

 private:
  Mlp mlp_;
};

/// The upper half of a float, rounded to nearest with ties to even.
///
/// Plain truncation would shrink every weight, a bias that shows in a sum of 128 products. The
/// input must be finite: the carry could turn a NaN into something else.
[[nodiscard]] constexpr std::uint16_t to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t last_kept = bits >> 16U & 1U;
  return static_cast<std::uint16_t>((bits + 0x7FFFU + last_kept) >> 16U);
}

[[nodiscard]] constexpr float from_bf16(std::uint16_t half) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16U);
}

/// The perceptron with 16-bit weights on disk and 32-bit weights in memory.
///
/// Weights are widened once, on loading, so only the disk is saved: the resident size is twice the
/// stored payload, and a pass costs the same as fp32. The variant is here because a table of file
/// sizes hides this.
class Bf16 {
 public:
  static constexpr const char* name = "bf16";

  explicit Bf16(Mlp mlp) : mlp_(std::move(mlp)) {
    for (auto part : {&Mlp::w1, &Mlp::b1, &Mlp::w2, &Mlp::b2}) {
      for (float& weight : mlp_.*part) weight = from_bf16(to_bf16(weight));
    }
  }

  [[nodiscard]] static Bf16 load(const std::string& path) {
    WeightReader reader = open_weights(path, magic);
    const std::size_t hidden = reader.hidden();
    reader.expect_payload(parameter_count(hidden) * sizeof(std::uint16_t));
    const auto widened = [&reader](std::size_t count) {
      std::vector<float> wide;
      for (const std::uint16_t half : reader.take<std::uint16_t>(count)) {
        wide.push_back(from_bf16(half));
      }
      wide.shrink_to_fit();
      reader.expect_finite(wide);
      return wide;
    };
    Mlp mlp;
    mlp.hidden = static_cast<int>(hidden);
    mlp.w1 = widened(hidden * pixel_count);
    mlp.b1 = widened(hidden);
    mlp.w2 = widened(class_count * hidden);
    mlp.b2 = widened(class_count);
    return Bf16(std::move(mlp));
  }

  void save(const std::string& path) const {
    WeightWriter writer(magic, static_cast<std::uint32_t>(mlp_.hidden));
    for (auto part : {&Mlp::w1, &Mlp::b1, &Mlp::w2, &Mlp::b2}) {
      std::vector<std::uint16_t> halves;
      for (const float weight : mlp_.*part) halves.push_back(to_bf16(weight));
      writer.put(halves);
    }
    writer.commit(path);
  }

  int operator()(const Image& image) const { return predict(mlp_, image); }
  [[nodiscard]] std::size_t parameters() const {
    return parameter_count(static_cast<std::size_t>(mlp_.hidden));
  }
  [[nodiscard]] std::size_t resident_bytes() const { return bytes_of(mlp_); }

 private:
  static constexpr std::array<char, 4> magic{'Q', 'B', '1', '6'};

  Mlp mlp_;
};

}  // namespace quickstart

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/integrations/onednn.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/stats/random.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;
using Type = dnnl::memory::data_type;

namespace {

constexpr std::size_t width = 64;
constexpr std::size_t classes = 10;

std::vector<float> random_numbers(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> numbers;
  for (std::size_t i = 0; i < count; ++i) {
    numbers.push_back(static_cast<float>(random.uniform()) - 0.5F);
  }
  return numbers;
}

struct Model {
  std::vector<float> weights = random_numbers(width * classes, 1);
  std::vector<float> bias = random_numbers(classes, 2);

  /// Returns an output by the definition of the layer.
  double expected(View<float> rows, std::size_t row, std::size_t output) const {
    double sum = double(bias[output]);
    for (std::size_t i = 0; i < width; ++i) {
      sum += double(rows[row * width + i]) * double(weights[output * width + i]);
    }
    return sum;
  }
};

/// Returns a message that stands for a CPU without a number format; empty if it has it.
std::string why_not(Type format) {
  const Model model;
  return complaint([&] {
    OneDnnLayer({.inputs = width, .outputs = classes, .format = format}, model.weights, model.bias);
  });
}

}  // namespace

TEST_CASE("a layer of each number format computes the same, within its precision", "[onednn]") {
  use_onednn_threads(1);
  const Model model;
  const std::vector<float> rows = random_numbers(2 * width, 3);
  for (const auto& [format, tolerance] :
       {std::pair(Type::f32, 1e-5), std::pair(Type::bf16, 0.03), std::pair(Type::s8, 0.03)}) {
    if (const std::string why = why_not(format); !why.empty()) {
      CHECK(why.starts_with("perjoule: oneDNN has no such layer here: "));
      CHECK(why.ends_with("; take f32: bf16 needs AVX-512, which is avx512f in /proc/cpuinfo"));
      continue;
    }
    for (const bool relu : {false, true}) {
      OneDnnLayer layer({.inputs = width,
                         .outputs = classes,
                         .batch = 2,
                         .format = format,
                         .relu = relu,
                         .largest_input = 0.5F},
                        model.weights, model.bias);
      CAPTURE(layer.format_name(), layer.implementation(), relu);
      const View<float> outputs = layer(rows);
      REQUIRE(outputs.size() == 2 * classes);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        const double sum = model.expected(rows, i / classes, i % classes);
        CHECK(std::fabs(double(outputs[i]) - (relu ? std::fmax(sum, 0.0) : sum)) < tolerance);
      }
    }
  }
}

TEST_CASE("layers are measured one after the other, with what they tell", "[onednn]") {
  use_onednn_threads(1);
  std::vector<float> weights = random_numbers(width * 16, 1);
  weights[5] = 0.0F;
  weights[6] = 1e-4F;  // 0 as int8
  const std::vector<float> last = random_numbers(16 * classes, 2);
  OneDnnLayer first({.inputs = width, .outputs = 16, .format = Type::s8, .relu = true}, weights,
                    std::vector<float>(16, 0.5F));
  OneDnnLayer second({.inputs = 16, .outputs = classes}, last, std::vector<float>(classes, 0.5F));
  CHECK(first.parameters().parameters == width * 16 + 16);
  CHECK(first.parameters().non_zero <= width * 16 + 16 - 2);
  CHECK(first.resident_bytes() >= Bytes(width * 16 + 4 * 16));
  CHECK(second.resident_bytes() >= Bytes(4 * (16 * classes + classes)));

  std::vector<std::vector<float>> images;
  for (std::uint64_t seed = 0; seed < 20; ++seed) images.push_back(random_numbers(width, seed));
  const auto forward = [&](const std::vector<float>& image) { return second(first(image)); };
  const MeasureOptions options = onednn_options(
      {.name = "mlp", .budget = Seconds(0.2), .settings = {{"calibration", "1"}}}, first, second);
  const Entry entry = measure(options, forward, images);
  CHECK(entry.plan.format == "int8+fp32");
  CHECK(entry.plan.parameters == width * 16 + 16 + 16 * classes + classes);
  CHECK(entry.plan.resident_weights == first.resident_bytes() + second.resident_bytes());
  CHECK(entry.answers.outputs == OutputCheck::same);
  std::string settings;
  for (const Setting& setting : entry.plan.settings) settings += setting.name + " ";
  CHECK(settings == "calibration onednn implementation threads ");
  keep_record("onednn", to_json({entry}));

  images[7].pop_back();
  CHECK(
      complaint([&] { (void)measure(options, forward, images); }) ==
      "perjoule: the forward pass threw: mlp, inputs[7] of 20: the layer takes 1 x 64 numbers, and "
      "got 63; call the model on that input alone to see why");
}

TEST_CASE("weights that do not fit a layer are refused", "[onednn]") {
  const Model model;
  const auto made = [&](const OneDnnLayerPlan& plan) {
    return complaint([&] { OneDnnLayer(plan, model.weights, model.bias); });
  };
  CHECK(made({.inputs = width, .outputs = classes}).empty());
  CHECK(made({.inputs = width, .outputs = 12}) ==
        "perjoule: the weights do not fit the layer: 640 weights and 10 biases for 64 inputs, 12 "
        "outputs in batches of 1; give inputs x outputs weights, and a bias for each output");
  CHECK_FALSE(made({.inputs = width, .outputs = classes, .batch = 0}).empty());
}

TEST_CASE("a largest input that scales nothing is refused", "[onednn]") {
  const Model model;
  for (const float largest : {0.0F, -1.0F, std::numeric_limits<float>::quiet_NaN()}) {
    CHECK(complaint([&] {
            OneDnnLayer(
                {.inputs = width, .outputs = classes, .format = Type::s8, .largest_input = largest},
                model.weights, model.bias);
          }).find("no largest input above 0") != std::string::npos);
  }
}

TEST_CASE("what two layers share is listed once, and settings that were given stay", "[onednn]") {
  const Model model;
  const OneDnnLayer layer({.inputs = width, .outputs = classes}, model.weights, model.bias);
  const MeasureOptions options =
      onednn_options({.settings = {{"threads", "as given"}}}, layer, layer);
  std::string implementation;
  std::string threads;
  for (const Setting& setting : options.settings) {
    if (setting.name == "implementation") implementation += setting.value;
    if (setting.name == "threads") threads += setting.value;
  }
  CHECK(implementation == layer.implementation());
  CHECK(threads == "as given");
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stores one network of digits in 32, 16 and 8 bits, runs it with libtorch and with oneDNN, and
// shows what each format saves: on disk, in memory and in time, and how far it strays from 32 bits.
//
// libtorch 1.13 multiplies no 16-bit floats (fp16) on a CPU, so someone has to widen them: on
// loading, and the file is all that is saved; or in each pass, and each pass pays for it.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <perjoule/all.hpp>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/integrations/onednn.hpp>
#include <perjoule/integrations/torch.hpp>
#include <perjoule/integrations/zlib.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gallery/program.hpp"
#include "quickstart/digits.hpp"
#include "shrink/minimise.hpp"
#include "shrink/over_seeds.hpp"
#include "shrink/quantize/formats.hpp"

namespace {

using quickstart::Image;
using Probabilities = std::array<double, quickstart::class_count>;
using Pass = std::function<Probabilities(const Image&)>;

constexpr std::int64_t pixels = quickstart::pixel_count;
constexpr std::int64_t classes = quickstart::class_count;

torch::Tensor rows_of(const Image& image) {
  return torch::from_blob(const_cast<float*>(image.pixels.data()), {1, pixels});
}

Probabilities softmax(const float* logits) {
  const float largest = *std::max_element(logits, logits + classes);
  Probabilities shares;
  double sum = 0.0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i] = std::exp(static_cast<double>(logits[i] - largest));
  }
  for (double& share : shares) share /= sum;
  return shares;
}

/// Makes a pass from a function of tensors.
template <class F>
Pass pass_of(F forward) {
  return [forward](const Image& image) {
    const c10::InferenceMode no_gradients;
    return softmax(forward(rows_of(image)).to(torch::kFloat).template data_ptr<float>());
  };
}

torch::nn::Sequential trained(const quickstart::Digits& digits, std::int64_t width,
                              std::int64_t steps) {
  std::vector<float> numbers;
  for (const Image& image : digits.train_images) {
    numbers.insert(numbers.end(), image.pixels.begin(), image.pixels.end());
  }
  const auto count = static_cast<std::int64_t>(digits.train_images.size());
  const torch::Tensor images = torch::tensor(numbers).view({count, pixels});
  const torch::Tensor labels = torch::tensor(digits.train_labels, torch::kInt64);
  torch::nn::Sequential network(torch::nn::Linear(pixels, width), torch::nn::ReLU(),
                                torch::nn::Linear(width, width), torch::nn::ReLU(),
                                torch::nn::Linear(width, classes));
  shrink::minimise(network->parameters(), steps, 2e-3, [&] {
    const torch::Tensor rows = torch::randint(count, {64}, torch::kInt64);
    return torch::nn::functional::cross_entropy(network->forward(images.index_select(0, rows)),
                                                labels.index_select(0, rows));
  });
  return network;
}

/// oneDNN's layers of a network, one after the other.
struct OneDnnNetwork {
  using Layer = perjoule::OneDnnLayer;

  OneDnnNetwork(const shrink::Layers& layers, dnnl::memory::data_type format,
                const std::array<float, 3>& largest_inputs)
      : first(plan(layers, 0, format, largest_inputs), weights(layers[0]), weights(layers[1])),
        second(plan(layers, 1, format, largest_inputs), weights(layers[2]), weights(layers[3])),
        third(plan(layers, 2, format, largest_inputs), weights(layers[4]), weights(layers[5])) {}

  Layer first, second, third;

 private:
  static perjoule::OneDnnLayerPlan plan(const shrink::Layers& layers, std::size_t i,
                                        dnnl::memory::data_type format,
                                        const std::array<float, 3>& largest_inputs) {
    return {.inputs = static_cast<std::size_t>(layers[2 * i].size(1)),
            .outputs = static_cast<std::size_t>(layers[2 * i].size(0)),
            .format = format,
            .relu = i < 2,
            .largest_input = largest_inputs[i]};
  }
  static perjoule::View<float> weights(const torch::Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
  }
};

/// Returns the largest input of each layer over some images.
std::array<float, 3> largest_inputs(const shrink::Layers& layers,
                                    const std::vector<Image>& images) {
  std::array<float, 3> largest{};
  for (const Image& image : images) {
    torch::Tensor x = rows_of(image);
    for (std::size_t i = 0; i < largest.size(); ++i) {
      largest[i] = std::max(largest[i], x.max().item<float>());
      x = torch::relu(torch::linear(x, layers[2 * i], layers[2 * i + 1]));
    }
  }
  return largest;
}

void quantize(gallery::Program& program) {
  perjoule::use_torch_threads(1);
  perjoule::use_onednn_threads(1);
  const gallery::Options& options = program.options();
  const quickstart::Digits digits = quickstart::find_or_generate_digits();

  struct Finding {
    std::string name;
    shrink::OverSeeds accuracy;
    std::vector<perjoule::Estimate<double>> same_top;
  };
  std::vector<Finding> findings;
  for (int seed = 1; seed <= options.seeds; ++seed) {
    torch::manual_seed(static_cast<std::uint64_t>(seed));
    torch::nn::Sequential network{nullptr};
    const perjoule::TrainingStage training = program.session().train("training", [&] {
      network = trained(digits, options.smoke ? 64 : 1024, options.smoke ? 30 : 120);
    });

    const auto path_of = [&](const std::string& format) {
      return program.file("weights/" + format + "-" + std::to_string(seed) + ".pt");
    };
    const auto store = [&](const std::string& format, const shrink::Layers& layers) {
      torch::save(layers, path_of(format));
      shrink::Layers stored;
      torch::load(stored, path_of(format));
      return stored;
    };
    const shrink::Layers fp32 = store("fp32", shrink::layers_of(network));
    const shrink::Layers bf16 =
        store("bf16", shrink::converted(shrink::layers_of(network), torch::kBFloat16));
    const shrink::Layers fp16 =
        store("fp16", shrink::converted(shrink::layers_of(network), torch::kHalf));
    const shrink::Layers int8 = store("int8", shrink::quantized(shrink::layers_of(network)));
    const shrink::Layers widened = shrink::converted(fp16, torch::kFloat);

    const Pass fp32_pass = pass_of([&](torch::Tensor x) { return shrink::logits(fp32, x); });
    std::vector<Probabilities> reference;
    for (const Image& image : digits.test_images) reference.push_back(fp32_pass(image));

    perjoule::Entry first;
    std::size_t row = 0;
    const auto measure = [&](const std::string& name, const std::string& format, const Pass& pass,
                             perjoule::MeasureOptions plan) {
      plan.name = shrink::with_seed(name, seed, options.seeds);
      plan.budget = options.budget;
      plan.weights = path_of(format);
      plan.compressed = perjoule::compressed_bytes({path_of(format)});
      plan.format = format;
      plan.settings.push_back({"seed", std::to_string(seed)});
      plan.training.insert(plan.training.begin(), training);
      plan.dataset = digits.source;
      const perjoule::Entry entry = program.session().measure(
          plan, pass, digits.test_images, perjoule::accuracy(digits.test_labels),
          perjoule::divergence_from_reference(reference), perjoule::same_top(reference),
          perjoule::mean_probability_change(reference),
          perjoule::largest_probability_change(reference));
      program.add(entry);
      if (row == 0) first = entry;
      if (row == findings.size()) findings.push_back({name, {}, {}});
      findings[row].accuracy.add(entry, first, 0);
      findings[row++].same_top.push_back(entry.quality[2].value);
    };
    const auto of_layers = [&](const shrink::Layers& layers) {
      torch::nn::ParameterList list;
      for (const torch::Tensor& layer : layers) list->append(torch::Tensor(layer));
      return perjoule::torch_options(list);
    };

    measure("libtorch fp32", "fp32", fp32_pass, of_layers(fp32));
    measure("libtorch bf16", "bf16",
            pass_of([&](torch::Tensor x) { return shrink::logits(bf16, x.to(torch::kBFloat16)); }),
            of_layers(bf16));
    measure("libtorch fp16, widened on loading", "fp16",
            pass_of([&](torch::Tensor x) { return shrink::logits(widened, x); }),
            of_layers(widened));
    measure("libtorch fp16, widened in each pass", "fp16", pass_of([&](torch::Tensor x) {
              return shrink::logits(shrink::converted(fp16, torch::kFloat), x);
            }),
            of_layers(fp16));
    // oneDNN compiles a kernel for each range of inputs and keeps a number of them: an image that
    // it has just seen would take a fifth of the time of another one, which no new image takes.
    const int kept_kernels = dnnl::get_primitive_cache_capacity();
    for (const auto& [engine, number] : shrink::PackedLayers::engines()) {
      dnnl::set_primitive_cache_capacity(engine == "ONEDNN" ? 0 : kept_kernels);
      std::optional<shrink::PackedLayers> packed;
      const Pass pass = pass_of([&](torch::Tensor x) { return (*packed)(x); });
      perjoule::MeasureOptions plan = of_layers({});
      plan.parameters = first.plan.parameters;
      // How its packed weights lie in memory is the engine's secret; some pack in the first pass.
      plan.resident_weights = perjoule::loaded_bytes([&] {
        packed.emplace(int8, number);
        (void)pass(digits.test_images.front());
      });
      measure("libtorch int8, " + engine, "int8", pass, plan);
    }
    dnnl::set_primitive_cache_capacity(kept_kernels);

    std::array<float, 3> largest{1.0F, 1.0F, 1.0F};
    const perjoule::TrainingStage calibration = program.session().train("calibration", [&] {
      const c10::InferenceMode no_gradients;
      largest = largest_inputs(fp32, digits.train_images);
    });
    using Type = dnnl::memory::data_type;
    for (const auto& [format, type] : {std::pair("fp32", Type::f32), std::pair("bf16", Type::bf16),
                                       std::pair("int8", Type::s8)}) {
      std::unique_ptr<OneDnnNetwork> layers;
      try {
        layers = std::make_unique<OneDnnNetwork>(fp32, type, largest);
      } catch (const perjoule::Error& error) {  // bf16 takes AVX-512
        std::fprintf(stderr, "quantize: %s\n", error.what());
        continue;
      }
      perjoule::MeasureOptions plan;
      if (type == Type::s8) plan.training.push_back(calibration);
      measure(
          std::string("oneDNN ") + format, format,
          [&](const Image& image) {
            return softmax(layers->third(layers->second(layers->first(image.pixels))).data());
          },
          perjoule::onednn_options(plan, layers->first, layers->second, layers->third));
    }
  }

  for (std::size_t i = 1; i < findings.size(); ++i) {
    const Finding& found = findings[i];
    const perjoule::Estimate<double> same = perjoule::mean_over_seeds(found.same_top);
    perjoule::Interval<double> range = perjoule::interval(same);
    range.high = std::min(range.high, 1.0);
    program.finding(found.name + " in place of libtorch fp32: " + found.accuracy.change() +
                    "; the same digit is on top for " + perjoule::text::cell(same, range, 0.01) +
                    " % of images; " + found.accuracy.cost() + ".");
  }
}

}  // namespace

int main(int argc, char** argv) {
  return gallery::run(argc, argv, "quantize",
                      "Runs a network of digits in 32, 16 and 8 bits, with libtorch and oneDNN",
                      quantize);
}

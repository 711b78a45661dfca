// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <ATen/native/quantized/PackedParams.h>
#include <torch/torch.h>

#include <ATen/core/dispatch/Dispatcher.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// The layers of one network in several number formats.
namespace shrink {

/// Weights and biases of each layer, in turns. @shape weights: [outputs, inputs]
using Layers = std::vector<torch::Tensor>;

[[nodiscard]] inline Layers layers_of(const torch::nn::Sequential& network) {
  Layers layers;
  for (const torch::Tensor& parameter : network->parameters()) layers.push_back(parameter.detach());
  return layers;
}

[[nodiscard]] inline Layers converted(Layers layers, torch::ScalarType type) {
  for (torch::Tensor& layer : layers) layer = layer.to(type);
  return layers;
}

/// Rounds the weights to 8 bits with a scale for each output, by the largest of its weights.
/// @source Jacob et al.: Quantization and training of neural networks for efficient
///         integer-arithmetic-only inference, CVPR 2018
[[nodiscard]] inline Layers quantized(Layers layers) {
  for (std::size_t i = 0; i < layers.size(); i += 2) {
    const torch::Tensor scales = (layers[i].abs().amax(1) / 127.0).clamp_min(1e-12);
    layers[i] =
        torch::quantize_per_channel(layers[i], scales.to(torch::kDouble),
                                    torch::zeros_like(scales, torch::kInt64), 0, torch::kQInt8);
  }
  return layers;
}

/// Runs a network in the number format of its layers.
[[nodiscard]] inline torch::Tensor logits(const Layers& layers, torch::Tensor x) {
  for (std::size_t i = 0; i < layers.size(); i += 2) {
    if (i > 0) x = torch::relu(x);
    x = torch::linear(x, layers[i], layers[i + 1]);
  }
  return x;
}

/// A network whose weights of 8 bits are packed for one of libtorch's engines. The inputs of each
/// layer are quantized as they come, by their own range.
class PackedLayers {
 public:
  PackedLayers(const Layers& layers, at::QEngine engine) {
    at::globalContext().setQEngine(engine);
    const auto pack = c10::Dispatcher::singleton()
                          .findSchemaOrThrow("quantized::linear_prepack", "")
                          .typed<c10::intrusive_ptr<LinearPackedParamsBase>(
                              at::Tensor, c10::optional<at::Tensor>)>();
    for (std::size_t i = 0; i < layers.size(); i += 2) {
      packed_.push_back(pack.call(layers[i], layers[i + 1]));
    }
  }

  [[nodiscard]] torch::Tensor operator()(torch::Tensor x) const {
    for (std::size_t i = 0; i + 1 < packed_.size(); ++i) {
      x = torch::relu(packed_[i]->apply_dynamic(x));
    }
    return packed_.back()->apply_dynamic(x);
  }

  /// Returns the engines that this libtorch has, by name.
  static std::vector<std::pair<std::string, at::QEngine>> engines() {
    std::vector<std::pair<std::string, at::QEngine>> named;
    for (const at::QEngine engine : at::globalContext().supportedQEngines()) {
      if (engine != at::kNoQEngine) named.push_back({at::toString(engine), engine});
    }
    return named;
  }

 private:
  std::vector<c10::intrusive_ptr<LinearPackedParamsBase>> packed_;
};

}  // namespace shrink

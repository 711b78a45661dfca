// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <torch/torch.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// A small transformer that predicts the next token, and whose heads can be removed.
namespace shrink {

struct TransformerShape {
  std::int64_t vocabulary;
  std::int64_t context;  ///< longest sequence of tokens
  std::int64_t width;
  std::int64_t layers;
  std::int64_t heads;  ///< in each layer; width is a multiple of it
};

/// Keys and values of the tokens so far, for each layer: what a generated token need not compute
/// again. @shape [batch, heads, tokens, width / heads]
struct AttentionMemory {
  std::vector<torch::Tensor> keys;
  std::vector<torch::Tensor> values;
  std::int64_t tokens = 0;
};

class Attention : public torch::nn::Module {
 public:
  Attention(std::int64_t width, std::int64_t heads)
      : heads_(heads),
        head_width_(width / heads),
        qkv_(register_module("qkv", torch::nn::Linear(width, 3 * width))),
        output_(register_module("output", torch::nn::Linear(width, width))) {}

  [[nodiscard]] std::int64_t heads() const { return heads_; }

  /// Multiplies the result of each head, to find out what the head matters. @shape [heads]
  torch::Tensor gate;

  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& mask, AttentionMemory* memory,
                        std::size_t layer) {
    if (heads_ == 0) return output_->bias;
    const std::int64_t batch = x.size(0), tokens = x.size(1);
    const auto parts = torch::linear(x, qkv_->weight, qkv_->bias)
                           .view({batch, tokens, 3, heads_, head_width_})
                           .permute({2, 0, 3, 1, 4})
                           .unbind(0);
    torch::Tensor key = parts[1], value = parts[2];
    if (memory != nullptr) {
      torch::Tensor& keys = memory->keys[layer];
      torch::Tensor& values = memory->values[layer];
      key = keys = keys.defined() ? torch::cat({keys, key}, 2) : key;
      value = values = values.defined() ? torch::cat({values, value}, 2) : value;
    }
    torch::Tensor scores = torch::matmul(parts[0], key.transpose(2, 3));
    scores = scores * (1.0 / std::sqrt(static_cast<double>(head_width_)));
    if (mask.defined()) scores = scores + mask;
    torch::Tensor found = torch::matmul(torch::softmax(scores, -1), value);
    if (gate.defined()) found = found * gate.view({1, heads_, 1, 1});
    found = found.transpose(1, 2).reshape({batch, tokens, heads_ * head_width_});
    return torch::linear(found, output_->weight, output_->bias);
  }

  /// Cuts all other heads out of the matrices, so that a pass no longer computes them.
  void keep(const std::vector<std::int64_t>& kept) {
    const torch::NoGradGuard no_grad;
    const torch::Tensor index = torch::tensor(kept, torch::kInt64);
    const std::int64_t width = qkv_->weight.size(1);
    const auto cut = [&](torch::Tensor& parameter, std::vector<std::int64_t> split, std::int64_t at,
                         std::vector<std::int64_t> joined) {
      parameter.set_data(
          parameter.view(split).index_select(at, index).reshape(joined).contiguous());
      parameter.mutable_grad() = torch::Tensor();
    };
    const auto rows = static_cast<std::int64_t>(kept.size()) * head_width_;
    cut(qkv_->weight, {3, heads_, head_width_, width}, 1, {3 * rows, width});
    cut(qkv_->bias, {3, heads_, head_width_}, 1, {3 * rows});
    cut(output_->weight, {width, heads_, head_width_}, 1, {width, rows});
    heads_ = static_cast<std::int64_t>(kept.size());
    gate = torch::Tensor();
  }

 private:
  std::int64_t heads_;
  std::int64_t head_width_;
  torch::nn::Linear qkv_;
  torch::nn::Linear output_;
};

class Transformer : public torch::nn::Module {
 public:
  explicit Transformer(const TransformerShape& shape)
      : shape_(shape),
        tokens_(register_module("tokens", torch::nn::Embedding(shape.vocabulary, shape.width))),
        positions_(register_module("positions", torch::nn::Embedding(shape.context, shape.width))),
        norm_(norm("norm")),
        logits_(register_module("logits", torch::nn::Linear(shape.width, shape.vocabulary))) {
    for (std::int64_t i = 0; i < shape.layers; ++i) {
      const std::string name = "layer" + std::to_string(i);
      const auto linear = [&](const std::string& part, std::int64_t from, std::int64_t to) {
        return register_module(name + part, torch::nn::Linear(from, to));
      };
      const auto attention = std::make_shared<Attention>(shape.width, shape.heads);
      layers_.push_back({norm(name + "norm1"), register_module(name + "attention", attention),
                         norm(name + "norm2"), linear("up", shape.width, 4 * shape.width),
                         linear("down", 4 * shape.width, shape.width)});
    }
    const torch::NoGradGuard no_grad;
    for (torch::Tensor& table : tokens_->parameters()) table.mul_(0.02);
    for (torch::Tensor& table : positions_->parameters()) table.mul_(0.02);
    mask_ =
        register_buffer("mask", torch::triu(torch::full({shape.context, shape.context}, -1e9F), 1));
  }

  [[nodiscard]] const TransformerShape& shape() const { return shape_; }
  [[nodiscard]] Attention& attention(std::size_t layer) { return *layers_[layer].attention; }

  /// @param tokens  [batch, tokens], those behind what is in the memory
  /// @return logits of the tokens that follow each of them: [batch, tokens, vocabulary]
  torch::Tensor forward(const torch::Tensor& tokens, AttentionMemory* memory = nullptr) {
    const std::int64_t begin = memory != nullptr ? memory->tokens : 0;
    const std::int64_t end = begin + tokens.size(1);
    torch::Tensor x =
        torch::embedding(tokens_->weight, tokens) + positions_->weight.slice(0, begin, end);
    torch::Tensor mask;  // a single token sees all others
    if (end - begin > 1) mask = mask_.slice(0, begin, end).slice(1, 0, end);
    if (memory != nullptr) {
      memory->keys.resize(layers_.size());
      memory->values.resize(layers_.size());
      memory->tokens = end;
    }
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      Layer& layer = layers_[i];
      x = x + layer.attention->forward(layer.norm1(x), mask, memory, i);
      x = x + layer.down(torch::relu(layer.up(layer.norm2(x))));
    }
    return logits_(norm_(x));
  }

 private:
  struct Layer {
    torch::nn::LayerNorm norm1;
    std::shared_ptr<Attention> attention;
    torch::nn::LayerNorm norm2;
    torch::nn::Linear up;
    torch::nn::Linear down;
  };

  torch::nn::LayerNorm norm(const std::string& name) {
    return register_module(name, torch::nn::LayerNorm(torch::nn::LayerNormOptions({shape_.width})));
  }

  TransformerShape shape_;
  torch::nn::Embedding tokens_;
  torch::nn::Embedding positions_;
  torch::nn::LayerNorm norm_;
  torch::nn::Linear logits_;
  std::vector<Layer> layers_;
  torch::Tensor mask_;
};

}  // namespace shrink

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <dnnl.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/integrations/blas.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What a fully connected layer of oneDNN is made from.
struct OneDnnLayerPlan {
  std::size_t inputs = 0;   ///< numbers in a row of the batch
  std::size_t outputs = 0;  ///< numbers that come out of it
  std::size_t batch = 1;    ///< rows of a pass
  /// Number format of the weights, and of the inputs once the layer has converted them: f32, bf16
  /// or s8.
  dnnl::memory::data_type format = dnnl::memory::data_type::f32;
  bool relu = false;  ///< whether negative outputs become 0
  /// Of s8: the largest magnitude of an input, from a calibration; larger ones are cut off.
  float largest_input = 1.0F;
};

/// A fully connected layer, which oneDNN prepares once and runs on the CPU: rows of floats in, rows
/// of floats out, whatever the number format inside. Weights of s8 have a scale for each output, by
/// the largest of its weights.
///
/// Layers are called one after the other: `second(first(image))`. A layer's output is valid until
/// its next call, so one layer is for one thread.
class OneDnnLayer {
 public:
  /// @shape weights: [outputs, inputs], row-major; bias: [outputs]
  /// @throws Error if they have another size, or if oneDNN lacks such a layer on this CPU
  OneDnnLayer(const OneDnnLayerPlan& plan, View<float> weights, View<float> bias) : plan_(plan) {
    check_sizes(weights.size(), bias.size());
    try {
      make_primitive(weights);
    } catch (const dnnl::error& error) {
      detail::fail(
          "oneDNN has no such layer here",
          text::format("{}, {} x {}: {}", format_name(), plan.inputs, plan.outputs, error.what()),
          "take f32: bf16 needs AVX-512, which is avx512f in /proc/cpuinfo");
    }
    store_weights(weights, bias);
  }
  OneDnnLayer(const OneDnnLayer&) = delete;
  OneDnnLayer& operator=(const OneDnnLayer&) = delete;

  /// Runs a pass, and waits for it.
  /// @shape input: [batch, inputs]; returns [batch, outputs]
  /// @throws Error for an input of another size
  [[nodiscard]] View<float> operator()(View<float> input) {
    if (input.size() != plan_.batch * plan_.inputs) {
      throw std::invalid_argument(text::format("the layer takes {} x {} numbers, and got {}",
                                               plan_.batch, plan_.inputs, input.size()));
    }
    input_.set_data_handle(const_cast<float*>(input.data()));  // it is only read
    for (auto& [primitive, arguments] : steps_) primitive.execute(stream_, arguments);
    stream_.wait();
    return output_;
  }

  [[nodiscard]] const OneDnnLayerPlan& plan() const noexcept { return plan_; }
  /// Returns what weights and bias take in memory, as this CPU wants them.
  /// @unit  B
  /// @error exact
  [[nodiscard]] Bytes resident_bytes() const {
    return Bytes(static_cast<double>(weights_.get_desc().get_size() + bias_.get_desc().get_size()));
  }
  /// Returns the number of weights and biases, and of those that are not zero once they are
  /// converted.
  [[nodiscard]] const ParameterCount& parameters() const noexcept { return parameters_; }
  /// Returns what oneDNN runs: "brgemm:avx512_core_bf16".
  [[nodiscard]] const std::string& implementation() const noexcept { return implementation_; }
  /// Returns "fp32", "bf16" or "int8".
  [[nodiscard]] std::string_view format_name() const noexcept {
    return plan_.format == Type::s8 ? "int8" : plan_.format == Type::bf16 ? "bf16" : "fp32";
  }

 private:
  using Type = dnnl::memory::data_type;
  using Tag = dnnl::memory::format_tag;
  using Arguments = std::unordered_map<int, dnnl::memory>;

  void check_sizes(std::size_t weights, std::size_t bias) const {
    const auto largest = static_cast<double>(plan_.largest_input);
    if (!is_finite(largest) || largest <= 0.0) {
      detail::fail("no largest input above 0", text::shortest(largest),
                   "take it from a calibration");
    }
    if (weights == plan_.inputs * plan_.outputs && bias == plan_.outputs && plan_.batch > 0 &&
        weights > 0) {
      return;
    }
    detail::fail("the weights do not fit the layer",
                 text::format("{} weights and {} biases for {} inputs, {} outputs in batches of {}",
                              weights, bias, plan_.inputs, plan_.outputs, plan_.batch),
                 "give inputs x outputs weights, and a bias for each output");
  }

  [[nodiscard]] static dnnl::memory::desc rows(std::size_t count, std::size_t size, Type type,
                                               Tag tag = Tag::ab) {
    return {{static_cast<std::int64_t>(count), static_cast<std::int64_t>(size)}, type, tag};
  }
  [[nodiscard]] dnnl::memory::desc bias_desc() const {
    return {{static_cast<std::int64_t>(plan_.outputs)}, Type::f32, Tag::a};
  }
  [[nodiscard]] dnnl::memory around(std::vector<float>& numbers, const dnnl::memory::desc& desc) {
    return {desc, engine_, numbers.data()};
  }

  /// Makes the layer's primitive, and that which converts the inputs for it.
  void make_primitive(View<float> weights) {
    dnnl::primitive_attr attributes;
    if (plan_.format == Type::s8) {
      find_scales(weights);
      attributes.set_output_scales(1 << 1, output_scales_);
    }
    if (plan_.relu) {
      dnnl::post_ops after;
      after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
      attributes.set_post_ops(after);
    }
    const dnnl::inner_product_forward::desc layer(
        dnnl::prop_kind::forward_inference, rows(plan_.batch, plan_.inputs, plan_.format, Tag::any),
        rows(plan_.outputs, plan_.inputs, plan_.format, Tag::any), bias_desc(),
        rows(plan_.batch, plan_.outputs, Type::f32));
    const dnnl::inner_product_forward::primitive_desc made(layer, attributes, engine_);
    implementation_ = made.impl_info_str();
    output_.resize(plan_.batch * plan_.outputs);
    input_ = dnnl::memory(rows(plan_.batch, plan_.inputs, Type::f32), engine_, DNNL_MEMORY_NONE);
    dnnl::memory source = input_;
    if (made.src_desc() != input_.get_desc()) {
      source = dnnl::memory(made.src_desc(), engine_);
      steps_.push_back({conversion(input_, source, {127.0F / plan_.largest_input}, 0),
                        Arguments{{DNNL_ARG_FROM, input_}, {DNNL_ARG_TO, source}}});
    }
    weights_ = dnnl::memory(made.weights_desc(), engine_);
    bias_ = dnnl::memory(made.bias_desc(), engine_);
    const dnnl::memory result = around(output_, rows(plan_.batch, plan_.outputs, Type::f32));
    steps_.push_back({dnnl::inner_product_forward(made), Arguments{{DNNL_ARG_SRC, source},
                                                                   {DNNL_ARG_WEIGHTS, weights_},
                                                                   {DNNL_ARG_BIAS, bias_},
                                                                   {DNNL_ARG_DST, result}}});
  }

  /// Returns the primitive that converts floats, with scales if they become s8.
  [[nodiscard]] dnnl::reorder conversion(const dnnl::memory& from, const dnnl::memory& to,
                                         const std::vector<float>& scales, int mask) const {
    dnnl::primitive_attr attributes;
    if (plan_.format == Type::s8) attributes.set_output_scales(mask, scales);
    return dnnl::reorder(from, to, attributes);
  }
  void find_scales(View<float> weights) {
    for (std::size_t row = 0; row < plan_.outputs; ++row) {
      float largest = 0.0F;
      for (std::size_t i = 0; i < plan_.inputs; ++i) {
        largest = std::max(largest, std::fabs(weights[row * plan_.inputs + i]));
      }
      weight_scales_.push_back(largest > 0.0F ? 127.0F / largest : 1.0F);
      output_scales_.push_back(plan_.largest_input / 127.0F / weight_scales_.back());
    }
  }

  void store_weights(View<float> weights, View<float> bias) {
    std::vector<float> numbers(weights.begin(), weights.end());
    dnnl::memory plain = around(numbers, rows(plan_.outputs, plan_.inputs, Type::f32));
    conversion(plain, weights_, weight_scales_, 1 << 0).execute(stream_, plain, weights_);
    dnnl::memory converted(rows(plan_.outputs, plan_.inputs, plan_.format), engine_);
    conversion(plain, converted, weight_scales_, 1 << 0).execute(stream_, plain, converted);
    dnnl::reorder(converted, plain).execute(stream_, converted, plain);  // back again, to count
    stream_.wait();
    std::vector<float> biases(bias.begin(), bias.end());
    parameters_ = parameters_of(numbers, biases);
    // oneDNN 2 scales the sum with its bias.
    for (std::size_t i = 0; i < output_scales_.size(); ++i) biases[i] /= output_scales_[i];
    dnnl::memory plain_bias = around(biases, bias_desc());
    dnnl::reorder(plain_bias, bias_).execute(stream_, plain_bias, bias_);
    stream_.wait();
  }

  OneDnnLayerPlan plan_;
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  dnnl::memory input_;  ///< around the numbers of a pass
  std::vector<float> output_;
  std::vector<float> weight_scales_;  ///< of s8: what a weight is multiplied by
  std::vector<float> output_scales_;
  dnnl::memory weights_, bias_;
  std::vector<std::pair<dnnl::primitive, Arguments>> steps_;
  ParameterCount parameters_;
  std::string implementation_;
};

/// Sets the number of threads of a layer, if oneDNN runs them by OpenMP, as Debian's does.
inline void use_onednn_threads(int threads) {
  if (const auto set = detail::loaded_function<void(int)>("omp_set_num_threads")) set(threads);
}

/// Adds to the options of a measurement what layers tell: parameters, bytes in memory and number
/// format, and as settings oneDNN's version and threads and what it runs. What is given in the
/// options stays.
template <class... Layers>
[[nodiscard]] MeasureOptions onednn_options(MeasureOptions options, const Layers&... layers) {
  Bytes resident(0.0);
  ParameterCount count;
  std::string implementations, formats;
  const auto list = [](std::string& all, const std::string& one, const std::string& between) {
    const bool is_there = (between + all + between).find(between + one + between) != all.npos;
    if (!is_there) all += all.empty() ? one : between + one;
  };
  const auto add = [&](const OneDnnLayer& layer) {
    resident += layer.resident_bytes();
    count.parameters += layer.parameters().parameters;
    count.non_zero += layer.parameters().non_zero;
    list(implementations, std::string(layer.implementation()), ", ");
    list(formats, std::string(layer.format_name()), "+");
  };
  (add(layers), ...);
  if (options.parameters == 0) options.parameters = count.parameters;
  if (options.non_zero_parameters == 0) options.non_zero_parameters = count.non_zero;
  if (options.resident_weights == Bytes(0.0)) options.resident_weights = resident;
  if (options.format.empty()) options.format = formats;
  const dnnl_version_t& library = *dnnl::version();
  const auto set = [&](const Setting& one) { detail::add_unless_given(options.settings, one); };
  set({"onednn", text::format("{}.{}.{}", library.major, library.minor, library.patch)});
  set({"implementation", implementations});
  const auto threads = detail::loaded_function<int()>("omp_get_max_threads");
  if (threads != nullptr) set({"threads", std::to_string(threads())});
  return options;
}

}  // namespace perjoule::inline v0

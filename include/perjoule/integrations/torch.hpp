// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <torch/script.h>
#include <torch/torch.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/units/quantity.hpp"

namespace at {

/// Returns what a tensor consists of: its type, its sizes and its elements in their order, wherever
/// they lie and on whichever device.
[[nodiscard]] inline std::string content_bytes(const Tensor& tensor) {
  if (!tensor.defined()) return {};
  if (tensor.layout() != kStrided) return content_bytes(tensor.to_dense());
  if (tensor.is_quantized()) return content_bytes(tensor.dequantize());
  const Tensor plain = tensor.detach().to(kCPU).contiguous();
  std::string content = toString(plain.scalar_type());
  for (const std::int64_t size : plain.sizes()) content += ' ' + std::to_string(size);
  content += '\n';
  return content.append(static_cast<const char*>(plain.data_ptr()), plain.nbytes());
}

}  // namespace at

namespace perjoule::inline v0 {

namespace detail {

template <class M>
concept TorchModule = std::derived_from<M, torch::nn::Module>;

/// A std::shared_ptr of a module, or a holder such as torch::nn::Linear.
template <class M>
concept TorchModuleHandle = requires(M& module) {
  requires TorchModule<std::remove_cvref_t<decltype(*module)>>;
};

/// Returns the module behind a handle.
template <class M>
[[nodiscard]] auto& torch_module(M& module) {
  if constexpr (TorchModuleHandle<M>) {
    return *module;
  } else {
    static_assert(TorchModule<M> || std::same_as<std::remove_cv_t<M>, torch::jit::Module>,
                  "a torch::nn module, its holder or std::shared_ptr, or a torch::jit::Module");
    return module;
  }
}

[[nodiscard]] inline std::string torch_type_name(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return "fp32";
    case at::kDouble:
      return "fp64";
    case at::kHalf:
      return "fp16";
    case at::kBFloat16:
      return "bf16";
    case at::kChar:
    case at::kQInt8:
      return "int8";
    case at::kByte:
    case at::kQUInt8:
      return "uint8";
    case at::kInt:
    case at::kQInt32:
      return "int32";
    case at::kLong:
      return "int64";
    default:
      return at::toString(type);
  }
}

/// Returns what a message says of an input: "fp32 [1, 63]".
[[nodiscard]] inline std::string describe(const at::Tensor& tensor) {
  if (!tensor.defined()) return "an undefined tensor";
  std::string sizes;
  for (const std::int64_t size : tensor.sizes()) {
    sizes += (sizes.empty() ? "" : ", ") + std::to_string(size);
  }
  const std::string where = tensor.is_cpu() ? "" : " on " + tensor.device().str();
  return text::format("{} [{}]{}", torch_type_name(tensor.scalar_type()), sizes, where);
}
[[nodiscard]] inline std::string describe(View<at::Tensor> batch) {
  return text::format("{} items, the first of them {}", batch.size(), describe(batch[0]));
}

/// Throws the exception being handled again, nested in one that says it in a sentence: torch's own
/// text has a backtrace, and TorchScript's the source.
/// @param input  "" if there is nothing to say of it
[[noreturn]] inline void throw_torch_error(std::string reason, const std::string& input) {
  constexpr std::string_view marker = "RuntimeError: ";
  const std::size_t last = reason.rfind(marker);
  if (last != reason.npos) reason.erase(0, last + marker.size());
  while (!reason.empty() && reason.back() == '\n') reason.pop_back();
  if (!input.empty()) reason += "; the input is " + input;
  std::throw_with_nested(std::runtime_error(reason));
}

}  // namespace detail

/// The outputs of a batch: a tensor with a row for each item.
struct TorchRows {
  at::Tensor rows;
  bool keeps_dimension = false;  ///< whether an item has a first dimension of 1

  [[nodiscard]] std::size_t size() const {
    return rows.dim() == 0 ? 0 : static_cast<std::size_t>(rows.size(0));
  }
  [[nodiscard]] at::Tensor operator[](std::size_t item) const {
    const auto row = static_cast<std::int64_t>(item);
    return keeps_dimension ? rows.narrow(0, row, 1) : rows.select(0, row);
  }
};

/// A forward pass on tensors; made by torch_forward() and torch_batches().
template <class F>
class TorchPass {
 public:
  /// @param gpus  those that have a part of the model
  TorchPass(F function, std::vector<std::int64_t> gpus)
      : function_(std::move(function)), gpus_(std::move(gpus)) {}

  template <class Input>
  requires std::invocable<F&, const Input&>
  auto operator()(const Input& input) const {
    const c10::InferenceMode no_gradients;
    try {
      return function_(input);
    } catch (const c10::Error& error) {
      detail::throw_torch_error(error.what_without_backtrace(), describe(input));
    } catch (const Error&) {
      throw;
    } catch (const std::runtime_error& error) {  // TorchScript's
      detail::throw_torch_error(error.what(), describe(input));
    }
  }

  /// Waits for the GPUs.
  void complete() const {
    for (const std::int64_t gpu : gpus_) torch::cuda::synchronize(gpu);
  }

 private:
  template <class Input>
  [[nodiscard]] static std::string describe(const Input& input) {
    if constexpr (requires { detail::describe(input); }) return detail::describe(input);
    return {};
  }

  mutable F function_;  // a module's forward() is not const
  std::vector<std::int64_t> gpus_;
};

namespace detail {

/// Returns all parameters or all buffers of a module.
[[nodiscard]] inline std::vector<at::Tensor> to_vector(auto&& tensors) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& tensor : tensors) {
    if (tensor.defined()) all.push_back(tensor);
  }
  return all;
}

/// Calls then(pass, gpus) with a callable from a tensor to a tensor, in evaluation mode.
template <class M, class Then>
[[nodiscard]] auto with_torch_pass(M&& module, Then&& then) {
  using Plain = std::remove_reference_t<M>;
  auto& inner = torch_module(module);
  inner.eval();
  std::vector<std::int64_t> gpus;
  for (const auto& tensors : {to_vector(inner.parameters()), to_vector(inner.buffers())}) {
    for (const at::Tensor& tensor : tensors) {
      const std::int64_t gpu = tensor.is_cuda() ? tensor.get_device() : -1;
      if (gpu >= 0 && std::count(gpus.begin(), gpus.end(), gpu) == 0) gpus.push_back(gpu);
    }
  }
  if constexpr (std::same_as<std::remove_cv_t<Plain>, torch::jit::Module>) {
    return then(
        [module](const at::Tensor& input) mutable { return module.forward({input}).toTensor(); },
        std::move(gpus));
  } else if constexpr (TorchModuleHandle<Plain>) {
    return then([module](const at::Tensor& input) mutable { return (*module).forward(input); },
                std::move(gpus));
  } else {
    static_assert(std::is_lvalue_reference_v<M>,
                  "the module is a temporary: keep it in a variable");
    return then([&module](const at::Tensor& input) { return module.forward(input); },
                std::move(gpus));
  }
}

}  // namespace detail

/// Makes a forward pass from a module, which takes a tensor and returns one. It puts the module
/// into evaluation mode, computes no gradients, and is waited for on a GPU. It throws torch's
/// message without the backtrace, and with the type and sizes of the input.
/// @param module  a torch::jit::Module, or a torch::nn module's holder or std::shared_ptr, which is
///                kept; a plain torch::nn module is borrowed
template <class M>
[[nodiscard]] auto torch_forward(M&& module) {
  return detail::with_torch_pass(module, [](auto pass, std::vector<std::int64_t> gpus) {
    return TorchPass<decltype(pass)>(std::move(pass), std::move(gpus));
  });
}

/// How tensors become a batch: as rows of a new first dimension, or one after the other along the
/// first dimension, which each of them has already.
enum class TorchBatching : std::uint8_t { stack, concatenate };

/// The same for `.batch` items at a time; see torch_forward().
template <class M>
[[nodiscard]] auto torch_batches(M&& module, TorchBatching batching = TorchBatching::stack) {
  return detail::with_torch_pass(module, [&](auto pass, std::vector<std::int64_t> gpus) {
    auto batched = [pass = std::move(pass), batching](View<at::Tensor> items) mutable {
      const at::TensorList list(items.data(), items.size());
      const bool stacks = batching == TorchBatching::stack;
      return TorchRows{pass(stacks ? at::stack(list) : at::cat(list)), !stacks};
    };
    return TorchPass<decltype(batched)>(std::move(batched), std::move(gpus));
  });
}

/// Adds what a module tells of itself to the options of its measurement, where they don't say it:
/// its parameters, those that are not zero, the bytes that parameters and buffers take in memory,
/// and the number format. Bytes that several tensors share count once. What a module keeps outside
/// of its parameters and buffers, such as packed weights, is unknown: give `.resident_weights`.
template <class M>
[[nodiscard]] MeasureOptions torch_options(M&& module, MeasureOptions options = {}) {
  auto& inner = detail::torch_module(module);
  const std::vector<at::Tensor> parameters = detail::to_vector(inner.parameters());
  std::vector<const void*> seen;
  const auto is_new = [&](const void* what) {
    if (std::find(seen.begin(), seen.end(), what) != seen.end()) return false;
    seen.push_back(what);
    return true;
  };
  std::uint64_t count = 0;
  std::uint64_t non_zero = 0;
  std::string format;
  for (const at::Tensor& tensor : parameters) {
    if (!is_new(tensor.unsafeGetTensorImpl())) continue;
    const at::Tensor numbers = tensor.is_quantized() ? tensor.dequantize() : tensor;
    count += static_cast<std::uint64_t>(tensor.numel());
    non_zero += static_cast<std::uint64_t>(numbers.count_nonzero().item<std::int64_t>());
    const std::string type = detail::torch_type_name(tensor.scalar_type());
    if (format.find(type) == format.npos) format += (format.empty() ? "" : "+") + type;
  }
  double bytes = 0.0;
  bool is_known = true;
  for (const auto& tensors : {parameters, detail::to_vector(inner.buffers())}) {
    for (const at::Tensor& tensor : tensors) {
      is_known = is_known && tensor.has_storage();
      if (!tensor.has_storage() || !is_new(tensor.storage().unsafeGetStorageImpl())) continue;
      bytes += static_cast<double>(tensor.storage().nbytes());
    }
  }
  if (options.parameters == 0) options.parameters = count;
  if (options.non_zero_parameters == 0) options.non_zero_parameters = non_zero;
  if (options.format.empty()) options.format = format;
  if (options.resident_weights == Bytes(0.0) && is_known) options.resident_weights = Bytes(bytes);
  return options;
}

}  // namespace perjoule::inline v0

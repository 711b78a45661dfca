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

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/integrations/aten.hpp"
#include "perjoule/integrations/blas.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// The outputs of a batch: a tensor with a row for each item.
struct TorchRows {
  at::Tensor rows;
  bool keeps_dimension = false;  ///< whether an item has a first dimension, of size 1

  [[nodiscard]] std::size_t size() const {
    return rows.dim() == 0 ? 0 : static_cast<std::size_t>(rows.size(0));
  }
  [[nodiscard]] at::Tensor operator[](std::size_t item) const {
    const auto row = static_cast<std::int64_t>(item);
    return keeps_dimension ? rows.narrow(0, row, 1) : rows.select(0, row);
  }
};

namespace detail {

template <class M>
concept TorchScriptModule = std::same_as<std::remove_cv_t<M>, torch::jit::Module>;
/// A std::shared_ptr of a module, or a holder such as torch::nn::Linear.
template <class M>
concept TorchHandle = requires(M& module) {
  requires std::derived_from<std::remove_cvref_t<decltype(*module)>, torch::nn::Module>;
};
template <class M>
concept TorchModule =
    TorchScriptModule<M> || TorchHandle<M> || std::derived_from<M, torch::nn::Module>;

/// Returns the module behind a handle, or the module itself.
template <TorchModule M>
[[nodiscard]] auto& torch_module(M& module) {
  if constexpr (TorchHandle<M>) {
    return *module;
  } else {
    return module;
  }
}

/// Returns all parameters or all buffers of a module.
[[nodiscard]] std::vector<at::Tensor> to_vector(const auto& tensors) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& tensor : tensors) all.push_back(tensor);
  return all;
}

/// Waits for the GPU on which a tensor is made.
inline void wait_for(const at::Tensor& tensor) {
  if (tensor.is_cuda()) torch::cuda::synchronize(tensor.get_device());
}
inline void wait_for(const TorchRows& outputs) { wait_for(outputs.rows); }

}  // namespace detail

/// A forward pass on tensors; made by torch_forward() and torch_batches().
template <class F>
class TorchPass {
 public:
  /// @param gpus  those that have a part of the model, which are waited for
  TorchPass(F function, std::vector<std::int64_t> gpus)
      : function_(std::move(function)), gpus_(std::move(gpus)) {}

  template <class Input>
  requires std::invocable<F&, const Input&>
  auto operator()(const Input& input) const {
    const c10::InferenceMode no_gradients;
    try {
      auto output = function_(input);
      if constexpr (requires { detail::wait_for(output); }) {
        if (gpus_.empty()) detail::wait_for(output);
      }
      return output;
    } catch (const c10::Error& error) {
      detail::throw_torch_error(error.what_without_backtrace(), describe(input));
    } catch (const Error&) {
      throw;
    } catch (const std::runtime_error& error) {  // TorchScript's
      detail::throw_torch_error(error.what(), describe(input));
    }
  }

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

/// Returns a module as a function of a tensor.
template <class M>
[[nodiscard]] auto torch_function(M&& module) {
  using Plain = std::remove_cvref_t<M>;
  if constexpr (TorchScriptModule<Plain>) {
    return [module = Plain(module)](const at::Tensor& input) mutable {
      return module.forward({input}).toTensor();
    };
  } else if constexpr (TorchHandle<Plain>) {
    return [module = Plain(module)](const at::Tensor& input) mutable -> at::Tensor {
      return (*module).forward(input);
    };
  } else {
    static_assert(std::is_lvalue_reference_v<M>,
                  "the module is a temporary: keep it in a variable");
    return [&module](const at::Tensor& input) -> at::Tensor { return module.forward(input); };
  }
}

/// Puts a module into evaluation mode, and returns the GPUs that have a part of it.
template <class M>
[[nodiscard]] std::vector<std::int64_t> begin_evaluation(M& module) {
  if constexpr (std::is_const_v<M>) {  // of a handle: another one to the same module
    auto handle = module;
    return begin_evaluation(handle);
  } else {
    auto& inner = torch_module(module);
    inner.eval();
    std::vector<std::int64_t> gpus;
    for (const auto& tensors : {to_vector(inner.parameters()), to_vector(inner.buffers())}) {
      for (const at::Tensor& tensor : tensors) {
        const std::int64_t gpu = tensor.defined() && tensor.is_cuda() ? tensor.get_device() : -1;
        if (gpu >= 0 && std::count(gpus.begin(), gpus.end(), gpu) == 0) gpus.push_back(gpu);
      }
    }
    return gpus;
  }
}

/// Whether a module has weights outside of its parameters and buffers, such as those that
/// TorchScript packs for quantized layers.
template <class Module>
[[nodiscard]] bool has_packed_weights([[maybe_unused]] const Module& module) {
  if constexpr (TorchScriptModule<Module>) {
    for (const c10::IValue& attribute : module.attributes()) {
      if (attribute.isCustomClass()) return true;
    }
  }
  return false;
}

}  // namespace detail

/// Makes a forward pass from a module, which takes a tensor and returns one. It puts the module
/// into evaluation mode, computes no gradients, and is waited for on a GPU. Its errors are torch's,
/// with the type and the sizes of the input and without the backtrace.
/// @param module  a torch::jit::Module, or a holder or std::shared_ptr of a torch::nn module, which
///                is kept; a torch::nn module itself is borrowed. Or a callable that uses modules,
///                for other inputs and outputs: put those into evaluation mode yourself
/// @unit  none
template <class M>
[[nodiscard]] auto torch_forward(M&& module) {
  if constexpr (detail::TorchModule<std::remove_cvref_t<M>>) {
    return TorchPass(detail::torch_function(std::forward<M>(module)),
                     detail::begin_evaluation(module));
  } else {
    return TorchPass(std::decay_t<M>(std::forward<M>(module)), {});
  }
}

/// How tensors become a batch: as rows along a new first dimension, or one after the other along
/// the first dimension, which each of them has already.
enum class TorchBatching : std::uint8_t { stack, concatenate };

/// Makes a forward pass from a module that takes `.batch` tensors as one; see torch_forward(). The
/// batch is made in the pass.
/// @unit  none
template <class M>
[[nodiscard]] auto torch_batches(M&& module, TorchBatching batching = TorchBatching::stack) {
  const bool stacks = batching == TorchBatching::stack;
  auto pass = [function = detail::torch_function(std::forward<M>(module)),
               stacks](View<at::Tensor> items) mutable {
    const at::TensorList list(items.data(), items.size());
    return TorchRows{function(stacks ? at::stack(list) : at::cat(list)), !stacks};
  };
  return TorchPass(std::move(pass), detail::begin_evaluation(module));
}

/// Sets the number of threads of an operation, in libtorch and in OpenBLAS, which has its own.
inline void use_torch_threads(int threads) {
  at::set_num_threads(threads);
  use_blas_threads(threads);
}

/// Adds to the options of a measurement what a module tells, as tensor_options() does with its
/// parameters and buffers, and as settings the version of libtorch, the device, the threads and
/// the BLAS. What is given in the options stays.
///
/// A module may keep weights elsewhere, too: then give `.parameters` and `.resident_weights`. A
/// TorchScript module that packs some of them has neither, unless you give them.
template <class M>
requires detail::TorchModule<std::remove_cvref_t<M>>
[[nodiscard]] MeasureOptions torch_options(M&& module, MeasureOptions options = {}) {
  const auto& inner = detail::torch_module(module);
  const std::vector<at::Tensor> parameters = detail::to_vector(inner.parameters());
  const std::vector<at::Tensor> buffers = detail::to_vector(inner.buffers());
  if (!detail::has_packed_weights(inner)) {
    options = tensor_options(parameters, buffers, std::move(options));
  }
  const auto add = [&](const Setting& one) { detail::add_unless_given(options.settings, one); };
  add({"libtorch", TORCH_VERSION});
  const auto& some = parameters.empty() ? buffers : parameters;
  if (!some.empty()) add({"device", some[0].device().str()});
  add({"threads", std::to_string(at::get_num_threads())});
  for (const Setting& setting : blas_settings()) add(setting);
  return options;
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/units/quantity.hpp"

namespace at {

/// Returns what a tensor consists of: its type, its sizes and its elements in their order, on
/// whichever device and however they lie there. The test set's hash and the comparison of answers
/// find it by its name; see perjoule::TellsContent.
[[nodiscard]] inline std::string content_bytes(const Tensor& tensor) {
  if (!tensor.defined()) return {};
  if (tensor.layout() != kStrided) return content_bytes(tensor.to_dense());
  if (tensor.is_quantized()) return content_bytes(tensor.dequantize());
  const Tensor plain = tensor.detach().resolve_conj().resolve_neg().to(kCPU).contiguous();
  std::string content = toString(plain.scalar_type());
  for (const std::int64_t size : plain.sizes()) content += ' ' + std::to_string(size);
  content += '\n';
  return content.append(static_cast<const char*>(plain.data_ptr()), plain.nbytes());
}

}  // namespace at

namespace perjoule::inline v0::detail {

static_assert(has_content<at::Tensor>());

/// Returns the name of a number format as a record has it: "fp32", "int8".
[[nodiscard]] inline std::string format_name(at::ScalarType type) {
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
    case at::kShort:
      return "int16";
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
  return text::format("{} [{}]{}", format_name(tensor.scalar_type()), sizes, where);
}
[[nodiscard]] inline std::string describe(View<at::Tensor> batch) {
  return text::format("{} items, the first of them {}", batch.size(), describe(batch[0]));
}

inline constexpr std::string_view gpu_step =
    "take \"cpu\", or a libtorch with CUDA on a machine where nvidia-smi lists a GPU";

/// Throws the exception being handled again, nested in one that says it in a sentence: torch's own
/// text has a backtrace, and TorchScript's the source.
/// @param input  empty if there is nothing to say of it
[[noreturn]] inline void throw_torch_error(std::string reason, const std::string& input) {
  constexpr std::string_view marker = "RuntimeError: ";
  const std::size_t last = reason.rfind(marker);
  if (last != reason.npos) reason.erase(0, last + marker.size());
  while (!reason.empty() && reason.back() == '\n') reason.pop_back();
  if (!input.empty()) reason += "; the input is " + input;
  if (!at::hasCUDA() &&
      (reason.find("cuda") != reason.npos || reason.find("CUDA") != reason.npos)) {
    reason.append("; ").append(gpu_step);
  }
  std::throw_with_nested(std::runtime_error(reason));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Adds to the options of a measurement what the tensors of a model tell: number of parameters, of
/// those that are not zero, their number format, and the bytes that all tensors take in memory.
/// Tensors that share memory count once. What is given in the options stays, and what a sparse
/// tensor takes is not known.
[[nodiscard]] inline MeasureOptions tensor_options(View<at::Tensor> parameters,
                                                   View<at::Tensor> buffers,
                                                   MeasureOptions options = {}) {
  std::set<const void*> seen;
  ParameterCount count;
  std::set<std::string> formats;
  for (const at::Tensor& tensor : parameters) {
    if (!tensor.defined() || !seen.insert(tensor.unsafeGetTensorImpl()).second) continue;
    const at::Tensor strided = tensor.layout() == at::kStrided ? tensor : tensor.to_dense();
    const at::Tensor numbers = strided.is_quantized() ? strided.dequantize() : strided;
    count.parameters += static_cast<std::uint64_t>(tensor.numel());
    count.non_zero += static_cast<std::uint64_t>(numbers.count_nonzero().item<std::int64_t>());
    formats.insert(detail::format_name(tensor.scalar_type()));
  }
  Bytes resident(0.0);
  bool is_known = true;
  for (const View<at::Tensor> tensors : {parameters, buffers}) {
    for (const at::Tensor& tensor : tensors) {
      if (!tensor.defined()) continue;
      is_known = is_known && tensor.has_storage();
      if (!tensor.has_storage() || !seen.insert(tensor.storage().unsafeGetStorageImpl()).second) {
        continue;
      }
      resident += Bytes(static_cast<double>(tensor.storage().nbytes()));
    }
  }
  if (options.parameters == 0) options.parameters = count.parameters;
  if (options.non_zero_parameters == 0) options.non_zero_parameters = count.non_zero;
  if (options.resident_weights == Bytes(0.0) && is_known) options.resident_weights = resident;
  if (!options.format.empty()) return options;
  for (const std::string& format : formats) {
    options.format += (options.format.empty() ? "" : "+") + format;
  }
  return options;
}

}  // namespace perjoule::inline v0

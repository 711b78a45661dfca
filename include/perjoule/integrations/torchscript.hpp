// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <torch/script.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/integrations/aten.hpp"

namespace perjoule::inline v0 {

/// Returns a device of libtorch by its name: "cpu", "cuda", "cuda:1".
/// @throws Error if it does not exist, or if the name is none
[[nodiscard]] inline at::Device torch_device(const std::string& name) {
  std::string why = "this libtorch has no CUDA, as Debian's, or finds no driver";
  try {
    const at::Device device(name);
    const std::int64_t gpus = at::detail::getCUDAHooks().getNumGPUs();
    if (!device.is_cuda() || (device.has_index() ? device.index() : 0) < gpus) return device;
    if (gpus != 0) why = text::format("libtorch finds {} GPUs, counted from 0", gpus);
  } catch (const c10::Error& error) {
    why = error.what_without_backtrace();
  }
  detail::fail("there is no such device", text::format("{}: {}", name, why), detail::gpu_step);
}

/// Reads a model that was saved as TorchScript, straight onto a device.
/// @throws Error if it can't be read
[[nodiscard]] inline torch::jit::Module load_torchscript(const std::string& path,
                                                         at::Device device = at::kCPU) {
  constexpr auto next_step = "save it in Python: torch.jit.script(model).save(\"model.pt\")";
  if (access(path.c_str(), R_OK) != 0) {
    detail::fail("cannot read the TorchScript model",
                 text::format("{}: {}", path, detail::errno_message(errno)), next_step);
  }
  try {
    return torch::jit::load(path, device);
  } catch (const c10::Error& error) {
    detail::fail("this is no TorchScript model",
                 text::format("{}: {}", path, error.what_without_backtrace()), next_step);
  } catch (const std::exception& error) {  // the source in the file does not compile
    detail::fail("this is no TorchScript model", text::format("{}: {}", path, error.what()),
                 next_step);
  }
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <exception>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/forward_pass.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE ForwardPassError::ForwardPassError(const detail::PassInputs& inputs,
                                                   std::string_view model, std::string_view reason)
    : Error("the forward pass threw",
            text::format("{}, {}inputs[{}] of {}: {}", model,
                         inputs.count == 1 ? "" : "the batch from ", inputs.first, inputs.all,
                         reason),
            text::format("call the model on that {} alone to see why",
                         inputs.count == 1 ? "input" : "batch")),
      item_(inputs.first) {}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void throw_with_item(const PassInputs& inputs, std::string_view model) {
  if (std::current_exception() == nullptr) throw;  // a thread's cancellation is no exception of C++
  try {
    throw;
  } catch (const std::exception& reason) {
    throw ForwardPassError(inputs, model, reason.what());
  } catch (...) {
    throw ForwardPassError(inputs, model, "not a std::exception");
  }
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/forward_pass.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE ForwardPassError::ForwardPassError(std::size_t item, std::size_t items,
                                                   std::string_view model, std::string_view reason)
    : Error("the forward pass threw",
            text::format("{}, inputs[{}] of {}: {}", model, item, items, reason),
            "call the model on that input alone to see why"),
      item_(item) {}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void throw_with_item(std::size_t item, std::size_t items, std::string_view model) {
  try {
    throw;
  } catch (const std::exception& reason) {
    throw ForwardPassError(item, items, model, reason.what());
  } catch (...) {
    throw ForwardPassError(item, items, model, "not a std::exception");
  }
}

}  // namespace perjoule::inline v0::detail

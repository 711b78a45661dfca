// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/forward_pass.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void throw_with_item(std::size_t item, std::size_t items, const char* model) {
  try {
    throw;
  } catch (const std::exception& reason) {
    throw ForwardPassError(item, items, model, reason.what());
  } catch (...) {
    throw ForwardPassError(item, items, model, "not a std::exception");
  }
}

}  // namespace perjoule::inline v0::detail

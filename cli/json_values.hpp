// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "perjoule/core/nan.hpp"

namespace perjoule::cli {

/// Its members stay in the order in which they were written.
using Json = nlohmann::ordered_json;

// What is missing is null, and neither 0 nor an empty text.

inline Json number_or_null(double number) {
  return is_finite(number) ? Json(number) : Json(nullptr);
}

inline Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "perjoule/core/nan.hpp"

// What is missing is null in JSON, and neither 0 nor an empty text.
namespace perjoule::cli {

inline nlohmann::ordered_json number_or_null(double number) {
  return is_finite(number) ? nlohmann::ordered_json(number) : nlohmann::ordered_json(nullptr);
}

inline nlohmann::ordered_json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

}  // namespace perjoule::cli

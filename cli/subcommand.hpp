// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"

namespace perjoule::cli {

/// The exit code for errors of usage, schema and I/O.
constexpr int usage_error = 2;

/// Refuses NaN, which CLI::Range takes for a number within its limits.
[[nodiscard]] inline CLI::Validator is_finite_number() {
  const auto problem = [](const std::string& text) {
    std::string_view rest = text;
    const std::optional<double> number = detail::take_number(rest);
    return number && !is_finite(*number) ? text + " is no finite number" : std::string();
  };
  return CLI::Validator(problem, "");
}

/// A subcommand of the program. Each function add_NAME() defines the options of one and returns
/// what to do if it was given; the options live in that function.
struct Subcommand {
  CLI::App* app = nullptr;
  /// Returns the exit code. An exception is an error message, and the exit code is `failure`.
  std::function<int()> run;
  int failure = usage_error;
};

}  // namespace perjoule::cli

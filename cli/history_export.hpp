// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "cli/history.hpp"

// A history as other tools read it. Numbers are in SI units and not rounded. A number that was not
// measured says so in its name wherever a format has no place of its own for that.
namespace perjoule::cli {

/// The formats of `perjoule history export`.
[[nodiscard]] const std::vector<std::string>& history_formats();

/// Takes a text part by part: all nights may be hundreds of megabytes.
using TextSink = std::function<void(const std::string& part)>;

/// Writes all values of all nights: a row for each process.
void write_points_as_csv(const History& history, const TextSink& sink);
/// Writes the same, with an object on a line for each night of a series, and its values as a list.
/// Names are byte for byte those of the runs.
void write_points_as_json_lines(const History& history, const TextSink& sink);

/// Returns a run in one of the other formats.
/// @source customSmallerIsBetter, customBiggerIsBetter:
///         https://github.com/benchmark-action/github-action-benchmark;
///         bmf: https://bencher.dev/docs/reference/bencher-metric-format/; openmetrics: OpenMetrics
///         1.0
[[nodiscard]] std::string run_as(const History& history, std::size_t night,
                                 const std::string& format);

}  // namespace perjoule::cli

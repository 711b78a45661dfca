// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdio>
#include <string>

#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/stats/summary.hpp"

/// Formats the result of a metric on a line: its value; "alone: " and its formula's value where the
/// items leave no interval, without which there is no result; or "none: " and the reason.
template <class Metric>
std::string answer_of(const Metric& metric) {
  const auto digits = [](double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    return std::string(text);
  };
  const perjoule::Quality quality = metric.result();
  if (quality.value.is_known()) return digits(quality.value.value);
  const auto rows = metric.per_item();
  const double value = quality.formula.value != nullptr ? quality.formula.value(rows)
                                                        : perjoule::summarize(rows).mean;
  if (perjoule::is_finite(value)) return "alone: " + digits(value);
  return std::string("none: ") + quality.why_no_value;
}

/// Returns the answer of `action`, or "refused: " and the error that perjoule throws. Any other
/// exception is a fault of the test and ends it.
template <class Action>
std::string answer_or_error(Action action) {
  try {
    return action();
  } catch (const perjoule::Error& error) {
    return std::string("refused: ") + error.what();
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "complaint.hpp"
#include "perjoule/quality/evaluate.hpp"

/// Returns a metric that has seen each output with its reference.
template <class Metric, class Outputs, class References>
Metric seen(Metric metric, const Outputs& outputs, const References& references) {
  for (std::size_t i = 0; i < references.size(); ++i) metric.add(outputs[i], references[i]);
  return metric;
}

/// Returns some numbers, so many times one after the other.
template <class Numbers>
Numbers repeated(const Numbers& numbers, std::size_t times) {
  Numbers all;
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), numbers.begin(), numbers.end());
  return all;
}

/// Whether values agree to the last digit, except for rounding, as reference tools print them.
inline bool agrees(double value, double expected) {
  return std::fabs(value - expected) <= 1e-12 * std::fmax(1.0, std::fabs(expected));
}

/// Whether the interval leaves room on both sides of the value, unless that is the best or worst
/// possible one.
inline bool surrounds_value(const perjoule::Quality& quality) {
  const perjoule::Interval<double>& interval = quality.value_interval;
  return interval.is_known() && interval.low <= quality.value.value &&
         quality.value.value <= interval.high && interval.low < interval.high;
}

inline bool mentions(const std::string& whole, const char* part) {
  return whole.find(part) != std::string::npos;
}

/// Read from memory at run time, so that -ffast-math can't decide that they do not exist.
inline double not_a_number() {
  const volatile std::uint64_t bits = 0x7FF8'0000'0000'0000U;
  return std::bit_cast<double>(std::uint64_t{bits});
}
inline double infinite() {
  const volatile std::uint64_t bits = 0x7FF0'0000'0000'0000U;
  return std::bit_cast<double>(std::uint64_t{bits});
}

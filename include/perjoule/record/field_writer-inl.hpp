// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/field_writer.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::inline v0::detail::record {

PERJOULE_INLINE FieldWriter& FieldWriter::count_or_null(std::string_view key, std::uint64_t value,
                                                        std::uint64_t unknown) {
  return value == unknown ? add(key, nullptr) : add(key, value);
}

PERJOULE_INLINE bool FieldWriter::flag_or_null(std::string_view key, bool value, bool is_known) {
  is_known ? add(key, value) : add(key, nullptr);
  return is_known;
}

PERJOULE_INLINE FieldWriter& FieldWriter::table(View<std::string_view> keys, std::size_t rows,
                                                View<double> table) {
  std::vector<double> column(rows);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t row = 0; row < rows; ++row) column[row] = table[row * keys.size() + i];
    numbers(keys[i], column);
  }
  return *this;
}

PERJOULE_INLINE FieldWriter& FieldWriter::interval(const Interval<double>& interval) {
  object("interval", Layout::line)
      .number_or_null("low", interval.low)
      .number_or_null("high", interval.high)
      .number("level", interval.level)
      .text("method", perjoule::name(interval.method));
  return *this;
}

PERJOULE_INLINE FieldWriter& FieldWriter::estimate(std::string_view key,
                                                   const Estimate<double>& estimate,
                                                   const Interval<double>& interval,
                                                   std::string_view why_missing) {
  FieldWriter written = object(key, Layout::line);
  written.text("provenance", perjoule::name(estimate.provenance));
  if (!estimate.is_known()) {
    written.add("value", nullptr).text("reason", why_missing.empty() ? "not known" : why_missing);
    return *this;
  }
  written.number("value", estimate.value)
      .number_or_null("random", estimate.random)
      .number("dof", estimate.dof)
      .number("common", estimate.common)
      .interval(interval);
  return *this;
}

PERJOULE_INLINE FieldWriter& FieldWriter::signed_estimate(std::string_view key,
                                                          const Estimate<double>& estimate,
                                                          std::string_view why_missing) {
  return this->estimate(key, estimate, perjoule::interval(estimate), why_missing);
}

PERJOULE_INLINE FieldWriter& FieldWriter::nonnegative(std::string_view key,
                                                      const Estimate<double>& estimate,
                                                      std::string_view why_missing) {
  return this->estimate(key, estimate, nonnegative_interval(estimate), why_missing);
}

}  // namespace perjoule::inline v0::detail::record

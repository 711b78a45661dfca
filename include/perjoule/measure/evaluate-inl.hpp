// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/measure/evaluate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_length(const MeasureOptions& plan, std::size_t references,
                                  std::size_t inputs) {
  if (references == inputs) return;
  fail(text::format("{} inputs but {} references", inputs, references), plan.label(),
       "give the metric one reference (a label) for each input, in the same order");
}

PERJOULE_INLINE void add_quality(Entry& entry, const Quality& quality, View<double> per_item) {
  PERJOULE_EXPECTS(per_item.size() % entry.inputs == 0);
  entry.quality.push_back(quality);
  entry.quality.back().columns = per_item.size() / entry.inputs;
  entry.per_item.insert(entry.per_item.end(), per_item.begin(), per_item.end());
}

PERJOULE_INLINE std::size_t items_of_all(const Together& with, std::size_t own) {
  if (with.sharing == Sharing::passes) return own;
  std::size_t all = 0;
  for (const std::string& count : with.team->collect(std::to_string(own))) {
    all += std::stoull(count);
  }
  return with.team->rank() == 0 ? all : own;
}

PERJOULE_INLINE void check_outputs(const MeasureOptions& plan, std::size_t outputs,
                                   std::size_t inputs) {
  if (outputs == inputs) return;
  fail(text::format("a batch of {} inputs gave {} outputs", inputs, outputs), plan.label(),
       "return one output for each input, in the same order");
}

}  // namespace perjoule::inline v0::detail

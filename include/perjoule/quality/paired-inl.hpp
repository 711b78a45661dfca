// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/quality/paired.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Bounded paired_difference(const Quality& a, View<double> rows_a, const Quality& b,
                                          View<double> rows_b, double level) {
  const bool same = a.metric == b.metric && a.signature == b.signature && a.columns == b.columns &&
                    rows_a.size() == rows_b.size();
  if (!same || rows_a.empty()) return {};
  if (a.formula.difference != nullptr) return a.formula.difference(a, rows_a, b, rows_b, level);
  if (a.columns != 1) return {};
  Buffer<double> differences(rows_a.size());
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = rows_a[i] - rows_b[i];
  const Estimate<double> mean = mean_of_independent(differences, Provenance::measured);
  return {mean, interval(mean, level)};
}

}  // namespace perjoule::inline v0

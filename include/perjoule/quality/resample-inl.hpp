// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/quality/resample.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<double> values_without_one(const ItemFormula& formula, View<double> rows,
                                                  std::size_t columns) {
  const std::size_t items = rows.size() / columns;
  const std::size_t groups = items < most_left_out ? items : most_left_out;
  Buffer<double> values(groups);
  for (std::size_t group = 0; group < groups; ++group) {
    const std::size_t begin = group * items / groups * columns;
    const std::size_t end = (group + 1) * items / groups * columns;
    Buffer<double> rest;
    rest.append({rows.data(), begin});
    rest.append({rows.data() + end, rows.size() - end});
    values[group] = rest.empty() ? no_number() : formula.of(rest, formula.parameters);
  }
  return values;
}

PERJOULE_INLINE Resamples resampled(const ItemFormula& formula, View<double> rows,
                                    std::size_t columns) {
  if (formula.of_sums) {
    // Sums are a row of their own: the sums of one row.
    const auto of_sums = [&](View<double> sums) { return formula.of(sums, formula.parameters); };
    return resample(rows, columns, of_sums, quality_seed, quality_resamples);
  }
  const std::size_t n = rows.size() / columns;
  const std::size_t m = n < most_drawn ? n : most_drawn;
  const double shrink = math::square_root(static_cast<double>(m) / static_cast<double>(n));
  Resamples resamples;
  resamples.value = formula.of(rows, formula.parameters);
  resamples.acceleration = m < n ? 0.0 : acceleration(values_without_one(formula, rows, columns));
  resamples.values = Buffer<double>(quality_resamples);
  Random random(quality_seed);
  Buffer<std::uint32_t> places(m);
  Buffer<double> drawn(m * columns);
  for (double& value : resamples.values) {
    draw(random, places, n);
    double* to = drawn.data();
    for (const std::uint32_t place : places) {
      const double* const from = rows.data() + place * columns;
      for (std::size_t c = 0; c < columns; ++c) *to++ = from[c];
    }
    const double of_drawn = formula.of(drawn, formula.parameters);
    value = resamples.value + shrink * (of_drawn - resamples.value);
  }
  return resamples;
}

PERJOULE_INLINE Bounded of_resamples(Resamples resamples, double level) {
  const std::size_t drawn = resamples.values.size();
  resamples.values = finite_of(resamples.values);
  const Buffer<double> known = usable(resamples.values);
  if (5 * known.size() < 4 * drawn) return {};
  return {
      {resamples.value, summarize(known).standard_deviation, known_dof, 0.0, Provenance::measured},
      bca_interval(resamples, level)};
}

PERJOULE_INLINE Bounded resampled_difference(const Quality& a, View<double> rows_a,
                                             const Quality& b, View<double> rows_b, double level) {
  Resamples of_a = resampled(a.formula, rows_a, a.columns);
  const Resamples of_b = resampled(b.formula, rows_b, b.columns);
  of_a.value -= of_b.value;
  for (std::size_t i = 0; i < of_a.values.size(); ++i) of_a.values[i] -= of_b.values[i];
  Buffer<double> without_one = values_without_one(a.formula, rows_a, a.columns);
  const Buffer<double> without_b = values_without_one(b.formula, rows_b, b.columns);
  for (std::size_t i = 0; i < without_one.size(); ++i) without_one[i] -= without_b[i];
  of_a.acceleration = acceleration(without_one);
  return of_resamples(of_a, level);
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/resample.hpp"
#include "perjoule/record/cost.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/score/contender.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/stats/bootstrap.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0 {

/// Entries as contenders: the quality of each by one metric, and what it costs.
///
/// Where each kept what it was right about, item by item, the qualities are drawn jointly: the same
/// items for all, so that one which is hard for every model makes no difference between two. They
/// must be of the same test set in the same order, which nothing here can know.
class EntryField {
 public:
  /// @param entries  with as many metrics, in one order
  /// @param costs    one or two
  /// @param metric   index into the entries' quality
  /// @throws Error for entries that lack the metric or have another in its place, and what Field
  ///         throws: for energies of different scopes or kinds
  PERJOULE_COLD explicit EntryField(const Entries& entries, Few<Cost, 2> costs = {Cost::energy},
                                    std::size_t metric = 0)
      : field_(fielded(entries, costs, metric, draws_)) {}
  EntryField(const EntryField&) = delete;  // the field borrows the draws
  EntryField& operator=(const EntryField&) = delete;

  [[nodiscard]] const Field& field() const noexcept { return field_; }

 private:
  [[nodiscard]] PERJOULE_COLD static const Quality& quality_of(const Entry& entry,
                                                               std::size_t metric) {
    if (metric < entry.quality.size()) return entry.quality[metric];
    detail::fail("a model without a quality is not ranked", entry.plan.name.chars,
                 "measure it with a metric");
  }

  /// The metric on the same resamples of the items for each entry, one entry behind the other;
  /// empty where one entry did not keep them, or a resample has no value.
  [[nodiscard]] PERJOULE_COLD static Buffer<double> drawn(const Entries& entries,
                                                          std::size_t metric) {
    Buffer<double> draws;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Quality& quality = entries[i].quality[metric];
      const View<double> rows = per_item_of(entries[i], metric);
      const bool is_mean = quality.formula.of == nullptr;
      if (rows.empty() || rows.size() != per_item_of(entries[0], metric).size() ||
          (is_mean && quality.columns != 1)) {
        return {};
      }
      ItemFormula formula = quality.formula;
      if (is_mean) formula.of = mean_of_rows;
      const Resamples resamples = detail::resampled(formula, rows, quality.columns);
      for (const double value : resamples.values) {
        if (!is_finite(value)) return {};
      }
      draws.append(resamples.values);
    }
    return draws;
  }
  [[nodiscard]] PERJOULE_COLD static double mean_of_rows(View<double> rows, const double*) {
    return summarize(rows).mean;
  }

  [[nodiscard]] PERJOULE_COLD static Field fielded(const Entries& entries,
                                                   const Few<Cost, 2>& costs, std::size_t metric,
                                                   Buffer<double>& draws) {
    Few<Axis, 3> axes;
    Buffer<Contender> contenders;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Quality& quality = quality_of(entries[i], metric);
      const Quality& first = quality_of(entries[0], metric);
      if (!(quality.metric == first.metric) || !(quality.signature == first.signature)) {
        const text::Long pair =
            text::format("%s (%s) and %s (%s)", entries[0].plan.name.chars, first.metric.chars,
                         entries[i].plan.name.chars, quality.metric.chars);
        detail::fail("two metrics are not ranked together", pair.chars,
                     "measure all models with the same metric and the same options");
      }
    }
    if (entries.size() != 0) {
      const Quality& first = entries[0].quality[metric];
      axes.push_back({first.metric, AxisRole::quality, first.higher_is_better, AxisScale::linear});
      draws = drawn(entries, metric);
    }
    for (const Cost cost : costs) axes.push_back(cost_axis(detail::cost_of(Entry{}, cost).name));
    const std::size_t count = entries.size() == 0 ? 0 : draws.size() / entries.size();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Entry& entry = entries[i];
      const Quality& quality = entry.quality[metric];
      Contender contender;
      contender.name = entry.plan.name;
      contender.coordinates.push_back(
          {quality.value, {draws.data() + i * count, count}, quality.value_interval});
      for (const Cost cost : costs) {
        contender.coordinates.push_back({detail::cost_of(entry, cost).estimate, {}, {}});
        if (cost != Cost::energy && cost != Cost::active_energy) continue;
        contender.scope = entry.meter.scope;
        contender.meter = entry.meter.source;
      }
      contenders.push_back(contender);
    }
    return Field(View<Axis>(axes.begin(), axes.size()), contenders);
  }

  Buffer<double> draws_;
  Field field_;
};

}  // namespace perjoule::inline v0

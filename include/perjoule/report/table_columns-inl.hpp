// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/table_columns.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE IntervalEstimate<double> with_interval(const Estimate<double>& estimate) noexcept {
  return {estimate, nonnegative_interval(estimate)};
}

PERJOULE_INLINE IntervalEstimate<double> column_value(const Entry& entry,
                                                      const ColumnSource& source) noexcept {
  switch (source.kind) {
    case ColumnSource::Kind::metric:
      for (const Quality& quality : entry.quality) {
        if (quality.metric == source.name) return {quality.value, quality.value_interval};
      }
      return {};
    case ColumnSource::Kind::score:
      for (const Score& score : entry.scores) {
        if (score.name == source.name) return {score.value, score.interval};
      }
      return {};
    case ColumnSource::Kind::time:
      return with_interval(strip_unit(entry.wall_time));
    case ColumnSource::Kind::cpu_time:
      return with_interval(strip_unit(entry.cpu_time));
    case ColumnSource::Kind::energy:
      return with_interval(strip_unit(entry.energy));
    case ColumnSource::Kind::active_energy: {
      const Estimate<double> energy = strip_unit(entry.active_energy);  // which may be negative
      return {energy, interval(energy)};
    }
    case ColumnSource::Kind::stored:
      return with_interval(strip_unit(entry.footprint.stored));
    case ColumnSource::Kind::compressed:
      return with_interval(strip_unit(entry.footprint.compressed));
    case ColumnSource::Kind::resident:
      return with_interval(strip_unit(entry.footprint.resident));
    case ColumnSource::Kind::peak:
      return with_interval(strip_unit(entry.heap.peak));
    case ColumnSource::Kind::inflation:
      break;
  }
  return with_interval(entry.footprint.inflation);
}

PERJOULE_INLINE bool contains(const std::vector<ColumnSource>& columns, std::string_view name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const ColumnSource& column) { return column.name == name; });
}

/// Returns all that an efficiency table can show of some entries: metrics first.
PERJOULE_INLINE std::vector<ColumnSource> column_sources(Entries entries) {
  using Kind = ColumnSource::Kind;
  std::vector<ColumnSource> sources;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Quality& quality : entries[i].quality) {
      const std::string_view metric = quality.metric;
      if (contains(sources, metric)) continue;
      sources.push_back({.kind = Kind::metric,
                         .name = metric,
                         .title = metric,
                         .unit = quality.unit,
                         .is_always_shown = true});
    }
  }
  static constexpr ColumnSource others[] = {
      {Kind::time, "time", "time/item", "s"},
      {Kind::cpu_time, "cpu_time", "CPU time/item", "s"},
      {Kind::energy, "energy", "energy/item", "J", "", true},
      {Kind::active_energy, "active_energy", "active energy/item", "J"},
      {Kind::stored, "stored", "stored", "B"},
      {Kind::compressed, "compressed", "compressed", "B"},
      {Kind::resident, "resident", "resident", "B"},
      {Kind::inflation, "inflation", "inflation"},
      {Kind::peak, "peak", "peak", "B"},
      {Kind::score, "quality_per_joule", "quality", "J"},
      {Kind::score, "quality_per_active_joule", "quality", "J", " active"},
      {Kind::score, "quality_per_second", "quality", "s"},
      {Kind::score, "quality_per_stored_byte", "quality", "B", " stored"},
      {Kind::score, "quality_per_compressed_byte", "quality", "B", " compressed"},
      {Kind::score, "quality_per_resident_byte", "quality", "B", " resident"},
      {Kind::score, "quality_per_peak_byte", "quality", "B", " peak"},
      {Kind::score, "quality_per_moved_byte", "quality", "B", " moved"}};
  sources.insert(sources.end(), std::begin(others), std::end(others));
  return sources;
}

PERJOULE_INLINE bool has_number(Entries entries, const ColumnSource& source) noexcept {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (column_value(entries[i], source).estimate.is_known()) return true;
  }
  return false;
}

/// Tells whether a column of some entries has something to show, if only that a number is missing.
PERJOULE_INLINE bool has_cells(Entries entries, const ColumnSource& source) noexcept {
  return source.is_always_shown || has_number(entries, source);
}

/// Returns the columns of a table by default. Where joules cannot rank models, CPU time stands in
/// for memory and score.
PERJOULE_INLINE std::vector<ColumnSource> default_columns(Entries entries,
                                                          const std::vector<ColumnSource>& all) {
  const bool by_joules = rank_by_energy(entries);
  const std::size_t most = by_joules ? 6 : 5;  // a modelled energy takes the room of two
  std::vector<std::string_view> names{"time", "energy", "stored"};
  if (by_joules) {
    const bool has_peak = has_number(entries, {ColumnSource::Kind::peak, "peak", ""});
    names.insert(names.end(), {has_peak ? "peak" : "resident", "quality_per_joule"});
  } else {
    names.push_back("cpu_time");
  }
  std::vector<ColumnSource> columns;
  std::vector<ColumnSource> others;
  for (const ColumnSource& source : all) {
    if (source.kind == ColumnSource::Kind::metric) {
      columns.push_back(source);
    } else if (std::find(names.begin(), names.end(), source.name) != names.end() &&
               has_cells(entries, source)) {
      others.push_back(source);
    }
  }
  columns.resize(std::min(columns.size(), most - others.size()));
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

PERJOULE_INLINE std::vector<ColumnSource> selected_columns(Entries entries,
                                                           const TableOptions& options) {
  const std::vector<ColumnSource> all = column_sources(entries);
  std::vector<ColumnSource> selected;
  for (const std::string& name : options.columns) {
    if (name == "default") {
      const std::vector<ColumnSource> some = default_columns(entries, all);
      selected.insert(selected.end(), some.begin(), some.end());
      continue;
    }
    if (name != "full" && !contains(all, name)) {
      std::string names;
      for (const ColumnSource& known : all) names += std::string(known.name) + ", ";
      fail("a column of a table", text::format("there is no '{}'", name),
           text::format("name one of {}default and full", names));
    }
    for (ColumnSource source : all) {
      const bool is_named = source.name == name;
      if (!is_named && (name != "full" || !has_cells(entries, source))) continue;
      if (is_named) source.is_always_shown = true;  // whoever names a column wants to see it
      if (!contains(selected, source.name)) selected.push_back(source);
    }
  }
  return selected;
}

PERJOULE_INLINE std::string hidden_columns(Entries entries,
                                           const std::vector<ColumnSource>& selected) {
  std::string names;
  for (const ColumnSource& source : column_sources(entries)) {
    if (contains(selected, source.name) || !has_cells(entries, source)) continue;
    names += (names.empty() ? "" : ", ") + std::string(source.name);
  }
  return names;
}

PERJOULE_INLINE std::string column_head(const ColumnSource& source, double factor) {
  if (source.unit.empty()) return std::string(source.title);
  if (source.kind == ColumnSource::Kind::metric) {
    return text::format("{} ({})", source.title, source.unit);
  }
  if (source.kind == ColumnSource::Kind::score) {  // 1e6/J reads 1/uJ
    return text::format("{}/{}{}{}", source.title, text::prefix_of(1.0 / factor).symbol,
                        source.unit, source.suffix);
  }
  return text::format("{} ({}{})", source.title, text::prefix_of(factor).symbol, source.unit);
}

PERJOULE_INLINE bool is_disturbed(const Entry& entry, const ColumnSource& source) {
  if (source.kind == ColumnSource::Kind::metric) return false;
  const std::string_view name = source.name;
  const bool is_time = name == "time" || name == "quality_per_second";
  const bool is_of_windows =
      is_time || name == "cpu_time" || name.ends_with("energy") || name.ends_with("joule");
  const bool is_unstable = entry.samples.outcome == Outcome::unstable;
  return (is_time && is_interrupted(entry)) || (is_of_windows && is_unstable);
}

}  // namespace perjoule::inline v0::detail

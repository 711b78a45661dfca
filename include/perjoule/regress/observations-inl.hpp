// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/regress/observations.hpp"

namespace perjoule::inline v0::detail {

/// Numbers of an entry that a metric of quality may not be mistaken for.
inline constexpr std::string_view own_numbers[] = {
    "time", "cpu_time",    "energy",    "stored",      "compressed",  "resident",
    "peak", "allocations", "allocated", "peak_memory", "instructions"};

/// Collects the numbers of one entry.
class EntryObserver {
 public:
  explicit EntryObserver(const Entry& entry) : entry_(entry) {
    common_.benchmark = entry.plan.label();
    common_.machine = entry.environment.machine.key;
    common_.task = task_fields(entry);
    common_.workload = workload_key(common_.task);
  }

  [[nodiscard]] std::vector<Observations> take() { return std::move(all_); }

  /// Adds a number with a value for each process; those that are not finite are left out.
  Observations& add(std::string_view metric, std::string_view unit, Provenance provenance,
                    const std::vector<double>& values) {
    const auto times = std::count_if(all_.begin(), all_.end(), [&](const Observations& other) {
      return other.metric == metric || other.metric.starts_with(std::string(metric) + " #");
    });
    Observations& of = all_.emplace_back(common_);
    of.metric = metric;
    if (times > 0) of.metric += " #" + std::to_string(times + 1);  // such as top-1 and top-5
    of.unit = unit;
    of.provenance = provenance;
    std::copy_if(values.begin(), values.end(), std::back_inserter(of.values),
                 [](double value) { return is_finite(value); });
    return of;
  }

  void add(std::string_view metric, std::string_view unit, const Estimate<double>& estimate,
           bool is_counted) {
    if (!estimate.is_known()) return;
    add(metric, unit, estimate.provenance, {estimate.value}).is_counted = is_counted;
  }

  void add_file_size(std::string_view metric, const Estimate<double>& bytes) {
    if (!bytes.is_known()) return;
    Observations& of = add(metric, "B", bytes.provenance, {bytes.value});
    of.is_counted = of.is_of_files = true;
  }

  /// Adds a counted event: its mean per run or per item. It was the same each time if the mean has
  /// no uncertainty.
  void add_event(const CountedEvent& event) {
    const Estimate<double>& mean = event.per_item;
    if (!mean.is_known()) return;
    const bool is_the_same =
        entry_.command.runs_asked != 0 && mean.random == 0.0 && mean.dof >= 1.0 && mean.dof < 1e6;
    const auto times = is_the_same ? static_cast<std::size_t>(mean.dof) + 1 : 1;
    Observations& of = add(event.event.name, event.event.unit, mean.provenance,
                           std::vector<double>(times, mean.value));
    of.is_counted = event.event.unit.empty() && event.share == 1.0;
  }

  /// Adds a number that each window has per item. Each window of a command is a process.
  void add_per_item(std::string_view metric, std::string_view unit,
                    const Estimate<double>& estimate, Samples::Column column) {
    if (!estimate.is_known()) return;
    std::vector<double> values;
    if (entry_.command.runs_asked == 0) values.push_back(estimate.value);
    for (std::size_t i = 0; entry_.command.runs_asked != 0 && i < entry_.samples.windows(); ++i) {
      values.push_back(entry_.samples.at(i, column) / entry_.samples.at(i, Samples::items));
    }
    Observations& of = add(metric, unit, estimate.provenance, values);
    if (column == Samples::energy) of.scope = entry_.meter.scope;
  }

  void add_qualities() {
    for (std::size_t i = 0; i < entry_.quality.size(); ++i) {
      const Quality& quality = entry_.quality[i];
      if (!quality.value.is_known()) continue;
      // A command that printed the same number each time: nothing else is known of how sure it is.
      const bool is_the_same = entry_.command.runs > 1 && !is_finite(quality.value.random);
      const std::vector<double> values(is_the_same ? entry_.command.runs : 1, quality.value.value);
      const bool is_taken = std::find(std::begin(own_numbers), std::end(own_numbers),
                                      std::string_view(quality.metric)) != std::end(own_numbers);
      Observations& of = add(is_taken ? quality.metric + " (quality)" : quality.metric,
                             quality.unit, quality.value.provenance, values);
      of.better = !quality.is_direction_known ? Direction::unknown
                  : quality.higher_is_better  ? Direction::higher
                                              : Direction::lower;
      const View<double> rows = per_item_of(entry_, i);
      of.qualities.push_back({quality, {rows.data(), rows.data() + rows.size()}});
    }
  }

 private:
  const Entry& entry_;
  Observations common_;
  std::vector<Observations> all_;
};

/// @throws Error naming what differs between two processes of one benchmark
PERJOULE_INLINE void expect_alike(const Observations& a, const Observations& b) {
  const auto expect = [&](std::string_view what, const std::string& in_a, const std::string& in_b) {
    if (in_a == in_b) return;
    fail("the processes of one side are not alike",
         text::format("{} of {}: {} '{}' and '{}'", a.metric, a.benchmark, what, in_a, in_b),
         "compare runs of one machine, one workload and one version of the metric");
  };
  expect("machine", a.machine, b.machine);
  expect("workload", a.workload, b.workload);
  expect("unit", a.unit, b.unit);
  expect("scope", std::string(name(a.scope)), std::string(name(b.scope)));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE TaskFields task_fields(const Entry& entry) {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  TaskFields fields{{"dataset", entry.plan.dataset},
                    {"test_set_hash", entry.test_set_hash},
                    {"inputs", number(entry.inputs)},
                    {"batch", number(entry.plan.batch)},
                    {"callers", number(entry.plan.callers)},
                    {"caches", std::string(name(entry.plan.caches))},
                    {"prepared", entry.prepared ? "yes" : "no"}};
  for (const Quality& quality : entry.quality) {
    fields.push_back(
        {quality.metric, text::format("{}, n = {}", quality.signature, quality.items)});
  }
  return fields;
}

PERJOULE_INLINE std::string workload_key(const TaskFields& task) {
  std::string all;
  for (const auto& [field, value] : task) {
    all += text::format("{} {} {} {}\n", field.size(), field, value.size(), value);
  }
  return detail::fnv1a_hex(all);
}

PERJOULE_INLINE std::vector<Observations> observations_of(const Entry& entry) {
  using detail::strip_unit;
  detail::EntryObserver observer(entry);
  observer.add_qualities();
  observer.add_per_item("time", "s", strip_unit(entry.wall_time), Samples::wall);
  observer.add_per_item("cpu_time", "s", strip_unit(entry.cpu_time), Samples::cpu);
  observer.add_per_item("energy", "J", strip_unit(entry.energy), Samples::energy);
  observer.add_file_size("stored", strip_unit(entry.footprint.stored));
  observer.add_file_size("compressed", strip_unit(entry.footprint.compressed));
  observer.add("resident", "B", strip_unit(entry.footprint.resident), true);
  observer.add("peak", "B", strip_unit(entry.heap.peak), true);
  if (is_finite(entry.heap.allocations)) {
    observer.add("allocations", "", Provenance::measured, {entry.heap.allocations}).is_counted =
        true;
    observer.add("allocated", "B", Provenance::measured, {entry.heap.allocated}).is_counted = true;
  }
  if (!entry.command.peak_memory.empty()) {
    observer.add("peak_memory", "B", Provenance::measured, entry.command.peak_memory);
  }
  for (const CountedEvent& event : entry.events.events) observer.add_event(event);
  return observer.take();
}

PERJOULE_INLINE void add_processes(std::vector<Observations>& all, std::vector<Observations> more) {
  using Key = std::pair<std::string_view, std::string_view>;
  std::map<Key, std::size_t> place_of;
  for (std::size_t i = 0; i < all.size(); ++i) {
    place_of[Key(all[i].benchmark, all[i].metric)] = i;
  }
  std::vector<Observations> others;
  for (Observations& one : more) {
    const auto found = place_of.find(Key(one.benchmark, one.metric));
    if (found == place_of.end()) {
      others.push_back(std::move(one));
      continue;
    }
    Observations& of = all[found->second];
    detail::expect_alike(of, one);
    of.provenance = worst(of.provenance, one.provenance);
    of.is_counted = of.is_counted && one.is_counted;
    of.values.insert(of.values.end(), one.values.begin(), one.values.end());
    of.starts.insert(of.starts.end(), one.starts.begin(), one.starts.end());
    std::move(one.qualities.begin(), one.qualities.end(), std::back_inserter(of.qualities));
  }
  std::move(others.begin(), others.end(), std::back_inserter(all));
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/record/meter_record.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

// Each function writes an object or an array, and has the name that it has in the schema.
namespace perjoule::inline v0::detail::record {

/// Returns NaN for 0, since a number that could not be read is kept as 0 and written as null.
/// @unit that of the number
[[nodiscard]] constexpr double or_null(double number) noexcept {
  return number == 0.0 ? quiet_nan() : number;
}

/// Adds a count, or null for 0, which means "not given".
PERJOULE_INLINE void add_count(Object& object, std::string_view key, std::uint64_t count) {
  count == 0 ? object.add(key, nullptr) : object.add(key, count);
}

PERJOULE_INLINE void add_interval(Object& object, const Interval<double>& interval) {
  object.object("interval", Layout::line)
      .add("low", interval.low)
      .add("high", interval.high)
      .add("level", interval.level)
      .add("method", name(interval.method));
}

PERJOULE_INLINE void add_estimate(Object& object, std::string_view key,
                                  const Estimate<double>& estimate,
                                  const Interval<double>& interval, std::string_view why_missing) {
  Object written = object.object(key, Layout::line);
  written.add("provenance", name(estimate.provenance));
  if (!estimate.is_known()) {
    written.add("value", nullptr).add("reason", why_missing.empty() ? "not known" : why_missing);
    return;
  }
  written.add("value", estimate.value)
      .add("random", estimate.random)
      .add("dof", estimate.dof)
      .add("common", estimate.common);
  add_interval(written, interval);
}

/// Of a quantity that cannot be negative.
template <class Q>
void add_estimate(Object& object, std::string_view key, const Estimate<Q>& estimate,
                  std::string_view why_missing) {
  const Estimate<double> number = strip_unit(estimate);
  add_estimate(object, key, number, nonnegative_interval(number), why_missing);
}

PERJOULE_INLINE void write_build(Object object, const Build& build) {
  object.add("compiler", build.compiler);
  if (build.compiler.empty()) {
    object.add("optimized", nullptr).add("fast_math", nullptr);
  } else {
    object.add("optimized", build.optimized).add("fast_math", build.fast_math);
  }
}

PERJOULE_INLINE void write_run(Object object, const Run& run, const Build& build) {
  object.add("perjoule_version", version)
      .add("id", run.id)
      .add("started_utc", run.utc)
      .add("git_commit", run.commit)
      // Only git itself can tell whether the checkout has uncommitted changes, and the library does
      // not run it.
      .add("git_dirty", nullptr)
      .add("command", run.command);
  write_build(object.object("build", Layout::line), build);
}

PERJOULE_INLINE void write_machine(Object object, const Machine& machine) {
  object.add("key", machine.key)
      .add("host_processor_model_name", machine.processor)
      .add("host_processor_core_count", or_null(static_cast<double>(machine.cores)))
      .add("host_memory_capacity_b", or_null(machine.memory.si()))
      .add("operating_system", machine.kernel)
      .add("cpu_frequency_governor", machine.governor);
}

PERJOULE_INLINE void write_model(Object object, const MeasureOptions& plan) {
  object.add("name", plan.label()).add("format", plan.format);
  add_count(object, "parameters", plan.parameters);
  add_count(object, "non_zero_parameters", plan.non_zero_parameters);
  object.add("weights_file", base_name(plan.weights));
}

PERJOULE_INLINE void write_task(Object object, const Entry& entry) {
  object.add("dataset", entry.plan.dataset)
      .add("n", entry.inputs)
      .add("batch", entry.plan.batch)
      .add("callers", entry.plan.callers)
      .add("caches", name(entry.plan.caches))
      .add("prepared", entry.prepared);
}

PERJOULE_INLINE void write_plan(Object object, const MeasureOptions& plan) {
  object.add("relative_halfwidth", plan.relative_halfwidth)
      .add("budget_s", plan.budget.si())
      .add("seed", plan.seed);
}

PERJOULE_INLINE void write_quality(Object object, const Quality& quality, View<double> per_item) {
  object.add("metric", quality.metric)
      .add("signature", quality.signature)
      .add("higher_is_better", quality.higher_is_better)
      .add("unit", quality.unit);
  add_count(object, "n", quality.items);
  object.add("trivial", quality.trivial).add("perfect", quality.perfect);
  add_estimate(object, "value", quality.value, quality.value_interval, quality.why_no_value);
  add_estimate(object, "skill", quality.skill, quality.skill_interval, quality.why_no_skill);
  object.add("per_item_columns", quality.formula.columns).add("per_item", per_item);
}

PERJOULE_INLINE void write_time(Object object, const Entry& entry) {
  add_estimate(object, "wall_s_per_item", entry.wall_time, entry.samples.why_dropped);
  add_estimate(object, "cpu_s_per_item", entry.cpu_time, entry.samples.why_dropped);
}

PERJOULE_INLINE void write_energy(Object object, const Entry& entry) {
  const Samples& samples = entry.samples;
  add_estimate(object, "total_j_per_item", entry.energy, samples.why_dropped);
  const Estimate<double> active = strip_unit(entry.active_energy);  // which may be negative
  add_estimate(object, "active_j_per_item", active, perjoule::interval(active),
               entry.energy.is_known() ? samples.why_no_idle : samples.why_dropped);
  Estimate<Watts> idle = samples.idle;  // without the gain, which cancels in the active energy
  idle.common = Watts(std::hypot(idle.common.si(), samples.gain.whole * idle.value.si()));
  add_estimate(object, "idle_w", idle, samples.why_no_idle);
  const bool is_known = entry.energy.is_known() && has_known_gain(entry.meter);
  object.object("gain", Layout::line)
      .add("share", is_known ? samples.gain.whole : quiet_nan())
      .add("share_between_workloads", is_known ? samples.gain.between : quiet_nan());
}

PERJOULE_INLINE void write_heap(Object object, const HeapUsage& heap) {
  object.add("source", name(heap.source))
      .add("passes", heap.passes)
      .add("allocations_per_pass", heap.allocations)
      .add("allocated_b_per_pass", heap.allocated)
      .add("kept_b_per_pass", heap.retained);
}

PERJOULE_INLINE void write_files(Array array, const ModelFiles& files) {
  for (const ModelFile& file : files) {
    array.object(Layout::line)
        .add("role", file.role)
        .add("name", file.name)
        .add("bytes_b", file.bytes.si());
  }
}

PERJOULE_INLINE void write_memory(Object object, const Entry& entry) {
  const Footprint& footprint = entry.footprint;
  const ProcessMemory& process = entry.process;
  add_estimate(object, "stored_b", footprint.stored, "no file of the model was named");
  add_estimate(object, "weights_b", footprint.weights, "no file of weights was named");
  add_estimate(object, "compressed_b", footprint.compressed,
               "how small the files are when compressed was not given");
  add_estimate(object, "resident_b", footprint.resident, "no buffers of weights were named");
  add_estimate(object, "inflation", footprint.inflation,
               "the bytes of the weights on disk or in memory are missing");
  add_estimate(object, "process_resident_b", process.resident, entry.why_no_process);
  add_estimate(object, "process_proportional_b", process.proportional, entry.why_no_process);
  add_estimate(object, "process_peak_b", process.peak_resident, entry.why_no_process);
  add_estimate(object, "process_limit_b", entry.memory_limit, entry.why_no_limit);
  add_estimate(object, "peak_b", entry.heap.peak, entry.heap.why_missing);
  write_heap(object.object("heap", Layout::line), entry.heap);
  write_files(object.array("files"), footprint.files);
}

PERJOULE_INLINE void write_scores(Array array, View<Score> scores) {
  for (const Score& score : scores) {
    Object object = array.object(Layout::line);
    object.add("name", score.name).add("metric", score.metric).add("unit", score.unit);
    add_estimate(object, "value", score.value, score.interval,
                 "the skill or what it is divided by is missing");
  }
}

PERJOULE_INLINE void write_events(Array array, View<CountedEvent> events) {
  for (const CountedEvent& counted : events) {
    const Event& event = counted.event;
    Object object = array.object(Layout::line);
    object.add("name", event.name).add("unit", event.unit).add("share", counted.share);
    add_estimate(object, "per_item", counted.per_item, event.why_missing);
  }
}

PERJOULE_INLINE void write_figures(Array array, View<DerivedMetric> figures) {
  for (const DerivedMetric& figure : figures) {
    Object object = array.object(Layout::line);
    object.add("name", figure.name).add("unit", figure.unit).add("formula", figure.formula);
    add_estimate(object, "value", figure.value, figure.interval, "");
  }
}

PERJOULE_INLINE void write_counters(Object object, const Entry& entry) {
  object.add("source", entry.events.source).add("extent", name(entry.events.extent));
  write_events(object.array("events"), entry.events.events);
  write_figures(object.array("figures"), entry.derived_metrics);
}

PERJOULE_INLINE void write_latency(Object object, const Latency& latency) {
  object.add("calls", latency.calls);
  Array percentiles = object.array("percentiles");
  for (const Percentile& of : latency.percentiles) {
    Object percentile = percentiles.object(Layout::line);
    percentile.add("share", of.share).add("value_s", of.value.si());
    if (of.interval.is_known()) {
      add_interval(percentile, {of.interval.low.si(), of.interval.high.si(), of.interval.level,
                                of.interval.method});
    } else {
      percentile.add("reason", "too few calls were timed by themselves");
    }
  }
}

PERJOULE_INLINE void write_samples(Object object, const Samples& samples) {
  object.add("outcome", name(samples.outcome))
      .add("windows", samples.windows())
      .add("dropped", samples.dropped)
      .add("why_dropped", samples.why_dropped)
      .add("pieces", samples.slices.all)
      .add("interrupted_pieces", samples.slices.interrupted)
      .add("others_cpu_share", samples.others_cpu_share);
  static constexpr std::string_view keys[] = {"items",        "wall_s",          "cpu_s",
                                              "energy_j",     "energy_random_j", "energy_common_j",
                                              "others_cpu_s", "steal_s",         "temperature_c",
                                              "frequency_hz", "clean_s",         "clean_items"};
  static_assert(std::size(keys) == Samples::columns);
  for (std::size_t column = 0; column < Samples::columns; ++column) {
    Array numbers = object.array(keys[column], Layout::line);
    for (std::size_t i = 0; i < samples.windows(); ++i) {
      numbers.add(samples.at(i, Samples::Column{column}));
    }
  }
}

PERJOULE_INLINE void write_validity(Object object, const Caveats& caveats) {
  object.add("ok", caveats.empty());
  {
    Array flags = object.array("flags", Layout::line);
    for (const Caveat& caveat : caveats) flags.add(name(caveat.flag));
  }
  Array reasons = object.array("reasons");
  for (const Caveat& caveat : caveats) reasons.add(caveat.reason);
}

PERJOULE_INLINE void write_entry(Object object, const Entry& entry, std::size_t meter) {
  object.add("meter", meter);
  write_model(object.object("model", Layout::line), entry.plan);
  write_task(object.object("task", Layout::line), entry);
  write_plan(object.object("plan", Layout::line), entry.plan);
  {
    Array qualities = object.array("quality");
    for (std::size_t i = 0; i < entry.quality.size(); ++i) {
      write_quality(qualities.object(), entry.quality[i], per_item_of(entry, i));
    }
  }
  write_time(object.object("time"), entry);
  write_energy(object.object("energy"), entry);
  write_memory(object.object("memory"), entry);
  write_scores(object.array("scores"), entry.scores);
  write_counters(object.object("counters"), entry);
  write_latency(object.object("latency"), entry.samples.latency);
  write_latency(object.object("first_item"), entry.samples.first_item);
  write_samples(object.object("samples"), entry.samples);
  write_validity(object.object("validity"), caveats(entry));
}

PERJOULE_INLINE void write_record(Object object, Entries entries) {
  const Entry& first = entries[0];
  object.add("schema", "perjoule.run/1");
  write_run(object.object("run"), first.environment.run, first.build);
  write_machine(object.object("machine"), first.environment.machine);
  const std::vector<std::size_t> meter_of = write_meters(object.array("meters"), entries);
  Array array = object.array("entries");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    write_entry(array.object(), entries[i], meter_of[i]);
  }
}

/// @throws Error if the entries are not of one machine, or if there are none
PERJOULE_INLINE void expect_one_machine(Entries entries) {
  if (entries.size() == 0) {
    fail("a run record without entries", "nothing was measured", "call measure() first");
  }
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].environment.machine.key != entries[0].environment.machine.key) {
      fail("two machines in one run record", entries[i].plan.label(),
           "write one record for each machine");
    }
  }
}

}  // namespace perjoule::inline v0::detail::record

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string to_json(Entries entries) {
  detail::record::expect_one_machine(entries);
  JsonWriter json;
  detail::record::write_record(json.object(), entries);
  return json.text() + '\n';
}

PERJOULE_INLINE void write_json(const std::string& path, Entries entries) {
  write_file(path, to_json(entries));
}

}  // namespace perjoule::inline v0

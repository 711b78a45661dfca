// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void put_estimate(JsonWriter& json, const char* key,
                                  const Estimate<double>& estimate,
                                  const Interval<double>& interval,
                                  const char* why_missing) noexcept {
  json.put("%s: {'provenance': %s, ", key, name(estimate.provenance));
  if (!estimate.is_known()) {
    json.put("'value': null, 'reason': %s}", *why_missing == '\0' ? "not known" : why_missing);
    return;
  }
  json.put(
      "'value': %g, 'random': %g, 'dof': %g, 'common': %g,\n"
      "        'interval': {'low': %g, 'high': %g, 'level': %g, 'method': %s}}",
      estimate.value, estimate.random, estimate.dof, estimate.common, interval.low, interval.high,
      interval.level, name(interval.method));
}

PERJOULE_INLINE void put_estimate(JsonWriter& json, const char* key,
                                  const Estimate<double>& estimate,
                                  const char* why_missing) noexcept {
  put_estimate(json, key, estimate, interval(estimate), why_missing);
}

PERJOULE_INLINE void put_run(JsonWriter& json, const Entry& first) noexcept {
  const Run& run = first.environment.run;
  const Machine& machine = first.environment.machine;
  // Whether the checkout has uncommitted changes only git itself can tell, and running it is not
  // the library's to do: git_dirty is null.
  json.put(
      "{\n  'schema': 'perjoule.run/1',\n"
      "  'run': {'perjoule_version': %s, 'id': %s, 'started_utc': %s, 'git_commit': %s,\n"
      "    'git_dirty': null, 'command': %s,\n"
      "    'build': {'compiler': %s, ",
      version, run.id.chars, run.utc.chars, run.commit.chars, run.command.chars,
      first.build.compiler);
  if (*first.build.compiler == '\0') {
    json.put("'optimized': null, 'fast_math': null}},\n");
  } else {
    json.put("'optimized': %d, 'fast_math': %d}},\n", first.build.optimized, first.build.fast_math);
  }
  json.put(
      "  'machine': {'key': %s, 'host_processor_model_name': %s,\n"
      "    'host_processor_core_count': %g, 'host_memory_capacity_b': %g,\n"
      "    'operating_system': %s, 'cpu_frequency_governor': %s},\n",
      machine.key.chars, machine.processor.chars, or_null(static_cast<double>(machine.cores)),
      or_null(machine.memory.si()), machine.kernel.chars, machine.governor.chars);
}

PERJOULE_INLINE void put_meter(JsonWriter& json, const Entry& entry) noexcept {
  const MeterDescription& meter = entry.meter;
  json.put(
      "{'source': %s, 'root': %s, 'scope': %s, 'provenance': %s,\n"
      "     'update_period_s': %g, 'note': %s, 'zones': [",
      meter.source.chars, meter.root.chars, name(meter.scope), name(meter.provenance),
      meter.update_period.si(), meter.note.chars);
  for (const Zone& zone : meter.zones) {
    json.put_text(&zone == meter.zones.begin() ? "\n      " : ",\n      ");
    json.put("{'name': %s, 'id': %s, 'modulus_counts': ", zone.name.chars, zone.id.chars);
    zone.modulus == never_wraps ? json.put("null") : json.put("%zu", std::size_t{zone.modulus});
    json.put(
        ", 'count_j': %g, 'resolution_j': %g,\n"
        "       'update_period_s': %g, 'jitter_s': %g, 'gain_uncertainty': %g}",
        zone.per_count.si(), zone.resolution.si(), zone.update_period.si(), zone.jitter.si(),
        zone.gain_uncertainty);
  }
  json.put("],\n     'absent': [");
  for (const AbsentMeter& absent : entry.absent_meters) {
    json.put_text(&absent == entry.absent_meters.begin() ? "\n      " : ",\n      ");
    json.put("{'source': %s, 'state': %s, 'reason': %s, 'fix': %s}", absent.source.chars,
             name(absent.state), absent.reason.chars, absent.fix.chars);
  }
  json.put("]}");
}

PERJOULE_INLINE void put_quality(JsonWriter& json, const Quality& quality,
                                 View<double> per_item) noexcept {
  json.put(
      "{'metric': %s, 'signature': %s, 'higher_is_better': %d, 'unit': %s, 'n': %zu,\n"
      "        'trivial': %g, 'perfect': %g,\n"
      "        ",
      quality.metric.chars, quality.signature.chars, quality.higher_is_better, quality.unit,
      quality.items, quality.trivial, quality.perfect);
  put_estimate(json, "value", quality.value, quality.value_interval, quality.why_no_value);
  json.put(",\n        ");
  put_estimate(json, "skill", quality.skill, quality.skill_interval, quality.why_no_skill);
  json.put(",\n        'per_item_columns': %s, 'per_item': ", quality.formula.columns);
  json.put(per_item);
  json.put("}");
}

PERJOULE_INLINE void put_latency(JsonWriter& json, const char* key,
                                 const Latency& latency) noexcept {
  json.put("%s: {'calls': %zu, 'percentiles': [", key, std::size_t{latency.calls});
  for (const Percentile& of : latency.percentiles) {
    json.put_text(&of == latency.percentiles ? "\n        " : ",\n        ");
    json.put("{'share': %g, 'value_s': %g, ", of.share, of.value.si());
    if (of.interval.is_known()) {
      json.put("'interval': {'low': %g, 'high': %g, 'level': %g, 'method': %s}}",
               of.interval.low.si(), of.interval.high.si(), of.interval.level,
               name(of.interval.method));
    } else {
      json.put("'reason': 'too few calls were timed by themselves'}");
    }
  }
  json.put("]}");
}

PERJOULE_INLINE void put_counters(JsonWriter& json, const Entry& entry) noexcept {
  const EventCounts& use = entry.events;
  json.put("'counters': {'source': %s, 'extent': %s, 'events': [", use.source.chars,
           use.extent.chars);
  for (const CountedEvent& counted : use.events) {
    const Event& event = counted.event;
    json.put_text(&counted == use.events.begin() ? "\n        " : ",\n        ");
    json.put("{'name': %s, 'unit': %s, 'share': %g, ", event.name.chars, event.unit, counted.share);
    put_estimate(json, "per_item", counted.per_item, event.why_missing.chars);
    json.put("}");
  }
  json.put("],\n        'figures': [");
  for (const DerivedMetric& figure : entry.derived_metrics) {
    json.put_text(&figure == entry.derived_metrics.begin() ? "\n        " : ",\n        ");
    json.put("{'name': %s, 'unit': %s, 'formula': %s, ", figure.name, figure.unit, figure.formula);
    put_estimate(json, "value", figure.value, figure.interval, "");
    json.put("}");
  }
  json.put("]}");
}

PERJOULE_INLINE void put_samples(JsonWriter& json, const Samples& samples) noexcept {
  json.put(
      "'samples': {'outcome': %s, 'windows': %zu, 'dropped': %zu, 'why_dropped': %s,\n"
      "        'pieces': %zu, 'interrupted_pieces': %zu, 'others_cpu_share': %g",
      name(samples.outcome), samples.windows(), samples.dropped, samples.why_dropped,
      samples.slices.all, samples.slices.interrupted, samples.others_cpu_share);
  static constexpr const char* keys[] = {"items",        "wall_s",          "cpu_s",
                                         "energy_j",     "energy_random_j", "energy_common_j",
                                         "others_cpu_s", "steal_s",         "temperature_c",
                                         "frequency_hz", "clean_s",         "clean_items"};
  static_assert(sizeof keys == Samples::columns * sizeof *keys);
  for (std::size_t column = 0; column < Samples::columns; ++column) {
    json.put(",\n        %s: [", keys[column]);
    for (std::size_t i = 0; i < samples.windows(); ++i) {
      json.put_text(i == 0 ? "" : ", ");
      json.put("%g", samples.at(i, Samples::Column{column}));
    }
    json.put("]");
  }
  json.put("}");
}

PERJOULE_INLINE void put_count(JsonWriter& json, std::uint64_t count) noexcept {
  count == 0 ? json.put("null") : json.put("%zu", std::size_t{count});
}

PERJOULE_INLINE void put_files(JsonWriter& json, const ModelFiles& files) noexcept {
  json.put("'files': [");
  for (const ModelFile& file : files) {
    json.put_text(&file == files.begin() ? "\n        " : ",\n        ");
    json.put("{'role': %s, 'name': %s, 'bytes_b': %g}", file.role.chars, file.name.chars,
             file.bytes.si());
  }
  json.put("]");
}

PERJOULE_INLINE void put_entry(JsonWriter& json, const Entry& entry, std::size_t meter) noexcept {
  const MeasureOptions& plan = entry.plan;
  json.put("{'meter': %zu,\n      'model': {'name': %s, 'format': %s, 'parameters': ", meter,
           plan.label(), plan.format.chars);
  put_count(json, plan.parameters);
  json.put(", 'non_zero_parameters': ");
  put_count(json, plan.non_zero_parameters);
  json.put(
      ", 'weights_file': %s},\n      'task': {'dataset': %s, 'n': %zu, 'batch': %zu, 'callers': "
      "%zu, 'caches': %s, 'prepared': %d},\n"
      "      'plan': {'relative_halfwidth': %g, 'budget_s': %g, 'seed': %zu},\n"
      "      'quality': [",
      base_name(plan.weights.chars), plan.dataset.chars, entry.inputs, plan.batch, plan.callers,
      name(plan.caches), entry.prepared, plan.relative_halfwidth, plan.budget.si(),
      std::size_t{plan.seed});
  for (std::size_t i = 0; i < entry.quality.size(); ++i) {
    json.put_text(i == 0 ? "" : ", ");
    put_quality(json, entry.quality[i], per_item_of(entry, i));
  }
  json.put("]");

  const char* const why_no_energy = entry.samples.why_dropped;
  const char* const no_process = entry.why_no_process;
  const struct {
    const char* before;
    const char* key;
    Estimate<double> estimate;
    const char* why_missing;
  } estimates[] = {
      {",\n      'time': {", "wall_s_per_item", strip_unit(entry.wall_time), why_no_energy},
      {",\n        ", "cpu_s_per_item", strip_unit(entry.cpu_time), why_no_energy},
      {"},\n      'energy': {", "total_j_per_item", strip_unit(entry.energy), why_no_energy},
      {",\n        ", "active_j_per_item", strip_unit(entry.active_energy),
       entry.energy.is_known() ? entry.samples.why_no_idle : why_no_energy},
      {",\n        ", "idle_w", strip_unit(entry.samples.idle), entry.samples.why_no_idle},
      {"},\n      'memory': {", "stored_b", strip_unit(entry.footprint.stored),
       "no file of the model was named"},
      {",\n        ", "weights_b", strip_unit(entry.footprint.weights),
       "no file of weights was named"},
      {",\n        ", "compressed_b", strip_unit(entry.footprint.compressed),
       "how small the files are when compressed was not given"},
      {",\n        ", "resident_b", strip_unit(entry.footprint.resident),
       "no buffers of weights were named"},
      {",\n        ", "inflation", entry.footprint.inflation,
       "the bytes of the weights on disk or in memory are missing"},
      {",\n        ", "process_resident_b", strip_unit(entry.process.resident), no_process},
      {",\n        ", "process_proportional_b", strip_unit(entry.process.proportional), no_process},
      {",\n        ", "process_peak_b", strip_unit(entry.process.peak_resident), no_process},
      {",\n        ", "process_limit_b", strip_unit(entry.memory_limit), entry.why_no_limit},
      {",\n        ", "peak_b", strip_unit(entry.heap.peak), entry.heap.why_missing}};
  for (const auto& [before, key, estimate, why_missing] : estimates) {
    json.put_text(before);
    put_estimate(json, key, estimate, why_missing);
  }
  json.put(
      ",\n        'heap': {'source': %s, 'passes': %zu, 'allocations_per_pass': %g, "
      "'allocated_b_per_pass': %g, "
      "'kept_b_per_pass': %g},\n        ",
      entry.heap.source, entry.heap.passes, entry.heap.allocations, entry.heap.allocated,
      entry.heap.retained);
  put_files(json, entry.footprint.files);
  json.put("},\n      'scores': [");
  for (const Score& score : entry.scores) {
    json.put_text(&score == entry.scores.begin() ? "\n        " : ",\n        ");
    json.put("{'name': %s, 'metric': %s, 'unit': %s, ", score.name, score.metric.chars, score.unit);
    put_estimate(json, "value", score.value, score.interval,
                 "the skill or what it is divided by is missing");
    json.put("}");
  }
  json.put("],\n      ");
  put_counters(json, entry);
  json.put(",\n      ");
  put_latency(json, "latency", entry.samples.latency);
  json.put(",\n      ");
  put_latency(json, "first_item", entry.samples.first_item);
  json.put(",\n      ");
  put_samples(json, entry.samples);
  const Caveats reasons = caveats(entry);
  json.put(",\n      'validity': {'ok': %d, 'flags': [", reasons.empty());
  for (const Caveat& caveat : reasons) {
    json.put(&caveat == reasons.begin() ? "%s" : ", %s", caveat.flag);
  }
  json.put("], 'reasons': [");
  for (const Caveat& caveat : reasons) {
    json.put(&caveat == reasons.begin() ? "%s" : ", %s", caveat.reason.chars);
  }
  json.put("]}}");
}

PERJOULE_INLINE void put_record(JsonWriter& json, Entries entries) {
  if (entries.size() == 0) {
    fail("a run record without entries", "nothing was measured", "call measure() first");
  }
  const Entry& first = entries[0];
  put_run(json, first);
  json.put("  'meters': [\n    ");
  // Equal meters are written once, and entries name them by their place.
  Buffer<std::size_t> meter_of(entries.size());
  std::size_t meters = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const MeterDescription& own = entries[i].meter;
    if (!(entries[i].environment.machine.key == first.environment.machine.key)) {
      fail("two machines in one run record", entries[i].plan.label(),
           "write one record for each machine");
    }
    std::size_t same = 0;
    while (!(entries[same].meter.source == own.source && entries[same].meter.root == own.root &&
             entries[same].meter.note == own.note &&
             entries[same].meter.update_period == own.update_period)) {
      ++same;
    }
    meter_of[i] = same == i ? meters++ : meter_of[same];
    if (same != i) continue;
    json.put_text(i == 0 ? "" : ",\n    ");
    put_meter(json, entries[i]);
  }
  json.put("],\n  'entries': [\n    ");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    json.put_text(i == 0 ? "" : ",\n    ");
    put_entry(json, entries[i], meter_of[i]);
  }
  json.put("]\n}\n");
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string to_json(Entries entries) {
  JsonWriter json;
  detail::put_record(json, entries);
  return std::string(json.written());
}

}  // namespace perjoule::inline v0

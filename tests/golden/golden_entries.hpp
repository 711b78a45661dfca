// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <initializer_list>
#include <string>

#include "perjoule/measure/summarize.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/quantity.hpp"

// Entries whose every number is written down here, or follows from windows and items that are, so
// that the content of a table or a record can be worked out by hand.
namespace golden {

using namespace perjoule;

/// An entry without a metric, a meter or a number: each of those is added by name.
inline Entry bare_entry(const std::string& name) {
  Entry entry;
  entry.plan.name = name;
  entry.inputs = 4;
  entry.build = {"g++ 12.2.0", true, false};
  Machine& machine = entry.environment.machine;
  machine.processor = "Example CPU 9000";
  machine.cores = 8;
  machine.memory = 16384_MiB;
  machine.kernel = "Linux 6.1.0 x86_64";
  machine.governor = "performance";
  machine.key = "0123456789abcdef";
  Run& run = entry.environment.run;
  run.id = "fedcba9876543210";
  run.utc = "2026-01-31T12:00:00Z";
  run.commit = "0123456789012345678901234567890123456789";
  run.command = "bench --seed=1";
  return entry;
}

inline MeterDescription rapl() {
  MeterDescription meter;
  meter.source = "rapl-powercap";
  meter.root = "/sys/class/powercap";
  meter.note = "the whole package is counted";
  meter.zones.push_back({"package-0", "intel-rapl:0", 262143328911, 1_uJ, 61_uJ});
  meter.scope = Scope::package;
  meter.provenance = Provenance::measured;
  meter.update_period = 1_ms;
  return meter;
}

inline MeterDescription cpu_time_model() {
  MeterDescription meter;
  meter.source = "cpu-time-model";
  meter.note = "not a measurement of energy";
  meter.scope = Scope::process;
  meter.provenance = Provenance::modelled;
  meter.update_period = 1_us;
  return meter;
}

/// A value with a known random standard uncertainty.
template <class Q>
Estimate<Q> known(Q value, Q random, Provenance provenance = Provenance::measured) {
  return {value, random, infinite_dof, Q(0.0), provenance};
}

/// Adds a share with an interval of two points to each side, and the value of each item.
inline void add_accuracy(Entry& entry, double share, std::initializer_list<double> per_item) {
  Quality quality;
  quality.metric = "accuracy";
  quality.signature = "top-k:1|ties:first|trivial:most-frequent";
  quality.items = entry.inputs;
  quality.value = known(share, 0.01);
  quality.value_interval = {share - 0.02, share + 0.02, 0.95, IntervalMethod::wilson};
  quality.trivial = 0.5;
  quality.skill = known(2.0 * share - 1.0, 0.02);
  quality.skill_interval = {2.0 * share - 1.04, 2.0 * share - 0.96, 0.95, IntervalMethod::wilson};
  quality.columns = per_item.size() != 0 ? 1 : 0;
  quality.formula.columns = "right";
  entry.quality.push_back(quality);
  entry.per_item.insert(entry.per_item.end(), per_item);
}

/// Adds the accuracy that follows from right and wrong items, with Wilson's interval.
inline void add_answers(Entry& entry, std::initializer_list<double> right) {
  add_accuracy(entry, 0.0, right);
  detail::finish_quality(entry.quality.back(), View<double>(right.begin(), right.size()), "");
}

/// Adds a window of one thread, which takes as much CPU time as wall time.
inline void add_window(Entry& entry, double items, Seconds wall, const Estimate<Joules>& energy) {
  entry.samples.add({Items(items), wall, wall, {energy, ""}});
}

inline void add_event(Entry& entry, const std::string& name, const Estimate<double>& per_item) {
  CountedEvent counted;
  counted.event.name = name;
  counted.per_item = per_item;
  if (per_item.is_known()) counted.share = 1.0;
  entry.events.events.push_back(counted);
}

/// A measured entry with everything.
inline Entry fp32() {
  Entry entry = bare_entry("fp32");
  entry.meter = rapl();
  entry.plan.weights = "models/mlp.fp32.bin";
  entry.plan.parameters = 100000;
  entry.plan.non_zero_parameters = 90000;
  entry.plan.format = "fp32";
  entry.plan.dataset = "digits";
  add_answers(entry, {1.0, 1.0, 1.0, 0.0});
  entry.samples.idle = known(20_W, 0.125_W);
  entry.footprint = footprint_of({{"weights", "mlp.fp32.bin", 400_kB}}, exact(400_kB));
  entry.footprint.compressed = exact(360_kB);
  entry.footprint.parameters = exact(100000.0);
  entry.footprint.non_zero_parameters = exact(90000.0);
  entry.heap = {HeapSource::allocator, 4, exact(6_kB), 3.0, 9000.0, 0.0, ""};
  entry.process.resident = exact(50_MB);
  entry.process.peak_resident = exact(60_MB);
  entry.memory_limit = exact(1024_MiB);
  entry.events.source = "kernel";
  entry.events.extent = EventExtent::process;
  add_event(entry, "instructions", known(5e5, 1e3));
  add_event(entry, "cycles", {});
  entry.events.events[1].event.why_missing = "not counted here";
  entry.derived_metrics.push_back({"joules_per_instruction",
                                   "J",
                                   "energy / instructions",
                                   known(26e-9, 0.2e-9),
                                   {25.6e-9, 26.4e-9, 0.95, IntervalMethod::log_delta}});
  // 200 us and 13 mJ an item, 0.1 mJ known of it, of which 20 W take 4 mJ.
  add_window(entry, 500.0, 0.1000785_s, known(6.5_J, Joules(0.05 * std::sqrt(2.0))));
  add_window(entry, 500.0, 0.0999215_s, known(6.5_J, Joules(0.05 * std::sqrt(2.0))));
  detail::summarize_windows(entry);
  detail::add_scores(entry);
  entry.scores.resize(1);  // quality per joule
  entry.samples.outcome = Outcome::few_windows;
  return entry;
}

/// A modelled entry, on a machine where RAPL could not be read, with only the bytes of its file.
inline Entry int8() {
  Entry entry = bare_entry("int8");
  entry.meter = cpu_time_model();
  entry.absent_meters.push_back(
      {"rapl-powercap", ProbeState::absent, "no powercap folder", "run on bare metal"});
  entry.plan.weights = "models/mlp.int8.bin";
  add_answers(entry, {1.0, 1.0, 0.0, 0.0});
  entry.samples.why_no_idle = "the model's idle power is no measurement";
  entry.footprint = footprint_of({{"weights", "mlp.int8.bin", 100_kB}}, {});
  // 50 us and 2 mJ an item: lognormal with ln 3/1.96 as common share, within a factor of 3.
  const Estimate<Joules> modelled{4_J, 0_J, infinite_dof, Joules(4.0 * 0.5605165),
                                  Provenance::modelled};
  add_window(entry, 2000.0, 0.100061_s, modelled);
  add_window(entry, 2000.0, 0.1_s, modelled);
  entry.samples.add({Items(2000.0), 0.099939_s, 0.099939_s, {{}, "the window has no length"}});
  detail::summarize_windows(entry);
  entry.samples.outcome = Outcome::converged;
  return entry;
}

}  // namespace golden

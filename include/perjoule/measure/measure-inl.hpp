// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <memory>
#include <optional>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/counted_passes.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/thread_pool.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/measure.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/memory/cgroup.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Recorder Session::record(const MeasureOptions& plan, std::size_t every) {
  return Recorder(
      std::make_shared<detail::RecorderState>(found_.meter, files_, every, begin(plan, 1)));
}

PERJOULE_INLINE Session::Session(const MeterOptions& options)
    : Session(find_meter(options), detail::find_system_files()) {}

PERJOULE_INLINE Session::Session(AnyMeter meter, const SystemFiles& files)
    : Session(FoundMeter{std::move(meter), {}}, files) {}

PERJOULE_INLINE Session::~Session() = default;

PERJOULE_INLINE Session::Session(FoundMeter found, const SystemFiles& files)
    : found_(std::move(found)),
      files_(files),
      environment_{detail::read_machine(), detail::read_run()} {
  if (meter().provenance == Provenance::simulated) files_ = {};
}

PERJOULE_INLINE Entry Session::begin(const MeasureOptions& plan, std::size_t inputs,
                                     bool prepared) const {
  if (inputs == 0) {
    detail::fail("no inputs to measure on", plan.label(), "pass the inputs of the test set");
  }
  if (plan.budget <= Seconds(0.0) || plan.relative_halfwidth <= 0.0) {
    detail::fail("a budget and a half-width must be above 0", plan.label(),
                 "write .budget = 5_s and .relative_halfwidth = 1_percent, or leave them out");
  }
  if (plan.batch == 0 || plan.batch > inputs) {
    detail::fail(text::format("a batch of {} of {} inputs", plan.batch, inputs), plan.label(),
                 "set .batch to 1 or more, and to no more than there are inputs");
  }
  if (plan.callers == 0) {
    detail::fail("0 callers", plan.label(), "set .callers to 1 or more");
  }
  if (plan.callers != 1 && (prepared || plan.caches != CacheState::warm)) reject_callers(plan);
  if (plan.caches != CacheState::warm && detail::largest_cache("") == Bytes(0.0)) {
    detail::fail("caches of unknown size can't be flushed", plan.label(),
                 "mount /sys, where the system tells it, or leave .caches out");
  }
  Entry entry;
  entry.plan = plan;
  entry.inputs = inputs;
  entry.prepared = prepared;
  entry.footprint = detail::measure_footprint(plan);
  entry.meter = found_.meter.description();
  entry.absent_meters = found_.absent;
  entry.environment = environment_;
  return entry;
}

PERJOULE_INLINE void Session::reject_callers(const MeasureOptions& plan) {
  detail::fail("several callers of a stream, prepared inputs, flushed caches or a comparison",
               plan.label(), "leave .callers out");
}

PERJOULE_INLINE void Session::reject_flushing(const MeasureOptions& plan) {
  detail::fail("flushed caches in a comparison", plan.label(),
               "leave .caches out, or measure() each model by itself");
}

PERJOULE_INLINE void Session::reject_empty_stream(const MeasureOptions& plan) {
  detail::fail("nothing came into the stream", plan.label(),
               "call stream.put(item) for each item, or leave the stream out");
}

PERJOULE_INLINE void Session::reject_batches(const MeasureOptions& plan) {
  detail::fail(text::format("batches of {} for a model that takes one input", plan.batch),
               plan.label(), "take a perjoule::View or a std::span of inputs, or leave .batch out");
}

PERJOULE_INLINE void Session::measure_windows(Entry& entry, detail::PassLoop& loop,
                                              Stream* stream) {
  const MeasureOptions& plan = entry.plan;
  const std::vector<std::size_t> order =
      detail::random_permutation(entry.inputs / plan.batch, plan.seed);
  detail::PassBatch batch{&loop, order, plan.label(), plan.batch, plan.callers, stream};
  std::optional<detail::CacheFlusher> flusher;
  if (plan.caches == CacheState::flushed) {
    batch.flusher = &flusher.emplace(detail::largest_cache(""));
  }
  std::optional<detail::ThreadPool> pool;
  if (plan.callers != 1) batch.loop = &pool.emplace(loop, plan.label(), plan.callers);
  const Measuring until_the_end(*this);
  entry.heap =
      detail::measure_heap_usage(found_.meter, batch, plan.budget * 0.05, plan.watch_resident_peak);
  entry.samples =
      detail::run_windows(found_.meter, batch, plan.budget, plan.relative_halfwidth, files_);
  entry.events =
      detail::count_events(found_.meter, batch, plan.counters, plan.budget * 0.05, files_);
  finish(entry, until_the_end);
}

PERJOULE_INLINE void Session::add_variant(Comparison& comparison, const MeasureOptions& variant,
                                          std::size_t inputs, bool prepared) const {
  if (variant.batch != 1) reject_batches(variant);
  if (variant.callers != 1) reject_callers(variant);
  if (variant.caches != CacheState::warm) reject_flushing(variant);
  MeasureOptions plan = variant;
  plan.budget = comparison.plan.budget;
  plan.seed = comparison.plan.seed;
  comparison.entries.push_back(begin(plan, inputs, prepared));
}

PERJOULE_INLINE void Session::compare_windows(Comparison& comparison,
                                              const std::vector<detail::PassLoop*>& loops) {
  std::vector<Entry>& entries = comparison.entries;
  const ComparePlan& plan = comparison.plan;
  const std::vector<std::size_t> order = detail::random_permutation(entries[0].inputs, plan.seed);
  std::vector<detail::PassBatch> batches;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    batches.push_back({loops[i], order, entries[i].plan.label()});
  }
  const Measuring until_the_end(*this);
  std::vector<Samples> samples =
      detail::run_interleaved(found_.meter, batches, plan.budget, files_);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].heap = detail::measure_heap_usage(found_.meter, batches[i], plan.budget * 0.02,
                                                 entries[i].plan.watch_resident_peak);
    entries[i].events = detail::count_events(found_.meter, batches[i], entries[i].plan.counters,
                                             plan.budget * 0.02, files_);
    const bool converged =
        detail::has_converged(samples[i], entries[i].plan.relative_halfwidth, meter().provenance);
    entries[i].samples = std::move(samples[i]);
    entries[i].samples.outcome = detail::outcome_of(entries[i].samples, converged);
    finish(entries[i], until_the_end);
  }
  const double level = detail::bonferroni_level(entries.size());
  for (std::size_t i = 1; i < entries.size(); ++i) {
    comparison.changes.push_back(
        detail::compare_entries(entries[0], entries[i], level, plan.min_effect));
  }
}

PERJOULE_INLINE void Session::finish(Entry& entry, const Measuring& measuring) {
  entry.concurrent = measuring.is_concurrent();
  entry.plan.counters = {};  // borrowed for the call
  entry.process = process_memory();
  entry.why_no_process = "the kernel does not tell it here";
  const CgroupMemory group = cgroup_memory();
  entry.memory_limit = group.limit;
  entry.why_no_limit = group.is_unlimited ? "its control group has none" : group.why_missing;
  detail::summarize_windows(entry);
  detail::add_derived_metrics(entry);
  detail::add_scores(entry);
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/engine/counted_passes.hpp"
#include "perjoule/engine/crew.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/measure.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/memory/cgroup.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Recorder Session::record(const MeasureOptions& plan, std::size_t every) {
  return Recorder(new detail::RecorderState(found_.meter, files_, every, begin(plan, 1)));
}

PERJOULE_INLINE MeasureOptions Session::plan_of(const ComparePlan& plan,
                                                const MeasureOptions& variant) {
  MeasureOptions own = variant;
  if (variant.batch != 1) reject_batches(variant);
  if (variant.callers != 1) reject_callers(variant);
  if (variant.caches != CacheState::warm) reject_flushing(variant);
  own.budget = plan.budget;
  own.seed = plan.seed;
  return own;
}

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
    detail::fail(text::format("a batch of %zu of %zu inputs", plan.batch, inputs).chars,
                 plan.label(), "set .batch to 1 or more, and to no more than there are inputs");
  }
  if (plan.callers == 0 || plan.callers > max_callers) {
    detail::fail(text::format("%zu callers", plan.callers).chars, plan.label(),
                 text::format("set .callers to 1 or more, and to %zu or fewer", max_callers).chars);
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
  detail::fail(text::format("batches of %zu for a model that takes one input", plan.batch).chars,
               plan.label(), "take a perjoule::View or a std::span of inputs, or leave .batch out");
}

PERJOULE_INLINE void Session::measure_windows(Entry& entry, detail::PassBatch batch,
                                              Stream* stream) {
  const MeasureOptions& plan = entry.plan;
  const Buffer<std::size_t> order =
      detail::random_permutation(entry.inputs / plan.batch, plan.seed);
  batch.order = order;
  batch.name = plan.label();
  batch.items = plan.batch;
  batch.stream = stream;
  detail::CacheFlusher flusher;
  if (plan.caches == CacheState::flushed) {
    flusher = detail::CacheFlusher(detail::largest_cache(""));
    batch.flusher = &flusher;
  }
  const Measuring until_the_end(*this);
  const auto measure = [&](const detail::PassBatch& of) {
    entry.heap =
        detail::measure_heap_usage(found_.meter, of, plan.budget * 0.05, plan.watch_resident_peak);
    entry.samples = detail::run_windows(found_.meter, of, entry.plan.budget,
                                        entry.plan.relative_halfwidth, files_);
    entry.events =
        detail::count_events(found_.meter, of, plan.counters, plan.budget * 0.05, files_);
  };
  if (entry.plan.callers == 1) {
    measure(batch);
  } else {
    detail::Crew pool(batch, entry.plan.callers);
    measure(pool.batch());
  }
  finish(entry, until_the_end);
}

PERJOULE_INLINE void Session::compare_windows(Comparison& comparison,
                                              View<detail::PassBatch> models) {
  Few<Entry, max_variants>& entries = comparison.entries;
  const ComparePlan& plan = comparison.plan;
  const Buffer<std::size_t> order = detail::random_permutation(entries[0].inputs, plan.seed);
  Few<detail::PassBatch, max_variants> batches;
  for (const detail::PassBatch& model : models) {
    detail::PassBatch batch = model;
    batch.order = order;
    batch.name = entries[batches.size()].plan.label();
    batches.push_back(batch);
  }
  const Measuring until_the_end(*this);
  Few<Samples, max_variants> samples;
  detail::run_interleaved(found_.meter, {batches.begin(), batches.size()}, plan.budget, files_,
                          samples);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].heap = detail::measure_heap_usage(found_.meter, batches[i], plan.budget * 0.02,
                                                 entries[i].plan.watch_resident_peak);
    entries[i].events = detail::count_events(found_.meter, batches[i], entries[i].plan.counters,
                                             plan.budget * 0.02, files_);
    entries[i].samples = samples[i];
    const bool converged =
        detail::has_converged(samples[i], entries[i].plan.relative_halfwidth, meter().provenance);
    entries[i].samples.outcome = detail::outcome_of(samples[i], converged);
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

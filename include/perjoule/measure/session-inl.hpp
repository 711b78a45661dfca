// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/cache_flusher.hpp"
#include "perjoule/engine/counted_passes.hpp"
#include "perjoule/engine/ensemble.hpp"
#include "perjoule/engine/measured_span.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/thread_pool.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/changes.hpp"
#include "perjoule/measure/recorder_state.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/memory/cgroup.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

struct Session::State {
  State(FoundMeter meter, const SystemFiles& of_system)
      : found(std::move(meter)),
        files(of_system),
        environment{detail::read_machine(), detail::read_run()} {
    if (found.meter.description().provenance == Provenance::simulated) files = {};
  }

  FoundMeter found;
  SystemFiles files;
  Environment environment;
  std::atomic<std::size_t> measuring = 0;  ///< measurements at this moment, in all threads
  std::atomic<std::size_t> begun = 0;      ///< measurements since the session began
  std::mutex mutex;                        ///< guards the members below
  detail::FileHashes hashes;
  std::vector<std::unique_ptr<detail::RecorderState>> recorders;
};

namespace detail {

/// Counts a measurement until it ends, whether or not it throws.
class ConcurrencyCheck {
 public:
  ConcurrencyCheck(std::atomic<std::size_t>& measuring, std::atomic<std::size_t>& begun) noexcept
      : measuring_(measuring),
        all_begun_(begun),
        was_alone_(measuring.fetch_add(1) == 0),
        begun_(begun.fetch_add(1) + 1) {}
  ConcurrencyCheck(const ConcurrencyCheck&) = delete;
  ConcurrencyCheck& operator=(const ConcurrencyCheck&) = delete;
  ~ConcurrencyCheck() { measuring_.fetch_sub(1); }

  /// Returns whether another measurement ran in this session since this one began.
  [[nodiscard]] bool is_concurrent() const noexcept {
    return !was_alone_ || all_begun_.load() != begun_;
  }
  [[nodiscard]] const RunningSpan& span() const noexcept { return span_; }

 private:
  RunningSpan span_;
  std::atomic<std::size_t>& measuring_;
  std::atomic<std::size_t>& all_begun_;
  bool was_alone_;
  std::size_t begun_;
};

[[noreturn]] PERJOULE_INLINE void reject_callers(const MeasureOptions& plan) {
  fail("several callers of a stream, prepared inputs, flushed caches or a comparison", plan.label(),
       "leave .callers out");
}

[[noreturn]] PERJOULE_INLINE void reject_batches(const MeasureOptions& plan) {
  fail(text::format("batches of {} for a model that takes one input", plan.batch), plan.label(),
       "take a perjoule::View or a std::span of inputs, or leave .batch out");
}

PERJOULE_INLINE void reject_empty_stream(const Workload& workload, const MeasureOptions& plan) {
  if (workload.stream == nullptr || workload.stream->items() != 0) return;
  fail("nothing came into the stream", plan.label(),
       "call stream.put(item) for each item, or leave the stream out");
}

/// Completes an entry at the end of every measurement.
PERJOULE_INLINE void finish(Entry& entry, const ConcurrencyCheck& others) {
  entry.concurrent = others.is_concurrent();
  entry.span = others.span().until_now(entry.meter.provenance);
  entry.plan.counters = {};  // borrowed for the call
  entry.process = process_memory();
  entry.why_no_process = "the kernel does not tell it here";
  const CgroupMemory group = cgroup_memory();
  entry.memory_limit = group.limit;
  entry.why_no_limit = group.is_unlimited ? "its control group has none" : group.why_missing;
  summarize_windows(entry);
  add_derived_metrics(entry);
  add_scores(entry);
}

}  // namespace detail

PERJOULE_INLINE Session::Session(const MeterOptions& options)
    : state_(new State(find_meter(options), detail::find_system_files())) {}

PERJOULE_INLINE Session::Session(AnyMeter meter)
    : Session(std::move(meter), detail::find_system_files()) {}

PERJOULE_INLINE Session::Session(AnyMeter meter, const SystemFiles& files)
    : state_(new State({std::move(meter), {}}, files)) {}

PERJOULE_INLINE Session::~Session() { delete state_; }

PERJOULE_INLINE const MeterDescription& Session::meter() const noexcept {
  return state_->found.meter.description();
}

PERJOULE_INLINE View<AbsentMeter> Session::absent_meters() const noexcept {
  return state_->found.absent;
}

PERJOULE_INLINE Recorder Session::record(const MeasureOptions& plan, std::size_t every) {
  auto recorder = std::make_unique<detail::RecorderState>(
      state_->found.meter, state_->files, every, begin(plan, 1, detail::PassKind::single, false));
  const std::lock_guard lock(state_->mutex);
  return Recorder(*state_->recorders.emplace_back(std::move(recorder)));
}

PERJOULE_INLINE Stopwatch Session::stopwatch() { return {state_->found.meter, state_->files}; }

PERJOULE_INLINE TrainingStage Session::training_stage(std::string_view name,
                                                      const Window& window) const {
  const auto time = [&](Seconds seconds) {
    Estimate<Seconds> found = exact(seconds);
    if (meter().provenance == Provenance::simulated) found.provenance = Provenance::simulated;
    return found;
  };
  return {std::string(name), window.energy.energy, time(window.wall), exact(window.cpu)};
}

PERJOULE_INLINE Entry Session::begin(const MeasureOptions& plan, std::size_t inputs,
                                     detail::PassKind kind, bool prepared) const {
  if (inputs == 0) {
    detail::fail("no inputs to measure on", plan.label(), "pass the inputs of the test set");
  }
  constexpr Seconds longest_budget(366.0 * 86400.0);
  const bool is_budget =
      is_finite(plan.budget.si()) && plan.budget > Seconds(0.0) && plan.budget <= longest_budget;
  if (!is_budget || !is_finite(plan.relative_halfwidth) || plan.relative_halfwidth <= 0.0) {
    detail::fail("a budget must be above 0 and at most a year, and a half-width above 0",
                 plan.label(),
                 "write .budget = 5_s and .relative_halfwidth = 1_percent, or leave them out");
  }
  if (plan.batch == 0 || plan.batch > inputs) {
    detail::fail(text::format("a batch of {} of {} inputs", plan.batch, inputs), plan.label(),
                 "set .batch to 1 or more, and to no more than there are inputs");
  }
  if (plan.callers == 0) {
    detail::fail("0 callers", plan.label(), "set .callers to 1 or more");
  }
  if (plan.callers != 1 && (prepared || plan.caches != CacheState::warm)) {
    detail::reject_callers(plan);
  }
  if (kind != detail::PassKind::batch && plan.batch != 1) detail::reject_batches(plan);
  if (kind == detail::PassKind::stream && plan.callers != 1) detail::reject_callers(plan);
  if (plan.caches != CacheState::warm && detail::largest_cache("") == Bytes(0.0)) {
    detail::fail("caches of unknown size can't be flushed", plan.label(),
                 "mount /sys, where the system tells it, or leave .caches out");
  }
  Entry entry;
  entry.plan = plan;
  entry.inputs = inputs;
  entry.prepared = prepared;
  {
    const std::lock_guard lock(state_->mutex);
    entry.footprint = detail::measure_footprint(plan, state_->hashes);
  }
  entry.meter = meter();
  entry.absent_meters = state_->found.absent;
  entry.environment = state_->environment;
  return entry;
}

PERJOULE_INLINE detail::AnswerChecker Session::answer_checker(std::uint64_t seed) const {
  return {state_->found.meter, seed};
}

PERJOULE_INLINE void Session::measure_costs(detail::Alone, Entry& entry,
                                            detail::AnswerChecker& answers,
                                            detail::Workload workload, std::size_t passes) {
  const MeasureOptions& plan = entry.plan;
  detail::reject_empty_stream(workload, plan);
  AnyMeter& meter = state_->found.meter;
  answers.repeat_last(workload, passes, plan.budget * 0.01);
  const std::vector<std::size_t> order = detail::random_permutation(passes, plan.seed);
  workload.order = order;
  workload.answers = &answers;
  std::optional<detail::CacheFlusher> flusher;
  if (plan.caches == CacheState::flushed) {
    workload.flusher = &flusher.emplace(detail::largest_cache(""));
  }
  std::optional<detail::ThreadPool> pool;
  if (plan.callers != 1) {
    workload.loop = &pool.emplace(*workload.loop, plan.label(), plan.callers);
  }
  const detail::ConcurrencyCheck concurrency(state_->measuring, state_->begun);
  entry.heap =
      detail::measure_heap_usage(meter, workload, plan.budget * 0.05, plan.watch_resident_peak);
  entry.samples =
      detail::run_windows(meter, workload, plan.budget, plan.relative_halfwidth, state_->files);
  entry.answers = answers.result();
  entry.events =
      detail::count_events(meter, workload, plan.counters, plan.budget * 0.05, state_->files);
  detail::finish(entry, concurrency);
}

PERJOULE_INLINE void Session::measure_costs(const detail::Together& with, Entry& entry,
                                            detail::AnswerChecker& answers,
                                            detail::Workload workload, std::size_t passes) {
  const MeasureOptions& plan = entry.plan;
  detail::reject_empty_stream(workload, plan);
  if (plan.callers != 1 || plan.caches != CacheState::warm || entry.prepared) {
    detail::fail("prepared inputs, flushed caches or several callers over several processes",
                 plan.label(), "leave them out, or measure in a single process");
  }
  const bool has_own_items = with.sharing == Sharing::items;
  if (has_own_items) answers.repeat_last(workload, passes, plan.budget * 0.01);
  const std::vector<std::size_t> order = detail::random_permutation(passes, plan.seed);
  workload.order = order;
  if (has_own_items) workload.answers = &answers;
  const detail::ConcurrencyCheck concurrency(state_->measuring, state_->begun);
  detail::TeamMember self;
  self.boot = entry.environment.run.boot;
  self.machine_key = entry.environment.machine.key;
  self.source = meter().source;
  self.provenance = meter().provenance;
  self.scope = meter().scope;
  detail::Ensemble ensemble(*with.team, state_->found.meter, state_->files, with.sharing, self);
  Samples samples = ensemble.run(workload, plan.budget, plan.relative_halfwidth);
  const bool is_alone = with.team->ranks() == 1;
  if (with.team->rank() != 0) {
    const std::size_t rank = with.team->rank();
    entry = {};
    entry.rank = rank;
    return;
  }
  entry.samples = std::move(samples);
  if (is_alone) entry.answers = answers.result();
  if (!is_alone) {
    entry.ranks = with.team->ranks();
    entry.nodes = ensemble.nodes();
  }
  detail::finish(entry, concurrency);
  if (is_alone) return;
  // What a single process knows of itself is not that of all.
  const std::string why = "it is not looked for over several ranks";
  entry.test_set_hash.clear();
  entry.answers.why_no_outputs = entry.answers.why_no_repeats = why;
  entry.heap.why_missing = why;
  entry.process = {};
  entry.why_no_process = why;
  entry.memory_limit = {};
  entry.why_no_limit = why;
}

PERJOULE_INLINE void Session::add_variant(Comparison& comparison, const MeasureOptions& variant,
                                          std::size_t inputs, bool prepared) const {
  if (variant.callers != 1) detail::reject_callers(variant);
  if (variant.caches != CacheState::warm) {
    detail::fail("flushed caches in a comparison", variant.label(),
                 "leave .caches out, or measure() each model by itself");
  }
  MeasureOptions plan = variant;
  plan.budget = comparison.plan.budget;
  plan.seed = comparison.plan.seed;
  comparison.entries.push_back(begin(plan, inputs, detail::PassKind::single, prepared));
}

PERJOULE_INLINE void Session::compare_windows(Comparison& comparison,
                                              std::vector<detail::AnswerChecker>& answers,
                                              const std::vector<detail::PassLoop*>& loops) {
  AnyMeter& meter = state_->found.meter;
  const SystemFiles& files = state_->files;
  std::vector<Entry>& entries = comparison.entries;
  const ComparePlan& plan = comparison.plan;
  const std::vector<std::size_t> order = detail::random_permutation(entries[0].inputs, plan.seed);
  std::vector<detail::Workload> workloads;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    workloads.push_back({loops[i], order, entries[i].plan.label()});
    workloads.back().answers = &answers[i];
  }
  const detail::ConcurrencyCheck concurrency(state_->measuring, state_->begun);
  std::vector<Samples> samples = detail::run_interleaved(meter, workloads, plan.budget, files);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].heap = detail::measure_heap_usage(meter, workloads[i], plan.budget * 0.02,
                                                 entries[i].plan.watch_resident_peak);
    entries[i].events = detail::count_events(meter, workloads[i], entries[i].plan.counters,
                                             plan.budget * 0.02, files);
    const bool converged = detail::has_converged(samples[i], entries[i].plan.relative_halfwidth,
                                                 meter.description().provenance);
    entries[i].answers = answers[i].result();
    entries[i].samples = std::move(samples[i]);
    entries[i].samples.outcome = detail::outcome_of(entries[i].samples, converged);
    detail::finish(entries[i], concurrency);
  }
  const double level = detail::bonferroni_level(entries.size());
  for (std::size_t i = 1; i < entries.size(); ++i) {
    comparison.changes.push_back(
        detail::compare_entries(entries[0], entries[i], level, plan.min_effect));
  }
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/caches.hpp"
#include "perjoule/engine/crew.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/event_passes.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/heap_passes.hpp"
#include "perjoule/engine/interleave.hpp"
#include "perjoule/engine/plan.hpp"
#include "perjoule/engine/prepared.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/stream.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/measure/figures.hpp"
#include "perjoule/measure/instrument.hpp"
#include "perjoule/measure/judge.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/measure/variant.hpp"
#include "perjoule/measure/weigh.hpp"
#include "perjoule/memory/group_memory.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/find_meters.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/stats/shuffle.hpp"

namespace perjoule::inline v0 {

/// Owns the meter of a run, and measures one model after the other with it.
class Session {
 public:
  /// Looks for the best meter of this machine.
  /// @throws NoMeterError when `options.require` asks for a better one than there is
  explicit Session(const MeterOptions& options = {})
      : Session(find_meters(options), detail::find_system_files()) {}

  /// Uses this meter and no other.
  /// @param files  where the machine tells what goes on beside; another one than the system's own
  ///               for tests, and none for a simulated machine
  explicit Session(AnyMeter meter, const SystemFiles& files = detail::find_system_files())
      : Session(FoundMeter{std::move(meter), {}}, files) {}

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const MeterDescription& meter() const noexcept {
    return found_.meter.description();
  }
  /// Better meters that this machine lacks, each with the reason and the fix.
  [[nodiscard]] View<AbsentMeter> absent_meters() const noexcept { return found_.absent; }

  /// Records a model's calls in a loop that is not ours, and other regions of the program.
  /// @param plan   who the model is; budget, inputs and seed are the loop's own
  /// @param every  each so many-th call of a region is timed, where 20 ns a call are too much
  [[nodiscard]] PERJOULE_COLD Recorder record(const Plan& plan = {}, std::size_t every = 1) {
    return Recorder(new detail::Recorded(found_.meter, files_, every, begin(plan, 1)));
  }

  /// A model that is called as before, and whose calls are recorded.
  /// @param plan, every  see record()
  /// @param model        borrowed where it has a name, kept where it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(const Plan& plan, F&& model, std::size_t every = 1) {
    return record(plan, every).instrument(std::forward<F>(model));
  }
  /// The same of a model without a name.
  /// @param model  borrowed where it has a name, kept where it is a temporary
  template <NoPlan F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) {
    return record().instrument(std::forward<F>(model));
  }

  /// For work that is no forward pass, or whose loop is not ours. Borrows this session.
  [[nodiscard]] Stopwatch stopwatch() noexcept { return {found_.meter, files_}; }

  /// Measures a model: quality in a pass of its own, then energy and time in windows of many
  /// passes.
  ///
  /// @param plan     see Plan
  /// @param forward  called as forward(input); must return a value. Borrowed for the call
  /// @param inputs   a range with std::data and std::size. Borrowed for the call
  /// @param metrics  any number, each fed with every output once, in the order of the inputs
  /// @error  energy and time per item: docs/reference/formulas.md#from-windows-to-an-item
  /// @throws Error for no inputs, a metric of another length, a file that can't be read, a pass
  ///         that the optimiser removed; ForwardPassError around what the model throws
  template <class F, Contiguous Inputs, class... Metrics>
  requires ForwardPass<F, std::remove_cvref_t<decltype(*std::data(std::declval<Inputs&>()))>>
  [[nodiscard]] Entry measure(const Plan& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Entry entry = begin(plan, std::size(inputs), detail::Prepared<F>);
    if (plan.batch != 1) no_batches(plan);
    detail::judge(entry, forward, first, metrics...);
    measure_loop(entry, forward, first);
    return entry;
  }

  /// The same of a model that takes plan.batch inputs at once, and returns an output for each.
  /// @throws as measure(), and Error for no whole batch, or another number of outputs
  template <class F, Contiguous Inputs, class... Metrics>
  requires BatchForwardPass<F, std::remove_cvref_t<decltype(*std::data(std::declval<Inputs&>()))>>
  [[nodiscard]] Entry measure(const Plan& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Entry entry = begin(plan, std::size(inputs), detail::Prepared<F>);
    Buffer<View<Input>> batches;
    for (std::size_t i = 0; i + plan.batch <= entry.inputs; i += plan.batch) {
      batches.push_back({first + i, plan.batch});
    }
    detail::judge_batches(entry, forward, first, metrics...);
    measure_loop(entry, forward, static_cast<const View<Input>*>(batches.data()));
    return entry;
  }

  /// The same of a model that puts items into a stream, called as forward(input, stream): time and
  /// energy are per item of the stream, percentiles per pass, and until its first item. Of an input
  /// that gives no item nothing is counted but its time and energy.
  /// @throws as measure(), and Error for batches and several callers
  template <class F, Contiguous Inputs, class... Metrics>
  requires StreamingPass<F, std::remove_cvref_t<decltype(*std::data(std::declval<Inputs&>()))>>
  [[nodiscard]] Entry measure(const Plan& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Entry entry = begin(plan, std::size(inputs), detail::Prepared<F>);
    if (plan.batch != 1) no_batches(plan);
    if (plan.callers != 1) no_callers(plan);
    Stream stream;
    detail::IntoStream<std::remove_reference_t<F>> pass{forward, stream};
    detail::judge(entry, pass, first, metrics...);
    if (stream.items() == 0) no_items(plan);
    measure_loop(entry, pass, first, &stream);
    return entry;
  }

  /// Measures models in turns, a window each, and says what each of them takes beside the first.
  /// Whatever the machine does meanwhile hits all of them alike, so that a percent of difference
  /// shows where two measurements one after the other drift apart by more.
  ///
  /// @param plan      see ComparePlan
  /// @param inputs    the same for all. Borrowed for the call
  /// @param variants  two to eight of variant(plan, forward, metrics...)
  /// @error  ratios: the signed-rank interval of the logarithms of pairs, at a level at which 95 %
  ///         of comparisons have all of theirs right (docs/reference/formulas.md#comparison)
  /// @throws as measure()
  template <Contiguous Inputs, class... Variants>
  [[nodiscard]] Comparison compare(const ComparePlan& plan, const Inputs& inputs,
                                   Variants&&... variants) {
    static_assert(sizeof...(Variants) >= 2, "compare at least two variants");
    static_assert(sizeof...(Variants) <= max_variants, "more variants than there is room for");
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Comparison comparison;
    comparison.plan = plan;
    Few<Entry, max_variants>& entries = comparison.entries;
    (entries.push_back(begin(plan_of(plan, variants.plan), std::size(inputs),
                             detail::Prepared<decltype(variants.forward)>)),
     ...);
    std::size_t next = 0;
    (variants.judge(entries[next++], variants.forward, first), ...);
    for (Entry& entry : entries) entry.build = this_build();
    const auto run = [&](auto&&... loops) {
      const detail::PassBatch batches[] = {detail::batch_of(loops)...};
      compare_windows(comparison, batches);
    };
    run(detail::LoopOf<std::remove_reference_t<decltype(variants.forward)>, Input>{
        variants.forward, first, variants.plan.label()}...);
    return comparison;
  }

 private:
  /// Who a variant is, measured as the comparison says.
  [[nodiscard]] PERJOULE_COLD static Plan plan_of(const ComparePlan& plan, const Plan& variant) {
    Plan own = variant;
    if (variant.batch != 1) no_batches(variant);
    if (variant.callers != 1) no_callers(variant);
    if (variant.caches != Caches::warm) no_flushing(variant);
    own.budget = plan.budget;
    own.seed = plan.seed;
    return own;
  }

  PERJOULE_COLD Session(FoundMeter found, const SystemFiles& files)
      : found_(std::move(found)),
        files_(files),
        environment_{detail::read_machine(), detail::read_run()} {
    if (meter().provenance == Provenance::simulated) files_ = {};
  }

  /// What can be wrong is found before any time is spent.
  [[nodiscard]] PERJOULE_COLD Entry begin(const Plan& plan, std::size_t inputs,
                                          bool prepared = false) const {
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
      detail::fail(
          text::format("%zu callers", plan.callers).chars, plan.label(),
          text::format("set .callers to 1 or more, and to %zu or fewer", max_callers).chars);
    }
    if (plan.callers != 1 && (prepared || plan.caches != Caches::warm)) no_callers(plan);
    if (plan.caches != Caches::warm && detail::largest_cache("") == Bytes(0.0)) {
      detail::fail("caches of unknown size can't be flushed", plan.label(),
                   "mount /sys, where the system tells it, or leave .caches out");
    }
    Entry entry;
    entry.plan = plan;
    entry.inputs = inputs;
    entry.prepared = prepared;
    entry.footprint = detail::weigh(plan);
    entry.meter = found_.meter.description();
    entry.absent_meters = found_.absent;
    entry.environment = environment_;
    return entry;
  }

  [[noreturn]] PERJOULE_COLD static void no_callers(const Plan& plan) {
    detail::fail("several callers of a stream, prepared inputs, flushed caches or a comparison",
                 plan.label(), "leave .callers out");
  }
  [[noreturn]] PERJOULE_COLD static void no_flushing(const Plan& plan) {
    detail::fail("flushed caches in a comparison", plan.label(),
                 "leave .caches out, or measure() each model by itself");
  }
  [[noreturn]] PERJOULE_COLD static void no_items(const Plan& plan) {
    detail::fail("nothing came into the stream", plan.label(),
                 "call stream.put(item) for each item, or leave the stream out");
  }
  [[noreturn]] PERJOULE_COLD static void no_batches(const Plan& plan) {
    detail::fail(text::format("batches of %zu for a model that takes one input", plan.batch).chars,
                 plan.label(),
                 "take a perjoule::View or a std::span of inputs, or leave .batch out");
  }

  template <class F, class Input>
  void measure_loop(Entry& entry, F& forward, const Input* inputs, Stream* stream = nullptr) {
    entry.build = this_build();
    detail::LoopOf<F, Input> loop{forward, inputs, entry.plan.label()};
    measure_windows(entry, detail::batch_of(loop), stream);
  }

  /// Not a template: compiled once, however many models are measured.
  PERJOULE_COLD void measure_windows(Entry& entry, detail::PassBatch batch, Stream* stream) {
    const Plan& plan = entry.plan;
    const Buffer<std::size_t> order = detail::shuffled(entry.inputs / plan.batch, plan.seed);
    batch.order = order;
    batch.name = plan.label();
    batch.items = plan.batch;
    batch.stream = stream;
    detail::CacheFlusher flusher;
    if (plan.caches == Caches::flushed) {
      flusher = detail::CacheFlusher(detail::largest_cache(""));
      batch.flusher = &flusher;
    }
    const Measuring until_the_end(*this);
    const auto measure = [&](const detail::PassBatch& of) {
      entry.heap =
          detail::heap_of_passes(found_.meter, of, plan.budget * 0.05, plan.watch_resident_peak);
      entry.samples = detail::run_windows(found_.meter, of, entry.plan.budget,
                                          entry.plan.relative_halfwidth, files_);
      entry.events =
          detail::events_of_passes(found_.meter, of, plan.counters, plan.budget * 0.05, files_);
    };
    if (entry.plan.callers == 1) {
      measure(batch);
    } else {
      detail::Crew crew(batch, entry.plan.callers);
      measure(crew.batch());
    }
    finish(entry, until_the_end);
  }

  PERJOULE_COLD void compare_windows(Comparison& comparison, View<detail::PassBatch> models) {
    Few<Entry, max_variants>& entries = comparison.entries;
    const ComparePlan& plan = comparison.plan;
    const Buffer<std::size_t> order = detail::shuffled(entries[0].inputs, plan.seed);
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
      entries[i].heap = detail::heap_of_passes(found_.meter, batches[i], plan.budget * 0.02,
                                               entries[i].plan.watch_resident_peak);
      entries[i].events = detail::events_of_passes(
          found_.meter, batches[i], entries[i].plan.counters, plan.budget * 0.02, files_);
      entries[i].samples = samples[i];
      const bool converged =
          detail::has_converged(samples[i], entries[i].plan.relative_halfwidth, meter().provenance);
      entries[i].samples.outcome = detail::outcome_of(samples[i], converged);
      finish(entries[i], until_the_end);
    }
    const double level = detail::level_of_each(entries.size());
    for (std::size_t i = 1; i < entries.size(); ++i) {
      comparison.others.push_back(
          detail::compare_entries(entries[0], entries[i], level, plan.least_effect));
    }
  }

  /// Counts a measurement until it ends, in whatever way.
  class Measuring {
   public:
    explicit Measuring(Session& session) noexcept
        : session_(session),
          was_alone_(__atomic_fetch_add(&session.measuring_, 1, __ATOMIC_ACQ_REL) == 0),
          begun_(__atomic_add_fetch(&session.begun_, 1, __ATOMIC_ACQ_REL)) {}
    Measuring(const Measuring&) = delete;
    Measuring& operator=(const Measuring&) = delete;
    ~Measuring() { __atomic_fetch_sub(&session_.measuring_, 1, __ATOMIC_ACQ_REL); }

    /// Whether any other measured in this session since it began.
    [[nodiscard]] bool is_concurrent() const noexcept {
      return !was_alone_ || __atomic_load_n(&session_.begun_, __ATOMIC_ACQUIRE) != begun_;
    }

   private:
    Session& session_;
    bool was_alone_;
    std::size_t begun_;
  };

  PERJOULE_COLD static void finish(Entry& entry, const Measuring& measuring) {
    entry.concurrent = measuring.is_concurrent();
    entry.plan.counters = {};  // borrowed for the call
    entry.process = process_memory();
    entry.why_no_process = "the kernel does not tell it here";
    const GroupMemory group = group_memory();
    entry.memory_limit = group.limit;
    entry.why_no_limit = group.is_unlimited ? "its control group has none" : group.why_missing;
    detail::summarize_windows(entry);
    detail::add_figures(entry);
    detail::add_scores(entry);
  }

  FoundMeter found_;
  SystemFiles files_;
  Environment environment_;
  std::size_t measuring_ = 0;  ///< at this moment, in all threads
  std::size_t begun_ = 0;      ///< since the session began
};

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/answer_checker.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/engine/prepared.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/stream.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/team.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/measure/evaluate.hpp"
#include "perjoule/measure/instrument.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/meter_options.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/training_stage.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Ways of calling a model.
enum class PassKind { single, batch, stream };

}  // namespace detail

/// A model to compare, made by variant().
template <class F, class Evaluate>
struct Variant {
  MeasureOptions plan;  ///< describes the model; budget and seed come from the comparison
  F forward;            ///< a reference if variant() got an lvalue
  Evaluate evaluate;
};

/// Makes a variant for Session::compare: a model with the metrics that judge it.
/// @param plan     name and other descriptions of the model
/// @param forward  borrowed if it is an lvalue, stored if it is a temporary
/// @param metrics  any number; each gets every output once
/// @unit   none
/// @throws nothing of its own
template <class F, class... Metrics>
[[nodiscard]] auto variant(const MeasureOptions& plan, F&& forward, Metrics... metrics) {
  auto evaluate = [... metrics = std::move(metrics)](Entry& entry, detail::AnswerChecker& answers,
                                                     auto& model, const auto* inputs) mutable {
    detail::evaluate(detail::Alone{}, entry, answers, model, inputs, metrics...);
  };
  return Variant<F, decltype(evaluate)>{plan, std::forward<F>(forward), std::move(evaluate)};
}

/// Owns the meter of a run, and measures one model after another with it.
class Session {
 public:
  /// Finds the best meter of this machine.
  /// @throws NoMeterError if `options.require` asks for a better meter than there is
  explicit Session(const MeterOptions& options = {});

  /// Uses this meter and no other.
  explicit Session(AnyMeter meter);
  /// The same, for tests.
  /// @param files  files that tell what other programs do, in place of the system's own; none for a
  ///               simulated machine
  Session(AnyMeter meter, const SystemFiles& files);

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  [[nodiscard]] const MeterDescription& meter() const noexcept;
  /// Returns the better meters that this machine lacks, each with the reason and the fix.
  [[nodiscard]] View<AbsentMeter> absent_meters() const noexcept;

  /// Records a model's calls in the user's own loop, and other regions of the program.
  /// @param plan   describes the model; budget, inputs and seed are up to the loop
  /// @param every  1: times each call; 10: times each tenth call of a region, where 20 ns per call
  ///               are too much
  ///
  /// The session keeps what is recorded until it ends: take one recorder per loop, not per request.
  /// @throws Error for a plan that measure() would refuse for a single input
  [[nodiscard]] Recorder record(const MeasureOptions& plan = {}, std::size_t every = 1);

  /// Wraps a model so that its calls are recorded.
  /// @param plan, every  see record()
  /// @param model        borrowed if it is an lvalue, stored if it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(const MeasureOptions& plan, F&& model,
                                           std::size_t every = 1) {
    return record(plan, every).instrument(std::forward<F>(model));
  }
  /// The same for a model without a name.
  /// @param model  borrowed if it is an lvalue, stored if it is a temporary
  template <NotAPlan F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) {
    return record().instrument(std::forward<F>(model));
  }

  /// Makes a stopwatch, for work that is not a forward pass, or for the user's own loop. It borrows
  /// this session.
  [[nodiscard]] Stopwatch stopwatch();

  /// Measures a step of making a model, for MeasureOptions::training.
  /// @param name  of the step: "distillation"
  /// @param work  called once, as work()
  /// @error  energy: that of one window of the meter
  /// @throws what `work` throws
  template <class Work>
  [[nodiscard]] TrainingStage train(std::string_view name, Work&& work) {
    Stopwatch watch = stopwatch();
    watch.start();
    std::forward<Work>(work)();
    return training_stage(name, watch.stop());
  }

  /// Measures a model: first its quality, once on each input, then its energy and time in windows
  /// of many passes.
  ///
  /// @param plan     see MeasureOptions
  /// @param forward  borrowed for the call, and called in the first of these ways that it allows:
  ///   - forward(input) returns an output
  ///   - forward(inputs) takes a View of plan.batch inputs and returns an output for each
  ///   - forward(input, stream) puts items into a Stream and returns an output. Time and energy are
  ///     per item of the stream; percentiles are those of a pass and of the time until its
  ///     first item. An input that yields no item only adds its time and energy
  /// @param inputs   a range with std::data and std::size. Borrowed for the call
  /// @param metrics  any number; each gets every output once, in the order of the inputs
  /// @error  energy and time per item: docs/reference/formulas.md#from-windows-to-an-item
  /// @throws Error for no inputs, no whole batch, another number of references or of a batch's
  ///         outputs than of inputs, an empty stream, a file that can't be read, or a pass that the
  ///         optimiser removed; ForwardPassError with what the model throws
  template <class F, ContiguousRange Inputs, class... Metrics>
  [[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    return measure_as(detail::Alone{}, plan, std::forward<F>(forward), inputs, metrics...);
  }

  /// Measures a model over several processes, in the same way. All of them call this with the same
  /// plan, and wait for each other asleep; an adapter (integrations/mpi.hpp) gives the team. The
  /// meter of each machine is read once, however many ranks run there; a modelled energy is read by
  /// each rank. Quality is that of all items, to the bit. Time is that of the slowest rank.
  ///
  /// @param team     borrowed for the call
  /// @param sharing  items: inputs and references are those of this rank, a contiguous block in the
  ///                 order of ranks. passes: they are all, and each pass is run by all ranks
  /// @return what was measured, to rank 0; to the others an entry that says that rank 0 has it
  /// @error  docs/reference/formulas.md#several-processes
  /// @throws as measure(), and Error on all ranks if they cannot measure together; what a single
  ///         rank throws leaves the others waiting, so that it must end them, too
  template <class F, ContiguousRange Inputs, class... Metrics>
  [[nodiscard]] Entry measure_together(Team& team, Sharing sharing, const MeasureOptions& plan,
                                       F&& forward, const Inputs& inputs, Metrics... metrics) {
    return measure_as(detail::Together{&team, sharing}, plan, std::forward<F>(forward), inputs,
                      metrics...);
  }

  /// Measures models in turns, one window each, and compares each of them with the first. Whatever
  /// the machine does in the meantime affects all of them alike, so a difference of one percent
  /// shows where two measurements, one after the other, would drift apart by more.
  ///
  /// @param plan      see ComparePlan
  /// @param inputs    the same for all variants. Borrowed for the call
  /// @param variants  two or more of variant(plan, forward, metrics...)
  /// @error  ratios: the signed-rank interval of the logarithms of pairs, at a level at which 95 %
  ///         of comparisons have all of their intervals right
  ///         (docs/reference/formulas.md#comparison)
  /// @throws as measure()
  template <ContiguousRange Inputs, class... Variants>
  [[nodiscard]] Comparison compare(const ComparePlan& plan, const Inputs& inputs,
                                   Variants&&... variants) {
    static_assert(sizeof...(Variants) >= 2, "compare at least two variants");
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    static_assert((ForwardPass<decltype((variants.forward)), Input> && ...),
                  "a variant is called as model(input), and returns its output");
    Comparison comparison;
    comparison.plan = plan;
    (add_variant(comparison, variants.plan, std::size(inputs),
                 detail::Prepared<decltype(variants.forward)>),
     ...);
    std::vector<detail::AnswerChecker> answers(comparison.entries.size(),
                                               answer_checker(plan.seed));
    std::size_t next = 0;
    (judge(comparison.entries[next], answers[next], variants, first, next), ...);
    for (Entry& each : comparison.entries) each.build = this_build();
    const auto run = [&](auto&&... loops) { compare_windows(comparison, answers, {&loops...}); };
    run(detail::LoopOf<std::remove_reference_t<decltype(variants.forward)>, Input>{
        variants.forward, first, variants.plan.label()}...);
    return comparison;
  }

 private:
  template <class Crew, class F, class Inputs, class... Metrics>
  [[nodiscard]] Entry measure_as(const Crew& crew, const MeasureOptions& plan, F&& forward,
                                 const Inputs& inputs, Metrics&... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    if constexpr (BatchForwardPass<F, Input>) {
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::batch, detail::Prepared<F>);
      std::vector<View<Input>> batches;
      for (std::size_t i = 0; i + plan.batch <= entry.inputs; i += plan.batch) {
        batches.push_back({first + i, plan.batch});
      }
      detail::AnswerChecker answers = answer_checker(plan.seed);
      detail::evaluate_batches(crew, entry, answers, forward, first, metrics...);
      measure_loop(crew, entry, answers, forward, View<View<Input>>(batches));
      return entry;
    } else if constexpr (StreamingPass<F, Input>) {
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::stream, detail::Prepared<F>);
      Stream stream;
      detail::StreamAdapter<std::remove_reference_t<F>> pass{forward, stream};
      detail::AnswerChecker answers = answer_checker(plan.seed);
      detail::evaluate(crew, entry, answers, pass, first, metrics...);
      measure_loop(crew, entry, answers, pass, View<Input>(inputs), &stream);
      return entry;
    } else if constexpr (ForwardPass<F, Input>) {
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::single, detail::Prepared<F>);
      detail::AnswerChecker answers = answer_checker(plan.seed);
      detail::evaluate(crew, entry, answers, forward, first, metrics...);
      measure_loop(crew, entry, answers, forward, View<Input>(inputs));
      return entry;
    } else {
      static_assert(
          ForwardPass<F, Input>,
          "a model is called as model(input), as model(inputs) with a View of a batch, or "
          "as model(input, stream), and returns its output");
    }
  }

  [[nodiscard]] TrainingStage training_stage(std::string_view name, const Window& window) const;

  /// Makes the entry, and checks the plan before any time is spent.
  /// @throws Error for a plan that can't be measured
  [[nodiscard]] Entry begin(const MeasureOptions& plan, std::size_t inputs, detail::PassKind kind,
                            bool prepared) const;

  [[nodiscard]] detail::AnswerChecker answer_checker(std::uint64_t seed) const;

  template <class Crew, class F, class Input>
  void measure_loop(const Crew& crew, Entry& entry, detail::AnswerChecker& answers, F& forward,
                    View<Input> inputs, Stream* stream = nullptr) {
    entry.build = this_build();
    detail::LoopOf<F, Input> loop{forward, inputs.data(), entry.plan.label(), entry.plan.batch};
    measure_costs(crew, entry, answers,
                  {&loop, {}, entry.plan.label(), entry.plan.batch, entry.plan.callers, stream},
                  inputs.size());
  }

  /// Judges a variant of a comparison.
  /// @param next  its index, which is increased
  template <class V, class Input>
  static void judge(Entry& entry, detail::AnswerChecker& answers, V& variant, const Input* inputs,
                    std::size_t& next) {
    ++next;
    variant.evaluate(entry, answers, variant.forward, inputs);
    using F = std::remove_reference_t<decltype(variant.forward)>;
    detail::LoopOf<F, Input> loop{variant.forward, inputs, entry.plan.label()};
    answers.repeat_last({&loop, {}, entry.plan.label()}, entry.inputs, entry.plan.budget * 0.01);
  }

  // Not templates: they are compiled once, however many models are measured.
  /// @param passes  over the inputs of this process
  void measure_costs(detail::Alone, Entry& entry, detail::AnswerChecker& answers,
                     detail::Workload workload, std::size_t passes);
  void measure_costs(const detail::Together& with, Entry& entry, detail::AnswerChecker& answers,
                     detail::Workload workload, std::size_t passes);

  /// Adds the entry of a variant, which is measured as the comparison's plan says.
  void add_variant(Comparison& comparison, const MeasureOptions& variant, std::size_t inputs,
                   bool prepared) const;

  void compare_windows(Comparison& comparison, std::vector<detail::AnswerChecker>& answers,
                       const std::vector<detail::PassLoop*>& loops);

  // A plain pointer rather than a unique_ptr: see AnyMeter.
  struct State;
  State* state_;
};

/// Measures one model in its own session. For several models make one Session, so that the meter is
/// found only once.
/// @copydoc Session::measure
template <class F, ContiguousRange Inputs, class... Metrics>
[[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                            Metrics... metrics) {
  return Session().measure(plan, std::forward<F>(forward), inputs, std::move(metrics)...);
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/session-inl.hpp"
#endif

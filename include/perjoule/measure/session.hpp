// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/engine/prepared.hpp"
#include "perjoule/engine/stream.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/measure/evaluate.hpp"
#include "perjoule/measure/instrument.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/meter_options.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

class Stopwatch;  // engine/stopwatch.hpp

namespace detail {

/// How a model is called.
enum class PassKind { single, batch, stream };

}  // namespace detail

/// One of the models that are compared; made by variant().
template <class F, class Evaluate>
struct Variant {
  MeasureOptions plan;  ///< describes the model; budget and seed are those of the comparison
  F forward;            ///< a reference where it was one
  Evaluate evaluate;
};

/// Makes a variant for Session::compare: a model with the metrics that judge it.
/// @param plan     its name, and what else describes it
/// @param forward  borrowed where it has a name, kept where it is a temporary
/// @param metrics  any number, each fed with every output once
/// @unit  none
template <class F, class... Metrics>
[[nodiscard]] auto variant(const MeasureOptions& plan, F&& forward, Metrics... metrics) {
  auto evaluate = [... metrics = std::move(metrics)](Entry& entry, auto& model,
                                                     const auto* inputs) mutable {
    detail::evaluate(entry, model, inputs, metrics...);
  };
  return Variant<F, decltype(evaluate)>{plan, std::forward<F>(forward), std::move(evaluate)};
}

/// Owns the meter of a run, and measures one model after the other with it.
class Session {
 public:
  /// Looks for the best meter of this machine.
  /// @throws NoMeterError when `options.require` asks for a better one than there is
  explicit Session(const MeterOptions& options = {});

  /// Uses this meter and no other.
  explicit Session(AnyMeter meter);
  /// The same, for tests.
  /// @param files  where the machine tells what other programs do, in place of the system's own;
  /// none
  ///               for a simulated machine
  Session(AnyMeter meter, const SystemFiles& files);

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  [[nodiscard]] const MeterDescription& meter() const noexcept;
  /// The better meters that this machine lacks, each with the reason and the fix.
  [[nodiscard]] View<AbsentMeter> absent_meters() const noexcept;

  /// Records a model's calls in the user's own loop, and other regions of the program.
  /// @param plan   describes the model; budget, inputs and seed are the loop's own
  /// @param every  1: each call is timed; 10: each tenth call of a region, where 20 ns for each are
  ///               too much
  [[nodiscard]] Recorder record(const MeasureOptions& plan = {}, std::size_t every = 1);

  /// Wraps a model so that its calls are recorded.
  /// @param plan, every  see record()
  /// @param model        borrowed where it has a name, kept where it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(const MeasureOptions& plan, F&& model,
                                           std::size_t every = 1) {
    return record(plan, every).instrument(std::forward<F>(model));
  }
  /// The same for a model without a name.
  /// @param model  borrowed where it has a name, kept where it is a temporary
  template <NotAPlan F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) {
    return record().instrument(std::forward<F>(model));
  }

  /// Makes a stopwatch, for work that is no forward pass, or for the user's own loop. It borrows
  /// this session.
  [[nodiscard]] Stopwatch stopwatch();

  /// Measures a model: its quality on each input once, then its energy and time in windows of many
  /// passes.
  ///
  /// @param plan     see MeasureOptions
  /// @param forward  borrowed for the call, and called in the first of these ways that it allows:
  ///   - forward(input) returns an output
  ///   - forward(inputs) takes a View of plan.batch inputs and returns an output for each
  ///   - forward(input, stream) puts items into a Stream and returns an output. Time and energy are
  ///     per item of the stream, and percentiles are those of a pass and of the time until its
  ///     first item. An input that gives no item only adds its time and energy
  /// @param inputs   a range with std::data and std::size. Borrowed for the call
  /// @param metrics  any number, each fed with every output once, in the order of the inputs
  /// @error  energy and time per item: docs/reference/formulas.md#from-windows-to-an-item
  /// @throws Error for no inputs, no whole batch, a metric or a batch's outputs of another number,
  ///         nothing in the stream, a file that can't be read, a pass that the optimiser removed;
  ///         ForwardPassError around what the model throws
  template <class F, ContiguousRange Inputs, class... Metrics>
  [[nodiscard]] Entry measure(const MeasureOptions& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    if constexpr (BatchForwardPass<F, Input>) {
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::batch, detail::Prepared<F>);
      std::vector<View<Input>> batches;
      for (std::size_t i = 0; i + plan.batch <= entry.inputs; i += plan.batch) {
        batches.push_back({first + i, plan.batch});
      }
      detail::evaluate_batches(entry, forward, first, metrics...);
      measure_loop(entry, forward, static_cast<const View<Input>*>(batches.data()));
      return entry;
    } else if constexpr (StreamingPass<F, Input>) {
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::stream, detail::Prepared<F>);
      Stream stream;
      detail::StreamAdapter<std::remove_reference_t<F>> pass{forward, stream};
      detail::evaluate(entry, pass, first, metrics...);
      measure_loop(entry, pass, first, &stream);
      return entry;
    } else {
      static_assert(
          ForwardPass<F, Input>,
          "a model is called as model(input), as model(inputs) with a View of a batch, or "
          "as model(input, stream), and returns its output");
      Entry entry = begin(plan, std::size(inputs), detail::PassKind::single, detail::Prepared<F>);
      detail::evaluate(entry, forward, first, metrics...);
      measure_loop(entry, forward, first);
      return entry;
    }
  }

  /// Measures models in turns, a window each, and compares each of them with the first. Whatever
  /// the machine does meanwhile affects all of them alike, so that a difference of a percent shows
  /// where two measurements, one after the other, would drift apart by more.
  ///
  /// @param plan      see ComparePlan
  /// @param inputs    the same for all. Borrowed for the call
  /// @param variants  two or more of variant(plan, forward, metrics...)
  /// @error  ratios: the signed-rank interval of the logarithms of pairs, at a level at which 95 %
  ///         of comparisons have all of theirs right (docs/reference/formulas.md#comparison)
  /// @throws as measure()
  template <ContiguousRange Inputs, class... Variants>
  [[nodiscard]] Comparison compare(const ComparePlan& plan, const Inputs& inputs,
                                   Variants&&... variants) {
    static_assert(sizeof...(Variants) >= 2, "compare at least two variants");
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    const Input* const first = std::data(inputs);
    Comparison comparison;
    comparison.plan = plan;
    (add_variant(comparison, variants.plan, std::size(inputs),
                 detail::Prepared<decltype(variants.forward)>),
     ...);
    Entry* entry = comparison.entries.data();
    (variants.evaluate(*entry++, variants.forward, first), ...);
    for (Entry& each : comparison.entries) each.build = this_build();
    const auto run = [&](auto&&... loops) { compare_windows(comparison, {&loops...}); };
    run(detail::LoopOf<std::remove_reference_t<decltype(variants.forward)>, Input>{
        variants.forward, first, variants.plan.label()}...);
    return comparison;
  }

 private:
  /// Makes the entry, and finds what is wrong with the plan before any time is spent.
  /// @throws Error
  [[nodiscard]] Entry begin(const MeasureOptions& plan, std::size_t inputs, detail::PassKind kind,
                            bool prepared) const;

  template <class F, class Input>
  void measure_loop(Entry& entry, F& forward, const Input* inputs, Stream* stream = nullptr) {
    entry.build = this_build();
    detail::LoopOf<F, Input> loop{forward, inputs, entry.plan.label()};
    measure_costs(entry, loop, stream);
  }

  // No templates: these are compiled once, however many models are measured.
  void measure_costs(Entry& entry, detail::PassLoop& loop, Stream* stream);

  /// Adds the entry of a variant, which is measured as the comparison says.
  void add_variant(Comparison& comparison, const MeasureOptions& variant, std::size_t inputs,
                   bool prepared) const;

  void compare_windows(Comparison& comparison, const std::vector<detail::PassLoop*>& loops);

  // A plain pointer and not a unique_ptr: see AnyMeter.
  struct State;
  State* state_;
};

/// Measures one model in a session of its own. For several models make one Session, so that the
/// meter is found once.
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

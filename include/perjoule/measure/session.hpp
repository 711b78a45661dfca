// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/plan.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/find_meters.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/stats/random.hpp"

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

  /// Measures a model: quality in a pass of its own, then energy and time in windows of many
  /// passes.
  ///
  /// @param plan     see Plan
  /// @param forward  called as forward(input); must return a value. Borrowed for the call
  /// @param inputs   a range with std::data and std::size. Borrowed for the call
  /// @param metrics  any number, each fed with every output once, in the order of the inputs
  /// @error  energy and time per item: docs/reference/formulas.md#from-windows-to-an-item
  /// @throws Error for no inputs, a metric of another length, weights that can't be read;
  ///         ForwardPassError around what the model throws
  template <class F, Contiguous Inputs, class... Metrics>
  requires ForwardPass<F, std::remove_cvref_t<decltype(*std::data(std::declval<Inputs&>()))>>
  [[nodiscard]] Entry measure(const Plan& plan, F&& forward, const Inputs& inputs,
                              Metrics... metrics) {
    using Input = std::remove_cvref_t<decltype(*std::data(inputs))>;
    using Output = std::remove_cvref_t<std::invoke_result_t<F&, const Input&>>;
    static_assert(
        (QualityMetric<Metrics, Output> && ...),
        "a metric cannot judge what this forward pass returns, or lacks one of items, add, "
        "result, per_item");
    static_assert(sizeof...(Metrics) <= max_metrics, "more metrics than an entry has room for");
    const Input* const first = std::data(inputs);
    const std::size_t count = std::size(inputs);
    Entry entry = begin(plan, count);
    (check_length(plan, metrics.items(), count), ...);

    std::size_t item = 0;
    try {
      for (; item != count; ++item) {
        const auto& output = forward(first[item]);
        keep(output);
        (metrics.add(item, output), ...);
      }
    } catch (const Error&) {
      throw;  // a metric's: it names the item itself
    } catch (...) {
      detail::throw_with_item(item, count, plan.label());
    }
    (add_quality(entry, metrics.result(), metrics.per_item()), ...);

    entry.build = this_build();
    detail::PassLoop<std::remove_reference_t<F>, Input> loop{forward, first, plan.label()};
    measure_windows(entry, &loop.run, &loop);
    return entry;
  }

 private:
  PERJOULE_COLD Session(FoundMeter found, const SystemFiles& files)
      : found_(std::move(found)),
        files_(files),
        environment_{detail::read_machine(), detail::read_run()} {
    if (meter().provenance == Provenance::simulated) files_ = {};
  }

  PERJOULE_COLD static void check_length(const Plan& plan, std::size_t references,
                                         std::size_t inputs) {
    if (references == inputs) return;
    detail::fail(text::format("%zu inputs but %zu references", inputs, references).chars,
                 plan.label(),
                 "give the metric one reference (a label) for each input, in the same order");
  }

  /// What can be wrong is found before any time is spent.
  [[nodiscard]] PERJOULE_COLD Entry begin(const Plan& plan, std::size_t inputs) const {
    if (inputs == 0) {
      detail::fail("no inputs to measure on", plan.label(), "pass the inputs of the test set");
    }
    if (plan.budget <= Seconds(0.0) || plan.relative_halfwidth <= 0.0) {
      detail::fail("a budget and a half-width must be above 0", plan.label(),
                   "write .budget = 5_s and .relative_halfwidth = 1_percent, or leave them out");
    }
    Entry entry;
    entry.plan = plan;
    entry.inputs = inputs;
    Estimate<Bytes> stored;
    Estimate<Bytes> resident;
    if (!plan.weights.empty()) stored = exact(stored_bytes(plan.weights.c_str()));
    if (plan.resident_weights > Bytes(0.0)) resident = exact(plan.resident_weights);
    entry.footprint = footprint(stored, resident);
    entry.meter = found_.meter.description();
    entry.absent_meters = found_.absent;
    entry.environment = environment_;
    return entry;
  }

  PERJOULE_COLD static void add_quality(Entry& entry, const Quality& quality,
                                        View<double> per_item) {
    PERJOULE_EXPECTS(per_item.empty() || per_item.size() == entry.inputs);
    entry.quality.push_back(quality);
    entry.quality[entry.quality.size() - 1].has_per_item = !per_item.empty();
    entry.per_item.append(per_item);
  }

  /// Not a template: compiled once, however many models are measured.
  PERJOULE_COLD void measure_windows(Entry& entry, decltype(detail::PassBatch::run) run,
                                     void* model) {
    Buffer<std::size_t> order(entry.inputs);
    Random random(entry.plan.seed);
    for (std::size_t i = 0; i < order.size(); ++i) {  // Fisher and Yates, from the inside out
      const auto place = static_cast<std::size_t>(random.below(i + 1));
      order[i] = order[place];
      order[place] = i;
    }
    const detail::PassBatch batch{run, model, order};
    entry.concurrent = __atomic_fetch_add(&measuring_, 1, __ATOMIC_ACQ_REL) != 0;
    const std::size_t begun = __atomic_add_fetch(&begun_, 1, __ATOMIC_ACQ_REL);
    const Measuring until_the_end{measuring_};
    entry.samples = detail::run_windows(found_.meter, batch, entry.plan.budget,
                                        entry.plan.relative_halfwidth, files_);
    entry.concurrent |= __atomic_load_n(&begun_, __ATOMIC_ACQUIRE) != begun;
    detail::summarize_windows(entry);
    detail::add_scores(entry);
  }

  /// Counts a measurement until it ends, in whatever way.
  struct Measuring {
    std::size_t& count;
    ~Measuring() { __atomic_fetch_sub(&count, 1, __ATOMIC_ACQ_REL); }
  };

  FoundMeter found_;
  SystemFiles files_;
  Environment environment_;
  std::size_t measuring_ = 0;  ///< at this moment, in all threads
  std::size_t begun_ = 0;      ///< since the session began
};

}  // namespace perjoule::inline v0

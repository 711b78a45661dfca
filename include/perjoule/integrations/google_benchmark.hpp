// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <benchmark/benchmark.h>
#include <cmath>
#include <string>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

// For Google Benchmark 1.7.1 and later. What differs between its versions is told by what its
// classes have, since it has no macro for its version.
namespace perjoule::inline v0 {

/// What a benchmark knows of its model, beside what is measured.
struct MeteredOptions {
  Quality quality = {};      ///< its skill makes the scores; from a metric's result()
  Footprint footprint = {};  ///< of the weights, for quality per byte
  Items items{1.0};          ///< that one iteration puts through the model
  std::string label = {};    ///< stands before what is said of the energy: a run has one label
  /// The CSV reporter ends the program when a run brings a counter that the first had not. So with
  /// this every run has all counters, and `nan` in those that are missing; JSON can't hold that.
  bool for_csv = false;
};

namespace detail {

/// 1.8 and later can skip without an error, too.
template <class State>
[[nodiscard]] bool is_skipped(const State& state) {
  if constexpr (requires { state.skipped(); }) {
    return state.skipped();
  } else {
    return state.error_occurred();
  }
}

/// The energy of a loop whose window began earlier: the thread that reads the meter waits for the
/// others, and what they do meanwhile is anything from nothing to what the loop does.
/// @unit   J
/// @error  common: a rectangle as wide as the power of the window over the time waited
/// @source GUM (JCGM 100:2008) 4.3.7 for the rectangular distribution
[[nodiscard]] inline Estimate<Joules> without_waiting(const Estimate<Joules>& energy,
                                                      Seconds waited, Seconds wall) {
  if (!energy.is_known()) return energy;
  const Joules most = energy.value * (waited / wall);
  Estimate<Joules> left = energy;
  left.value -= most * 0.5;
  left.common = Joules(std::hypot(energy.common.si(), most.si() * std::sqrt(1.0 / 12.0)));
  return left;
}

/// How far the 95 % interval goes from the value, to its farther end: a modelled value has more
/// room above than below.
/// @unit  that of the value
/// @error exact: missing where there is no interval
[[nodiscard]] inline Estimate<double> larger_halfwidth(const Estimate<double>& estimate) {
  const Interval<double> within = interval(estimate);
  if (!within.is_known()) return {};
  const double below = estimate.value - within.low;
  const double above = within.high - estimate.value;
  return exact(above > below ? above : below);
}

}  // namespace detail

/// A benchmark's loop with a meter around it; see metered().
class Metered {
 public:
  /// Google Benchmark's own, but for what it does once the loop is through.
  class Iterator {
   public:
    Iterator(benchmark::State::StateIterator inner, Metered& metered) noexcept
        : inner_(inner), metered_(&metered) {}

    [[nodiscard, gnu::always_inline]] auto operator*() const { return *inner_; }
    [[gnu::always_inline]] Iterator& operator++() {
      ++inner_;
      return *this;
    }
    // Here and not in a destructor: a loop that is left by break or an exception adds no counters.
    [[nodiscard, gnu::always_inline]] bool operator!=(
        const benchmark::State::StateIterator& end) const {
      if (inner_ != end) return true;
      metered_->finish();
      return false;
    }

   private:
    benchmark::State::StateIterator inner_;
    Metered* metered_;
  };

  /// @param session, state  borrowed
  Metered(Session& session, benchmark::State& state, const MeteredOptions& options)
      : state_(&state), options_(options), label_(options.label) {
    PERJOULE_EXPECTS(options.items > Items(0.0));
    // The other threads share the machine and its joules with this one.
    if (state.thread_index() != 0) return;
    meter_ = &session.meter();
    watch_ = session.stopwatch();
  }
  Metered(const Metered&) = delete;
  Metered& operator=(const Metered&) = delete;

  [[nodiscard]] Iterator begin() { return {state_->begin(), *this}; }

  /// Starts the meter, and then Google Benchmark's timer: what the meter takes is in no time.
  [[nodiscard]] benchmark::State::StateIterator end() {
    if (meter_ == nullptr) return state_->end();
    watch_.start();
    if (state_->threads() == 1) return state_->end();
    // No barrier of our own: where a MemoryManager counts, one of the threads runs alone.
    const Instant ready = watch_.now();
    const benchmark::State::StateIterator end = state_->end();
    waited_ = watch_.now() - ready;
    return end;
  }

 private:
  void finish() {
    using benchmark::Counter;
    if (meter_ == nullptr || detail::is_skipped(*state_)) return;
    const Window window = watch_.stop();
    const auto energy = detail::without_waiting(window.energy.energy, waited_, window.wall);
    const Quality& quality = options_.quality;
    if (energy.is_known()) {
      say(text::format("energy {} by {} ({})", name(energy.provenance), meter_->source,
                       name(meter_->scope)));
    } else {
      say(text::format("no energy: {}", window.energy.why_missing));
    }
    if (!quality.why_no_skill.empty()) say(text::format("no skill: {}", quality.why_no_skill));
    // Divided by the iterations of all threads. The counters of threads are added up, and the
    // others have none.
    add("energy_j", detail::strip_unit(energy), Counter::kAvgIterations);
    add("energy_halfwidth_j", detail::larger_halfwidth(detail::strip_unit(energy)),
        Counter::kAvgIterations);
    // Not with kIsRate, which divides by CPU time: 10 W beside a sleeper came out as kilowatts.
    add("power_w", detail::strip_unit(ratio(energy, exact(window.wall - waited_)).estimate));
    const double iterations = static_cast<double>(state_->iterations()) * state_->threads();
    const auto of_an_item = per_item(energy, options_.items * iterations);
    add("quality_per_joule", detail::strip_unit(per_joule(quality.skill, of_an_item).estimate));
    add("quality_per_stored_byte",
        detail::strip_unit(per_byte(quality.skill, options_.footprint.stored).estimate));
    add("quality_per_resident_byte",
        detail::strip_unit(per_byte(quality.skill, options_.footprint.resident).estimate));
    state_->SetLabel(label_);
  }

  /// A counter that is not finite makes the JSON unreadable; and so does one that is 0 in each
  /// repetition, through its coefficient of variation in 1.7.1.
  void add(const char* counter, const Estimate<double>& found,
           benchmark::Counter::Flags flags = benchmark::Counter::kDefaults) {
    if (options_.for_csv) {
      state_->counters[counter] = {found.is_known() ? found.value : detail::quiet_nan(), flags};
    } else if (found.is_known() && found.value == 0.0) {
      say(text::format("{} is 0", counter));
    } else if (found.is_known() && is_finite(found.value)) {
      state_->counters[counter] = {found.value, flags};
    }
  }

  /// The same for all repetitions of a benchmark, or their mean and the like lose it: no numbers.
  void say(const std::string& what) {
    if (!label_.empty()) label_ += "; ";
    label_ += what;
  }

  benchmark::State* state_;
  MeteredOptions options_;
  std::string label_;
  const MeterDescription* meter_ = nullptr;  ///< of the thread that reads it
  Stopwatch watch_;
  Seconds waited_{0.0};
};

/// Reads the meter around a benchmark's loop, and adds what it found as counters:
/// `for (auto _ : perjoule::metered(session, state)) {...}`
///
/// | counter | is |
/// | --- | --- |
/// | `energy_j` | energy of an iteration, total: with the machine's idle share |
/// | `energy_halfwidth_j` | of its 95 % interval; of a modelled one up to the farther end |
/// | `power_w` | energy over wall time |
/// | `quality_per_joule` | skill over the energy of an item |
/// | `quality_per_stored_byte`, `quality_per_resident_byte` | skill over the bytes of the weights |
///
/// What is missing is left out, and the run's label says why; a number that is 0 stands there, too.
/// A label set after the loop replaces it. The energy is all that the meter counts from the first
/// iteration to the last one of all threads, with what stands between PauseTiming and ResumeTiming:
/// meters tick too slowly to be halted there.
///
/// @param session, state  borrowed for the loop
/// @error  energy_halfwidth_j is one run's own; the stddev of repetitions is beside it. A window of
///         less than ten ticks of the meter has a wide one
/// @throws std::bad_alloc, from Google Benchmark's counters
[[nodiscard]] inline Metered metered(Session& session, benchmark::State& state,
                                     const MeteredOptions& options = {}) {
  return {session, state, options};
}

/// Says in the context of every report which meter this session reads. Call it once, before the
/// benchmarks run.
inline void add_context(const Session& session) {
  const MeterDescription& meter = session.meter();
  benchmark::AddCustomContext("energy_meter", meter.source);
  benchmark::AddCustomContext("energy_provenance", std::string(name(meter.provenance)));
  benchmark::AddCustomContext("energy_scope", std::string(name(meter.scope)));
  if (!meter.note.empty()) benchmark::AddCustomContext("energy_note", meter.note);
}

/// Writes Google Benchmark's JSON with energies where the times stand, for programs that compare
/// times alone: its compare.py then runs its U test on joules. A time unit stands for the joules
/// with the same prefix: `real_time` in "ns" is nJ. `cpu_time` stays a time. Runs that have no
/// energy have no row.
///
/// As the second reporter of RunSpecifiedBenchmarks it writes the file that --benchmark_out names;
/// as the first one it writes to its SetOutputStream.
class EnergiesAsTimes : public benchmark::JSONReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> rows;
    for (const Run& run : runs) {
      const auto energy = run.counters.find("energy_j");
      if (energy == run.counters.end() || !is_finite(energy->second.value)) continue;
      Run row = run;
      row.real_accumulated_time = energy->second.value;
      // Reporters divide by the iterations, but for statistics that have no unit, such as cv.
      if (run.aggregate_unit == benchmark::kTime && run.iterations != 0) {
        row.real_accumulated_time *= static_cast<double>(run.iterations);
      }
      std::string unit = benchmark::GetTimeUnitString(run.time_unit);
      unit.back() = 'J';
      row.report_label = "real_time is energy in " + unit;
      if (!run.report_label.empty()) row.report_label += "; " + run.report_label;
      rows.push_back(row);
    }
    if (!rows.empty()) JSONReporter::ReportRuns(rows);
  }
};

/// Tells Google Benchmark how much memory a benchmark takes at its peak on top of what the process
/// holds before: `if (peak.is_working()) benchmark::RegisterMemoryManager(&peak);`
///
/// It is the growth of the resident set in a pass of its own, of at most 16 iterations: memory that
/// is touched, whoever asked the kernel for it, and not the room that was asked for. Allocations
/// are not counted; Google Benchmark cannot leave their number out, so it reads below 0.
/// @error  pages, and what the kernel has not yet added up: up to 64 pages a CPU
class PeakMemory : public benchmark::MemoryManager {
 public:
  /// Whether it finds 8 MiB in small pieces, twice; see detail::ResidentPeak.
  [[nodiscard]] bool is_working() { return resident_.is_working(); }

  // None of these says `override`: 1.7.1 has both Stop(), later versions have one of them, and
  // clang wants it at all functions of a class or at none.
  void Start() { resident_.start(); }
  void Stop(Result& result) {
    result.max_bytes_used = resident_.growth();
    result.num_allocs = -1;
  }
  void Stop(Result* result) { Stop(*result); }

 private:
  detail::ResidentPeak resident_;
};

}  // namespace perjoule::inline v0

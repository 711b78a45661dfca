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
#include "perjoule/score/efficiency.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

// For Google Benchmark 1.7.1 and later. Versions are told apart by the members of their classes,
// since there is no macro for the version.
namespace perjoule::inline v0 {

/// Properties of a benchmark's model that are not measured.
struct MeteredOptions {
  Quality quality = {};      ///< result() of a metric; its skill gives the scores
  Footprint footprint = {};  ///< of the weights, for quality per byte
  Items items{1.0};          ///< items that one iteration puts through the model
  std::string label = {};    ///< put before the note on the energy, since a run has one label
  /// The CSV reporter ends the program if a run has a counter that the first run did not have. With
  /// this option every run has all counters, with `nan` for missing ones, which JSON can't hold.
  bool for_csv = false;
};

namespace detail {

/// Returns whether a benchmark was skipped. Versions 1.8 and later can also skip without an error.
template <class State>
[[nodiscard]] bool is_skipped(const State& state) {
  if constexpr (requires { state.skipped(); }) {
    return state.skipped();
  } else {
    return state.error_occurred();
  }
}

/// Returns the energy of a loop whose window began earlier. The thread that reads the meter waits
/// for the others, and what they do in the meantime is anything from nothing to what the loop does.
/// @unit   J
/// @error  common: a rectangle as wide as the power of the window times the time waited
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

/// Returns the distance from the value to the farther end of its 95 % interval: a modelled value
/// has more room above than below.
/// @unit  that of the value
/// @error exact: missing if there is no interval
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
  /// Google Benchmark's own iterator, except for what it does when the loop ends.
  class Iterator {
   public:
    Iterator(benchmark::State::StateIterator inner, Metered& metered) noexcept
        : inner_(inner), metered_(&metered) {}

    [[nodiscard, gnu::always_inline]] auto operator*() const { return *inner_; }
    [[gnu::always_inline]] Iterator& operator++() {
      ++inner_;
      return *this;
    }
    // Not in a destructor, so that a loop left by break or an exception adds no counters.
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

  /// Starts the meter, and then Google Benchmark's timer, so that no time includes the start of the
  /// meter.
  [[nodiscard]] benchmark::State::StateIterator end() {
    if (meter_ == nullptr) return state_->end();
    watch_.start();
    if (state_->threads() == 1) return state_->end();
    // No barrier of our own: with a MemoryManager, one of the threads runs alone.
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
    // Divided by the iterations of all threads: counters of threads are added up, and the other
    // threads have none.
    add("energy_j", detail::strip_unit(energy), Counter::kAvgIterations);
    add("energy_halfwidth_j", detail::larger_halfwidth(detail::strip_unit(energy)),
        Counter::kAvgIterations);
    // Not with kIsRate, which divides by CPU time: 10 W came out as kilowatts for a loop that
    // sleeps.
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

  /// Adds a counter. One that is not finite makes the JSON unreadable, and so does one that is 0 in
  /// every repetition, through its coefficient of variation in 1.7.1.
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

  /// Adds a note to the label. It has no numbers, since statistics such as the mean lose the label
  /// unless it is the same for all repetitions of a benchmark.
  void say(const std::string& what) {
    if (!label_.empty()) label_ += "; ";
    label_ += what;
  }

  benchmark::State* state_;
  MeteredOptions options_;
  std::string label_;
  const MeterDescription* meter_ = nullptr;  ///< in the thread that reads it
  Stopwatch watch_;
  Seconds waited_{0.0};
};

/// Reads the meter around a benchmark's loop, and adds the results as counters:
/// `for (auto _ : perjoule::metered(session, state)) {...}`
///
/// | counter | is |
/// | --- | --- |
/// | `energy_j` | total energy of an iteration, including the machine's idle share |
/// | `energy_halfwidth_j` | half-width of its 95 % interval; if modelled, to the farther end |
/// | `power_w` | energy over wall time |
/// | `quality_per_joule` | skill over the energy of an item |
/// | `quality_per_stored_byte`, `quality_per_resident_byte` | skill over the bytes of the weights |
///
/// Missing numbers are left out, and the run's label says why; it also names a number that is 0. A
/// label set after the loop replaces this one. The energy is everything that the meter counts from
/// the first iteration to the last one of all threads, including what stands between PauseTiming
/// and ResumeTiming: meters tick too slowly to be halted there.
///
/// @param session, state  borrowed for the loop
/// @error  energy_halfwidth_j is that of one run; Google Benchmark adds the stddev of repetitions.
///         A window of less than ten ticks of the meter has a wide one
/// @throws std::bad_alloc, from Google Benchmark's counters
[[nodiscard]] inline Metered metered(Session& session, benchmark::State& state,
                                     const MeteredOptions& options = {}) {
  return {session, state, options};
}

/// Adds to the context of every report which meter this session reads. Call it once, before the
/// benchmarks run.
inline void add_context(const Session& session) {
  const MeterDescription& meter = session.meter();
  benchmark::AddCustomContext("energy_meter", meter.source);
  benchmark::AddCustomContext("energy_provenance", std::string(name(meter.provenance)));
  benchmark::AddCustomContext("energy_scope", std::string(name(meter.scope)));
  if (!meter.note.empty()) benchmark::AddCustomContext("energy_note", meter.note);
}

/// Writes Google Benchmark's JSON with energies in place of the times, for programs that compare
/// only times: its compare.py then runs its U test on joules. A time unit stands for joules with
/// the same prefix: `real_time` in "ns" is nJ. `cpu_time` remains a time. Runs without an energy
/// have no row.
///
/// As the second reporter of RunSpecifiedBenchmarks it writes the file that --benchmark_out names;
/// as the first one it writes to the stream given to SetOutputStream.
class EnergiesAsTimes : public benchmark::JSONReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> rows;
    for (const Run& run : runs) {
      const auto energy = run.counters.find("energy_j");
      if (energy == run.counters.end() || !is_finite(energy->second.value)) continue;
      Run row = run;
      row.real_accumulated_time = energy->second.value;
      // Reporters divide by the iterations, except for statistics without a unit, such as cv.
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

/// Tells Google Benchmark how much memory a benchmark takes at its peak in addition to what the
/// process held before: `if (peak.is_working()) benchmark::RegisterMemoryManager(&peak);`
///
/// It is the growth of the resident set in a separate pass of at most 16 iterations: memory that is
/// touched, whichever code asked the kernel for it, rather than memory that is only requested.
/// Allocations are not counted; Google Benchmark cannot leave their number out, so it is below 0.
/// @error  pages, and what the kernel has not yet added up: up to 64 pages per CPU
class PeakMemory : public benchmark::MemoryManager {
 public:
  /// Returns whether it finds 8 MiB in small pieces, twice; see detail::ResidentPeak.
  [[nodiscard]] bool is_working() { return resident_.is_working(); }

  // None of these says `override`: 1.7.1 has both overloads of Stop(), later versions have one of
  // them, and clang wants `override` on all functions of a class or on none.
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

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/checked_pass.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/stream.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Returns the shortest useful length of a window: ten update periods, and at least 5 ms, so that
/// neither the ticks at its ends nor the readings matter.
/// @unit s
[[nodiscard]] constexpr Seconds min_energy_window(Seconds update_period) noexcept {
  return std::max(update_period * 10.0, Seconds(0.005));
}

/// Returns the length of a window: a thousandth of the budget, but at least min_energy_window(). It
/// is shorter if needed to fit about sixteen windows into the budget, but at least three update
/// periods and 5 ms.
/// @unit s
[[nodiscard]] constexpr Seconds window_length(Seconds update_period, Seconds budget) noexcept {
  const Seconds good = std::max(budget / 1000.0, min_energy_window(update_period));
  const Seconds fitting = budget / 16.0;
  if (fitting >= good) return good;
  return std::max({fitting, update_period * 3.0, Seconds(0.005)});
}

/// Returns the warm-up time: a hundredth of the budget, but no more than caches, branch predictors
/// and the clock rate need. Finding the cost of a pass takes two to three times as long.
/// @unit s
[[nodiscard]] constexpr Seconds warm_up_length(Seconds budget) noexcept {
  return std::min(budget * 0.01, Seconds(0.02));
}

/// Returns the number of passes in a window of the given length. These are whole cycles through the
/// inputs, so that every window sees the same mix, unless a cycle is more than four times as long
/// as the window.
[[nodiscard]] constexpr std::size_t passes_in(Seconds window, Seconds per_pass,
                                              std::size_t items) noexcept {
  constexpr double most = 1e12;
  const double fitting = per_pass > window / most ? window / per_pass : most;
  const auto passes = static_cast<std::size_t>(fitting + 0.5);
  constexpr std::size_t one = 1;
  if (passes * 4 < items) return std::max(passes, one);
  return items * std::max((passes + items / 2) / items, one);
}

/// Rounds up to equally many passes for each caller, so that none waits for the others at the end.
[[nodiscard]] constexpr std::size_t round_up_to_multiple(std::size_t passes,
                                                         std::size_t callers) noexcept {
  return (passes + callers - 1) / callers * callers;
}

/// Returns the number of passes between two readings of the counter while a tick is awaited. The
/// number is 0 if the counter has no slow ticks (min_tick_interval), or if a single pass takes more
/// than a tenth of a period.
/// @param share  of a period that they take
[[nodiscard]] constexpr std::size_t passes_per_tick_poll(Seconds update_period, Seconds per_pass,
                                                         double share) noexcept {
  if (update_period <= min_tick_interval || per_pass * 10.0 > update_period) return 0;
  return passes_in(update_period * share, per_pass, 1);
}

/// Predicts the standard uncertainty of the energy from the ends of windows, which more windows do
/// not make smaller. It comes from the power near a tick, which is not known: for as long as ticks
/// are shown late at both ends, and, in the mean square, over half a period if passes are too long
/// to end on a tick, and otherwise over a 25th of a period.
/// @unit a share of the energy
/// @source detail::counted_energy: P/sqrt(3) over T/sqrt(12) or T/25/sqrt(3), and over the lateness
[[nodiscard]] inline double edge_uncertainty(const Zone& zone, bool on_a_tick,
                                             Seconds window) noexcept {
  const Seconds period = zone.update_period;
  if (period <= min_tick_interval) return 0.0;
  const double rest = (period * (on_a_tick ? root_of_a_third / 25.0 : root_of_a_third / 2.0)).si();
  const double late = zone.lateness.si();
  return root_of_a_third * std::hypot(rest, late, late) / window.si();
}

/// Returns the length of windows whose ends meet the target, if six of that length fit into the
/// rest of the budget. Otherwise the target is out of reach, and sixteen windows are the best that
/// can be done.
/// @unit s; edge_uncertainty and relative_halfwidth: a share of 1
[[nodiscard]] constexpr Seconds extended_window(Seconds window, double edge_uncertainty,
                                                double relative_halfwidth, Seconds left) noexcept {
  const Seconds wanted = window * (1.96 * edge_uncertainty / relative_halfwidth);
  const Seconds best = wanted <= left / 6.0 ? wanted : left / 16.0;
  return std::max(best, window);
}

/// Runs a workload in windows, and remembers its place in the cycle of inputs.
class WindowRunner {
 public:
  /// @param meter, files  borrowed
  /// @param workload      borrowed, with everything that it points to
  WindowRunner(AnyMeter& meter, const Workload& workload, const SystemFiles& files)
      : meter_(&meter), workload_(workload), files_(&files), watch_(meter, files) {}

  /// Does the work before `passes` passes that is not part of them, such as flushing the caches.
  void prepare(std::size_t passes);

  void run(std::size_t passes) {
    all_constant_ &= workload_.run(place_, passes);
    place_ = (place_ + passes) % workload_.order.size();
    done_ += passes;
  }

  /// Returns the index of the input of the next pass.
  [[nodiscard]] std::size_t next_input() const noexcept { return workload_.order[place_]; }

  /// Runs the next pass by itself, and flushes the caches before it if they are flushed before
  /// others.
  /// @throws ForwardPassError
  [[nodiscard]] CheckedPass check_next();

  /// Warms up, and returns the duration of a pass. Doubles the number of passes until they fill the
  /// warm-up time. Short passes are then timed a few more times, and the fastest time counts, since
  /// the others may have been interrupted. If caches are flushed before each pass, the mean over a
  /// few inputs counts.
  /// @throws Error if the optimiser has removed the pass
  [[nodiscard]] Seconds warm_up_and_plan(Seconds warm_up);

  /// The same for passes that were checked before.
  [[nodiscard]] Seconds remeasure_pass_time(Seconds warm_up);

  /// Returns whether windows go on until the counter ticks.
  [[nodiscard]] bool ends_on_a_tick() const noexcept { return end_slice_ != 0; }

  /// Returns the number of passes in a window of the given length, in whole cycles. Prepared passes
  /// are limited to the number that can follow each other and that can be prepared in the time for
  /// it. If a window of them is shorter than `least`, it has neither energy nor CPU time, since
  /// these would include the readings.
  /// @param per_pass   of the longest of several variants
  /// @param for_setup  time in which a window's passes may be prepared
  [[nodiscard]] std::size_t plan_window(Seconds length, Seconds per_pass, Seconds least,
                                        Seconds for_setup);

  /// Measures a window. It begins on a tick of the counter and ends on the first pass that sees
  /// one. If passes are short enough, they also run before the window until the tick that begins
  /// it. Throws only what the model throws.
  [[nodiscard]] Window measure_window(std::size_t passes) {
    prepare(passes);
    end_slice_ == 0 ? watch_.start() : watch_.start([this] { run(begin_slice_); });
    const std::uint64_t begin = items();
    const Slices earlier = slices_;
    workload_.callers == 1 ? run_slices(passes) : run(passes);
    Window window = end_slice_ == 0 ? watch_.stop() : watch_.stop([this] { run(end_slice_); });
    window.items = Items(static_cast<double>(items() - begin));
    const bool was_throttled =
        is_finite(window.interference.throttle_count) && window.interference.throttle_count > 0.0;
    if (was_throttled) exclude_since(slices_, earlier);
    window.clean_items = slices_.clean_items - earlier.clean_items;
    if (window.clean_items > Items(0.0)) window.clean = slices_.clean - earlier.clean;
    // The plan decides what is too short: a window that happened to be delayed is no better.
    if (is_too_short_) {
      window.wall = slices_.taken - earlier.taken;
      window.cpu = Seconds(quiet_nan());
      window.interference.others_cpu = Seconds(quiet_nan());
      window.interference.steal = Seconds(quiet_nan());
      window.energy = {{},
                       "too few passes can follow each other for a window of 5 ms and ten of the "
                       "meter's update periods"};
    }
    return window;
  }

  /// Returns the number of items so far.
  [[nodiscard]] std::uint64_t items() const noexcept {
    return workload_.stream == nullptr ? done_ * workload_.inputs_per_pass
                                       : workload_.stream->items();
  }

  /// Returns the slices of all windows so far.
  [[nodiscard]] const Slices& slices() const noexcept { return slices_; }

 private:
  /// Returns whether work must be done before passes.
  [[nodiscard]] bool has_work_before_pass() const noexcept {
    return workload_.loop->needs_prepare() || workload_.flusher != nullptr;
  }

  [[nodiscard]] Seconds fastest_pass_time(Seconds warm_up);

  /// Returns the mean of up to nine single passes. The first one counts only if it is the only one.
  [[nodiscard]] Seconds mean_pass_time(Seconds warm_up);

  /// Returns the duration of one of `passes` passes.
  /// @unit s
  [[nodiscard]] Seconds time(std::size_t passes);

  /// Returns the duration of a pass of an empty loop.
  /// @unit s
  [[nodiscard]] Seconds time_of_empty_loop(std::size_t passes) const noexcept;

  /// Rejects a pass that takes no longer than an empty loop and whose result the optimiser knew:
  /// the work to be measured has been removed. Either sign alone is no proof: a tiny model may be
  /// as fast, and a model that writes its output elsewhere may return 0.
  /// @throws Error
  void reject_empty_pass(Seconds per_pass);

  /// Rejects a pass so short that the loop's own cache misses, about a quarter of a microsecond if
  /// caches are flushed, would matter.
  /// @throws Error
  void reject_short_pass(Seconds per_pass) const;

  /// Reads the clock, and whether the thread was interrupted, about every 2 ms. Each reading takes
  /// half a microsecond, which is in no slice.
  void run_slices(std::size_t passes) {
    ThreadUsage before = thread_usage();
    while (passes != 0) {
      const std::size_t slice = std::min(passes, slice_);
      const std::uint64_t begin = items();
      const Instant start = meter_->now();
      run(slice);
      const Seconds taken = meter_->now() - start;
      const ThreadUsage after = thread_usage();
      add_slice(slices_, taken, after - before, items() - begin);
      before = after;
      passes -= slice;
    }
  }

  /// Returns the usage of this thread. A simulated machine has no other threads.
  [[nodiscard]] ThreadUsage thread_usage() const noexcept {
    return files_->thread == nullptr ? ThreadUsage{} : files_->thread();
  }

  AnyMeter* meter_ = nullptr;
  Workload workload_ = {};
  const SystemFiles* files_ = nullptr;
  Stopwatch watch_;
  Seconds per_pass_{0.0};
  Seconds setup_{0.0};         ///< time to prepare one pass
  bool is_too_short_ = false;  ///< windows are too short for energy
  std::size_t place_ = 0;
  std::uint64_t done_ = 0;       ///< passes
  std::size_t slice_ = 1;        ///< passes between two readings of the clock
  std::size_t begin_slice_ = 0;  ///< passes between two readings before the begin
  std::size_t end_slice_ = 0;    ///< passes between two readings at the end; 0: not on a tick
  bool all_constant_ = true;     ///< the optimiser knew all results so far
  Slices slices_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/window_runner-inl.hpp"
#endif

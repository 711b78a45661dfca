// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/prepared.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// A window at least so long: ten update periods, and 5 ms, so that neither the ticks at its ends
/// nor the readings count.
/// @unit s
[[nodiscard]] constexpr Seconds min_energy_window(Seconds update_period) noexcept {
  constexpr Seconds least{0.005};
  return update_period * 10.0 < least ? least : update_period * 10.0;
}

/// How long a window should be: a thousand in the budget, but a good one; and short enough that
/// some sixteen fit into the budget, as long as three periods remain.
/// @unit s
[[nodiscard]] constexpr Seconds window_length(Seconds update_period, Seconds budget) noexcept {
  constexpr Seconds least{0.005};
  const auto at_least = [](Seconds a, Seconds b) { return a < b ? b : a; };
  const Seconds good = at_least(budget / 1000.0, min_energy_window(update_period));
  const Seconds fitting = budget / 16.0;
  return fitting >= good ? good : at_least(fitting, at_least(update_period * 3.0, least));
}

/// A hundredth of the budget, but no more than caches, branch predictors and the clock rate need:
/// finding the cost of a pass takes two to three times as long.
/// @unit s
[[nodiscard]] constexpr Seconds warm_up_length(Seconds budget) noexcept {
  constexpr Seconds most{0.02};
  return budget * 0.01 < most ? budget * 0.01 : most;
}

/// Passes in a window of that length: whole cycles through the inputs, so that every window sees
/// the same mix; but no cycle that is more than four times as long.
[[nodiscard]] constexpr std::size_t passes_in(Seconds window, Seconds per_pass,
                                              std::size_t items) noexcept {
  constexpr double most = 1e12;
  const double fitting = per_pass > window / most ? window / per_pass : most;
  const auto passes = static_cast<std::size_t>(fitting + 0.5);
  if (passes * 4 < items) return passes == 0 ? 1 : passes;
  const std::size_t cycles = (passes + items / 2) / items;
  return items * (cycles == 0 ? 1 : cycles);
}

/// No fewer passes, and equally many for each caller: none of them waits for the others in the end.
[[nodiscard]] constexpr std::size_t round_up_to_multiple(std::size_t passes,
                                                         std::size_t callers) noexcept {
  return (passes + callers - 1) / callers * callers;
}

/// Passes between two looks at the counter when a window is about to end: a twentieth of a period,
/// so that the tick is known well and looking costs a thousandth of the window; 0 where a single
/// pass is too long for that.
[[nodiscard]] constexpr std::size_t passes_per_tick_poll(Seconds update_period,
                                                         Seconds per_pass) noexcept {
  if (update_period <= min_tick_interval || per_pass * 10.0 > update_period) return 0;
  const std::size_t passes = passes_in(update_period * 0.05, per_pass, 1);
  return passes == 0 ? 1 : passes;
}

/// What the ends of windows will leave unknown of their energy, as a standard uncertainty that more
/// windows do not make smaller: the power behind the last tick, over a whole period in the mean
/// square where passes are too long to end on a tick, and over a twentieth of one elsewhere.
/// @unit a share of the energy
/// @source detail::counted_energy: P/sqrt(3) over T/sqrt(3), or 0.3 P over T/20/sqrt(3)
[[nodiscard]] constexpr double edge_uncertainty(Seconds update_period, bool on_a_tick,
                                                Seconds window) noexcept {
  if (update_period <= min_tick_interval) return 0.0;
  return update_period * (on_a_tick ? 0.0087 : 1.0 / 3.0) / window;
}

/// How long windows must be so that their ends meet the target, where six so long ones fit into
/// what is left of the budget; else the target is out of reach, and sixteen of them are the best
/// there is.
/// @unit s; edge_uncertainty and relative_halfwidth: a share of 1
[[nodiscard]] constexpr Seconds extended_window(Seconds window, double edge_uncertainty,
                                                double relative_halfwidth, Seconds left) noexcept {
  const Seconds wanted = window * (1.96 * edge_uncertainty / relative_halfwidth);
  const Seconds best = wanted <= left / 6.0 ? wanted : left / 16.0;
  return best > window ? best : window;
}

/// A batch with its place in the cycle, and the meter whose clock it runs on.
class WindowRunner {
 public:
  /// One that runs nothing yet, for lists.
  WindowRunner() = default;
  WindowRunner(AnyMeter& meter, const PassBatch& batch, const SystemFiles& files) noexcept
      : meter_(&meter), batch_(batch), files_(&files), watch_(meter, files) {}

  /// What must be done before so many passes and is not part of them.
  void prepare(std::size_t passes);

  void run(std::size_t passes) {
    is_known_ &= batch_.run(batch_.model, batch_.order.data(), batch_.order.size(), place_, passes);
    place_ = (place_ + passes) % batch_.order.size();
    done_ += passes;
  }

  /// Doubles the passes until they fill that time: warm-up, and the cost of one pass. Short passes
  /// are then tried a few times more, and the fastest try counts, for others may be interrupted.
  /// Where only one pass can follow, several inputs count alike, and none alone.
  /// @throws Error where the optimiser has removed the pass
  [[nodiscard]] Seconds time_per_pass(Seconds warm_up);

  /// The same of a pass that was not refused before.
  [[nodiscard]] Seconds time_again(Seconds warm_up);

  /// Whether windows go on until the counter ticks.
  [[nodiscard]] bool ends_on_a_tick() const noexcept { return end_slice_ != 0; }

  /// Passes of a window of that length, in whole cycles. Where something is done before them, they
  /// are as many as can follow each other, and as can be prepared in the time for it; a window of
  /// fewer than fill `least` has neither energy nor CPU time, for the readings would count.
  /// @param per_pass  of the longest of several variants
  /// @param for_setup  time for what is done before a window
  [[nodiscard]] std::size_t passes_in_window(Seconds length, Seconds per_pass, Seconds least,
                                             Seconds for_setup);

  /// Begins on a tick of the counter and ends on the first pass that sees one, where passes are
  /// short enough for that. Nothing throws but the model itself.
  [[nodiscard]] Window measure(std::size_t passes) {
    prepare(passes);
    watch_.start();
    const std::uint64_t begin = items();
    const Pieces earlier = slices_;
    batch_.callers == 1 ? run_slices(passes) : run(passes);
    Window window = watch_.stop(end_slice_ == 0 ? nullptr : &run_end_slice, this);
    window.items = Items(static_cast<double>(items() - begin));
    const bool was_throttled =
        is_finite(window.interference.throttle_count) && window.interference.throttle_count > 0.0;
    if (was_throttled) exclude_since(slices_, earlier);
    window.clean_items = slices_.clean_items - earlier.clean_items;
    if (window.clean_items > Items(0.0)) window.clean = slices_.clean - earlier.clean;
    // By the length that was planned: those that something held up are no better than the others.
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

  /// What came out so far.
  [[nodiscard]] std::uint64_t items() const noexcept {
    return batch_.stream == nullptr ? done_ * batch_.items : batch_.stream->items();
  }

  /// Of all windows so far.
  [[nodiscard]] const Pieces& slices() const noexcept { return slices_; }

 private:
  /// Whether there is something to be done before passes.
  [[nodiscard]] bool is_prepared() const noexcept {
    return batch_.prepare != nullptr || batch_.flusher != nullptr;
  }

  [[nodiscard]] Seconds time_of_many(Seconds warm_up);

  /// The mean of up to eight, without the first one where there are more.
  [[nodiscard]] Seconds time_of_some(Seconds warm_up);

  /// @unit s, of a pass
  [[nodiscard]] Seconds time(std::size_t passes);

  /// The same of a loop that does nothing.
  /// @unit s, of a pass
  [[nodiscard]] Seconds time_of_empty_loop(std::size_t passes) const noexcept;

  /// A pass that takes no longer than an empty loop, and whose result the optimiser knew: what
  /// should be measured isn't there. Either alone is no proof: a tiny model may be as fast, and one
  /// that writes its output elsewhere may return 0.
  void reject_empty_pass(Seconds per_pass);

  /// What is left of the loop's own misses is a quarter of a microsecond where caches are flushed.
  void reject_short_pass(Seconds per_pass) const;

  /// Looks at the clock, and whether anything interrupted, about every other millisecond: half a
  /// microsecond each time, which is in no slice.
  void run_slices(std::size_t passes) {
    ThreadUsage before = thread_usage();
    while (passes != 0) {
      const std::size_t slice = passes < slice_ ? passes : slice_;
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

  /// A simulated machine has no other threads.
  [[nodiscard]] ThreadUsage thread_usage() const noexcept {
    return files_->thread == nullptr ? ThreadUsage{} : files_->thread();
  }

  static void run_end_slice(void* self) {
    auto& runner = *static_cast<WindowRunner*>(self);
    runner.run(runner.end_slice_);
  }

  AnyMeter* meter_ = nullptr;
  PassBatch batch_ = {};
  const SystemFiles* files_ = nullptr;
  Stopwatch watch_;
  Seconds per_pass_{0.0};
  Seconds setup_{0.0};         ///< what is done before a pass
  bool is_too_short_ = false;  ///< its windows
  std::size_t place_ = 0;
  std::uint64_t done_ = 0;     ///< passes
  std::size_t slice_ = 1;      ///< passes between two looks at the clock
  std::size_t end_slice_ = 0;  ///< passes between two looks for the last tick; 0: they are too long
  bool is_known_ = true;       ///< all results so far, beforehand
  Pieces slices_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/window_runner-inl.hpp"
#endif

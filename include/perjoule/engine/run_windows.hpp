// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/engine/stream.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// The power over a few windows in which this process sleeps, or the reason why it is missing.
struct IdleBlock {
  Estimate<Watts> power;
  std::string why_missing;
};

/// Returns the idle power during the windows, from one block before and one after them.
///
/// The power in between is estimated as the mean of both. If it drifted, the course of the drift is
/// unknown: the true value may lie anywhere between the two. Its standard deviation is their
/// difference divided by sqrt(12).
/// @unit   W
/// @error  random: scatter of both blocks, and drift; common: the mean of both, since the meter is
///         the same
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                           const Estimate<Watts>& after) noexcept;

/// Sleeps through a few windows and reads their power. If other programs work meanwhile, that is
/// not the machine's idle power, and the power is missing.
[[nodiscard]] IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                     const SystemFiles& files = {});

/// Checks whether time and energy have settled. Only time is checked if no window has an energy, or
/// if the energy is modelled, since no number of windows makes a model more certain.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] bool has_converged(const Samples& samples, double relative_halfwidth,
                                 Provenance meter);

/// Returns how a measurement with these samples ended.
[[nodiscard]] Outcome outcome_of(const Samples& samples, bool converged);

/// Times single passes between two windows, where they do not disturb the loop of a window: one for
/// every ten passes in the windows, so that they take about a tenth of the time.
class LatencySampler {
 public:
  /// @param stream  receives the items of passes; the first item is timed, too. Null: none
  /// @param wanted  whether to time any pass. Use false for passes under 5 us, whose time would be
  ///                distorted by reading the clock, and for several callers, whose passes each have
  ///                their own time
  LatencySampler(AnyMeter& meter, WindowRunner& runner, Stream* stream, bool wanted);

  /// @param passes  number of passes in the window before
  void after_window(std::size_t passes);
  [[nodiscard]] Latency first_item() const { return detail::latency(first_); }
  [[nodiscard]] Latency latency() const { return detail::latency(lengths_); }

 private:
  static constexpr std::size_t most = 20'000;  // enough for each percentile

  AnyMeter& meter_;
  WindowRunner& runner_;
  Stream* stream_;
  bool wanted_;
  std::size_t owed_ = 0;
  std::vector<double> lengths_;  ///< durations of passes
  std::vector<double> first_;    ///< times until the first item
};

/// Measures a workload: idle, warm-up, windows until the target or the budget is reached, then idle
/// again.
/// @param files  where the machine reports the activity of other programs; empty paths: unknown
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] Samples run_windows(AnyMeter& meter, const Workload& workload, Seconds budget,
                                  double relative_halfwidth, const SystemFiles& files = {});

/// Returns the variant whose turn it is. Two variants run A B, B A, B A, A B, ..., so that a steady
/// rise or fall affects both equally. More variants take each place in the round equally often, and
/// each round is followed by its mirror image.
[[nodiscard]] constexpr std::size_t scheduled_variant(std::size_t round, std::size_t place,
                                                      std::size_t variants) noexcept {
  const std::size_t in_order = round % 2 == 0 ? place : variants - 1 - place;
  return (in_order + round / 2) % variants;
}

/// Returns the length of a turn: 100 us, since the machine changes least from one turn to the next
/// if turns are short, and most short turns are not interrupted. A turn is longer if needed for ten
/// update periods of a counter with slow ticks (min_tick_interval), for a five-thousandth of the
/// budget, or for five passes (up to 1 ms), so that the turns of all variants are about equally
/// long.
/// @param per_pass  of the slowest variant
/// @unit s
[[nodiscard]] constexpr Seconds turn_length(Seconds update_period, Seconds budget,
                                            Seconds per_pass) noexcept {
  const Seconds few_passes = std::min(per_pass * 5.0, Seconds(1e-3));
  const Seconds ticks = update_period <= min_tick_interval ? Seconds(0.0) : update_period * 10.0;
  return std::max({Seconds(1e-4), budget / 5000.0, few_passes, ticks});
}

/// Runs variants in turns, one window each, until the budget is spent. Runs at least one round.
/// @param files  where the machine reports the activity of other programs; empty paths: unknown
/// @return the samples of each variant; row i of each comes from round i
[[nodiscard]] std::vector<Samples> run_interleaved(AnyMeter& meter, View<Workload> workloads,
                                                   Seconds budget, const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/run_windows-inl.hpp"
#endif

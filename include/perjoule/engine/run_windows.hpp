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

/// The power of a few windows in which this process sleeps, or why there is none.
struct IdleBlock {
  Estimate<Watts> power;
  std::string why_missing;
};

/// Idle power during the windows, from a block before and one after them.
///
/// The power in between is taken as the mean of both. If it drifted, nobody knows along which
/// curve: the true value may be anywhere between the two, which is a standard deviation of their
/// distance over sqrt(12).
/// @unit   W
/// @error  random: scatter of both blocks and drift; common: the mean of both, of one meter
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                           const Estimate<Watts>& after) noexcept;

/// Sleeps through a few windows and reads their power. Where other programs work meanwhile, that is
/// not the machine's idle power, and there is none.
[[nodiscard]] IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                     const SystemFiles& files = {});

/// Whether time and energy have settled; time alone where no window has any energy, or where the
/// energy is modelled, since no number of windows makes a model more certain.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] bool has_converged(const Samples& samples, double relative_halfwidth,
                                 Provenance meter);

/// How a measurement with these samples ended.
[[nodiscard]] Outcome outcome_of(const Samples& samples, bool converged);

/// Times single passes between two windows, where the loop of a window would be disturbed: one for
/// ten in the windows, so that they take a tenth of the time.
class LatencySampler {
 public:
  /// @param stream  into which passes put items, of which the first one is timed, too; null: none
  /// @param wanted  whether any pass is timed. One under 5 us should not be, since reading the
  /// clock
  ///                would be in its time; nor one of several threads, of which each has its own
  LatencySampler(AnyMeter& meter, WindowRunner& runner, Stream* stream, bool wanted);

  /// @param passes  in the window before
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
  std::vector<double> lengths_;  ///< of passes
  std::vector<double> first_;    ///< until the first item
};

/// Measures a workload: idle, warm-up, windows until the target or the budget is reached, idle
/// again.
/// @param files  where the machine tells what other programs do; empty paths: nowhere
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] Samples run_windows(AnyMeter& meter, const Workload& workload, Seconds budget,
                                  double relative_halfwidth, const SystemFiles& files = {});

/// Which variant has a turn in a round. Two of them run A B, B A, B A, A B, ..., so that a steady
/// rise or fall affects both alike. More of them take each place in the round equally often, and
/// each round is followed by its mirror image.
[[nodiscard]] constexpr std::size_t scheduled_variant(std::size_t round, std::size_t place,
                                                      std::size_t variants) noexcept {
  const std::size_t in_order = round % 2 == 0 ? place : variants - 1 - place;
  return (in_order + round / 2) % variants;
}

/// How long a turn is: a ten-thousandth of a second, since the machine changes least from one turn
/// to the next where they are short, and nothing interrupts most of them. But no less than ten
/// update periods, than a five-thousandth of the budget, and than five passes or a millisecond, so
/// that turns of all variants are about as long.
/// @param per_pass  of the slowest variant
/// @unit s
[[nodiscard]] constexpr Seconds turn_length(Seconds update_period, Seconds budget,
                                            Seconds per_pass) noexcept {
  const Seconds few_passes = std::min(per_pass * 5.0, Seconds(1e-3));
  const Seconds ticks = update_period <= min_tick_interval ? Seconds(0.0) : update_period * 10.0;
  return std::max({Seconds(1e-4), budget / 5000.0, few_passes, ticks});
}

/// Runs variants in turns, a window each, until the budget is spent; at least one round.
/// @param files  where the machine tells what other programs do; empty paths: nowhere
/// @return the samples of each variant: row i of all of them is from round i
[[nodiscard]] std::vector<Samples> run_interleaved(AnyMeter& meter, View<Workload> workloads,
                                                   Seconds budget, const SystemFiles& files);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/run_windows-inl.hpp"
#endif

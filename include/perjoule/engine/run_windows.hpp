// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/prepared.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Some sleeping windows' power, or why there is none.
struct IdleBlock {
  Estimate<Watts> power;
  const char* why_missing = "";
};

/// Idle power during the windows, from a block before and one after them.
///
/// The power in between is taken as the mean of both. If it drifted, nobody knows along which
/// curve: the truth is taken as anywhere between the two, which has a standard deviation of a
/// sqrt(12)th of their distance.
/// @unit   W
/// @error  random: scatter of both blocks and drift; common: the mean of both, of one meter
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                           const Estimate<Watts>& after) noexcept;

/// A short sleep, as a piece of work.
struct SleepTask {
  AnyMeter& meter;
  Seconds length;

  static void run(void* self) {
    const SleepTask& task = *static_cast<const SleepTask*>(self);
    task.meter.wait(task.length);
  }
};

/// Sleeps through a few windows and reads their power. Where others are at work meanwhile, that is
/// not the machine's idle power, and there is none.
[[nodiscard]] IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                     const SystemFiles& files = {}) noexcept;

/// Whether time and energy have settled; time alone where no window has an energy, or a model made
/// it, for no number of windows makes a model more certain.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] bool has_converged(const Samples& samples, double relative_halfwidth,
                                 Provenance meter);

[[nodiscard]] Outcome outcome_of(const Samples& samples, bool converged);

/// Passes that are timed one by one between two windows, whose own loop would not stand it: one for
/// ten in the windows, so that they take a tenth of the time. Passes under 5 us are left out, for
/// reading the clock would be in them, and those of several threads, for each times its own.
class LatencySampler {
 public:
  LatencySampler(AnyMeter& meter, WindowRunner& runner, Stream* stream, bool wanted)
      : meter_(meter),
        runner_(runner),
        stream_(stream),
        lengths_(wanted ? most : 0),
        first_(wanted && stream != nullptr ? most : 0) {}

  /// @param passes  in the window before
  void after_window(std::size_t passes);
  [[nodiscard]] Latency first_item() { return detail::latency(first_.data(), came_); }
  [[nodiscard]] Latency latency() { return detail::latency(lengths_.data(), timed_); }

 private:
  static constexpr std::size_t most = 20'000;

  AnyMeter& meter_;
  WindowRunner& runner_;
  std::size_t owed_ = 0;
  Stream* stream_;
  std::size_t timed_ = 0;
  std::size_t came_ = 0;
  Buffer<double> lengths_;  ///< all the room that it will take, from the beginning
  Buffer<double> first_;    ///< the same
};

/// Idle, warm-up, windows until the target or the budget is reached, idle again.
/// @param files  where the machine tells what goes on beside; empty paths: nowhere
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] Samples run_windows(AnyMeter& meter, const PassBatch& batch, Seconds budget,
                                  double relative_halfwidth, const SystemFiles& files = {});

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// As many variants can be compared at once.
inline constexpr std::size_t max_variants = 8;

namespace detail {

/// Which variant has a turn in a round. Two of them run A B, B A, B A, A B, ...: what rises or
/// falls steadily meanwhile hits both alike. More take each place in the round equally often, and
/// each round is followed by its mirror image.
[[nodiscard]] constexpr std::size_t scheduled_variant(std::size_t round, std::size_t place,
                                                      std::size_t variants) noexcept {
  const std::size_t in_order = round % 2 == 0 ? place : variants - 1 - place;
  return (in_order + round / 2) % variants;
}

/// A ten-thousandth of a second, for the machine changes least from one turn to the next where they
/// are short, and most are left alone; but of ten update periods, no more than five thousand in the
/// budget, and of five passes up to a millisecond, so that turns of all variants are about as long.
/// @param per_pass  the longest of all variants
/// @unit s
[[nodiscard]] constexpr Seconds turn_length(Seconds update_period, Seconds budget,
                                            Seconds per_pass) noexcept {
  const auto larger = [](Seconds a, Seconds b) { return a < b ? b : a; };
  const Seconds few_passes = per_pass * 5.0 < Seconds(1e-3) ? per_pass * 5.0 : Seconds(1e-3);
  const Seconds ticks = update_period <= min_tick_interval ? Seconds(0.0) : update_period * 10.0;
  return larger(larger(Seconds(1e-4), budget / 5000.0), larger(few_passes, ticks));
}

/// Runs variants in turns, a window each, until the budget is spent; at least one round.
/// @param samples  of each variant: row i of all of them is from round i
/// @param files    where the machine tells what goes on beside; empty paths: nowhere
void run_interleaved(AnyMeter& meter, View<PassBatch> batches, Seconds budget,
                     const SystemFiles& files, Few<Samples, max_variants>& samples);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/run_windows-inl.hpp"
#endif

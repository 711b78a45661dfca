// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/idle.hpp"
#include "perjoule/engine/stopping.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/tick.hpp"
#include "perjoule/stats/mean_of_windows.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::inline v0::detail {

/// How long a window should be: a hundred update periods, which makes the tick at each end at most
/// 1 %, but at least 10 ms, below which interrupts rule; and short enough that some sixteen fit
/// into the budget, as long as three periods remain.
/// @unit s
[[nodiscard]] constexpr Seconds window_length(Seconds update_period, Seconds budget) noexcept {
  constexpr Seconds least{0.01};
  const Seconds good = update_period * 100.0 < least ? least : update_period * 100.0;
  const Seconds shortest = update_period * 3.0 < least ? least : update_period * 3.0;
  const Seconds fitting = budget / 16.0;
  if (fitting >= good) return good;
  return fitting > shortest ? fitting : shortest;
}

/// Passes in a window of that length: whole cycles through the inputs where one fits, so that every
/// window sees the same mix.
[[nodiscard]] constexpr std::size_t passes_in(Seconds window, Seconds per_pass,
                                              std::size_t items) noexcept {
  constexpr double most = 1e12;
  const double fitting = per_pass > window / most ? window / per_pass : most;
  const auto passes = static_cast<std::size_t>(fitting + 0.5);
  if (passes < items) return passes == 0 ? 1 : passes;
  return (passes + items / 2) / items * items;
}

/// Passes between two looks at the counter when a window is about to end: a twentieth of a period,
/// so that the tick is known well and looking costs a thousandth of the window; 0 where a single
/// pass is too long for that.
[[nodiscard]] constexpr std::size_t passes_to_the_tick(Seconds update_period,
                                                       Seconds per_pass) noexcept {
  if (update_period <= closest_ticks || per_pass * 10.0 > update_period) return 0;
  const std::size_t passes = passes_in(update_period * 0.05, per_pass, 1);
  return passes == 0 ? 1 : passes;
}

/// A batch with its place in the cycle, and the meter whose clock it runs on.
class WindowRunner {
 public:
  WindowRunner(AnyMeter& meter, const PassBatch& batch, const SystemFiles& files) noexcept
      : meter_(meter), batch_(batch), files_(files) {}

  void run(std::size_t passes) {
    batch_.run(batch_.model, batch_.order.data(), batch_.order.size(), place_, passes);
    place_ = (place_ + passes) % batch_.order.size();
    done_ += passes;
  }

  /// Doubles the passes until they fill a good part of a window: warm-up, and the cost of one pass.
  [[nodiscard]] PERJOULE_COLD Seconds time_per_pass(Seconds window) {
    for (std::size_t passes = 1;; passes *= 2) {
      const Instant start = meter_.now();
      run(passes);
      const Seconds taken = meter_.now() - start;
      if (taken >= window * 0.5 || passes >= (1ULL << 30U)) {
        const Seconds per_pass = taken / static_cast<double>(passes);
        end_piece_ = passes_to_the_tick(meter_.description().update_period, per_pass);
        return per_pass;
      }
    }
  }

  /// Begins on a tick of the counter and ends on the first pass that sees one, where passes are
  /// short enough for that. Nothing is allocated, printed or locked between the two readings, and
  /// nothing throws but the model itself. False where a reading failed.
  [[nodiscard]] bool measure(std::size_t passes, Window& window) {
    Reading before;
    Reading after;
    const Look around = look_around(files_);
    if (!read_on_tick(meter_, before)) return false;
    done_ = 0;
    const Instant cpu_before = SystemClock::process_cpu();
    run(passes);
    if (!meter_.read(after)) return false;
    follow(meter_.description(), before, after);
    if (end_piece_ != 0 && !work_until_tick(meter_, after, &run_end_piece, this)) return false;
    const Instant cpu_after = SystemClock::process_cpu();
    if (!look_behind(meter_, after)) return false;
    window.items = Items(static_cast<double>(done_));
    window.wall = after.begin - before.end;
    window.cpu = cpu_after - cpu_before;
    window.energy = meter_.energy(before, after);
    window.beside = beside(around, look_around(files_));
    return true;
  }

 private:
  static void run_end_piece(void* self) {
    auto& runner = *static_cast<WindowRunner*>(self);
    runner.run(runner.end_piece_);
  }

  AnyMeter& meter_;
  const PassBatch& batch_;
  const SystemFiles& files_;
  std::size_t place_ = 0;
  std::size_t done_ = 0;       ///< passes since the window began
  std::size_t end_piece_ = 0;  ///< passes between two looks for the last tick; 0: they are too long
};

/// A column of the samples per item, less a constant power times the time: 0 W for the total, the
/// idle power for the active energy. Windows whose number is missing are left out.
/// @unit that of the column, per item; watts: W
[[nodiscard]] PERJOULE_COLD inline Buffer<double> per_item(const Samples& samples,
                                                           Samples::Column column,
                                                           double watts = 0.0) {
  Buffer<double> values;
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    const double number = samples.at(i, column);
    if (!is_finite(number)) continue;
    values.push_back((number - watts * samples.at(i, Samples::wall)) /
                     samples.at(i, Samples::items));
  }
  return values;
}

/// The mean of a column of seconds per item.
/// @unit  s/item
/// @error random as in mean_of_windows, where the clock leaves its own uncertainty in each window
[[nodiscard]] PERJOULE_COLD inline Estimate<double> time_per_item(const Samples& samples,
                                                                  Samples::Column column,
                                                                  Provenance provenance) {
  const Buffer<double> seconds = per_item(samples, column);
  if (seconds.empty()) return {};
  double items = 0.0;
  for (std::size_t i = 0; i < samples.windows(); ++i) items += samples.at(i, Samples::items);
  const double per_window = items / static_cast<double>(samples.windows());
  return mean_of_windows(seconds, SystemClock::uncertainty.si() / per_window, provenance);
}

/// The mean energy per item, less `watts`.
/// @unit  J/item
/// @error random as in mean_of_windows; common: the mean of the windows'
[[nodiscard]] PERJOULE_COLD inline Estimate<double> energy_per_item(const Samples& samples,
                                                                    Provenance provenance,
                                                                    double watts = 0.0) {
  const Buffer<double> resolution = per_item(samples, Samples::energy_random);
  if (resolution.empty()) return {};
  Estimate<double> energy = mean_of_windows(per_item(samples, Samples::energy, watts),
                                            summarize(resolution).mean, provenance);
  energy.common = summarize(per_item(samples, Samples::energy_common)).mean;
  return energy;
}

/// Others' part of the CPU time in all windows.
/// @unit a share of 1; not finite where it is not known
[[nodiscard]] PERJOULE_COLD inline double others_share(const Samples& samples) noexcept {
  Seconds others{0.0};
  Seconds own{0.0};
  Seconds wall{0.0};
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    others += Seconds(samples.at(i, Samples::others));
    own += Seconds(samples.at(i, Samples::cpu));
    wall += Seconds(samples.at(i, Samples::wall));
  }
  return others_share(others, own, wall);
}

/// What the ends of windows will leave unknown of their energy, as a standard uncertainty that more
/// windows do not make smaller: the power behind the last tick, over a whole period in the mean
/// square where passes are too long to end on a tick, and over a twentieth of one elsewhere.
/// @unit a share of the energy
/// @source detail::counted_energy: P/sqrt(3) over T/sqrt(3), or 0.3 P over T/20/sqrt(3)
[[nodiscard]] constexpr double ends_share(Seconds update_period, bool on_a_tick,
                                          Seconds window) noexcept {
  if (update_period <= closest_ticks) return 0.0;
  return update_period * (on_a_tick ? 0.0087 : 1.0 / 3.0) / window;
}

/// How long windows must be so that their ends meet the target; but as they are where six so long
/// ones do not fit into what is left of the budget, for then the target is out of reach.
/// @unit s; ends_share and relative_halfwidth: a share of 1
[[nodiscard]] constexpr Seconds lengthened(Seconds window, double ends_share,
                                           double relative_halfwidth, Seconds left) noexcept {
  const Seconds wanted = window * (1.96 * ends_share / relative_halfwidth);
  return wanted > window && wanted <= left / 6.0 ? wanted : window;
}

/// Whether time and energy have settled; where no window has an energy, time alone.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] PERJOULE_COLD inline bool has_converged(const Samples& samples,
                                                      double relative_halfwidth) {
  constexpr Provenance any = Provenance::measured;
  const Buffer<double> joules = per_item(samples, Samples::energy);
  return has_settled(per_item(samples, Samples::wall), time_per_item(samples, Samples::wall, any),
                     relative_halfwidth) &&
         (joules.empty() || has_settled(joules, energy_per_item(samples, any), relative_halfwidth));
}

[[nodiscard]] PERJOULE_COLD inline Outcome outcome_of(const Samples& samples, bool converged) {
  constexpr Provenance any = Provenance::measured;
  const Buffer<double> joules = per_item(samples, Samples::energy);
  if (joules.empty()) return Outcome::no_energy;
  if (converged) return Outcome::converged;
  if (joules.size() < first_look) return Outcome::few_windows;
  const bool drifted =
      has_drifted(joules, energy_per_item(samples, any)) ||
      has_drifted(per_item(samples, Samples::wall), time_per_item(samples, Samples::wall, any));
  return drifted ? Outcome::unstable : Outcome::timeout;
}

/// Idle, warm-up, windows until the target or the budget is reached, idle again.
/// @param files  where the machine tells what goes on beside; empty paths: nowhere
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] PERJOULE_COLD inline Samples run_windows(AnyMeter& meter, const PassBatch& batch,
                                                       Seconds budget, double relative_halfwidth,
                                                       const SystemFiles& files = {}) {
  Samples samples;
  const Instant deadline = meter.now() + budget;
  const Seconds window = window_length(meter.description().update_period, budget);
  const Seconds idle = budget < Seconds(5.0) ? budget / 10.0 : Seconds(0.5);

  const IdleBlock before = measure_idle(meter, idle, files);
  WindowRunner runner(meter, batch, files);
  const Seconds per_pass = runner.time_per_pass(window);
  const Seconds period = meter.description().update_period;
  const bool on_a_tick = passes_to_the_tick(period, per_pass) != 0;
  const Seconds left = deadline - meter.now() - idle;
  const Seconds length =
      lengthened(window, ends_share(period, on_a_tick, window), relative_halfwidth, left);
  samples.ends_share = ends_share(period, on_a_tick, length);
  const std::size_t passes = passes_in(length, per_pass, batch.order.size());
  const Instant last_start = deadline + -(idle + per_pass * static_cast<double>(passes));
  bool converged = false;
  std::size_t look = first_look;
  std::size_t tried = 0;
  do {
    Window measured;
    if (!runner.measure(passes, measured)) {
      samples.drop("a reading of the meter failed");
      continue;
    }
    samples.add(measured);
    if (samples.windows() == look) {
      converged = has_converged(samples, relative_halfwidth);
      look = next_look(look);
    }
  } while (!converged && meter.now() < last_start && ++tried < 100'000);

  const IdleBlock after = measure_idle(meter, idle, files);
  samples.others_share = others_share(samples);
  samples.idle = idle_between(before.power, after.power);
  samples.why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;

  samples.outcome = outcome_of(samples, converged);
  return samples;
}

}  // namespace perjoule::inline v0::detail

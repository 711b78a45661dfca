// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/idle.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/per_item.hpp"
#include "perjoule/engine/stopping.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/engine/window_length.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/any_meter.hpp"

namespace perjoule::inline v0::detail {

/// Whether time and energy have settled; time alone where no window has an energy, or a model made
/// it, for no number of windows makes a model more certain.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] PERJOULE_COLD inline bool has_converged(const Samples& samples,
                                                      double relative_halfwidth, Provenance meter) {
  constexpr Provenance any = Provenance::measured;
  Buffer<double> joules;
  if (meter != Provenance::modelled) joules = per_item(samples, Samples::energy);
  const Samples::Column time = time_column(samples);
  return has_settled(per_item(samples, time), time_per_item(samples, time, any),
                     relative_halfwidth) &&
         (joules.empty() || has_settled(joules, energy_per_item(samples, any), relative_halfwidth));
}

[[nodiscard]] PERJOULE_COLD inline Outcome outcome_of(const Samples& samples, bool converged) {
  constexpr Provenance any = Provenance::measured;
  const Buffer<double> joules = per_item(samples, Samples::energy);
  if (joules.empty()) return Outcome::no_energy;
  if (converged) return Outcome::converged;
  if (joules.size() < first_look) return Outcome::few_windows;
  const Samples::Column time = time_column(samples);
  const bool drifted = has_drifted(joules, energy_per_item(samples, any)) ||
                       has_drifted(per_item(samples, time), time_per_item(samples, time, any));
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
  const Seconds per_pass = runner.time_per_pass(warm_up_length(budget));
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
    samples.add(runner.measure(passes));
    if (samples.windows() == look) {
      converged = has_converged(samples, relative_halfwidth, meter.description().provenance);
      look = next_look(look);
    }
  } while (!converged && meter.now() < last_start && ++tried < 100'000);

  const IdleBlock after = measure_idle(meter, idle, files);
  samples.pieces = runner.pieces();
  samples.others_share = others_share(samples);
  samples.idle = idle_between(before.power, after.power);
  samples.why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;

  samples.outcome = outcome_of(samples, converged);
  return samples;
}

}  // namespace perjoule::inline v0::detail

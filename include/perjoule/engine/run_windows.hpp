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

/// Times passes one by one, for a tenth of the budget or 2,000 of them: outside the windows, whose
/// loop would not stand it. Passes under 5 us are left out, for reading the clock would be in them.
[[nodiscard]] PERJOULE_COLD inline Latency time_each(AnyMeter& meter, WindowRunner& runner,
                                                     Seconds per_pass, Seconds budget) {
  constexpr Seconds shortest{5e-6};
  if (per_pass < shortest) return {};
  const double fitting = budget * 0.1 / per_pass;
  const auto passes = static_cast<std::size_t>(fitting < 2000.0 ? fitting : 2000.0);
  Histogram lengths;
  for (std::size_t i = 0; i < passes; ++i) {
    const Instant start = meter.now();
    runner.run(1);
    lengths.add(static_cast<std::uint64_t>(meter.now().ns - start.ns));
  }
  return latency(lengths, Seconds(1e-9));
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
  const Seconds behind = idle + budget * 0.1;  // the second idle block, and single passes
  const Seconds left = deadline - meter.now() - behind;
  const Seconds length =
      lengthened(window, ends_share(period, on_a_tick, window), relative_halfwidth, left);
  samples.ends_share = ends_share(period, on_a_tick, length);
  const std::size_t passes = passes_in(length, per_pass, batch.order.size());
  const Instant last_start = deadline + -(behind + per_pass * static_cast<double>(passes));
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

  samples.latency = time_each(meter, runner, per_pass, budget);
  const IdleBlock after = measure_idle(meter, idle, files);
  samples.pieces = runner.pieces();
  samples.others_share = others_share(samples);
  samples.idle = idle_between(before.power, after.power);
  samples.why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;

  samples.outcome = outcome_of(samples, converged);
  return samples;
}

}  // namespace perjoule::inline v0::detail

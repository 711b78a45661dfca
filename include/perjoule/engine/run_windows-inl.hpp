// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/idle.hpp"
#include "perjoule/engine/per_item.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/stopping.hpp"
#include "perjoule/engine/window_length.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool has_converged(const Samples& samples, double relative_halfwidth,
                                   Provenance meter) {
  constexpr Provenance any = Provenance::measured;
  Buffer<double> joules;
  if (meter != Provenance::modelled) joules = per_item(samples, Samples::energy);
  const Samples::Column time = time_column(samples);
  return has_settled(per_item(samples, time), time_per_item(samples, time, any),
                     relative_halfwidth) &&
         (joules.empty() || has_settled(joules, energy_per_item(samples, any), relative_halfwidth));
}

PERJOULE_INLINE Outcome outcome_of(const Samples& samples, bool converged) {
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

PERJOULE_INLINE void SinglePasses::follow(std::size_t passes) {
  for (owed_ += passes; owed_ >= 10 && timed_ < lengths_.size(); owed_ -= 10) {
    if (stream_ != nullptr) stream_->watch(meter_);
    runner_.prepare(1);
    const Instant start = meter_.now();
    runner_.run(1);
    lengths_[timed_++] = (meter_.now() - start).si();
    if (stream_ != nullptr && stream_->has_come()) {
      first_[came_++] = (stream_->first() - start).si();
    }
  }
}

PERJOULE_INLINE Samples run_windows(AnyMeter& meter, const PassBatch& batch, Seconds budget,
                                    double relative_halfwidth, const SystemFiles& files) {
  Samples samples;
  const Instant deadline = meter.now() + budget;
  const Seconds window = window_length(meter.description().update_period, budget);
  const Seconds idle = budget < Seconds(5.0) ? budget / 10.0 : Seconds(0.5);

  const IdleBlock before = measure_idle(meter, idle, files);
  WindowRunner runner(meter, batch, files);
  const Seconds per_pass = runner.time_per_pass(warm_up_length(budget));
  const Seconds period = meter.description().update_period;
  const bool on_a_tick = runner.ends_on_a_tick();
  const Seconds left = (deadline - meter.now() - idle) / 1.1;  // a tenth for single passes
  const Seconds length =
      lengthened(window, ends_share(period, on_a_tick, window), relative_halfwidth, left);
  const std::size_t passes = runner.passes_in_window(
      length, per_pass, good_window(period), left > Seconds(0.0) ? left / 16.0 : Seconds(0.0));
  const Seconds planned = per_pass * static_cast<double>(passes);
  samples.ends_share = ends_share(period, on_a_tick, planned < length ? planned : length);
  SinglePasses single(meter, runner, batch.stream, per_pass >= Seconds(5e-6) && batch.callers == 1);
  bool converged = false;
  std::size_t look = first_look;
  std::size_t tried = 0;
  Instant begin;
  do {
    begin = meter.now();
    samples.add(runner.measure(passes));
    single.follow(passes);
    if (samples.windows() == look) {
      converged = has_converged(samples, relative_halfwidth, meter.description().provenance);
      look = next_look(look);
    }
    // Another one, with what is done before it, would be as long.
  } while (!converged && meter.now() + (meter.now() - begin) + idle < deadline &&
           ++tried < 100'000);

  samples.latency = single.latency();
  samples.first_item = single.first_item();
  const IdleBlock after = measure_idle(meter, idle, files);
  samples.pieces = runner.pieces();
  samples.others_share = others_share(samples);
  samples.idle = idle_between(before.power, after.power);
  samples.why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;

  samples.outcome = outcome_of(samples, converged);
  return samples;
}

}  // namespace perjoule::inline v0::detail

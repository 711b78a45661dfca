// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/engine/answer_checker.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<Watts> idle_between(const Estimate<Watts>& before,
                                             const Estimate<Watts>& after) noexcept {
  const Estimate<Watts> sum = total(before, after);
  if (!sum.is_known()) return {};
  const double scatter = 0.5 * sum.random.si();
  const double drift = (after.value - before.value).si() / std::sqrt(12.0);
  return {0.5 * sum.value, Watts(std::hypot(scatter, drift)),
          combined_dof(scatter, sum.dof, drift, infinite_dof), 0.5 * sum.common, sum.provenance};
}

PERJOULE_INLINE IdleBlock measure_idle(AnyMeter& meter, Seconds duration,
                                       const SystemFiles& files) {
  const SystemSnapshot begin = take_snapshot(files);
  constexpr int windows = 5;
  const Seconds nap = meter.description().update_period * 0.05;
  TickWatch watch(meter);
  Reading before(meter.description());
  Reading after(meter.description());
  double watts[windows];
  Watts resolution{0.0};
  Watts common{0.0};
  for (double& power : watts) {
    const bool first = watch.read_on_tick(before, [&] { meter.wait(nap); });
    meter.wait(duration / windows);
    bool second = meter.read(after);
    update_ticks(meter.description(), before, after);
    second = second && watch.work_until_tick(after, [&] { meter.wait(nap); }) &&
             watch.await_next_ticks(after);
    if (!first || !second) return {{}, "a reading failed while idle"};
    const WindowEnergy window = meter.energy(before, after);
    if (!window.energy.is_known()) return {{}, window.why_missing};
    const Seconds wall = after.begin - before.end;
    power = (window.energy.value / wall).si();
    resolution += window.energy.random / wall / windows;
    common += common_without_gain(window.energy, window.gain.whole) / wall / windows;
  }
  const SystemSnapshot end = take_snapshot(files);
  const Seconds others = interference_between(begin, end).others_cpu;
  const bool sees_others = meter.description().scope != Scope::process;
  if (sees_others && others_cpu_share(others, end.process_cpu - begin.process_cpu,
                                      end.at - begin.at) > max_others_cpu_share) {
    return {{}, "other programs were at work while idle power was taken"};
  }
  IdleBlock block;
  block.power =
      with_unit<Watts>(mean_of_windows(watts, resolution.si(), meter.description().provenance));
  block.power.common = common;
  return block;
}

PERJOULE_INLINE bool has_converged(const Samples& samples, double relative_halfwidth,
                                   Provenance meter) {
  constexpr Provenance provenance_is_ignored = Provenance::measured;
  std::vector<double> joules;
  if (meter != Provenance::modelled) joules = per_item(samples, Samples::energy);
  const Samples::Column time = best_time_column(samples);
  return has_settled(per_item(samples, time), time_per_item(samples, time, provenance_is_ignored),
                     relative_halfwidth) &&
         (joules.empty() ||
          has_settled(joules, energy_per_item(samples, provenance_is_ignored), relative_halfwidth));
}

PERJOULE_INLINE Outcome outcome_of(const Samples& samples, bool converged) {
  constexpr Provenance provenance_is_ignored = Provenance::measured;
  const std::vector<double> joules = per_item(samples, Samples::energy);
  if (joules.empty()) return Outcome::no_energy;
  if (converged) return Outcome::converged;
  if (joules.size() < first_check) return Outcome::few_windows;
  const Samples::Column time = best_time_column(samples);
  const bool drifted =
      has_drifted(joules, energy_per_item(samples, provenance_is_ignored)) ||
      has_drifted(per_item(samples, time), time_per_item(samples, time, provenance_is_ignored));
  return drifted ? Outcome::unstable : Outcome::timeout;
}

PERJOULE_INLINE LatencySampler::LatencySampler(AnyMeter& meter, WindowRunner& runner,
                                               Stream* stream, bool wanted)
    : meter_(meter), runner_(runner), stream_(stream), wanted_(wanted) {
  if (!wanted) return;
  lengths_.reserve(most);
  if (stream != nullptr) first_.reserve(most);
}

PERJOULE_INLINE void LatencySampler::after_window(std::size_t passes) {
  if (!wanted_) return;
  for (owed_ += passes; owed_ >= 10 && lengths_.size() < most; owed_ -= 10) {
    if (stream_ != nullptr) stream_->time_next_item(meter_);
    runner_.prepare(1);
    const Instant start = meter_.now();
    runner_.run(1);
    lengths_.push_back((meter_.now() - start).si());
    if (stream_ != nullptr && stream_->has_first_item()) {
      first_.push_back((stream_->first_item_time() - start).si());
    }
  }
}

PERJOULE_INLINE Samples run_windows(AnyMeter& meter, const Workload& workload, Seconds budget,
                                    double relative_halfwidth, const SystemFiles& files) {
  Samples samples;
  const Instant deadline = meter.now() + budget;
  const Seconds window = window_length(meter.description().update_period, budget);
  const Seconds idle = std::min(budget / 10.0, Seconds(0.5));

  const IdleBlock before = measure_idle(meter, idle, files);
  WindowRunner runner(meter, workload, files);
  const Seconds per_pass = runner.warm_up_and_plan(warm_up_length(budget));
  const MeterDescription& what = meter.description();
  const Seconds period = what.update_period;
  const bool on_a_tick = runner.ends_on_a_tick();
  const auto edges = [&](Seconds length) {
    return what.zones.empty() ? 0.0
                              : edge_uncertainty(what.zones[slowest_zone(what)], on_a_tick, length);
  };
  const Seconds left = (deadline - meter.now() - idle) / 1.1;  // a tenth for single passes
  const Seconds length = extended_window(window, edges(window), relative_halfwidth, left);
  const std::size_t passes = runner.plan_window(length, per_pass, min_energy_window(period),
                                                std::max(left / 16.0, Seconds(0.0)));
  const Seconds planned = per_pass * static_cast<double>(passes);
  samples.edge_uncertainty = edges(std::min(planned, length));
  LatencySampler single(meter, runner, workload.stream,
                        per_pass >= Seconds(5e-6) && workload.callers == 1);
  bool converged = false;
  std::size_t next = first_check;
  std::size_t tried = 0;
  Instant begin;
  do {
    begin = meter.now();
    samples.add(runner.measure_window(passes));
    if (workload.answers != nullptr) workload.answers->after_window(runner, passes);
    single.after_window(passes);
    if (samples.windows() == next) {
      converged = has_converged(samples, relative_halfwidth, meter.description().provenance);
      next = next_check(next);
    }
    // Assumes that the next window, with the work before it, takes as long as this one.
  } while (!converged && meter.now() + (meter.now() - begin) + idle < deadline &&
           ++tried < 100'000);

  samples.latency = single.latency();
  samples.first_item = single.first_item();
  const IdleBlock after = measure_idle(meter, idle, files);
  samples.slices = runner.slices();
  samples.others_cpu_share = others_cpu_share(samples);
  samples.idle = idle_between(before.power, after.power);
  samples.why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;

  samples.outcome = outcome_of(samples, converged);
  return samples;
}

PERJOULE_INLINE std::vector<Samples> run_interleaved(AnyMeter& meter, View<Workload> workloads,
                                                     Seconds budget, const SystemFiles& files) {
  const Instant deadline = meter.now() + budget;
  const Seconds idle = std::min(budget / 20.0, Seconds(0.25));
  const IdleBlock before = measure_idle(meter, idle, files);

  // The activity of other programs is read once: in windows as short as these it would be noise.
  SystemFiles thread_only;
  thread_only.thread = files.thread;
  std::vector<Samples> samples(workloads.size());
  std::vector<WindowRunner> runners;
  std::vector<Seconds> per_pass;
  for (const Workload& workload : workloads) {
    per_pass.push_back(runners.emplace_back(meter, workload, thread_only)
                           .warm_up_and_plan(warm_up_length(budget)));
  }
  const Seconds longest = *std::max_element(per_pass.begin(), per_pass.end());
  const Seconds period = meter.description().update_period;
  const Seconds length = turn_length(period, budget, longest);
  std::vector<std::size_t> passes;
  Seconds round_length{0.0};
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    // Variants of similar duration get equally many passes, so that the cost of measuring cancels.
    const Seconds as_long = per_pass[i] > longest * 0.7 ? longest : per_pass[i];
    passes.push_back(runners[i].plan_window(
        length, as_long, turn_length(period, Seconds(0.0), Seconds(0.0)), budget / 100.0));
    round_length += per_pass[i] * static_cast<double>(passes[i]);
  }
  const SystemSnapshot begin = take_snapshot(files);
  const Instant last_start = deadline + -(idle + round_length);
  std::size_t round = 0;
  do {
    for (std::size_t place = 0; place < workloads.size(); ++place) {
      const std::size_t turn = scheduled_variant(round, place, workloads.size());
      samples[turn].add(runners[turn].measure_window(passes[turn]));
      AnswerChecker* const answers = workloads[turn].answers;
      if (answers != nullptr) answers->after_window(runners[turn], passes[turn]);
    }
  } while (++round < 100'000 && meter.now() < last_start);
  const SystemSnapshot end = take_snapshot(files);

  const IdleBlock after = measure_idle(meter, idle, files);
  const double others = others_cpu_share(interference_between(begin, end).others_cpu,
                                         end.process_cpu - begin.process_cpu, end.at - begin.at);
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    samples[i].slices = runners[i].slices();
    samples[i].others_cpu_share = others;
    samples[i].idle = idle_between(before.power, after.power);
    samples[i].why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;
  }
  return samples;
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/idle.hpp"
#include "perjoule/engine/interleave.hpp"
#include "perjoule/engine/window_length.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/clock.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void run_interleaved(AnyMeter& meter, View<PassBatch> batches, Seconds budget,
                                     const SystemFiles& files,
                                     Few<Samples, max_variants>& samples) {
  const Instant deadline = meter.now() + budget;
  const Seconds idle = budget < Seconds(5.0) ? budget / 20.0 : Seconds(0.25);
  const IdleBlock before = measure_idle(meter, idle, files);

  // What goes on beside is looked at once: in windows as short as these it would be noise.
  SystemFiles thread_only;
  thread_only.thread = files.thread;
  Few<WindowRunner, max_variants> runners;
  Few<Seconds, max_variants> per_pass;
  Seconds longest{0.0};
  for (const PassBatch& batch : batches) {
    samples.push_back({});
    runners.push_back(WindowRunner(meter, batch, thread_only));
    per_pass.push_back(runners[runners.size() - 1].time_per_pass(warm_up_length(budget)));
    if (longest < per_pass[per_pass.size() - 1]) longest = per_pass[per_pass.size() - 1];
  }
  const Seconds period = meter.description().update_period;
  const Seconds length = turn_length(period, budget, longest);
  Few<std::size_t, max_variants> passes;
  Seconds round_length{0.0};
  for (std::size_t i = 0; i < batches.size(); ++i) {
    // As many for all that are about as long: what measuring costs each turn then cancels.
    const Seconds as_long = per_pass[i] > longest * 0.7 ? longest : per_pass[i];
    passes.push_back(runners[i].passes_in_window(
        length, as_long, turn_length(period, Seconds(0.0), Seconds(0.0)), budget / 100.0));
    round_length += per_pass[i] * static_cast<double>(passes[i]);
  }
  const Look begin = look_around(files);
  const Instant last_start = deadline + -(idle + round_length);
  std::size_t round = 0;
  do {
    for (std::size_t place = 0; place < batches.size(); ++place) {
      const std::size_t turn = whose_turn(round, place, batches.size());
      samples[turn].add(runners[turn].measure(passes[turn]));
    }
  } while (++round < 100'000 && meter.now() < last_start);
  const Look end = look_around(files);

  const IdleBlock after = measure_idle(meter, idle, files);
  const double others =
      others_share(beside(begin, end).others, end.own - begin.own, end.at - begin.at);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    samples[i].pieces = runners[i].pieces();
    samples[i].others_share = others;
    samples[i].idle = idle_between(before.power, after.power);
    samples[i].why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;
  }
}

}  // namespace perjoule::inline v0::detail

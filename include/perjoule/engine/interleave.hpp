// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/idle.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/per_item.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/engine/window_length.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/any_meter.hpp"

namespace perjoule::inline v0 {

/// As many variants can be compared at once.
inline constexpr std::size_t max_variants = 8;

namespace detail {

/// Which variant has a turn in a round. Two of them run A B, B A, B A, A B, ...: what rises or
/// falls steadily meanwhile hits both alike. More take each place in the round equally often, and
/// each round is followed by its mirror image.
[[nodiscard]] constexpr std::size_t whose_turn(std::size_t round, std::size_t place,
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
  const Seconds ticks = update_period <= closest_ticks ? Seconds(0.0) : update_period * 10.0;
  return larger(larger(Seconds(1e-4), budget / 5000.0), larger(few_passes, ticks));
}

/// Runs variants in turns, a window each, until the budget is spent; at least one round.
/// @param samples  of each variant: row i of all of them is from round i
/// @param files    where the machine tells what goes on beside; empty paths: nowhere
PERJOULE_COLD inline void run_interleaved(AnyMeter& meter, View<PassBatch> batches, Seconds budget,
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

}  // namespace detail

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/engine/cache_flusher.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/window_runner.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void WindowRunner::prepare(std::size_t passes) {
  workload_.prepare(place_, passes);
  if (workload_.flusher == nullptr) return;
  workload_.flusher->flush();
  run(0);  // the loop's own code and data are not the model's
  do_not_optimize(workload_.order[place_]);
}

PERJOULE_INLINE CheckedPass WindowRunner::check_next() {
  if (workload_.flusher != nullptr) workload_.flusher->flush();
  const CheckedPass pass = workload_.check(next_input(), workload_.order.size(), *meter_);
  place_ = (place_ + 1) % workload_.order.size();
  ++done_;
  return pass;
}

PERJOULE_INLINE Seconds WindowRunner::warm_up_and_plan(Seconds warm_up) {
  (void)remeasure_pass_time(warm_up);
  reject_empty_pass(per_pass_);
  if (workload_.flusher != nullptr) reject_short_pass(per_pass_);
  if (workload_.callers != 1) return per_pass_;
  slice_ = passes_in(slice_length, per_pass_, 1);
  if (!has_work_before_pass()) {
    // Within a window, readings must cost a thousandth of it at most. Before it, they cost nothing.
    const Seconds period = meter_->description().update_period;
    begin_slice_ = passes_per_tick_poll(period, per_pass_, 0.01);
    end_slice_ = passes_per_tick_poll(period, per_pass_, 0.04);
  }
  return per_pass_;
}

PERJOULE_INLINE Seconds WindowRunner::remeasure_pass_time(Seconds warm_up) {
  per_pass_ = workload_.flusher == nullptr ? fastest_pass_time(warm_up) : mean_pass_time(warm_up);
  return per_pass_;
}

PERJOULE_INLINE std::size_t WindowRunner::plan_window(Seconds length, Seconds per_pass,
                                                      Seconds least, Seconds for_setup) {
  const std::size_t items = workload_.order.size();
  std::size_t passes = round_up_to_multiple(passes_in(length, per_pass, items), workload_.callers);
  if (!has_work_before_pass()) return passes;
  const std::size_t filling = passes_in(least, per_pass_, 1) + 1;
  if (passes < filling) {
    passes = filling <= items ? filling : (filling + items - 1) / items * items;
  }
  const std::size_t in_time = passes_in(for_setup, setup_, 1);
  const std::size_t most = std::min(in_time, workload_.max_consecutive_passes());
  if (passes > most) passes = most < items ? most : most - most % items;
  is_too_short_ = per_pass_ * static_cast<double>(passes) < least;
  return passes;
}

PERJOULE_INLINE Seconds WindowRunner::fastest_pass_time(Seconds warm_up) {
  const std::size_t most = std::min(workload_.max_consecutive_passes(), std::size_t{1} << 30U);
  std::size_t passes = workload_.callers;
  Seconds best = time(passes);
  while (best * static_cast<double>(passes) < warm_up && passes < most &&
         setup_ * static_cast<double>(passes) < warm_up * 5.0) {
    passes *= 2;
    best = time(passes);
  }
  for (int attempt = 0; passes >= 8 && attempt < 4; ++attempt) {
    best = std::min(best, time(passes / 8));
  }
  return best;
}

PERJOULE_INLINE Seconds WindowRunner::mean_pass_time(Seconds warm_up) {
  Seconds mean = time(1);
  Seconds all{0.0};
  for (int more = 1; more <= 8 && all < warm_up * 4.0; ++more) {
    all += time(1);
    mean = all / static_cast<double>(more);
  }
  return mean;
}

PERJOULE_INLINE Seconds WindowRunner::time(std::size_t passes) {
  const Instant begin = meter_->now();
  prepare(passes);
  const Instant start = meter_->now();
  setup_ = (start - begin) / static_cast<double>(passes);
  run(passes);
  return (meter_->now() - start) / static_cast<double>(passes);
}

PERJOULE_INLINE Seconds WindowRunner::time_of_empty_loop(std::size_t passes) const noexcept {
  const Instant start = meter_->now();
  std::size_t place = 0;
  for (std::size_t i = 0; i < passes; ++i) {
    do_not_optimize(workload_.order[place]);
    if (++place == workload_.order.size()) place = 0;
  }
  return (meter_->now() - start) / static_cast<double>(passes);
}

PERJOULE_INLINE void WindowRunner::reject_empty_pass(Seconds per_pass) {
  if (!all_constant_ || per_pass > Seconds(1e-3)) return;
  const CacheFlusher* const flusher = workload_.flusher;
  workload_.flusher = nullptr;  // an empty pass is as empty with warm caches
  const std::size_t passes = std::min(workload_.max_consecutive_passes(), std::size_t{1} << 16U);
  if (flusher != nullptr) per_pass = time(64);
  Seconds nothing{1.0};
  for (int attempt = 0; attempt < 5; ++attempt) {  // alternating: a disturbance affects both
    nothing = std::min(nothing, time_of_empty_loop(passes));
    if (per_pass > nothing * 100.0) break;
    per_pass = std::min(per_pass, time(passes));
  }
  workload_.flusher = flusher;
  if (per_pass > nothing * 1.5) return;
  fail("nothing was measured: the optimiser removed it", workload_.name,
       "return what the model computes from its input, and not a constant");
}

PERJOULE_INLINE void WindowRunner::reject_short_pass(Seconds per_pass) const {
  if (per_pass >= Seconds(20e-6)) return;
  fail("a pass under 20 us is too short for flushed caches", workload_.name,
       "leave .caches out, or put more work into a pass (.batch)");
}

}  // namespace perjoule::inline v0::detail

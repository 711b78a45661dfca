// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>

#include <new>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/recording.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Seconds CycleClock::tick() const noexcept {
  if (!is_invariant_) return Seconds(1e-9);
  const Seconds since = meter_->now() - begin_;
  return since / static_cast<double>(now() - begin_ticks_);
}

PERJOULE_INLINE bool CycleClock::has_invariant_counter() noexcept {
#if defined(__x86_64__)
  // Bit 8 of EDX: it goes on at one rate in all states of power. Intel SDM vol. 2A, CPUID.
  constexpr unsigned highest = 0x80000000U;
  constexpr unsigned power = 0x80000007U;
  return cpuid(highest).a >= power && (cpuid(power).d & (1U << 8U)) != 0;
#elif defined(__aarch64__)
  return true;  // by definition of the generic timer, Arm ARM D11.1
#else
  return false;
#endif
}

#if defined(__x86_64__)
PERJOULE_INLINE CycleClock::Registers CycleClock::cpuid(unsigned leaf) noexcept {
  Registers r{leaf, 0, 0, 0};
  asm volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
  return r;
}
#endif

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE WindowEnergy attribute_by_time(const WindowEnergy& window, double share) noexcept {
  const Estimate<Joules>& whole = window.energy;
  if (!whole.is_known()) return window;
  constexpr double factor = 1.3293998;  // ln(10)/sqrt(3)
  const Joules value = whole.value * share;
  const double unknown = (1.0 - share) * factor * value.si();
  return {{value, whole.random * share, whole.dof,
           Joules(math::root_sum_square(whole.common.si() * share, unknown)),
           worst(whole.provenance, Provenance::estimated)},
          ""};
}

PERJOULE_INLINE Recording::Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every)
    : meter_(meter),
      files_(files),
      every_(every == 0 ? 1 : every),
      clock_(meter_),
      watch_(meter_, files_, Stopwatch::Ends::at_once),
      // Pages that no thread touches cost nothing.
      threads_(static_cast<ThreadRecord*>(calloc(max_recorded_threads, sizeof(ThreadRecord)))) {
  if (threads_ == nullptr) throw std::bad_alloc();
  meter_.wait(Seconds(0.002));  // so that a tick's length is known to a ten thousandth
  const Seconds tick = clock_.tick();
  const auto ticks = [&](Seconds least, Seconds wanted) {
    return static_cast<std::uint64_t>((wanted < least ? least : wanted) / tick);
  };
  const Seconds period = meter.description().update_period;
  long_ = ticks(Seconds(0.01), period * 10.0);
  window_ = ticks(Seconds(0.1), period * 20.0);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t before = clock_.now();
    const std::uint64_t cost = clock_.now() - before;
    if (i == 0 || cost < cost_) cost_ = cost;
  }
  begin_window();
}

PERJOULE_INLINE Recording::~Recording() {
  for (std::size_t i = 0; i < max_recorded_threads; ++i) {
    for (RegionRecord& region : threads_[i].regions) delete region.watch;
  }
  free(threads_);
}

PERJOULE_INLINE std::size_t Recording::region(const char* name) {
  const Lock lock(*this);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].view() == name) return i;
  }
  if (names_.size() == max_regions) {
    fail("too many regions in one recording", name, "tell at most 11 apart, beside the calls");
  }
  names_.push_back(name);
  return names_.size() - 1;
}

PERJOULE_INLINE void Recording::end_window() {
  const Lock lock(*this);
  const Window whole = watch_.stop();
  const Seconds tick = clock_.tick();
  wall_ += whole.wall;
  own_ += whole.cpu;
  others_ += whole.interference.others_cpu;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Totals now = totals(i);
    const Totals earlier = seen_[i];
    seen_[i] = now;
    if (now.timed == earlier.timed) continue;
    const auto timed = static_cast<double>(now.timed - earlier.timed);
    Window window = whole;
    window.items = Items(timed + static_cast<double>(now.skipped - earlier.skipped));
    window.wall = tick *
                  (static_cast<double>(now.inclusive_ticks - earlier.inclusive_ticks) / timed) *
                  window.items.si();
    window.cpu = Seconds(quiet_nan());
    const double share = window.wall / whole.wall;
    window.energy = attribute_by_time(whole.energy, share < 1.0 ? share : 1.0);
    shared_[i].add(window);
  }
  begin_window();
}

PERJOULE_INLINE Recording::Totals Recording::totals(std::size_t region) const noexcept {
  Totals sum;
  for (std::size_t i = 0; i < max_recorded_threads; ++i) {
    const RegionRecord& of = threads_[i].regions[region];
    sum.timed += of.timed.get();
    sum.skipped += of.skipped.get();
    sum.threw += of.threw.get();
    sum.inclusive_ticks += of.inclusive_ticks.get();
    sum.exclusive_ticks += of.exclusive_ticks.get();
    sum.threads += of.timed.get() + of.threw.get() != 0 ? 1 : 0;
  }
  return sum;
}

PERJOULE_INLINE Samples Recording::samples(std::size_t region, bool& is_attributed) {
  end_window();
  const Lock lock(*this);
  const std::size_t read = by_itself_[region].windows();
  is_attributed = read == 0 || read + 1 < totals(region).timed;
  Samples samples = is_attributed ? shared_[region] : by_itself_[region];
  samples.others_cpu_share = others_cpu_share(others_, own_, wall_);
  Histogram lengths;
  for (std::size_t i = 0; i < max_recorded_threads; ++i) {
    lengths.add(threads_[i].regions[region].lengths);
  }
  samples.latency = latency(lengths, clock_.tick());
  samples.why_no_idle = "in a loop of your own nothing sleeps, so idle power is not known";
  return samples;
}

PERJOULE_INLINE void Recording::begin_window() noexcept {
  watch_.start();
  __atomic_store_n(&window_end_, clock_.now() + window_, __ATOMIC_RELAXED);
}

PERJOULE_INLINE void Recording::begin_long(RegionRecord& of) {
  if (of.watch == nullptr) of.watch = new Stopwatch(meter_, files_, Stopwatch::Ends::at_once);
  of.watch->start();
}

PERJOULE_INLINE void Recording::end_long(RegionRecord& of, std::size_t region) {
  Window window = of.watch->stop();
  window.items = Items(1.0);
  const Lock lock(*this);
  by_itself_[region].add(window);
}

}  // namespace perjoule::inline v0::detail

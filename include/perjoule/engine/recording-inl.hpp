// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/recording.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE WindowEnergy attribute_by_time(const WindowEnergy& window, double share) {
  const Estimate<Joules>& whole = window.energy;
  if (!whole.is_known()) return window;
  constexpr double factor = 1.3293998;  // ln(10)/sqrt(3)
  const Joules value = whole.value * share;
  const double unknown = (1.0 - share) * factor * value.si();
  return {{value, whole.random * share, whole.dof,
           Joules(std::hypot(whole.common.si() * share, unknown)),
           worst(whole.provenance, Provenance::estimated)},
          "",
          window.gain};
}

PERJOULE_INLINE ThreadTable::ThreadTable(std::size_t size) : records_(size) {}

PERJOULE_INLINE ThreadTable::~ThreadTable() { delete next_.load(); }

PERJOULE_INLINE ThreadRecord& ThreadTable::find_record(pthread_t self) {
  constexpr std::size_t tries = 8;
  for (ThreadTable* table = this;; table = &table->next()) {
    const std::size_t first = table->place_of(self);
    for (std::size_t i = 0; i < tries; ++i) {
      ThreadRecord& record = table->records_[(first + i) & (table->records_.size() - 1)];
      pthread_t owner = record.owner.load(std::memory_order_relaxed);
      if (owner == self) return record;
      if (owner == 0 && record.owner.compare_exchange_strong(owner, self)) return record;
    }
  }
}

PERJOULE_INLINE ThreadTable& ThreadTable::next() {
  ThreadTable* known = next_.load();
  if (known != nullptr) return *known;
  auto made = std::make_unique<ThreadTable>(2 * records_.size());
  // Another thread may have been faster: then `known` is its table, and this one is discarded.
  return next_.compare_exchange_strong(known, made.get()) ? *made.release() : *known;
}

PERJOULE_INLINE Recording::Recording(AnyMeter& meter, const SystemFiles& files, std::size_t every)
    : meter_(meter),
      files_(files),
      every_(every == 0 ? 1 : every),
      clock_(meter_),
      threads_(64),
      watch_(meter_, files_, Stopwatch::Ends::at_once) {
  meter_.wait(Seconds(0.002));  // so that the length of a tick is known to one part in ten thousand
  const Seconds tick = clock_.cycle_length();
  const auto ticks = [&](Seconds least, Seconds wanted) {
    return static_cast<std::uint64_t>(std::max(least, wanted) / tick);
  };
  const Seconds period = meter.description().update_period;
  long_ = ticks(Seconds(0.01), period * 10.0);
  window_ = ticks(Seconds(0.1), period * 20.0);
  // A tick may be longer than a reading takes, as on Arm: then single differences are 0 or 1, and
  // only their mean tells. The median leaves out what was interrupted.
  std::array<double, 15> means{};
  for (double& mean : means) {
    constexpr int n = 256;
    std::uint64_t sum = 0;
    for (int i = 0; i < n; ++i) {
      const std::uint64_t before = clock_.now();
      sum += clock_.now() - before;
    }
    mean = static_cast<double>(sum) / n;
  }
  std::nth_element(means.begin(), means.begin() + means.size() / 2, means.end());
  cost_ = means[means.size() / 2];
  begin_window();
}

PERJOULE_INLINE Recording::~Recording() = default;

PERJOULE_INLINE std::size_t Recording::region(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(regions_.begin(), regions_.end(),
                                  [&](const RegionSummary& region) { return region.name == name; });
  const auto number = static_cast<std::size_t>(known - regions_.begin());
  if (known == regions_.end()) regions_.emplace_back().name = name;
  return number;
}

PERJOULE_INLINE std::size_t Recording::regions() const {
  const std::lock_guard lock(mutex_);
  return regions_.size();
}

PERJOULE_INLINE std::string Recording::name(std::size_t region) const {
  const std::lock_guard lock(mutex_);
  return regions_[region].name;
}

PERJOULE_INLINE Recording::Totals Recording::totals(std::size_t region) const {
  const std::lock_guard lock(mutex_);
  return sum_of(region);
}

PERJOULE_INLINE Samples Recording::samples(std::size_t region, bool& is_attributed) {
  const std::lock_guard lock(mutex_);
  end_window();
  const RegionSummary& summary = regions_[region];
  const std::size_t read = summary.by_itself.windows();
  is_attributed = read == 0 || read + 1 < sum_of(region).timed;
  Samples samples = is_attributed ? summary.shared : summary.by_itself;
  samples.others_cpu_share = others_cpu_share(others_, own_, wall_);
  Histogram lengths;
  threads_.for_each([&](const ThreadRecord& thread) {
    if (region < thread.regions.size() && thread.regions[region] != nullptr) {
      lengths.add(thread.regions[region]->lengths);
    }
  });
  samples.latency = latency(lengths, clock_.cycle_length());
  samples.why_no_idle = "in a loop of your own nothing sleeps, so idle power is not known";
  return samples;
}

PERJOULE_INLINE RegionRecord& Recording::add_record(ThreadRecord& thread, std::size_t region) {
  auto record = std::make_unique<RegionRecord>(region);
  const std::lock_guard lock(mutex_);
  if (thread.regions.size() <= region) thread.regions.resize(region + 1);
  thread.regions[region] = std::move(record);
  return *thread.regions[region];
}

PERJOULE_INLINE void Recording::end_window_if_due() {
  const std::lock_guard lock(mutex_);
  if (clock_.now() >= window_end_.load(std::memory_order_relaxed)) end_window();
}

PERJOULE_INLINE void Recording::end_window() {
  const Window whole = watch_.stop();
  const Seconds tick = clock_.cycle_length();
  wall_ += whole.wall;
  own_ += whole.cpu;
  others_ += whole.interference.others_cpu;
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    const Totals now = sum_of(i);
    const Totals earlier = std::exchange(regions_[i].seen, now);
    if (now.timed == earlier.timed) continue;
    const auto timed = static_cast<double>(now.timed - earlier.timed);
    Window window = whole;
    window.items = Items(timed + static_cast<double>(now.skipped - earlier.skipped));
    window.wall = tick *
                  (static_cast<double>(now.inclusive_ticks - earlier.inclusive_ticks) / timed) *
                  window.items.si();
    window.cpu = Seconds(quiet_nan());
    window.energy = attribute_by_time(whole.energy, std::min(window.wall / whole.wall, 1.0));
    regions_[i].shared.add(window);
  }
  begin_window();
}

PERJOULE_INLINE void Recording::begin_window() {
  watch_.start();
  window_end_.store(clock_.now() + window_, std::memory_order_relaxed);
}

PERJOULE_INLINE Recording::Totals Recording::sum_of(std::size_t region) const {
  Totals sum;
  threads_.for_each([&](const ThreadRecord& thread) {
    if (region >= thread.regions.size() || thread.regions[region] == nullptr) return;
    const RegionRecord& of = *thread.regions[region];
    sum.timed += of.timed.get();
    sum.skipped += of.skipped.get();
    sum.threw += of.threw.get();
    sum.inclusive_ticks += of.inclusive_ticks.get();
    sum.exclusive_ticks += of.exclusive_ticks.get();
    sum.threads += of.timed.get() + of.threw.get() != 0 ? 1 : 0;
  });
  return sum;
}

PERJOULE_INLINE void Recording::begin_long(RegionRecord& of) {
  if (of.watch == nullptr) {
    of.watch = std::make_unique<Stopwatch>(meter_, files_, Stopwatch::Ends::at_once);
  }
  of.watch->start();
}

PERJOULE_INLINE void Recording::end_long(RegionRecord& of) {
  Window window = of.watch->stop();
  window.items = Items(1.0);
  const std::lock_guard lock(mutex_);
  regions_[of.region].by_itself.add(window);
}

}  // namespace perjoule::inline v0::detail

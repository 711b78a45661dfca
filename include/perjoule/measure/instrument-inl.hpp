// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/measure/instrument.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE RecorderState::RecorderState(AnyMeter& meter, const SystemFiles& files,
                                             std::size_t every, const Entry& of)
    : recording(meter, files, every), entry(of), calls(recording.region(of.plan.label())) {}

PERJOULE_INLINE RecorderState::~RecorderState() = default;

PERJOULE_INLINE void subtract_overhead(Estimate<SecondsPerItem>& time, Seconds cost) noexcept {
  if (!time.is_known()) return;
  const SecondsPerItem each(cost.si());
  time.value = std::max(time.value - each, SecondsPerItem(0.0));
  time.common = SecondsPerItem(std::hypot(time.common.si(), each.si()));
}

PERJOULE_INLINE Entry entry_of(RecorderState& recorded, std::size_t region) {
  Recording& recording = recorded.recording;
  Entry entry = recorded.entry;
  bool is_attributed = false;
  entry.samples = recording.samples(region, is_attributed);
  const Recording::Totals totals = recording.totals(region);
  entry.inputs = totals.timed + totals.skipped;
  if (region != recorded.calls) {
    entry.plan.name = text::format("{}: {}", entry.plan.label(), recording.name(region));
  }
  entry.concurrent = totals.threads > 1;
  if (is_attributed) {
    entry.meter.provenance = worst(entry.meter.provenance, Provenance::estimated);
  }
  const bool converged =
      has_converged(entry.samples, entry.plan.relative_halfwidth, entry.meter.provenance);
  entry.samples.outcome = outcome_of(entry.samples, converged);
  summarize_windows(entry);
  subtract_overhead(entry.wall_time, recording.cost());
  return entry;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Recorder::Recorder(std::shared_ptr<detail::RecorderState> recorded) noexcept
    : recorded_(std::move(recorded)) {}
PERJOULE_INLINE Recorder::Recorder(const Recorder& other) noexcept = default;
PERJOULE_INLINE Recorder::Recorder(Recorder&& other) noexcept = default;
PERJOULE_INLINE Recorder& Recorder::operator=(const Recorder& other) noexcept = default;
PERJOULE_INLINE Recorder& Recorder::operator=(Recorder&& other) noexcept = default;
PERJOULE_INLINE Recorder::~Recorder() = default;

PERJOULE_INLINE AllRegionTimes Recorder::regions() const {
  detail::Recording& recording = recorded_->recording;
  const Seconds tick = recording.clock().tick();
  AllRegionTimes all;
  for (std::size_t i = 0; i < recording.regions(); ++i) {
    const detail::Recording::Totals of = recording.totals(i);
    all.push_back({recording.name(i), of.timed, of.threw,
                   tick * static_cast<double>(of.inclusive_ticks),
                   tick * static_cast<double>(of.exclusive_ticks)});
  }
  return all;
}

PERJOULE_INLINE void Recorder::check_calls(Entry& entry, std::size_t items) {
  if (items > entry.inputs) detail::check_length(entry.plan, items, entry.inputs);
  entry.inputs = items;
}

}  // namespace perjoule::inline v0

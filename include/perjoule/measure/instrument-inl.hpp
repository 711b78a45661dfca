// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/measure/instrument.hpp"
#include "perjoule/measure/recorder_state.hpp"
#include "perjoule/measure/summarize.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Region Recorder::region(std::string_view name) const {
  return {recorded_->recording, recorded_->recording.region(name)};
}

PERJOULE_INLINE Region Recorder::calls() const noexcept {
  return {recorded_->recording, recorded_->calls};
}

PERJOULE_INLINE Entry Recorder::entry_of_calls(const Build& build) const {
  Entry entry = detail::entry_of(*recorded_, recorded_->calls);
  entry.build = build;
  return entry;
}

PERJOULE_INLINE Entry Recorder::entry_of_region(std::string_view name, const Build& build) const {
  Entry entry = detail::entry_of(*recorded_, recorded_->recording.region(name));
  entry.build = build;
  return entry;
}

PERJOULE_INLINE void Recorder::add_scores(Entry& entry) { detail::add_scores(entry); }

PERJOULE_INLINE AllRegionTimes Recorder::regions() const {
  detail::Recording& recording = recorded_->recording;
  const Seconds tick = recording.clock().cycle_length();
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
  if (items == 0) {
    detail::fail("a metric of no items", entry.plan.label(),
                 "call the model, and give the metric each output, before the entry is taken");
  }
  if (items > entry.inputs) detail::check_length(entry.plan, items, entry.inputs);
  entry.inputs = items;
}

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/measure/recorder_state.hpp"
#include "perjoule/measure/summarize.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE RecorderState::RecorderState(AnyMeter& meter, const SystemFiles& files,
                                             std::size_t every, const Entry& of)
    : recording(meter, files, every), entry(of), calls(recording.region(of.plan.label())) {}

PERJOULE_INLINE RecorderState::~RecorderState() = default;

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
  entry.span = recorded.span.until_now(entry.meter.provenance);
  if (is_attributed) {
    entry.meter.provenance = worst(entry.meter.provenance, Provenance::estimated);
  }
  const bool converged =
      has_converged(entry.samples, entry.plan.relative_halfwidth, entry.meter.provenance);
  entry.samples.outcome = outcome_of(entry.samples, converged);
  entry.samples.call_overhead = recording.cost();
  summarize_windows(entry);
  return entry;
}

}  // namespace perjoule::inline v0::detail

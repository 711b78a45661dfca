// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/per_item.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/figures.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void summarize_windows(Entry& entry) {
  const Samples& samples = entry.samples;
  const Provenance provenance = entry.meter.provenance;
  // A simulated machine brings a clock of its own: its times are no more real than its joules.
  const Provenance clock = provenance == Provenance::simulated ? provenance : Provenance::measured;
  const Samples::Column time = time_column(samples);
  entry.wall_time = with_unit<SecondsPerItem>(time_per_item(samples, time, clock));
  entry.cpu_time =
      with_unit<SecondsPerItem>(time_per_item(samples, Samples::cpu, Provenance::measured));
  entry.energy = with_unit<JoulesPerItem>(energy_per_item(samples, provenance));
  const double whole = time_per_item(samples, Samples::wall, clock).value;
  entry.active_energy = active(entry.energy, samples.idle, SecondsPerItem(whole));
  if (entry.active_energy.is_known()) {
    // The windows' own scatter of the active energy is used, since a longer window has both more
    // energy and more idle; the idle power's uncertainty is common to all of them.
    const Estimate<double> scatter = energy_per_item(samples, provenance, samples.idle.value.si());
    entry.active_energy.random = JoulesPerItem(scatter.random);
    entry.active_energy.dof = scatter.dof;
  }
  if (!is_shared(entry)) return;
  widen(entry.energy, samples.others_share);
  widen(entry.active_energy, samples.others_share);
}

PERJOULE_INLINE void add_scores(Entry& entry) {
  const auto moved = with_unit<BytesPerItem>(bytes_moved(entry.events));
  for (const Quality& quality : entry.quality) {
    const auto add = [&](const char* score, const char* unit, const Ratio<double>& ratio) {
      entry.scores.push_back({score, quality.metric, unit, ratio.estimate, ratio.interval});
    };
    const Estimate<double>& skill = quality.skill;
    add("quality_per_joule", "item/J", bare(per_joule(skill, entry.energy)));
    add("quality_per_active_joule", "item/J", bare(per_joule(skill, entry.active_energy)));
    add("quality_per_second", "item/s", bare(per_second(skill, entry.wall_time)));
    add("quality_per_stored_byte", "1/B", bare(per_byte(skill, entry.footprint.stored)));
    add("quality_per_compressed_byte", "1/B", bare(per_byte(skill, entry.footprint.compressed)));
    add("quality_per_resident_byte", "1/B", bare(per_byte(skill, entry.footprint.resident)));
    add("quality_per_peak_byte", "1/B", bare(per_byte(skill, entry.heap.peak)));
    add("quality_per_moved_byte", "item/B", bare(per_moved_byte(skill, moved)));
  }
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/score/efficiency.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Estimate<double> count_of(const EventCounts& events, EventKind kind) noexcept {
  if (events.extent == EventExtent::calling_thread) return {};
  for (const CountedEvent& counted : events.events) {
    if (counted.event.kind == kind && counted.per_item.is_known()) return counted.per_item;
  }
  return {};
}

PERJOULE_INLINE Estimate<double> floating_point_operations(const EventCounts& events) noexcept {
  const Estimate<double> both = count_of(events, EventKind::operations);
  if (both.is_known()) return both;
  return total(count_of(events, EventKind::single_operations),
               count_of(events, EventKind::double_operations));
}

PERJOULE_INLINE double cache_line_size(const std::string& root) {
  const std::string content =
      read_file(root + "/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size")
          .value_or("");
  std::uint64_t bytes = 0;
  return text::parse_integer(content, bytes) && bytes != 0 ? static_cast<double>(bytes) : 64.0;
}

PERJOULE_INLINE Estimate<double> bytes_moved(const EventCounts& events) {
  Estimate<double> moved = count_of(events, EventKind::last_level_misses);
  if (!moved.is_known()) return {};
  const double line = cache_line_size();
  moved.value *= line;
  moved.random *= line;
  moved.common *= line;
  moved.provenance = worst(moved.provenance, Provenance::estimated);
  return moved;
}

PERJOULE_INLINE void add_derived_metrics(Entry& entry) {
  const EventCounts& events = entry.events;
  const auto add = [&](std::string_view name, std::string_view unit, std::string_view formula,
                       const Estimate<double>& value, const Interval<double>& interval) {
    if (!value.is_known()) return;
    entry.derived_metrics.push_back(
        {std::string(name), std::string(unit), std::string(formula), value, interval});
  };
  const auto add_ratio = [&](std::string_view name, std::string_view unit, std::string_view formula,
                             const Estimate<double>& numerator,
                             const Estimate<double>& denominator) {
    const IntervalEstimate<double> found = ratio(numerator, denominator);
    add(name, unit, formula, found.estimate, found.interval);
  };
  const Estimate<double> instructions = count_of(events, EventKind::instructions);
  const Estimate<double> flop = floating_point_operations(events);
  const Estimate<double> moved = bytes_moved(events);
  add_ratio("instructions_per_cycle", "", "instructions / cycles", instructions,
            count_of(events, EventKind::cycles));
  add_ratio("joules_per_instruction", "J", "energy / instructions", strip_unit(entry.energy),
            instructions);
  add("flop_per_item", "1/item", "operations on floating-point numbers", flop, interval(flop));
  add_ratio("flop_per_second", "1/s", "operations / time", flop, strip_unit(entry.wall_time));
  add("moved_b_per_item", "B/item", "misses of the last level * line, at least", moved,
      interval(moved));
  add_ratio("arithmetic_intensity", "1/B", "operations / bytes moved", flop, moved);
}

PERJOULE_INLINE void subtract_overhead(Estimate<SecondsPerItem>& time, Seconds cost) noexcept {
  if (!time.is_known()) return;
  const SecondsPerItem each(cost.si());
  time.value = std::max(time.value - each, SecondsPerItem(0.0));
  time.common = SecondsPerItem(std::hypot(time.common.si(), each.si()));
}

PERJOULE_INLINE void summarize_windows(Entry& entry) {
  const Samples& samples = entry.samples;
  const Provenance provenance = entry.meter.provenance;
  // A simulated machine has its own clock, so its times are no more real than its joules.
  const Provenance clock = provenance == Provenance::simulated ? provenance : Provenance::measured;
  const Samples::Column time = best_time_column(samples);
  entry.wall_time = with_unit<SecondsPerItem>(time_per_item(samples, time, clock));
  if (samples.call_overhead > Seconds(0.0)) {
    subtract_overhead(entry.wall_time, samples.call_overhead);
  }
  entry.cpu_time =
      with_unit<SecondsPerItem>(time_per_item(samples, Samples::cpu, Provenance::measured));
  entry.energy = with_unit<JoulesPerItem>(energy_per_item(samples, provenance));
  const double whole = time_per_item(samples, Samples::wall, clock).value;
  entry.active_energy = active(entry.energy, samples.idle, SecondsPerItem(whole));
  if (entry.active_energy.is_known()) {
    // The scatter comes from the active energy of the windows, since a longer window has both more
    // energy and more idle energy. The uncertainty of the idle power is common to all windows.
    const Estimate<double> scatter = energy_per_item(samples, provenance, samples.idle.value.si());
    entry.active_energy.random = JoulesPerItem(scatter.random);
    entry.active_energy.dof = scatter.dof;
  }
  // An error of the gain scales energy and idle power alike.
  const double gain = samples.gain.whole;
  // The part of other programs is not known: it is up to about twice their share of the CPU time.
  const double others = is_machine_shared(entry) ? samples.others_cpu_share : 0.0;
  for (Estimate<JoulesPerItem>* const energy : {&entry.energy, &entry.active_energy}) {
    widen(*energy, gain);
    widen(*energy, others);
  }
}

PERJOULE_INLINE void add_scores(Entry& entry) {
  const auto moved = with_unit<BytesPerItem>(bytes_moved(entry.events));
  for (const Quality& quality : entry.quality) {
    const auto add = [&](std::string_view score, std::string_view unit,
                         const IntervalEstimate<double>& ratio) {
      entry.scores.push_back(
          {std::string(score), quality.metric, std::string(unit), ratio.estimate, ratio.interval});
    };
    const IntervalEstimate<double> skill{quality.skill, quality.skill_interval};
    add("quality_per_joule", "item/J", strip_unit(per_joule(skill, entry.energy)));
    add("quality_per_active_joule", "item/J", strip_unit(per_joule(skill, entry.active_energy)));
    add("quality_per_second", "item/s", strip_unit(per_second(skill, entry.wall_time)));
    add("quality_per_stored_byte", "1/B", strip_unit(per_byte(skill, entry.footprint.stored)));
    add("quality_per_compressed_byte", "1/B",
        strip_unit(per_byte(skill, entry.footprint.compressed)));
    add("quality_per_resident_byte", "1/B", strip_unit(per_byte(skill, entry.footprint.resident)));
    add("quality_per_peak_byte", "1/B", strip_unit(per_byte(skill, entry.heap.peak)));
    add("quality_per_moved_byte", "item/B", strip_unit(per_moved_byte(skill, moved)));
  }
}

PERJOULE_INLINE std::vector<NamedFile> files_of(const MeasureOptions& plan) {
  std::vector<NamedFile> files;
  if (!plan.weights.empty()) files.push_back({"weights", plan.weights});
  for (const NamedFile& file : plan.files) {
    if (file.role.empty()) {
      fail("a file without a role", file.path, "write .files = {{\"tokenizer\", PATH}}");
    }
    if (std::any_of(files.begin(), files.end(),
                    [&](const NamedFile& known) { return known.path == file.path; })) {
      fail("a file is named twice", file.path, "name it in .weights or .files, once");
    }
    files.push_back(file);
  }
  return files;
}

PERJOULE_INLINE Footprint measure_footprint(const MeasureOptions& plan, FileHashes& hashes) {
  if (plan.parameters != 0 && plan.non_zero_parameters > plan.parameters) {
    fail("more parameters that are not zero than there are", plan.label(),
         "take both from parameters_of(buffers...)");
  }
  ModelFiles files;
  for (const NamedFile& file : files_of(plan)) {
    files.push_back({file.role, std::string(base_name(file.path)),
                     stored_bytes(file.path, file.role), hashes.of(file.path)});
  }
  Footprint found = footprint_of(files, if_given(plan.resident_weights));
  found.compressed = if_given(plan.compressed);
  found.parameters = if_given(static_cast<double>(plan.parameters));
  found.non_zero_parameters = if_given(static_cast<double>(plan.non_zero_parameters));
  return found;
}

}  // namespace perjoule::inline v0::detail

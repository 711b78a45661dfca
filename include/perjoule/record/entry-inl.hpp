// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Entry::Entry() = default;
PERJOULE_INLINE Entry::Entry(const Entry& other) = default;
PERJOULE_INLINE Entry::Entry(Entry&& other) noexcept = default;
PERJOULE_INLINE Entry& Entry::operator=(const Entry& other) = default;
PERJOULE_INLINE Entry& Entry::operator=(Entry&& other) noexcept = default;
PERJOULE_INLINE Entry::~Entry() = default;

PERJOULE_INLINE bool is_machine_shared(const Entry& entry) noexcept {
  return entry.meter.scope != Scope::process && entry.meter.provenance != Provenance::simulated &&
         is_finite(entry.samples.others_cpu_share) &&
         entry.samples.others_cpu_share > detail::max_others_cpu_share;
}

PERJOULE_INLINE bool is_interrupted(const Entry& entry) {
  return entry.samples.slices.all != 0 && detail::best_time_column(entry.samples) == Samples::wall;
}

PERJOULE_INLINE Estimate<JoulesPerItem> comparable_energy(const Entry& entry,
                                                          Estimate<JoulesPerItem> energy) noexcept {
  if (!energy.is_known()) return energy;
  const GainShare& gain = entry.samples.gain;
  const double common = common_without_gain(energy, gain.whole).si();
  energy.common = JoulesPerItem(std::hypot(common, gain.between * energy.value.si()));
  return energy;
}

PERJOULE_INLINE View<double> per_item_of(const Entry& entry, std::size_t metric) noexcept {
  const std::size_t columns = entry.quality[metric].columns;
  if (columns == 0) return {};
  std::size_t before = 0;
  for (std::size_t i = 0; i < metric; ++i) before += entry.quality[i].columns;
  return {entry.per_item.data() + before * entry.inputs, columns * entry.inputs};
}

PERJOULE_INLINE void expect_measured(Entries entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].rank == 0) continue;
    detail::fail("an entry without a measurement", text::format("rank {}", entries[i].rank),
                 "report and write what rank 0 has, as in: if (entry.rank == 0) write_json(...)");
  }
}

PERJOULE_INLINE void attach(Entry& entry, std::string_view role, const std::string& path) {
  const std::string sha256 = detail::FileHashes().of(path);
  if (sha256.empty()) {
    detail::fail(text::format("cannot attach the {}", role),
                 text::format("{}: there is no such file, or it cannot be read", path),
                 "write it before it is attached");
  }
  entry.attachments.push_back(
      {std::string(role), std::string(detail::base_name(path)), stored_bytes(path, role), sha256});
}

PERJOULE_INLINE std::string_view name(CaveatFlag flag) noexcept {
  switch (flag) {
    case CaveatFlag::not_measured:
      return "not_measured";
    case CaveatFlag::few_windows:
      return "few_windows";
    case CaveatFlag::unstable:
      return "unstable";
    case CaveatFlag::interrupted:
      return "interrupted";
    case CaveatFlag::dropped_windows:
      return "dropped_windows";
    case CaveatFlag::shared:
      return "shared";
    case CaveatFlag::target_out_of_reach:
      return "target_out_of_reach";
    case CaveatFlag::peak_of_some:
      return "peak_of_some";
    case CaveatFlag::foreign_root:
      return "foreign_root";
    case CaveatFlag::concurrent:
      return "concurrent";
    case CaveatFlag::answers_differ:
      return "answers_differ";
    case CaveatFlag::repeats_shorter:
      return "repeats_shorter";
    case CaveatFlag::incomplete:
      return "incomplete";
    case CaveatFlag::unoptimized:
      return "unoptimized";
    case CaveatFlag::other:
      break;
  }
  return "other";
}

PERJOULE_INLINE void expect_whole(Entries entries) {
  expect_measured(entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].command.part_of == 0) continue;
    detail::fail("a part of a measurement",
                 text::format("'{}' of rank {}", entries[i].plan.label(),
                              entries[i].environment.run.job.rank),
                 "join the parts of all ranks: perjoule merge PART... -o FILE");
  }
}

PERJOULE_INLINE Caveats caveats(const Entry& entry) {
  Caveats found;
  const auto add = [&](CaveatFlag flag, std::string_view reason) {
    found.push_back({flag, std::string(reason)});
  };
  const Samples& samples = entry.samples;
  if (entry.energy.provenance != Provenance::measured) {
    const std::string why = entry.energy.is_known() ? "" : ": " + samples.why_dropped;
    add(CaveatFlag::not_measured,
        text::format("energy is {}{}", name(entry.energy.provenance), why));
  }
  if (samples.outcome == Outcome::few_windows) {
    add(CaveatFlag::few_windows, "fewer than 12 windows: measure for longer");
  }
  if (samples.outcome == Outcome::unstable) {
    add(CaveatFlag::unstable,
        "time or energy changed while it was measured, and the interval covers its mean over that "
        "time only: stop other programs, let the machine settle, and measure again");
  }
  if (is_interrupted(entry)) {
    add(CaveatFlag::interrupted,
        text::format("{} of {} pieces of the windows were interrupted, too many to leave them "
                     "out: the time has other programs' turns in it; stop them",
                     samples.slices.interrupted, samples.slices.all));
  }
  if (samples.dropped != 0 && entry.energy.is_known()) {
    add(CaveatFlag::dropped_windows,
        text::format("{} of {} windows have no energy: {}", samples.dropped, samples.windows(),
                     samples.why_dropped));
  }
  if (is_machine_shared(entry)) {
    add(CaveatFlag::shared,
        text::format(
            "shared: other programs used {} % of the CPU time{}; stop them",
            text::significant(100.0 * samples.others_cpu_share, 2),
            entry.energy.is_known() ? ", and the interval of energy is wider by as much" : ""));
  }
  if (1.96 * samples.edge_uncertainty > entry.plan.relative_halfwidth && entry.energy.is_known()) {
    add(CaveatFlag::target_out_of_reach,
        text::format("the meter's ticks alone leave +-{} % of a window's energy unknown, more than "
                     "the target: raise .budget, so that windows can be longer",
                     text::significant(196.0 * samples.edge_uncertainty, 2)));
  }
  if (entry.heap.peak.is_known() && entry.heap.passes < entry.inputs / entry.plan.batch) {
    add(CaveatFlag::peak_of_some,
        text::format("the peak is that of {} passes: raise .budget, so that all inputs have one",
                     entry.heap.passes));
  }
  if (entry.meter.has_foreign_root) {
    add(CaveatFlag::foreign_root, text::format("the meter was read below {}", entry.meter.root));
  }
  if (entry.concurrent) {
    add(CaveatFlag::concurrent,
        "measured while this session measured in other threads: each has the joules of all");
  }
  const AnswerCheck& answers = entry.answers;
  if (answers.outputs == OutputCheck::differ) {
    add(CaveatFlag::answers_differ,
        text::format("{} of {} passes between windows gave another output than the one that was "
                     "judged: the model draws random numbers, adds in another order, or answers "
                     "otherwise while it is timed",
                     answers.different, answers.checked));
  }
  if (answers.repeats == RepeatCheck::shorter) {
    add(CaveatFlag::repeats_shorter,
        text::format("an input that was seen before takes {} of the time of a new one: a cache "
                     "answers it, the model's or the CPU's: measure without it, or on more inputs",
                     text::significant(answers.repeat_ratio, 2)));
  }
  const CommandRuns& command = entry.command;
  if (command.part_of != 0) {
    add(CaveatFlag::incomplete, text::format("it is the part of rank {} of {}",
                                             entry.environment.run.job.rank, command.part_of));
  }
  if (command.runs < command.runs_asked) {
    add(CaveatFlag::incomplete,
        text::format("{} of {} runs succeeded{}{}", command.runs, command.runs_asked,
                     command.why_fewer.empty() ? "" : ": ", command.why_fewer));
  }
  const bool is_built_here = !entry.build.compiler.empty();
  if (is_built_here && !entry.build.optimized) {
    add(CaveatFlag::unoptimized, "compiled without optimisation: add -O2");
  }
  found.insert(found.end(), entry.recorded_caveats.begin(), entry.recorded_caveats.end());
  return found;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE CostEstimate cost_of(const Entry& entry, Cost cost) noexcept {
  switch (cost) {
    case Cost::active_energy:
      return {"active energy", "J/item", strip_unit(entry.active_energy)};
    case Cost::time:
      return {"time", "s/item", strip_unit(entry.wall_time)};
    case Cost::stored:
      return {"the files' size", "B", strip_unit(entry.footprint.stored)};
    case Cost::resident:
      return {"the weights' size in memory", "B", strip_unit(entry.footprint.resident)};
    case Cost::peak:
      return {"the peak of a pass", "B", strip_unit(entry.heap.peak)};
    case Cost::energy:
      break;
  }
  return {"energy", "J/item", strip_unit(entry.energy)};
}

}  // namespace perjoule::inline v0::detail

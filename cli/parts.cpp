// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "cli/disturbances.hpp"
#include "cli/metered_command.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/stats/propagate.hpp"

namespace perjoule::cli {

namespace {

const Job& job_of(const MergedEntry& part) { return part.entry.environment.run.job; }

bool is_part(const MergedEntry& of) { return of.entry.command.part_of != 0; }

/// Parts of one command that one launcher has started have this in common.
auto step_of(const MergedEntry& part) {
  const Job& job = job_of(part);
  return std::tie(job.id, job.step, job.launch, part.entry.plan.name);
}

bool is_reader(const MergedEntry& part) { return !part.entry.nodes.empty(); }

std::string name_of_part(const MergedEntry& part) {
  return fmt::format("rank {} of '{}' in {}", job_of(part).rank, part.entry.plan.label(),
                     part.file);
}

[[noreturn]] void refuse_parts(const MergedEntry& a, const MergedEntry& b, const std::string& why,
                               const char* next_step) {
  throw Error("cannot join the parts",
              fmt::format("{}, {}: {}", name_of_part(a), name_of_part(b), why), next_step);
}

/// A record may say anything.
void expect_possible(const MergedEntry& part) {
  const Entry& entry = part.entry;
  const CommandRuns& command = entry.command;
  bool is_possible = command.runs == entry.samples.windows() &&
                     command.runs <= command.runs_asked &&
                     command.peak_memory.size() == command.runs &&
                     command.context_switches.size() == command.runs &&
                     job_of(part).ranks == command.part_of && entry.nodes.size() <= 1 &&
                     (entry.nodes.empty() || entry.nodes[0].boot == entry.environment.run.boot);
  for (std::size_t run = 0; is_possible && run < command.runs; ++run) {
    const double wall = entry.samples.at(run, Samples::wall);
    is_possible = is_finite(wall) && wall > 0.0;
  }
  if (is_possible) return;
  throw Error("cannot join the parts",
              fmt::format("{}: its runs, windows, ranks or machines contradict each other",
                          name_of_part(part)),
              "take the file as 'perjoule run' wrote it");
}

void expect_all_ranks(View<MergedEntry> parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0 && job_of(parts[i]).rank == job_of(parts[i - 1]).rank) {
      refuse_parts(parts[i - 1], parts[i], "one rank has two parts", "leave one of the two out");
    }
  }
  const std::size_t ranks = parts[0].entry.command.part_of;
  std::size_t missing = 0;
  while (missing < parts.size() && job_of(parts[missing]).rank == missing) ++missing;
  if (missing == ranks) return;
  throw Error("cannot join the parts",
              fmt::format("{} of {} ranks have a part, and rank {} has none: {}", parts.size(),
                          ranks, missing, name_of_part(parts[0])),
              "name the files of all ranks; one that was killed with its perjoule has none, and "
              "nothing tells the energy of the others' machines in its time: run them again");
}

void expect_one_plan(View<MergedEntry> parts) {
  const auto plan = [](const MergedEntry& part) {
    const CommandRuns& command = part.entry.command;
    return std::tie(command.part_of, command.runs_asked, part.entry.inputs);
  };
  for (const MergedEntry& part : parts) {
    if (plan(part) == plan(parts[0])) continue;
    refuse_parts(parts[0], part, "they were run with different plans",
                 "run all ranks with the same options");
  }
}

/// Returns when a part began and ended, in seconds since 1970.
Interval<double> span_of(const MergedEntry& part) {
  const MeasuredSpan& span = part.entry.span;
  const double began = seconds_of_utc(span.began_utc).value_or(detail::quiet_nan());
  return {began, began + span.lasted.si()};
}

/// Some launchers give what they start no name: its ranks then have at least run at once.
void expect_at_once(View<MergedEntry> parts) {
  constexpr double slack = 1.0;  // s, between the clocks of two machines
  const Interval<double> first = span_of(parts[0]);
  for (const MergedEntry& part : parts) {
    const Interval<double> span = span_of(part);
    if (!(span.low > first.high + slack || span.high + slack < first.low)) continue;
    refuse_parts(parts[0], part, "they did not run at the same time",
                 "join the parts of one launch");
  }
}

/// Each machine is read by one of its ranks, or each process by itself, all in the same way.
void expect_one_reader_each(View<MergedEntry> parts) {
  std::map<std::string, const MergedEntry*> reader_of;
  std::map<std::string, std::size_t> ranks_of;
  const MergedEntry* first = nullptr;
  for (const MergedEntry& part : parts) {
    const std::string& boot = part.entry.environment.run.boot;
    ++ranks_of[boot];
    if (!is_reader(part)) continue;
    const MeterDescription& meter = part.entry.meter;
    if (first == nullptr) first = &part;
    const MeterDescription& of_first = first->entry.meter;
    if (std::tie(meter.provenance, meter.scope) != std::tie(of_first.provenance, of_first.scope)) {
      refuse_parts(
          *first, part,
          fmt::format("meters of different kinds, whose joules do not add up: {} ({}) and {} "
                      "({})",
                      of_first.source, name(of_first.provenance), meter.source,
                      name(meter.provenance)),
          "run 'perjoule doctor' on both machines, or choose one for all: --meter");
    }
    const auto [reader, is_new] = reader_of.emplace(boot, &part);
    if (!is_new && meter.scope != Scope::process) {
      refuse_parts(
          *reader->second, part, "both have read one machine, which would be counted twice",
          "let one launcher start all ranks of a machine; two containers of one machine look "
          "like two to it: give them one host name");
    }
  }
  for (const MergedEntry& part : parts) {
    const std::string& boot = part.entry.environment.run.boot;
    const auto reader = reader_of.find(boot);
    const bool is_alone =
        reader != reader_of.end() && reader->second->entry.meter.scope == Scope::process;
    if (is_alone && is_reader(part)) continue;
    if (boot.empty() || reader == reader_of.end() ||
        reader->second->entry.nodes[0].ranks != ranks_of[boot]) {
      throw Error(
          "cannot join the parts",
          fmt::format("{}: which rank has read its machine is not known", name_of_part(part)),
          "let one launcher start all ranks of a machine, and let them read "
          "/proc/sys/kernel/random/boot_id or give each machine a name in PERJOULE_NODE");
    }
  }
}

/// Returns one run, from before the first rank of each machine started until the last has ended.
Window together(View<MergedEntry> parts, std::size_t run) {
  Window window;
  window.items = Items(1.0);
  bool is_first = true;
  std::set<std::string> machines;
  std::size_t known = 0;  // machines of whose other programs one reader knows
  Seconds others{0.0};
  Seconds steal{0.0};
  for (const MergedEntry& part : parts) {
    const Samples& samples = part.entry.samples;
    const auto at = [&](Samples::Column column) { return samples.at(run, column); };
    window.wall = std::max(window.wall, Seconds(at(Samples::wall)));
    window.cpu += Seconds(at(Samples::cpu));
    if (!is_reader(part)) continue;
    machines.insert(part.entry.environment.run.boot);
    if (is_finite(at(Samples::others_cpu))) {  // of several on one machine, the first knows
      ++known;
      others += Seconds(at(Samples::others_cpu));
      steal += Seconds(at(Samples::steal));
    }
    if (!window.energy.why_missing.empty()) continue;
    if (!is_finite(at(Samples::energy))) {
      window.energy = {{}, fmt::format("rank {}: {}", job_of(part).rank, samples.why_dropped)};
      continue;
    }
    const Estimate<Joules> energy = {
        Joules(at(Samples::energy)), Joules(at(Samples::energy_random)), infinite_dof,
        Joules(at(Samples::energy_common)), part.entry.meter.provenance};
    window.energy.energy = is_first ? energy : total(window.energy.energy, energy);
    is_first = false;
  }
  if (known == machines.size()) window.interference = {others, steal};
  return window;
}

/// Returns the mean length of those runs of a part that have an energy in the whole.
Seconds mean_wall(const Samples& part, const Samples& whole) {
  Seconds sum{0.0};
  for (std::size_t run = 0; run < whole.windows(); ++run) {
    if (is_finite(whole.at(run, Samples::energy))) sum += Seconds(part.at(run, Samples::wall));
  }
  return sum / static_cast<double>(whole.windows() - whole.dropped);
}

/// Joins the windows, the idle power of each machine for as long as it was at work, and the gain.
Samples joined_samples(View<MergedEntry> parts, std::size_t runs) {
  Samples samples;
  if (runs == 0) samples.why_dropped = "no run of the command succeeded";
  for (std::size_t run = 0; run < runs; ++run) samples.add(together(parts, run));
  Seconds wall{0.0};  // mean of all runs, as the active energy takes it
  for (std::size_t run = 0; run < runs; ++run) {
    wall += Seconds(samples.at(run, Samples::wall)) / static_cast<double>(runs);
  }
  bool is_first = true;
  for (const MergedEntry& part : parts) {
    if (!is_reader(part)) continue;
    const Samples& of_part = part.entry.samples;
    samples.gain.whole = std::max(samples.gain.whole, of_part.gain.whole);
    samples.gain.between = std::max(samples.gain.between, of_part.gain.between);
    if (!samples.why_no_idle.empty()) continue;
    const bool has_energy = samples.dropped < samples.windows();
    if (!has_energy || !of_part.idle.is_known()) {
      samples.why_no_idle = has_energy
                                ? fmt::format("rank {}: {}", job_of(part).rank, of_part.why_no_idle)
                                : samples.why_dropped;
      samples.idle = {};
      continue;
    }
    const double share = mean_wall(of_part, samples) / wall;
    const Estimate<Watts>& power = of_part.idle;
    const Estimate<Watts> idle = {share * power.value, share * power.random, power.dof,
                                  share * power.common, power.provenance};
    samples.idle = is_first ? idle : total(samples.idle, idle);
    is_first = false;
  }
  return samples;
}

/// Returns the command of all ranks: of memory the most that a process held, and all switches.
CommandRuns joined_command(View<MergedEntry> parts) {
  CommandRuns all = parts[0].entry.command;
  all.part_of = 0;
  for (const MergedEntry& part : parts) {
    const CommandRuns& command = part.entry.command;
    if (command.runs < all.runs || all.why_fewer.empty()) all.why_fewer = command.why_fewer;
    all.runs = std::min(all.runs, command.runs);
    if (all.exit_code == 0) all.exit_code = command.exit_code;
    all.was_interrupted = all.was_interrupted || command.was_interrupted;
    all.left_some_running = all.left_some_running || command.left_some_running;
  }
  all.peak_memory.resize(all.runs);
  all.context_switches.assign(all.runs, 0.0);
  for (const MergedEntry& part : parts) {
    const CommandRuns& command = part.entry.command;
    for (std::size_t run = 0; run < all.runs; ++run) {
      all.peak_memory[run] = std::max(all.peak_memory[run], command.peak_memory.at(run));
      all.context_switches[run] += command.context_switches.at(run);
    }
  }
  return all;
}

/// Returns the qualities that ranks have printed, who must agree: how values of parts of a test set
/// pool depends on the metric.
std::vector<Quality> joined_qualities(View<MergedEntry> parts) {
  std::vector<Quality> all;
  std::vector<const MergedEntry*> from;
  for (const MergedEntry& part : parts) {
    for (const Quality& quality : part.entry.quality) {
      const auto same = std::find_if(all.begin(), all.end(), [&](const Quality& other) {
        return other.metric == quality.metric;
      });
      if (same == all.end()) {
        all.push_back(quality);
        from.push_back(&part);
      } else if (same->value.value != quality.value.value || same->signature != quality.signature) {
        refuse_parts(*from[static_cast<std::size_t>(same - all.begin())], part,
                     fmt::format("they have different values of {}", quality.metric),
                     "print it on one rank, over the items of all");
      }
    }
  }
  return all;
}

EventCounts joined_events(View<MergedEntry> parts) {
  EventCounts all = parts[0].entry.events;
  for (std::size_t event = 0; event < all.events.size(); ++event) {
    CountedEvent& counted = all.events[event];
    for (std::size_t i = 1; i < parts.size(); ++i) {
      // All were asked for the same ones, in one order; two sources may have one of the same name.
      const EventCounts& others = parts[i].entry.events;
      const bool is_same = others.source == all.source && event < others.events.size() &&
                           others.events[event].event.name == counted.event.name;
      const bool is_known = is_same && others.events[event].per_item.is_known();
      if (!is_known && counted.per_item.is_known()) {
        counted.event.why_missing =
            fmt::format("rank {}: {}", job_of(parts[i]).rank,
                        is_same ? others.events[event].event.why_missing : "it was not counted");
      }
      counted.per_item =
          is_known ? total(counted.per_item, others.events[event].per_item) : Estimate<double>{};
    }
  }
  return all;
}

}  // namespace

Entry joined(View<MergedEntry> parts) {
  Entry whole = parts[0].entry;
  whole.command = joined_command(parts);
  whole.samples = joined_samples(parts, whole.command.runs);
  whole.quality = joined_qualities(parts);
  whole.events = joined_events(parts);
  whole.ranks = parts.size();
  whole.nodes.clear();
  double ended = span_of(parts[0]).high;
  for (const MergedEntry& part : parts) {
    if (part.entry.span.began_utc < whole.span.began_utc) {
      whole.span = part.entry.span;
      whole.span.began_boot = Seconds(detail::quiet_nan());  // perhaps another machine's
    }
    ended = std::max(ended, span_of(part).high);
    if (!is_reader(part)) continue;
    if (whole.nodes.empty()) whole.meter = part.entry.meter;
    const Node& read = part.entry.nodes[0];
    auto node = std::find_if(whole.nodes.begin(), whole.nodes.end(),
                             [&](const Node& other) { return other.boot == read.boot; });
    if (node == whole.nodes.end()) {
      node = whole.nodes.insert(node, {read.boot, read.machine_key, read.source});
    }
    node->ranks += read.ranks;
    node->energy += energy_of_all(part.entry.samples, whole.samples);
  }
  whole.span.lasted = Seconds(ended - seconds_of_utc(whole.span.began_utc).value_or(ended));
  whole.derived_metrics.clear();
  whole.scores.clear();
  summarize_runs(whole);
  return whole;
}

void join_parts(std::vector<MergedEntry>& entries) {
  const auto first_part = std::stable_partition(entries.begin(), entries.end(),
                                                [](const MergedEntry& of) { return !is_part(of); });
  std::vector<MergedEntry> parts(std::make_move_iterator(first_part),
                                 std::make_move_iterator(entries.end()));
  entries.erase(first_part, entries.end());
  const auto place = [](const MergedEntry& part) {
    return std::tuple_cat(step_of(part), std::tie(job_of(part).rank, part.file));
  };
  std::sort(parts.begin(), parts.end(),
            [&](const MergedEntry& a, const MergedEntry& b) { return place(a) < place(b); });
  parts.erase(std::unique(parts.begin(), parts.end(),
                          [](const MergedEntry& a, const MergedEntry& b) {
                            return job_of(a).rank == job_of(b).rank && step_of(a) == step_of(b) &&
                                   detail::entry_sha256(a.entry) == detail::entry_sha256(b.entry);
                          }),
              parts.end());
  for (auto first = parts.begin(); first != parts.end();) {
    const auto last = std::find_if(first, parts.end(), [&](const MergedEntry& other) {
      return step_of(other) != step_of(*first);
    });
    const View<MergedEntry> step(&*first, static_cast<std::size_t>(last - first));
    for (const MergedEntry& part : step) expect_possible(part);
    expect_one_plan(step);
    expect_all_ranks(step);
    expect_at_once(step);
    expect_one_reader_each(step);
    entries.push_back({joined(step), first->file, {}});
    first = last;
  }
}

}  // namespace perjoule::cli

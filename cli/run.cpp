// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/run.hpp"

#include <errno.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/baseline.hpp"
#include "cli/count_instructions.hpp"
#include "cli/interrupts.hpp"
#include "cli/json_values.hpp"
#include "cli/machine_team.hpp"
#include "cli/metered_command.hpp"
#include "cli/print.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::cli {

namespace {

/// The results of all runs.
struct RunResult {
  Entry entry;
  int exit_code = 0;  ///< of the last one, or own_failure
  bool is_partial = false;
  std::optional<Error> problem;  ///< why a quality or a count is not in them
};

RunResult measure(const RunOptions& options) {
  constexpr Seconds patience(60.0);  // until all ranks of a machine have been started
  SocketTeam team = team_of_machine(own_job(), patience);
  CommandMeter meter(options.meters);
  MeteredCommand command(options, meter, team);
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  const bool takes_idle = options.idle > Seconds(0.0) && command.is_reader();
  detail::IdleBlock idle{
      {}, command.is_reader() ? "--idle 0 was asked for" : "the first rank of its machine has it"};
  // No rank of this machine is at work in its idle power.
  const auto meet = [&] {
    try {
      team.meet();
    } catch (const RankEnded&) {  // the next run says so
    }
  };
  meet();
  if (takes_idle) idle = meter.measure_idle(options.idle);
  for (std::size_t i = 0; i < options.runs; ++i) {
    if (shows_progress && !was_interrupted()) {
      fmt::print(stderr, "perjoule: run {} of {}\n", i + 1, options.runs);
    }
    if (!command.run()) break;  // the next run would fail as well
  }
  RunResult result;
  try {
    for (int i = 0; i < 2 && command.runs() == options.runs; ++i) command.count();
  } catch (const Error& reason) {
    result.problem = reason;  // the runs are measured, and stay so
  }
  result.is_partial = command.runs() < options.runs;
  meet();
  if (takes_idle && !result.is_partial) {
    const detail::IdleBlock after = meter.measure_idle(options.idle);
    result.entry = command.result(detail::idle_between(idle.power, after.power),
                                  idle.power.is_known() ? after.why_missing : idle.why_missing);
  } else {
    result.entry = command.result({}, takes_idle ? "not all runs were made" : idle.why_missing);
  }
  meet();  // else Slurm's accounting forgets what came before the first of them had ended
  if (command.problem()) result.problem = command.problem();
  const bool has_failed = result.problem && !was_interrupted();
  result.exit_code = has_failed ? own_failure : command.exit_code();
  return result;
}

constexpr std::string_view left_running =
    "processes that the command left running are not in its time and energy: let it wait for them";

/// Line of the report: what a number is, with its unit, and the number.
struct Line {
  std::string head;
  std::string cell;
  bool is_of_runs = false;  ///< a mean over the runs, which may change from one to the next
};

/// Returns a head with where its number comes from, unless that was measured.
std::string named(const std::string& head, const Estimate<double>& number) {
  if (!number.is_known() || number.provenance == Provenance::measured) return head;
  return fmt::format("{}, {}", head, name(number.provenance));
}

/// Returns a line with the prefix that fits its number.
Line line_of(std::string_view what, std::string_view unit, const Estimate<double>& number,
             const Interval<double>& interval) {
  const text::Prefix prefix = text::prefix_of(number.is_known() ? number.value : 1.0);
  return {named(fmt::format("{} ({}{})", what, prefix.symbol, unit), number),
          text::cell(number, interval, prefix.factor), true};
}

/// The same, of what cannot be negative.
Line line_of(std::string_view what, std::string_view unit, const Estimate<double>& number) {
  return line_of(what, unit, number, nonnegative_interval(number));
}

/// Returns all numbers of the report: the command's own, its qualities, and the events.
std::vector<Line> lines_of(const RunResult& found, const Table& events) {
  const Entry& entry = found.entry;
  const Estimate<double> active = detail::strip_unit(entry.active_energy);  // may be negative
  const std::vector<double>& peaks = entry.command.peak_memory;
  const bool any = !peaks.empty();
  Line most_memory =
      line_of("peak memory", "B",
              any ? exact(*std::max_element(peaks.begin(), peaks.end())) : Estimate<double>{});
  most_memory.is_of_runs = false;
  std::vector<Line> lines{
      line_of("time", "s", detail::strip_unit(entry.wall_time)),
      line_of("CPU time", "s", detail::strip_unit(entry.cpu_time)),
      line_of("energy", "J", detail::strip_unit(entry.energy)),
      line_of("active energy", "J", active, interval(active)),
      most_memory,
      {"context switches",
       any ? text::significant(summarize(entry.command.context_switches).mean, 3) : "n/a"}};
  for (const Quality& quality : entry.quality) {
    const std::string& unit = quality.unit;
    lines.push_back(
        {unit.empty() ? quality.metric : fmt::format("{} ({})", quality.metric, unit),
         text::cell(quality.value, quality.value_interval, text::display_factor(unit))});
  }
  for (const Score& score : entry.scores) {
    if (score.name != "quality_per_joule" || !score.value.is_known()) continue;
    const text::Prefix prefix = text::prefix_of(1.0 / score.value.value);
    lines.push_back({named(fmt::format("{} skill/{}J", score.metric, prefix.symbol), score.value),
                     text::score_cell(score.value, score.interval, 1.0 / prefix.factor), true});
  }
  for (std::size_t row = 1; row < events.rows(); ++row) {
    lines.push_back({events.at(row, 0), events.at(row, 1)});
  }
  return lines;
}

void add_notes(Table& table, const RunResult& found) {
  const Entry& entry = found.entry;
  if (entry.command.runs == 0) return;
  table.note("± and [low, high] are 95 % intervals");
  if (entry.command.runs > 1) table.note("peak memory is the largest of all runs");
  if (entry.command.runs == 1) {
    table.note(
        "one run: nothing tells how far the next one would be from it, so time and energy have no "
        "interval; -r 5 shows the spread between runs");
  }
  for (const Quality& quality : entry.quality) {
    if (!quality.skill.is_known()) {
      table.note(fmt::format("{}: no skill: {}", quality.metric, quality.why_no_skill));
    }
    if (!quality.value.is_known() || quality.value_interval.is_known()) continue;
    table.note(fmt::format(
        "{} has no interval: a share of known items has one, -q 'accuracy(n=602)=...', and so have "
        "runs that differ, -r 5",
        quality.metric));
  }
  if (entry.energy.is_known()) {
    table.note(text::format("energy is {} by {}, scope {}: {}", name(entry.energy.provenance),
                            entry.meter.source, name(entry.meter.scope), entry.meter.note));
    if (entry.meter.provenance <= Provenance::estimated) {
      table.note(detail::describe_gain(entry));
    }
  }
  if (entry.command.left_some_running) table.note(left_running);
  for (const Caveat& caveat : caveats(entry)) {
    if (caveat.flag == CaveatFlag::unstable) table.note(fmt::format("! {}", caveat.reason));
  }
  if (entry.energy.is_known() && !entry.active_energy.is_known()) {
    table.note(text::format("no active energy: {}", entry.samples.why_no_idle));
  }
}

/// Prints each number as a row, like perf stat: a terminal has more lines than columns.
std::string markdown_of(const RunResult& found, const std::vector<std::string>& comparison) {
  const Table events = event_table(found.entry, "run");
  const std::vector<Line> lines = lines_of(found, events);
  const std::size_t runs = found.entry.command.runs;
  Table table(lines.size() + 1);
  table.add(runs == 0   ? "no run succeeded"
            : runs == 1 ? "one run"
                        : fmt::format("mean of {} runs", runs));
  for (const Line& line : lines) table.add(line.head);
  table.add(found.entry.plan.label());
  const bool is_unstable = found.entry.samples.outcome == Outcome::unstable;
  for (const Line& line : lines) {
    const bool is_marked = is_unstable && line.is_of_runs && line.cell != "n/a";
    table.add(is_marked ? line.cell + " !" : line.cell);
  }
  add_notes(table, found);
  for (const std::string& sentence : events.notes()) {
    table.note(std::string_view(sentence).substr(0, sentence.size() - 1));
  }
  for (const std::string& sentence : comparison) table.note(sentence);
  return markdown(table);
}

std::string quoted_for_csv(std::string_view cell) {
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

/// Prints one row, with a column for each number.
std::string csv_of(const RunResult& found) {
  std::string heads = "\"command\",\"runs\"";
  std::string cells =
      fmt::format("{},\"{}\"", quoted_for_csv(found.entry.plan.label()), found.entry.command.runs);
  for (const Line& line : lines_of(found, event_table(found.entry, "run"))) {
    heads += ',' + quoted_for_csv(line.head);
    cells += ',' + quoted_for_csv(line.cell);
  }
  return heads + '\n' + cells + '\n';
}

/// Used for formats without notes.
void warn_missing_events(const Entry& entry) {
  for (const std::string& sentence : detail::missing_events(entry.events)) {
    fmt::print(stderr, "perjoule: {}\n", sentence);
  }
}

/// Says what a reader of the numbers must know.
void warn(const RunResult& found) {
  for (const Caveat& caveat : caveats(found.entry)) {
    if (caveat.flag == CaveatFlag::few_windows) continue;  // -r sets the number of windows
    const CommandRuns& command = found.entry.command;
    const bool is_of_runs = caveat.flag == CaveatFlag::incomplete;
    if (is_of_runs && command.runs == command.runs_asked) continue;  // that of one rank
    if (!is_of_runs && command.runs == 0) continue;  // there is nothing to say it of
    fmt::print(stderr, "perjoule: warning: {}\n", caveat.reason);
  }
  const AbsentMeter* const nearest = detail::easiest_meter_to_enable(found.entry.absent_meters);
  if (nearest != nullptr && found.entry.command.runs != 0 &&
      found.entry.meter.provenance != Provenance::measured) {
    fmt::print(stderr, "perjoule: to measure energy, {} ('perjoule doctor' shows all meters)\n",
               nearest->fix);
  }
  if (found.entry.command.left_some_running)
    fmt::print(stderr, "perjoule: warning: {}\n", left_running);
  if (found.problem) fmt::print(stderr, "{}\n", found.problem->what());
}

/// Returns the file of a rank's part: "eval.3.json" for "eval.json".
std::string part_path(const std::string& record, const std::string& rank) {
  const std::filesystem::path path(record);
  return (path.parent_path() / path.stem()).string() + "." + rank + path.extension().string();
}

/// Runs it as one of several ranks, which each write their part.
int run_part(RunOptions options, const Job& job) {
  const bool asks_for_report =
      !options.output.empty() || !options.baseline.empty() || options.format != RunFormat::markdown;
  if (options.record.empty() || asks_for_report) {
    throw Error("each of several ranks writes its part, and only all of them have a report",
                fmt::format("rank {} of {}", job.rank, job.ranks),
                "run them by: perjoule run --record eval.json -- COMMAND, without -o, --format and "
                "--baseline; and then: perjoule merge eval.*.json -o all.json");
  }
  options.is_part = true;
  const std::string path = part_path(options.record, fmt::to_string(job.rank));
  // That of an earlier launch must not be taken for this one's if this rank is killed.
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
  OutputFile record(path);
  if (!options.count.empty()) expect_valgrind();
  const RunResult found = measure(options);
  record.write(to_json(found.entry));
  const bool is_told_by_another = job.rank != 0 && found.entry.command.why_fewer.empty();
  if (!is_told_by_another) warn(found);
  if (job.rank == 0) {
    fmt::print(stderr, "perjoule: join the parts of all {} ranks: perjoule merge {} -o FILE\n",
               job.ranks, part_path(options.record, "*"));
  }
  return found.exit_code;
}

}  // namespace

int run(const RunOptions& options) {
  const Job job = own_job();
  if (job.ranks > 1) return run_part(options, job);
  expect_no_launcher(options.command[0]);
  std::optional<Entry> baseline;
  if (!options.baseline.empty()) baseline = read_baseline(options.baseline, label_of(options));
  // Before the command runs: its report must not be lost afterwards.
  std::optional<OutputFile> output;
  if (!options.output.empty()) output.emplace(options.output);
  std::optional<OutputFile> record;
  if (!options.record.empty()) {
    const auto whole = [](const std::string& path) {
      return std::filesystem::weakly_canonical(std::filesystem::absolute(path));
    };
    if (output && whole(options.record) == whole(options.output)) {
      throw Error("two outputs in one file", options.output, "give -o and --record a file each");
    }
    record.emplace(options.record);
  }
  if (!options.count.empty()) expect_valgrind();
  const RunResult found = measure(options);
  std::vector<std::string> comparison;
  if (baseline) comparison = compare_with_baseline(found.entry, *baseline);
  if (options.format != RunFormat::markdown) {
    for (const std::string& sentence : comparison) fmt::print(stderr, "perjoule: {}\n", sentence);
  }
  std::string report;
  switch (options.format) {
    case RunFormat::json:
      report = to_json(found.entry);
      break;
    case RunFormat::jsonl:
      report = Json::parse(to_json(found.entry)).dump() + "\n";
      break;
    case RunFormat::csv:
      report = csv_of(found);
      warn_missing_events(found.entry);
      break;
    case RunFormat::markdown:
      report = markdown_of(found, comparison);
      break;
  }
  if (record) record->write(to_json(found.entry));
  if (!output) {
    print(report, "use -o FILE");
  } else {
    output->write(report);
  }
  warn(found);
  return found.exit_code;
}

}  // namespace perjoule::cli

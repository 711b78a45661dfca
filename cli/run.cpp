// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/run.hpp"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
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
#include "cli/child.hpp"
#include "cli/program_events.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/summary.hpp"

namespace perjoule::cli {

namespace {

using Json = nlohmann::ordered_json;

volatile sig_atomic_t was_interrupted = 0;

void note_interrupt(int) { was_interrupted = 1; }

/// Lets an interrupt end the command, which also gets it from the terminal, and then the
/// measurement.
class InterruptGuard {
 public:
  InterruptGuard() {
    struct sigaction ours {};
    ours.sa_handler = &note_interrupt;
    sigaction(SIGINT, &ours, &interrupt_);
    sigaction(SIGTERM, &ours, &terminate_);
    ours.sa_handler = SIG_IGN;  // the reader of the command's output may leave
    sigaction(SIGPIPE, &ours, &pipe_);
    ours.sa_handler = SIG_DFL;  // if our parent ignores SIGCHLD, no child can be waited for
    sigaction(SIGCHLD, &ours, &child_);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGTERM, &terminate_, nullptr);
    sigaction(SIGPIPE, &pipe_, nullptr);
    sigaction(SIGCHLD, &child_, nullptr);
  }

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
  struct sigaction pipe_ {};
  struct sigaction child_ {};
};

/// One run of the command.
struct OneRun {
  ChildUsage usage;
  std::string output;  ///< kept only if a pattern is matched against it
  timespec started{};  ///< of the system's clock
  Window window;
};

/// Passes on and keeps what the command writes, until the command ends: a process that it leaves in
/// the background may hold the pipe open forever.
std::string drain(const Child& child, int from, int to) {
  std::string all;
  char part[65536];
  fcntl(from, F_SETFL, O_NONBLOCK);
  for (;;) {
    const bool was_running = child.is_running();
    const ssize_t n = read(from, part, sizeof part);
    if (n == -1 && errno == EINTR) continue;
    if (n == 0 || (n == -1 && !was_running)) return all;
    if (n == -1) {
      pollfd ready{from, POLLIN, 0};
      (void)poll(&ready, 1, 50);
      continue;
    }
    all.append(part, static_cast<std::size_t>(n));
    for (ssize_t done = 0; done < n;) {
      const ssize_t written = write(to, part + done, static_cast<std::size_t>(n - done));
      if (written == -1 && errno == EINTR) continue;
      if (written <= 0) break;  // no reader is left
      done += written;
    }
  }
}

/// Replaces our CPU time by that of the command, for a model of energy that counts it.
void put_child_cpu(const MeterDescription& meter, Seconds cpu, Reading& before, Reading& after) {
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    if (meter.zones[i].id != "CLOCK_PROCESS_CPUTIME_ID") continue;
    before.counts[i] = 0;
    after.counts[i] = static_cast<std::uint64_t>(cpu.si() * 1e9);
  }
}

OneRun run_once(const RunOptions& options, AnyMeter& meter, const SystemFiles& files,
                ProgramEvents& events) {
  OneRun run;
  const bool captures =
      std::any_of(options.qualities.begin(), options.qualities.end(),
                  [](const QualitySource& source) { return source.file.empty(); });
  // The report goes to standard output, unless it is written to a file.
  const int sink = options.output.empty() ? STDERR_FILENO : STDOUT_FILENO;
  int ends[2] = {-1, -1};
  if (captures && pipe2(ends, O_CLOEXEC) == -1) {
    throw Error("no pipe to the command", detail::errno_message(errno), "try again");
  }
  clock_gettime(CLOCK_REALTIME, &run.started);
  events.begin();
  const detail::SystemSnapshot around = detail::take_snapshot(files);
  Reading before(meter.description());
  Reading after(meter.description());
  bool has_reading = detail::read_on_tick(meter, before);
  const Instant begin = meter.now();
  Child child = Child::start(options.command, captures ? ends[1] : sink);
  if (captures) {
    close(ends[1]);
    run.output = drain(child, ends[0], sink);
    close(ends[0]);
  }
  run.usage = child.wait();
  const Instant end = meter.now();
  has_reading = meter.read(after) && has_reading;
  events.end();
  Child::add_orphans(run.usage);
  detail::update_ticks(meter.description(), before, after);
  has_reading = has_reading && detail::await_next_ticks(meter, after);
  put_child_cpu(meter.description(), run.usage.cpu, before, after);
  run.window.items = Items(1.0);
  run.window.wall = has_reading ? after.begin - before.end : end - begin;
  run.window.cpu = run.usage.cpu;
  run.window.interference = detail::interference_between(around, detail::take_snapshot(files));
  run.window.interference.others_cpu -= run.usage.cpu;
  run.window.energy =
      has_reading ? meter.energy(before, after) : WindowEnergy{{}, "a reading of the meter failed"};
  return run;
}

/// Fills in the mean over the values of all runs, and how far it may be off: of a share of known
/// items as many of the population's, and otherwise the spread between runs, the wider of both.
/// Runs that all give the same number tell nothing of that, and a single one neither.
void summarize_values(Quality& quality, const QualitySource& source,
                      const std::vector<double>& values) {
  const bool are_equal =
      std::all_of(values.begin(), values.end(), [&](double value) { return value == values[0]; });
  quality.value = mean_of_independent(values, Provenance::measured);
  if (are_equal) quality.value = {values[0], detail::quiet_nan(), 0.0, 0.0, Provenance::measured};
  quality.value_interval = interval(quality.value);
  const double mean = quality.value.value;
  if (!source.is_share || source.items == 0 || mean < 0.0 || mean > 1.0) return;
  const auto right =
      static_cast<std::size_t>(std::llround(mean * static_cast<double>(source.items)));
  const IntervalEstimate<double> share = detail::proportion_of(right, source.items);
  const auto width = [](const Interval<double>& of) { return of.high - of.low; };
  if (quality.value_interval.is_known() && width(quality.value_interval) > width(share.interval)) {
    return;
  }
  quality.value.random = share.estimate.random;
  quality.value.dof = share.estimate.dof;
  quality.value_interval = share.interval;
}

Quality quality_of(const QualitySource& source, const std::vector<double>& values) {
  Quality quality;
  quality.metric = source.name;
  quality.signature = source.file.empty()
                          ? "/" + source.pattern + "/"
                          : std::string(detail::base_name(source.file)) + ":" + source.pointer;
  quality.unit = source.unit;
  quality.items = source.items;
  summarize_values(quality, source, values);
  quality.higher_is_better = source.higher_is_better.value_or(true);
  quality.is_direction_known = source.higher_is_better.has_value();
  quality.trivial = source.trivial;
  quality.perfect = source.perfect;
  const bool is_beyond = quality.higher_is_better ? quality.value.value > quality.perfect
                                                  : quality.value.value < quality.perfect;
  if (is_beyond) {
    quality.perfect = detail::quiet_nan();  // its scale is another one: 91 for 91 %
    quality.why_no_skill = fmt::format(
        "it is beyond the perfect value of {}: write -q '{}(unit=%)=...' for per cent, or "
        "(perfect=...)",
        text::shortest(source.perfect), source.name);
  } else if (!source.higher_is_better) {
    quality.why_no_skill =
        fmt::format("whether larger is better is not known: write -q '{0}(max)=...' or '{0}(min)'",
                    source.name);
  } else if (!is_finite(source.trivial) || !is_finite(source.perfect)) {
    quality.why_no_skill = fmt::format(
        "what a predictor reaches that never looks at its input is not known: write "
        "-q '{}(trivial=...,perfect=...)=...'",
        source.name);
  } else {
    detail::add_skill(quality, "a predictor that never looks is perfect");
  }
  return quality;
}

/// Adds scores. Where nothing is known of how far a quality is off, neither is that of its scores.
void add_scores(Entry& entry) {
  std::vector<std::string_view> unsure;
  for (Quality& quality : entry.quality) {
    if (is_finite(quality.skill.random)) continue;
    unsure.push_back(quality.metric);
    quality.skill.random = 0.0;
  }
  const auto is_unsure = [&](std::string_view metric) {
    return std::find(unsure.begin(), unsure.end(), metric) != unsure.end();
  };
  detail::add_scores(entry);
  for (Quality& quality : entry.quality) {
    if (is_unsure(quality.metric)) quality.skill.random = detail::quiet_nan();
  }
  for (Score& score : entry.scores) {
    if (!is_unsure(score.metric)) continue;
    score.value.random = detail::quiet_nan();
    score.value.dof = 0.0;
    score.interval = {};
  }
}

/// The results of all runs.
struct RunResult {
  Entry entry;
  int exit_code = 0;  ///< of the last one
  bool is_partial = false;
};

std::string label_of(const RunOptions& options) {
  return options.name.empty() ? std::string(detail::base_name(options.command[0])) : options.name;
}

/// Adds a run that succeeded.
void add_usage(CommandRuns& command, const ChildUsage& usage) {
  ++command.runs;
  command.peak_memory.push_back(usage.peak_memory.si());
  command.context_switches.push_back(static_cast<double>(usage.context_switches));
  command.left_some_running = command.left_some_running || usage.left_some_running;
}

RunResult measure(const RunOptions& options) {
  ProgramEvents events(options.events);
  FoundMeter found = find_meter(options.meters);
  const SystemFiles files = detail::find_system_files();
  AnyMeter& meter = found.meter;
  RunResult result;
  Entry& entry = result.entry;
  entry.plan.name = label_of(options);
  entry.inputs = 1;
  entry.meter = meter.description();
  entry.absent_meters = found.absent;
  entry.environment = {detail::read_machine(), detail::read_run()};
  entry.build = {"", true, false};  // it is not known how the command was built

  const InterruptGuard guard;
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  detail::IdleBlock idle{{}, "--idle 0 was asked for"};
  const bool takes_idle = options.idle > Seconds(0.0);
  if (takes_idle) idle = detail::measure_idle(meter, options.idle, files);
  std::vector<std::vector<double>> values(options.qualities.size());
  for (std::size_t i = 0; i < options.runs && was_interrupted == 0; ++i) {
    if (shows_progress) fmt::print(stderr, "perjoule: run {} of {}\n", i + 1, options.runs);
    const OneRun run = run_once(options, meter, files, events);
    result.exit_code = run.usage.exit_code;
    // A failed run does not measure the command that works, and the next run would fail as well.
    if (result.exit_code != 0 || was_interrupted != 0) break;
    for (std::size_t q = 0; q < options.qualities.size(); ++q) {
      values[q].push_back(read_quality(options.qualities[q], run.output, run.started));
    }
    entry.samples.add(run.window);
    events.keep();
    add_usage(entry.command, run.usage);
  }
  if (was_interrupted != 0 && result.exit_code == 0) result.exit_code = 128 + SIGINT;
  entry.command.runs_asked = options.runs;
  entry.command.exit_code = static_cast<std::size_t>(result.exit_code);
  entry.command.was_interrupted = was_interrupted != 0;
  result.is_partial = entry.command.runs < options.runs;
  if (takes_idle && !result.is_partial) {
    const detail::IdleBlock after = detail::measure_idle(meter, options.idle, files);
    entry.samples.idle = detail::idle_between(idle.power, after.power);
    entry.samples.why_no_idle = idle.power.is_known() ? after.why_missing : idle.why_missing;
  } else {
    entry.samples.why_no_idle = takes_idle ? "not all runs were made" : idle.why_missing;
  }
  const std::string why_no_run = "no run of the command succeeded";
  if (entry.command.runs == 0) entry.samples.why_dropped = why_no_run;
  const std::size_t windows = entry.samples.windows();
  entry.samples.outcome = detail::outcome_of(entry.samples, false);
  entry.samples.others_cpu_share =
      windows == 0 ? detail::quiet_nan() : detail::others_cpu_share(entry.samples);
  for (std::size_t q = 0; q < options.qualities.size() && !values[q].empty(); ++q) {
    entry.quality.push_back(quality_of(options.qualities[q], values[q]));
  }
  detail::summarize_windows(entry);
  if (windows == 1) {
    // The clock knows how long this run took, and nothing knows how long another would.
    for (Estimate<SecondsPerItem>* const time : {&entry.wall_time, &entry.cpu_time}) {
      time->random = SecondsPerItem(detail::quiet_nan());
      time->dof = 0.0;
    }
  }
  entry.events = events.mean_per_run(why_no_run);
  detail::add_derived_metrics(entry);
  add_scores(entry);
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
        "one run: an interval of energy is the meter's alone, and time has none; -r 5 shows the "
        "spread between runs");
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

}  // namespace

int run(const RunOptions& options) {
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
  const RunResult found = measure(options);
  std::vector<std::string> comparison;
  if (baseline) comparison = compare_with_baseline(found.entry, *baseline);
  if (options.format != Format::markdown) {
    for (const std::string& sentence : comparison) fmt::print(stderr, "perjoule: {}\n", sentence);
  }
  std::string report;
  switch (options.format) {
    case Format::json:
      report = to_json(found.entry);
      break;
    case Format::jsonl:
      report = Json::parse(to_json(found.entry)).dump() + "\n";
      break;
    case Format::csv:
      report = csv_of(found);
      warn_missing_events(found.entry);
      break;
    case Format::markdown:
      report = markdown_of(found, comparison);
      break;
  }
  if (record) record->write(to_json(found.entry));
  if (!output) {
    if (std::fputs(report.c_str(), stdout) == EOF || std::fflush(stdout) != 0) {
      throw Error("cannot write the report to standard output", detail::errno_message(errno),
                  "use -o FILE");
    }
  } else {
    output->write(report);
  }
  for (const Caveat& caveat : caveats(found.entry)) {
    if (caveat.flag == CaveatFlag::few_windows) continue;  // -r sets the number of windows
    if (found.entry.command.runs == 0) break;              // there is nothing to say it of
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
  if (found.is_partial) {
    fmt::print(stderr, "perjoule: warning: {} of {} runs succeeded: {}\n", found.entry.command.runs,
               options.runs,
               was_interrupted != 0
                   ? "interrupted"
                   : fmt::format("the command ended with exit code {}", found.exit_code));
  }
  return found.exit_code;
}

}  // namespace perjoule::cli

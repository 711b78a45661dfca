// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/ab.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/count_instructions.hpp"
#include "cli/interrupts.hpp"
#include "cli/machine_team.hpp"
#include "cli/metered_command.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/regress/sequential.hpp"

namespace perjoule::cli {
namespace {

/// One of the two sides.
struct Side {
  std::string_view name;
  std::string line;
  RunOptions options;
  std::unique_ptr<MeteredCommand> command;
  std::vector<double> starts;  ///< places of its runs in the order of both sides

  [[nodiscard]] Entry entry() const {
    return command->result({}, "idle power is the same for both sides");
  }

  [[nodiscard]] ObservedRun observed() const {
    const Entry of = entry();
    ObservedRun run;
    run.environment = of.environment;
    run.processes = command->runs();
    run.numbers = observations_of(of);
    for (Observations& number : run.numbers) {
      if (number.values.size() == starts.size()) number.starts = starts;
    }
    return run;
  }
};

Side make_side(std::string_view name, const std::string& line, const AbOptions& options) {
  Side side{name, line, options.run, nullptr, {}};
  side.options.command = {"/bin/sh", "-c", line};
  side.options.runs = options.processes;
  if (side.options.name.empty()) side.options.name = "command";
  return side;
}

/// @throws Error if the command failed, or left no quality behind
void run_once(Side& side, std::size_t place) {
  if (side.command->run()) {
    side.starts.push_back(static_cast<double>(place));
    return;
  }
  if (side.command->problem()) throw *side.command->problem();
  if (was_interrupted()) {
    detail::fail("interrupted", fmt::format("in the {} command '{}'", side.name, side.line),
                 "run it again: an unfinished comparison shows nothing");
  }
  detail::fail(fmt::format("the {} command failed", side.name),
               fmt::format("'{}' ended with exit code {}", side.line, side.command->exit_code()),
               "let it end with 0 where all is well");
}

/// Returns the number of p-values that share alpha: those of numbers that scatter.
std::size_t tests_of(const std::vector<Observations>& numbers) {
  const auto count = std::count_if(numbers.begin(), numbers.end(), [](const Observations& of) {
    return of.qualities.empty() && !of.is_counted && of.provenance < Provenance::modelled;
  });
  return std::max<std::size_t>(1, static_cast<std::size_t>(count));
}

/// Tells whether further processes could change what is known.
bool is_open(const GateResult& result) {
  if (result.verdict >= GateVerdict::traded) return false;
  for (const BenchmarkComparison& of : result.benchmarks) {
    for (const MetricComparison& metric : of.metrics) {
      if (metric.verdict == MetricVerdict::inconclusive && metric.needed != 0) return true;
    }
  }
  return false;
}

/// The files of the records. They are opened before anything runs: a measurement must not be lost
/// to a folder that does not exist.
struct RecordFiles {
  explicit RecordFiles(const std::string& folder) {
    if (folder.empty()) return;
    std::error_code ignored;  // the files say what is wrong with it
    std::filesystem::create_directories(folder, ignored);
    before.emplace(folder + "/old.json");
    after.emplace(folder + "/new.json");
  }
  std::optional<OutputFile> before;
  std::optional<OutputFile> after;
};

}  // namespace

int ab(AbOptions options) {
  if (const Job job = own_job(); job.ranks > 1) {
    throw Error("each of several ranks would compare the commands, beside the others",
                fmt::format("rank {} of {}", job.rank, job.ranks),
                "start perjoule ab once, without srun or mpirun before it");
  }
  for (const std::string& line : {options.before, options.after}) {
    expect_no_launcher(std::string_view(line).substr(0, line.find(' ')));
  }
  Side before = make_side("old", options.before, options);
  Side after = make_side("new", options.after, options);
  (void)gate_options(options.gate);
  RecordFiles records(options.folder);
  std::vector<FormatFile> also = open_formats(options.gate);
  if (!options.run.count.empty()) expect_valgrind();
  CommandMeter meter(options.run.meters);
  SocketTeam alone(0, 1, {});
  for (Side* const side : {&before, &after}) {
    side->command = std::make_unique<MeteredCommand>(side->options, meter, alone);
  }
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  GateWords words = options.gate;
  std::size_t place = 0;
  const auto run_up_to = [&](std::size_t processes) {
    for (; place < 2 * processes; ++place) {
      const bool is_new = place % 4 == 1 || place % 4 == 2;  // old, new, new, old: ABBA
      if (shows_progress) {
        fmt::print(stderr, "perjoule: process {} of at most {} ({})\n", place + 1,
                   2 * options.processes, is_new ? "new" : "old");
      }
      run_once(is_new ? after : before, place);
    }
  };
  run_up_to(1);
  // Before the first look: a rule may be about them.
  for (Side* const side : {&before, &after, &after, &before}) side->command->count();
  std::vector<Look> looks = {{options.processes, words.options.alpha}};
  if (!options.all) {
    looks = plan_looks(options.processes, words.options.alpha, tests_of(before.observed().numbers));
  }
  for (const Look& look : looks) {
    run_up_to(look.processes);
    words.options.alpha = look.alpha;
    const GateResult found = compare_observations(before.observed().numbers,
                                                  after.observed().numbers, gate_options(words));
    if (!is_open(found)) break;
  }
  if (place < 2 * options.processes) {
    fmt::print(stderr, "perjoule: decided after {} of {} processes a side\n", place / 2,
               options.processes);
  }
  if (records.before) records.before->write(to_json(before.entry()));
  if (records.after) records.after->write(to_json(after.entry()));
  return print_gate(before.observed(), after.observed(), words, std::move(also));
}

Subcommand add_ab(CLI::App& app) {
  struct Words {
    AbOptions ab;
    std::vector<std::string> qualities;
    std::string meter;
    std::string require = "modelled";
  };
  const auto words = std::make_shared<Words>();
  AbOptions& options = words->ab;
  CLI::App* const command = app.add_subcommand(
      "ab", "Run an old and a new command in turns under the meters, and tell whether they differ");
  command->add_option("--old", options.before, "Command line of the old version")->required();
  command->add_option("--new", options.after, "Command line of the new version")->required();
  command
      ->add_option("-n,--processes", options.processes,
                   "Fresh processes of each side, at most: it stops when they decide")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_flag("--all", options.all, "Run all processes, even if fewer decide");
  command
      ->add_option("--count", options.run.count,
                   "instructions: count them by valgrind, in two more runs of each side")
      ->check(CLI::IsMember({"instructions"}))
      ->allow_extra_args(false);
  command->add_option("--name", options.run.name, "Its name in tables and records");
  command
      ->add_option("-q,--quality", words->qualities,
                   "NAME=@FILE:/json/pointer, or NAME=/regex/ in its standard output, as in run")
      ->allow_extra_args(false);
  command
      ->add_option("-e,--events", options.run.events, "EVENT,... to count, as perf stat names them")
      ->allow_extra_args(false);
  command->add_option("--meter", words->meter, meter_names());
  command->add_option("--require", words->require, "measured: fail rather than model energy")
      ->check(CLI::IsMember({"measured", "modelled"}))
      ->capture_default_str();
  command->add_option("-o,--output", options.folder, "A folder for the records old.json, new.json");
  add_gate_options(*command, options.gate);
  command->footer(
      "example: perjoule ab --old ./main-eval --new ./my-eval -q 'accuracy=/acc (.*)/'");
  return {command, [=] {
            AbOptions& ab_options = words->ab;
            ab_options.run.meters.source = words->meter;
            if (words->require == "measured") {
              ab_options.run.meters.require = Provenance::measured;
            }
            for (const std::string& quality : words->qualities) {
              ab_options.run.qualities.push_back(parse_quality_source(quality));
            }
            return ab(ab_options);
          }};
}

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <system_error>
#include <utility>

#include "cli/history_actions.hpp"
#include "cli/nightly_formats.hpp"
#include "cli/print.hpp"
#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/write_file.hpp"

namespace perjoule::cli {
namespace {

/// Returns the files of a baseline, in order: 0.json, 1.json, ...
std::vector<std::string> baseline_files(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  for (std::size_t i = 0;; ++i) {
    const std::filesystem::path file = folder / fmt::format("{}.json", i);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return files;
    files.push_back(file.string());
  }
}

/// A key may come from anybody's record, and is no path.
std::string folder_name(const std::string& machine) {
  std::string name;
  for (const char c : machine) {
    const bool is_plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    name += is_plain ? c : '-';
  }
  if (name.empty()) return "unknown";
  return name == machine ? name : name + "-" + detail::fnv1a_hex(machine);
}

void store_baseline(const std::filesystem::path& folder, const std::vector<std::string>& files) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) {
    detail::fail("cannot make the folder of a baseline", folder.string() + ": " + problem.message(),
                 "name a folder that you may write to");
  }
  const std::size_t before = baseline_files(folder).size();
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::ifstream stream(files[i], std::ios::binary);
    std::stringstream buffer;
    buffer << stream.rdbuf();
    const std::string content = std::move(buffer).str();
    if (content.empty()) {
      detail::fail("cannot store a baseline", text::printable(files[i]) + " can be read only once",
                   "write the record to a file first");
    }
    OutputFile((folder / fmt::format("{}.json", i)).string()).write(content);
  }
  for (std::size_t i = files.size(); i < before; ++i) {
    std::filesystem::remove(folder / fmt::format("{}.json", i), problem);
  }
}

int check_against_baseline(const std::vector<std::string>& files, const std::string& baseline,
                           bool updates, const GateWords& words) {
  std::vector<FormatFile> also = open_formats(words);
  const ObservedRun now = read_observations(files);
  const std::filesystem::path folder =
      std::filesystem::path(baseline) / folder_name(now.environment.machine.key);
  if (updates) {
    store_baseline(folder, now.files);
    print(fmt::format("stored {} file{} as the baseline of this machine in {}\n", files.size(),
                      files.size() == 1 ? "" : "s", text::printable(folder.string())));
    return 0;
  }
  const std::vector<std::string> before = baseline_files(folder);
  if (before.empty()) {
    fmt::print(stderr,
               "perjoule: there is no baseline of this machine in {}: --update stores this run as "
               "one\n",
               text::printable(folder.string()));
    return no_baseline;
  }
  return print_gate(read_observations(before), now, words, std::move(also));
}

}  // namespace

void add_nightly_options(CLI::App& command, NightlyOptions& options) {
  command.add_flag("--confirm", options.confirm, "A second night has to show a change");
  command.add_flag("--patient", options.patient,
                   "Wait one to three weeks, and tell only what is plain to see: for levels that "
                   "wander");
  command
      .add_option("--creep", options.creep,
                  "What may be lost against the anchor in many small steps")
      ->check(CLI::Range(0.0, 10.0))
      ->check(is_finite_number())
      ->capture_default_str();
}

int history_check(const std::string& folder, const NightlyOptions& options,
                  const std::string& format, std::vector<FormatFile> also) {
  const HistoryStore store = HistoryStore::open(folder);
  const History history = read_history(store);
  if (!history.last()) {
    detail::fail("there is no night to judge", text::printable(folder),
                 "add one: perjoule history add FILES");
  }
  const NightlyResult result = judge_nights(store, history, options);
  for (auto& [name, file] : also) file.write(format_nightly(name, history, result));
  if (options.added_utc < history.nights[result.night].utc() && !options.added_utc.empty()) {
    fmt::print(stderr,
               "perjoule: this run is older than the last night of its machine, which is judged\n");
  }
  print(format_nightly(format, history, result));
  for (const HistoryProblem& problem : history.problems) {
    fmt::print(stderr, "perjoule: left out {}: {}\n", text::printable(problem.path),
               text::printable(problem.why));
  }
  if (result.has_failed) return 1;
  return history.problems.empty() ? 0 : usage_error;
}

Subcommand add_check(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    std::string history;
    std::string baseline;
    bool updates = false;
    NightlyOptions nightly;
    GateWords gate;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "check", "The gate for CI in one line: run records in, exit code and summary out");
  command
      ->add_option("files", options->files,
                   "This run: run records or reports of Google Benchmark, each of one process")
      ->required();
  CLI::Option* const history = command->add_option(
      "--history", options->history, "A folder: add this run as a night, and judge it");
  command
      ->add_option("--baseline", options->baseline,
                   "A folder: compare with what it has of this machine; exit code 77 if it has "
                   "nothing")
      ->excludes(history);
  command->add_flag("--update", options->updates, "Store this run as the baseline instead");
  add_nightly_options(*command, options->nightly);
  add_gate_options(*command, options->gate);
  command->footer(
      "example: perjoule check night/*.json --history perjoule-history --format md\n"
      "         perjoule check run.json --baseline baselines --fail-on 'instructions>1%'");
  return {command, [=] {
            if (options->history.empty() == options->baseline.empty()) {
              detail::fail("nothing to check against", "check",
                           "name a folder with --history or with --baseline");
            }
            if (!options->baseline.empty()) {
              for (const char* const other : {"--creep", "--confirm", "--patient"}) {
                if (command->count(other) == 0) continue;
                detail::fail("an option that a baseline does not have", other,
                             "it works with --history");
              }
              return check_against_baseline(options->files, options->baseline, options->updates,
                                            options->gate);
            }
            const auto expect_known = [](const std::string& format) {
              const auto& known = nightly_formats();
              if (std::find(known.begin(), known.end(), format) != known.end()) return;
              detail::fail("a night has no such format", format, "use text, md, json or gha");
            };
            expect_known(options->gate.format);
            for (const std::string& also : options->gate.also) {
              expect_known(also.substr(0, also.find('=')));
            }
            for (const char* const other :
                 {"--fail-on", "--alpha", "--min-effect", "--correct", "--across-machines",
                  "--strict", "--exit-on-improvement", "--update"}) {
              if (command->count(other) == 0) continue;
              detail::fail("an option that a history does not have", other,
                           "it works with --baseline; a history has --creep, --confirm and "
                           "--patient, and 'perjoule history accept'");
            }
            NightlyOptions nightly = options->nightly;
            nightly.allow_missing = options->gate.options.allow_missing;
            std::vector<FormatFile> also = open_formats(options->gate);
            const Night added = add_night(options->history, {options->files, false});
            nightly.machine = added.machine();
            nightly.added_utc = added.utc();
            return history_check(options->history, nightly, options->gate.format, std::move(also));
          }};
}

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_command.hpp"

#include <signal.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/check.hpp"
#include "cli/dashboard.hpp"
#include "cli/history_actions.hpp"
#include "cli/history_export.hpp"
#include "cli/nightly_formats.hpp"

namespace perjoule::cli {
namespace {

using Action = std::function<int(const std::string& folder)>;

struct Command {
  CLI::App* app;
  Action run;
};

Command add_add(CLI::App& app) {
  const auto options = std::make_shared<AddOptions>();
  CLI::App* const command = app.add_subcommand(
      "add", "Add a night: what the processes of one machine measured at one commit");
  command
      ->add_option("files", options->files,
                   "Run records and reports of Google Benchmark, each of one process")
      ->required();
  command->add_flag("--anchor", options->is_anchor,
                    "It is a run of the anchor release, for example on a new machine");
  return {command, [=](const std::string& folder) { return history_add(folder, *options); }};
}

Command add_accept(CLI::App& app) {
  const auto options = std::make_shared<AcceptOptions>();
  CLI::App* const command =
      app.add_subcommand("accept", "Accept a change of series, with a reason");
  command
      ->add_option("series", options->series,
                   "BENCHMARK/METRIC; * stands for any text, ? for any byte")
      ->required();
  command->add_option("--reason", options->reason, "Why it stays")->required();
  command->add_option("--until", options->until, "The last day that it holds for: 2026-12-31");
  command->add_option("--commit", options->commit,
                      "Of the first night that it holds for; without it the last night");
  return {command, [=](const std::string& folder) { return history_accept(folder, *options); }};
}

Command add_anchor(CLI::App& app) {
  const auto run = std::make_shared<std::string>();
  CLI::App* const command =
      app.add_subcommand("anchor", "Choose the run that slow changes are measured against");
  command->add_option("run", *run, "What its id begins with")->required();
  return {command, [=](const std::string& folder) { return history_anchor(folder, *run); }};
}

Command add_list(CLI::App& app) {
  const auto format = std::make_shared<std::string>("md");
  CLI::App* const command = app.add_subcommand("list", "The runs, and what was accepted");
  command->add_option("--format", *format, "md or json")
      ->check(CLI::IsMember({"md", "json"}))
      ->capture_default_str();
  return {command,
          [=](const std::string& folder) { return history_list(folder, *format == "json"); }};
}

Command add_show(CLI::App& app) {
  const auto pattern = std::make_shared<std::string>("*");
  CLI::App* const command =
      app.add_subcommand("show", "Each series on a line; of a single one all nights, too");
  command->add_option("series", *pattern, "BENCHMARK/METRIC, in which * stands for any text")
      ->capture_default_str();
  return {command, [=](const std::string& folder) { return history_show(folder, *pattern); }};
}

Command add_export(CLI::App& app) {
  const auto format = std::make_shared<std::string>();
  const auto run = std::make_shared<std::string>();
  CLI::App* const command = app.add_subcommand("export", "What other tools read");
  command
      ->add_option("--format", *format,
                   "All nights: csv, jsonl. One run: customSmallerIsBetter, customBiggerIsBetter "
                   "(of github-action-benchmark), bmf (of Bencher), openmetrics")
      ->required()
      ->check(CLI::IsMember(history_formats()));
  command->add_option("--run", *run, "What its id begins with; without it the last night");
  return {command,
          [=](const std::string& folder) { return history_export(folder, *format, *run); }};
}

Command add_nightly_check(CLI::App& app) {
  const auto options = std::make_shared<NightlyOptions>();
  const auto format = std::make_shared<std::string>("text");
  CLI::App* const command =
      app.add_subcommand("check", "Judge the last night: exit code 1 if something regressed");
  add_nightly_options(*command, *options);
  command->add_flag("--allow-missing", options->allow_missing,
                    "A series that the night before had is no failure");
  command->add_option("--format", *format, "text, md, json or gha")
      ->check(CLI::IsMember(nightly_formats()))
      ->capture_default_str();
  return {command,
          [=](const std::string& folder) { return history_check(folder, *options, *format); }};
}

Command add_dashboard(CLI::App& app) {
  const auto options = std::make_shared<NightlyOptions>();
  const auto output = std::make_shared<std::string>("dashboard.html");
  CLI::App* const command =
      app.add_subcommand("dashboard", "Write a page of all series, those that need a person first");
  command->add_option("-o,--output", *output, "The file")->capture_default_str();
  add_nightly_options(*command, *options);
  return {command,
          [=](const std::string& folder) { return history_dashboard(folder, *output, *options); }};
}

Command add_rebuild(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("rebuild", "Build the cache anew, which is otherwise done when needed");
  return {command, history_rebuild};
}

Command add_verify(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("verify", "Read each file again and compare its content with its id");
  return {command, history_verify};
}

Command add_prune(CLI::App& app) {
  const auto options = std::make_shared<PruneOptions>();
  const auto is_dry = std::make_shared<bool>(false);
  const auto is_sure = std::make_shared<bool>(false);
  CLI::App* const command = app.add_subcommand(
      "prune", "Delete old runs, but none of an anchor and none that an acceptance names");
  CLI::Option* const keep = command->add_option("--keep-nights", options->keep_nights,
                                                "Keep that many of each machine, the last ones");
  keep->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000'000}));
  command->add_option("--before", options->before, "Delete those before this day: 2026-01-31")
      ->excludes(keep);
  command->add_flag("--dry-run", *is_dry, "Only tell what would be deleted, as without --yes");
  command->add_flag("--yes", *is_sure, "Delete");
  return {command, [=](const std::string& folder) {
            options->deletes = *is_sure && !*is_dry;
            return history_prune(folder, *options);
          }};
}

}  // namespace

Subcommand add_history(CLI::App& app) {
  const auto folder = std::make_shared<std::string>("perjoule-history");
  CLI::App* const command =
      app.add_subcommand("history", "Keep nightly runs, show and export them");
  command->add_option("--history", *folder, "The folder of the history")->capture_default_str();
  command->require_subcommand(1);
  command->fallthrough();
  const std::vector<Command> commands = {
      add_add(*command),     add_nightly_check(*command), add_list(*command),
      add_show(*command),    add_accept(*command),        add_anchor(*command),
      add_export(*command),  add_verify(*command),        add_dashboard(*command),
      add_rebuild(*command), add_prune(*command)};
  for (const Command& one : commands) one.app->fallthrough();
  command->footer(
      "example: perjoule history add night/*.json\n"
      "         perjoule history show 'mlp-*/energy'\n"
      "         perjoule history accept 'mlp-*/energy' --reason 'a larger model' --until "
      "2026-12-31");
  return {command, [=] {
            // A limit on the size of files is then an error of write(), as a full disk is.
            signal(SIGXFSZ, SIG_IGN);
            for (const Command& one : commands) {
              if (one.app->parsed()) return one.run(*folder);
            }
            return usage_error;
          }};
}

}  // namespace perjoule::cli

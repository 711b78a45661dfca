// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program `perjoule`: its subcommands with their options, and its exit codes.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/ab.hpp"
#include "cli/bisect.hpp"
#include "cli/check.hpp"
#include "cli/child.hpp"
#include "cli/compare.hpp"
#include "cli/doctor.hpp"
#include "cli/footprint.hpp"
#include "cli/history_command.hpp"
#include "cli/leaderboard.hpp"
#include "cli/merge.hpp"
#include "cli/print.hpp"
#include "cli/report.hpp"
#include "cli/run.hpp"
#include "cli/selftest.hpp"
#include "cli/simulate.hpp"
#include "cli/subcommand.hpp"
#include "cli/verify_command.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/meters/meter_sources.hpp"

using namespace perjoule;

namespace {

cli::Subcommand add_doctor(CLI::App& app) {
  const auto format = std::make_shared<std::string>("md");
  const auto options = std::make_shared<cli::DoctorOptions>();
  CLI::App* const command =
      app.add_subcommand("doctor", "What this machine can measure, and how to enable the rest");
  command->add_option("--format", *format, "md or json")
      ->check(CLI::IsMember({"md", "json"}))
      ->capture_default_str();
  command->add_flag("--simulate", options->simulate, "Show a simulated machine");
  return {command, [=] {
            options->json = *format == "json";
            cli::print(cli::doctor(*options));
            return 0;
          }};
}

cli::Subcommand add_footprint(CLI::App& app) {
  const auto format = std::make_shared<std::string>("md");
  const auto options = std::make_shared<cli::FootprintOptions>();
  CLI::App* const command = app.add_subcommand(
      "footprint", "The bytes of a model's files, as they are stored and as zlib packs them");
  command->add_option("--format", *format, "md or json")
      ->check(CLI::IsMember({"md", "json"}))
      ->capture_default_str();
  command
      ->add_option("files", options->files,
                   "Each FILE, weights=FILE, tokenizer=FILE or code=FILE; without a role: weights")
      ->required();
  command->footer("example: perjoule footprint mlp.int8 tokenizer=vocab.txt");
  return {command, [=] {
            options->json = *format == "json";
            cli::print(cli::footprint(*options));
            return 0;
          }};
}

/// What the options of `run` are before they are put into RunOptions.
struct RunWords {
  double idle = 0.0;
  std::string meter;
  std::string require = "modelled";
  std::string format = "md";
  std::vector<std::string> qualities;
};

cli::Subcommand add_run(CLI::App& app) {
  const auto options = std::make_shared<cli::RunOptions>();
  const auto words = std::make_shared<RunWords>();
  words->idle = options->idle.si();
  CLI::App* const command = app.add_subcommand(
      "run",
      "Run any program under the meters; its exit code passes through, 125 is perjoule's own");
  command->add_option("-r,--runs", options->runs, "How often to run it")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--idle", words->idle, "Seconds of idle power before and after; 0: none")
      ->check(CLI::Range(0.0, 3600.0))
      ->check(cli::is_finite_number())
      ->capture_default_str();
  command->add_option("--name", options->name, "Its name in the record");
  command->add_option("--meter", words->meter, meter_names() + "; without it the first that works");
  command->add_option("--require", words->require, "measured: fail rather than model energy")
      ->check(CLI::IsMember({"measured", "modelled"}))
      ->capture_default_str();
  command
      ->add_option("-q,--quality", words->qualities,
                   "NAME=@FILE:/json/pointer, or NAME=/regex/ in its standard output; NAME may say "
                   "more: loss(min,trivial=2.3,perfect=0)")
      ->allow_extra_args(false);  // the next word may be the command
  command
      ->add_option("-e,--events", options->events,
                   "EVENT,... to count, as perf stat names them; 'perjoule doctor' lists them")
      ->allow_extra_args(false);
  command
      ->add_option("--count", options->count,
                   "instructions: count them by valgrind, in two more runs; needs no hardware")
      ->check(CLI::IsMember({"instructions"}))
      ->allow_extra_args(false);
  command->add_option("--format", words->format, "md, json, jsonl or csv")
      ->check(CLI::IsMember({"md", "json", "jsonl", "csv"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output,
                      "Write the report there; then standard output is the command's");
  command->add_option("--record", options->record, "Write the run record (json) there, too");
  command->add_option("--baseline", options->baseline, "A record to compare with");
  command->add_option("command", options->command, "-- and the command with its arguments")
      ->required();
  command->positionals_at_end();
  command->footer(
      "example: perjoule run -r 5 -q 'acc=/accuracy ([0-9.]+)/' -- python3 eval.py\n"
      "         perjoule run -r 5 -e instructions,cycles,page-faults -- ./program");
  const auto run = [=] {
    options->idle = Seconds(words->idle);
    options->meters.source = words->meter;
    if (words->require == "measured") options->meters.require = Provenance::measured;
    const std::map<std::string, cli::RunFormat> formats = {{"md", cli::RunFormat::markdown},
                                                        {"json", cli::RunFormat::json},
                                                        {"jsonl", cli::RunFormat::jsonl},
                                                        {"csv", cli::RunFormat::csv}};
    options->format = formats.at(words->format);
    for (const std::string& quality : words->qualities) {
      options->qualities.push_back(cli::parse_quality_source(quality));
    }
    try {
      return cli::run(*options);
    } catch (const cli::CannotStart& reason) {
      std::fprintf(stderr, "perjoule: %s\n", reason.message.c_str());
      return reason.exit_code;
    }
  };
  return {command, run, cli::own_failure};
}

cli::Subcommand add_report(CLI::App& app) {
  const auto options = std::make_shared<cli::ReportOptions>();
  CLI::App* const command =
      app.add_subcommand("report", "Tables, figures and words for a paper, from run records");
  command->add_option("files", options->files, "Run records; several are several entries")
      ->required();
  command->add_option("--format", options->format, "md, tex, csv, json or html")
      ->check(CLI::IsMember(cli::report_formats()))
      ->capture_default_str();
  command->add_option("-o,--output", options->folder, "A folder for files: --with");
  command
      ->add_option(
          "--with", options->with,
          "FILE,... to write: tex, md, csv, html, page, data (json), macros, methods, "
          "checklist; figures: svg, pdf, png, pgf; for other tools: codecarbon, "
          "model-card, google-benchmark, openmetrics, mlflow, every-eval-ever. Without it: tex, "
          "md, csv, svg")
      ->delimiter(',')
      ->check(CLI::IsMember(cli::report_files()));
  command
      ->add_option("--columns", options->columns,
                   "COLUMN,... of tables: default, paper (that of tex), tiny, full, or names")
      ->delimiter(',');
  command->add_option("--sort", options->sort,
                      "COLUMN to sort by, the best first; after a -: the worst first");
  command->add_option("--baseline", options->baseline,
                      "MODEL that costs are divided by, in columns of their own");
  command->add_option("--level", options->level, "Of intervals, and of what is told apart")
      ->check(CLI::Range(0.5, 0.9999))
      ->check(cli::is_finite_number())
      ->capture_default_str();
  command->add_flag("--plot", options->plot, "Draw the Pareto front in the terminal");
  command->footer(
      "example: perjoule report result.json\n"
      "         perjoule report *.json -o paper --with tex,pdf,macros,methods --columns paper");
  return {command, [=] {
            const bool is_default = !options->folder.empty() && options->with.empty();
            if (is_default) options->with = {"md", "tex", "csv", "svg"};
            return cli::report(*options);
          }};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"How much quality a machine-learning model buys with a joule and with a byte"};
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  const std::vector<cli::Subcommand> subcommands = {
      add_doctor(app),        add_run(app),          add_footprint(app),
      add_report(app),        cli::add_compare(app), cli::add_ab(app),
      cli::add_bisect(app),   cli::add_check(app),   cli::add_history(app),
      cli::add_verify(app),   cli::add_merge(app),   cli::add_leaderboard(app),
      cli::add_selftest(app), cli::add_simulate(app)};
  const auto given = [&]() -> const cli::Subcommand* {
    for (const cli::Subcommand& one : subcommands) {
      if (one.app->parsed()) return &one;
    }
    return nullptr;
  };
  const auto failure = [&] { return given() != nullptr ? given()->failure : cli::usage_error; };
  try {
    app.parse(argc, argv);
    return given()->run();
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) != 0) return failure();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return failure();
  }
  try {
    cli::print("");  // help or the version, which CLI11 has printed
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return failure();
  }
}

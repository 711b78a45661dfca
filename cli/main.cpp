// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program `perjoule`: its subcommands with their options, and its exit codes.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "cli/child.hpp"
#include "cli/doctor.hpp"
#include "cli/footprint.hpp"
#include "cli/report.hpp"
#include "cli/run.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/meters/meter_sources.hpp"

using namespace perjoule;

namespace {

/// The exit code of `run` if perjoule itself failed, as in timeout(1): the command's own codes are
/// passed on.
constexpr int own_failure = 125;

/// The exit code for errors of usage, schema and I/O.
constexpr int usage_error = 2;

int failed(int exit_code, const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"How much quality a machine-learning model buys with a joule and with a byte"};
  app.set_version_flag("--version", version);
  app.require_subcommand(1);

  cli::DoctorOptions doctor;
  std::string doctor_format = "md";
  CLI::App* const doctor_command =
      app.add_subcommand("doctor", "What this machine can measure, and how to enable the rest");
  doctor_command->add_option("--format", doctor_format, "md or json")
      ->check(CLI::IsMember({"md", "json"}))
      ->capture_default_str();
  doctor_command->add_flag("--simulate", doctor.simulate, "Show a simulated machine");

  cli::FootprintOptions footprint;
  std::string footprint_format = "md";
  CLI::App* const footprint_command = app.add_subcommand(
      "footprint", "The bytes of a model's files, as they are stored and as zlib packs them");
  footprint_command->add_option("--format", footprint_format, "md or json")
      ->check(CLI::IsMember({"md", "json"}))
      ->capture_default_str();
  footprint_command
      ->add_option("files", footprint.files,
                   "Each FILE, weights=FILE, tokenizer=FILE or code=FILE; without a role: weights")
      ->required();
  footprint_command->footer("example: perjoule footprint mlp.int8 tokenizer=vocab.txt");

  cli::RunOptions run;
  double idle = run.idle.si();
  std::string meter;
  std::string require = "modelled";
  std::string format = "md";
  std::vector<std::string> qualities;
  CLI::App* const run_command = app.add_subcommand(
      "run",
      "Run any program under the meters; its exit code passes through, 125 is perjoule's own");
  run_command->add_option("-r,--runs", run.runs, "How often to run it")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  run_command->add_option("--idle", idle, "Seconds of idle power before and after; 0: none")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  run_command->add_option("--name", run.name, "Its name in the record");
  run_command->add_option("--meter", meter, meter_names() + "; without it the first that works");
  run_command->add_option("--require", require, "measured: fail rather than model energy")
      ->check(CLI::IsMember({"measured", "modelled"}))
      ->capture_default_str();
  run_command
      ->add_option("-q,--quality", qualities,
                   "NAME=@FILE:/json/pointer, or NAME=/regex/ in its standard output; NAME may say "
                   "more: loss(min,trivial=2.3,perfect=0)")
      ->allow_extra_args(false);  // the next word may be the command
  run_command
      ->add_option("-e,--events", run.events,
                   "EVENT,... to count, as perf stat names them; 'perjoule doctor' lists them")
      ->allow_extra_args(false);
  run_command->add_option("--format", format, "md, json, jsonl or csv")
      ->check(CLI::IsMember({"md", "json", "jsonl", "csv"}))
      ->capture_default_str();
  run_command->add_option("-o,--output", run.output,
                          "Write the report there; then standard output is the command's");
  run_command->add_option("--record", run.record, "Write the run record (json) there, too");
  run_command->add_option("--baseline", run.baseline, "A record to compare with");
  run_command->add_option("command", run.command, "-- and the command with its arguments")
      ->required();
  run_command->positionals_at_end();
  run_command->footer(
      "example: perjoule run -r 5 -q 'acc=/accuracy ([0-9.]+)/' -- python3 eval.py\n"
      "         perjoule run -r 5 -e instructions,cycles,page-faults -- ./program");

  cli::ReportOptions report;
  CLI::App* const report_command =
      app.add_subcommand("report", "Tables, figures and words for a paper, from run records");
  report_command->add_option("files", report.files, "Run records; several are several entries")
      ->required();
  report_command->add_option("--format", report.format, "md, tex, csv, json or html")
      ->check(CLI::IsMember(cli::report_formats()))
      ->capture_default_str();
  report_command->add_option("-o,--output", report.folder, "A folder for files: --with");
  report_command
      ->add_option(
          "--with", report.with,
          "FILE,... to write: tex, md, csv, html, page, data (json), macros, methods, "
          "checklist; figures: svg, pdf, png, pgf; for other tools: codecarbon, "
          "model-card, google-benchmark, openmetrics, mlflow, every-eval-ever. Without it: tex, "
          "md, csv, svg")
      ->delimiter(',')
      ->check(CLI::IsMember(cli::report_files()));
  report_command
      ->add_option("--columns", report.columns,
                   "COLUMN,... of tables: default, paper (that of tex), tiny, full, or names")
      ->delimiter(',');
  report_command->add_option("--sort", report.sort,
                             "COLUMN to sort by, the best first; after a -: the worst first");
  report_command->add_option("--baseline", report.baseline,
                             "MODEL that costs are divided by, in columns of their own");
  report_command->add_option("--level", report.level, "Of intervals, and of what is told apart")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str();
  report_command->add_flag("--plot", report.plot, "Draw the Pareto front in the terminal");
  report_command->footer(
      "example: perjoule report result.json\n"
      "         perjoule report *.json -o paper --with tex,pdf,macros,methods --columns paper");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    if (code == 0) return 0;
    return run_command->parsed() ? own_failure : usage_error;
  }

  if (doctor_command->parsed()) {
    doctor.json = doctor_format == "json";
    std::fputs(cli::doctor(doctor).c_str(), stdout);
    return 0;
  }
  if (footprint_command->parsed()) {
    footprint.json = footprint_format == "json";
    try {
      std::fputs(cli::footprint(footprint).c_str(), stdout);
    } catch (const std::exception& error) {
      return failed(usage_error, error.what());
    }
    return 0;
  }
  if (report_command->parsed()) {
    try {
      if (!report.folder.empty() && report.with.empty()) report.with = {"md", "tex", "csv", "svg"};
      return cli::report(report);
    } catch (const std::exception& error) {
      return failed(usage_error, error.what());
    }
  }
  try {
    run.idle = Seconds(idle);
    run.meters.source = meter;
    if (require == "measured") run.meters.require = Provenance::measured;
    const std::map<std::string, cli::Format> formats = {{"md", cli::Format::markdown},
                                                        {"json", cli::Format::json},
                                                        {"jsonl", cli::Format::jsonl},
                                                        {"csv", cli::Format::csv}};
    run.format = formats.at(format);
    for (const std::string& quality : qualities) {
      run.qualities.push_back(cli::parse_quality_source(quality));
    }
    return cli::run(run);
  } catch (const cli::CannotStart& reason) {
    return failed(reason.exit_code, "perjoule: " + reason.message);
  } catch (const std::exception& error) {
    return failed(own_failure, error.what());
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/compare.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include "cli/gate_formats.hpp"
#include "cli/print.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/write_file.hpp"

namespace perjoule::cli {

namespace {

/// CLI11's own range lets NaN through.
CLI::Validator number_between(double low, double high) {
  return {[=](const std::string& word) {
            double number = 0.0;
            const bool is_number = CLI::detail::lexical_cast(word, number);
            return is_number && number >= low && number <= high
                       ? std::string()
                       : "it is no number from " + text::shortest(low) + " to " +
                             text::shortest(high);
          },
          "FLOAT"};
}

/// "junit=report.xml"
CLI::Validator format_and_file() {
  return {[](const std::string& word) {
            const std::size_t equals = word.find('=');
            const auto& all = gate_formats();
            const bool is_known =
                std::find(all.begin(), all.end(), word.substr(0, equals)) != all.end();
            return is_known && equals != std::string::npos && equals + 1 < word.size()
                       ? std::string()
                       : std::string("write FORMAT=FILE, as in junit=report.xml");
          },
          "FORMAT=FILE"};
}

}  // namespace

void add_gate_options(CLI::App& command, GateWords& words) {
  command
      .add_option("--fail-on", words.rules,
                  "RULE of a metric, such as 'time>3%', 'accuracy<-0.5pt' or 'perplexity>0.1': "
                  "fail where it is shown to be worse by more than that")
      ->allow_extra_args(false);
  command.add_option("--alpha", words.options.alpha, "Chance of a false alarm")
      ->check(number_between(1e-6, 0.2))
      ->capture_default_str();
  command
      .add_option("--min-effect", words.options.min_effect,
                  "Smallest change of interest, where no rule says more")
      ->check(number_between(0.0, 1.0))
      ->capture_default_str();
  command
      .add_option("--correct", words.correction,
                  "holm: the chance is that of any false alarm; bh: of each one being false; none")
      ->check(CLI::IsMember({"holm", "bh", "none"}))
      ->capture_default_str();
  command.add_flag("--allow-missing", words.options.allow_missing,
                   "A metric that only the old side has is no failure");
  command.add_flag("--across-machines", words.options.across_machines,
                   "Compare times and energies of two machines");
  command.add_flag("--strict", words.exit.strict, "Exit with 3 where nothing is shown either way");
  command.add_flag("--exit-on-improvement", words.exit.improvement,
                   "Exit with 4 where something improved");
  command.add_option("--format", words.format, "text, md, json, junit, gha, bmf or sarif")
      ->check(CLI::IsMember(gate_formats()))
      ->capture_default_str();
  command.add_option("--also", words.also, "FORMAT=FILE to write, too, as in junit=report.xml")
      ->allow_extra_args(false)
      ->check(format_and_file());
}

GateOptions gate_options(const GateWords& words) {
  GateOptions options = words.options;
  for (const std::string& rule : words.rules) options.rules.push_back(parse_fail_rule(rule));
  const std::map<std::string, Correction> corrections = {{"holm", Correction::holm},
                                                         {"bh", Correction::benjamini_hochberg},
                                                         {"none", Correction::none}};
  options.correction = corrections.at(words.correction);
  return options;
}

std::vector<FormatFile> open_formats(const GateWords& words) {
  std::vector<FormatFile> files;
  for (const std::string& also : words.also) {
    const std::size_t equals = also.find('=');
    files.push_back({also.substr(0, equals), OutputFile(also.substr(equals + 1))});
  }
  return files;
}

int print_gate(const ObservedRun& before, const ObservedRun& after, const GateWords& words,
               std::vector<FormatFile> also) {
  const GateOptions options = gate_options(words);
  const GateResult result = compare_observations(before.numbers, after.numbers, options);
  const GateReport report{before, after, result, options, words.exit};
  for (auto& [format, file] : also) file.write(format_gate(format, report));
  print(format_gate(words.format, report));
  return exit_code(result.verdict, words.exit);
}

namespace {

/// @throws Error for a file that is on both sides
void expect_other_files(const std::vector<std::string>& before,
                        const std::vector<std::string>& after) {
  for (const std::string& file : after) {
    const bool is_of_both = std::any_of(before.begin(), before.end(), [&](const std::string& old) {
      std::error_code ignored;
      return old == file || std::filesystem::equivalent(old, file, ignored);
    });
    if (is_of_both) {
      detail::fail("a file is on both sides", file, "name what the old and the new version wrote");
    }
  }
}

}  // namespace

Subcommand add_compare(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    std::vector<std::string> before;
    std::vector<std::string> after;
    GateWords gate;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "compare", "Whether a new version is worse than an old one, in efficiency or in quality");
  command->add_option("files", options->files,
                      "OLD and NEW: a run record or a report of Google "
                      "Benchmark (json) each");
  command->add_option("--old", options->before, "FILES of the old side, one a process");
  command->add_option("--new", options->after, "FILES of the new side, one a process");
  add_gate_options(*command, options->gate);
  command->footer(
      "example: perjoule compare --old old-*.json --new new-*.json --fail-on 'time>3%'\n"
      "exit code: 0 nothing to tell; 1 regressed, traded or missing; 2 usage or I/O; 3 not to be "
      "compared,\nor with --strict not shown either way; 4 improved, with --exit-on-improvement");
  return {command, [=] {
            const bool has_sides = !options->before.empty() && !options->after.empty();
            const bool has_files = options->before.empty() && options->after.empty();
            if (has_files ? options->files.size() != 2 : !has_sides || !options->files.empty()) {
              detail::fail("there are not two sides to compare", "compare",
                           "name OLD and NEW, or --old FILES and --new FILES");
            }
            if (has_files) {
              options->before = {options->files[0]};
              options->after = {options->files[1]};
            }
            expect_other_files(options->before, options->after);
            std::vector<FormatFile> also = open_formats(options->gate);
            const ObservedRun before = read_observations(options->before);
            const ObservedRun after = read_observations(options->after);
            return print_gate(before, after, options->gate, std::move(also));
          }};
}

}  // namespace perjoule::cli

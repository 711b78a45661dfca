// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/verify_command.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/json_values.hpp"
#include "cli/known_records.hpp"
#include "cli/print.hpp"
#include "cli/rerun.hpp"
#include "cli/verify.hpp"
#include "cli/verify_markdown.hpp"
#include "perjoule/core/printable.hpp"

namespace perjoule::cli {

namespace {

std::string text_of(const Verification& found) {
  if (!found.why_not_read.empty()) {
    return fmt::format("{}: not read\n  {}\n", found.file, found.why_not_read);
  }
  std::string text =
      fmt::format("{}: {}\n", found.file, found.is_accepted() ? "accepted" : "refused");
  for (const Finding& one : found.findings) {
    text += fmt::format("  {}: {}: {}\n", one.code, one.pointer, text::printable(one.why));
  }
  for (const std::string& what : found.not_checked)
    text += fmt::format("  not checked: {}\n", text::printable(what));
  return text;
}

Json json_of(const Verification& found) {
  Json findings = Json::array();
  for (const Finding& one : found.findings) {
    findings.push_back({{"code", one.code}, {"pointer", one.pointer}, {"reason", one.why}});
  }
  return {{"file", found.file},
          {"accepted", found.is_accepted()},
          {"sha256", found.sha256.empty() ? Json() : Json(found.sha256)},
          {"findings", findings},
          {"not_checked", found.not_checked},
          {"why_not_read", found.why_not_read.empty() ? Json() : Json(found.why_not_read)}};
}

std::string report_of(const std::vector<Verification>& all, const std::vector<std::string>& tables,
                      const std::string& format) {
  if (format == "md") return markdown_comment(all, tables);
  std::string text;
  Json json = Json::array();
  for (const Verification& found : all) {
    format == "json" ? json.push_back(json_of(found)) : void(text += text_of(found));
  }
  return format == "json" ? json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n' : text;
}

}  // namespace

Subcommand add_verify(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    std::string rules;
    std::string rerun;
    std::string among;
    VerifyOptions verify;
    std::string format = "text";
  };
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "verify",
      "Computes records again from their windows and items; exits with 1 if one is refused, and "
      "with 2 if one cannot be read");
  command->add_option("files", options->files, "Run records")->required();
  command->add_option("--rules", options->rules,
                      "Rules of a leaderboard (JSON) that they must meet");
  command->add_option("--files", options->verify.files,
                      "A folder with the models' files, which are weighed again");
  command->add_option("--text", options->verify.text,
                      "The text that bits per byte are of, which is counted again");
  command->add_option("--rerun", options->rerun,
                      "A command that measures again and writes a record to {}: "
                      "'./bench --record {}'");
  command->add_option("--among", options->among,
                      "A folder with records that are known: none of them may be among the files "
                      "again, or have been measured at the same time");
  command->add_option("--format", options->format, "text, json, or md for a comment")
      ->check(CLI::IsMember({"text", "json", "md"}))
      ->capture_default_str();
  command->footer(
      "It shows that a record is consistent, and not that what it says was measured.\n"
      "example: perjoule verify --rules rules.json submissions/*.json");
  return {command, [options] {
            if (!options->rules.empty()) options->verify.rules = read_rules(options->rules);
            const double tolerance = options->verify.rules.value_or(Rules{}).rerun_tolerance;
            std::vector<Entry> again;
            if (!options->rerun.empty()) again = measure_again(options->rerun);
            std::vector<std::string> tables(options->files.size());
            std::vector<std::vector<Measurement>> measurements(options->files.size());
            const auto keep = [&](std::size_t i, Verification& found) {
              if (!options->rerun.empty()) {
                for (Finding& finding : contradicted(found.entries, again, tolerance)) {
                  found.findings.push_back(std::move(finding));
                }
              }
              measurements[i] = found.measurements;
              if (options->format == "md" && found.is_accepted()) {
                tables[i] = markdown_table(found.entries);
              }
            };
            std::vector<Verification> all = verify_records(options->files, options->verify, keep);
            if (!options->among.empty()) {
              hold_against(known_measurements(options->among, options->files), measurements, all);
            }
            print(report_of(all, tables, options->format));
            int code = 0;
            for (const Verification& found : all) {
              if (!found.findings.empty()) {
                code = 1;
              } else if (code == 0 && !found.is_accepted()) {
                code = usage_error;
              }
            }
            return code;
          }};
}

}  // namespace perjoule::cli

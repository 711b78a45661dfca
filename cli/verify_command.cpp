// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/print.hpp"
#include "cli/rerun.hpp"
#include "cli/verify.hpp"
#include "perjoule/core/printable.hpp"

namespace perjoule::cli {

namespace {

using Json = nlohmann::ordered_json;

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

}  // namespace

Subcommand add_verify(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    std::string rules;
    std::string rerun;
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
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->footer(
      "It shows that a record is consistent, and not that what it says was measured.\n"
      "example: perjoule verify --rules rules.json submissions/*.json");
  return {
      command, [options] {
        if (!options->rules.empty()) options->verify.rules = read_rules(options->rules);
        const double tolerance = options->verify.rules.value_or(Rules{}).rerun_tolerance;
        std::vector<Entry> again;
        if (!options->rerun.empty()) again = measure_again(options->rerun);
        const auto rerun = [&](std::size_t, Verification& found) {
          if (options->rerun.empty()) return;
          for (Finding& finding : contradicted(found.entries, again, tolerance)) {
            found.findings.push_back(std::move(finding));
          }
        };
        int code = 0;
        std::string text;
        Json all = Json::array();
        for (const Verification& found : verify_records(options->files, options->verify, rerun)) {
          if (!found.findings.empty()) {
            code = 1;
          } else if (code == 0 && !found.is_accepted()) {
            code = usage_error;
          }
          options->format == "json" ? all.push_back(json_of(found)) : void(text += text_of(found));
        }
        print(options->format == "json"
                  ? all.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'
                  : text);
        return code;
      }};
}

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/leaderboard.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/leaderboard_pages.hpp"
#include "cli/leaderboard_records.hpp"
#include "cli/leaderboard_site.hpp"
#include "cli/leaderboard_text.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"

namespace perjoule::cli {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad() || content.empty()) {
    detail::fail("cannot read the record", text::printable(path.string()),
                 "let nothing change the submissions while a site is made");
  }
  return content;
}

void add_record(SiteWriter& site, const Leaderboard& all, std::size_t at,
                const std::string& folder) {
  const BoardRecord& record = all.submissions.records[at];
  site.add(record_file(record, ".json"), content_of(fs::path(folder) / record.files[0]));
  site.add(record_file(record, ".html"), record_page(all, at));
  for (std::size_t i = 0; i < record.entries.size(); ++i) {
    site.add("record/" + badge_file(record, i), badge_of(all, at, i));
  }
}

void report_refused(const Submissions& submissions) {
  for (const RefusedFile& one : submissions.refused) {
    std::string line = text::printable(one.file) + ": refused";
    const char* before = ": ";
    for (const Finding& finding : one.findings) {
      line += before + text::printable(finding.code) +
              (finding.pointer.empty() ? "" : ' ' + text::printable(finding.pointer)) + ": " +
              text::printable(finding.why);
      before = "; ";
    }
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

}  // namespace

int write_leaderboard(const std::string& folder, const std::string& to) {
  std::error_code ignored;
  if (fs::equivalent(folder, to, ignored)) {
    detail::fail("a site is not written among its records", text::printable(to),
                 "name another folder with -o");
  }
  SiteWriter site(to);
  const Leaderboard all = make_leaderboard(read_submissions(folder, to));
  report_refused(all.submissions);
  for (std::size_t i = 0; i < all.submissions.records.size(); ++i) {
    add_record(site, all, i, folder);
  }
  for (const Task& task : all.tasks) site.add(task.page, task_page(all, task));
  site.add("history.html", history_page(all));
  site.add("refused.html", refused_page(all));
  site.add("index.html", index_page(all));
  site.finish([&](const std::vector<std::string>& files) { return leaderboard_json(all, files); });
  return all.submissions.refused.empty() ? 0 : 1;
}

Subcommand add_leaderboard(CLI::App& app) {
  struct Options {
    std::string folder;
    std::string site;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "leaderboard",
      "Verifies the records below a folder and ranks them on a site of static pages; exits with 1 "
      "if one was refused");
  command->add_option("folder", options->folder, "Submissions: run records, and maybe rules.json")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("-o,--output", options->site, "The site's folder")->required();
  command->footer(
      "Good enough comes first, and the least energy then: docs/how-to/run-a-leaderboard.md\n"
      "example: perjoule leaderboard submissions -o site");
  return {command, [options] { return write_leaderboard(options->folder, options->site); }};
}

}  // namespace perjoule::cli

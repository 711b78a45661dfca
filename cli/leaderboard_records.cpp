// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/leaderboard_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/rules.hpp"
#include "cli/verify.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/measure/entry_candidate_set.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::cli {
namespace {

namespace fs = std::filesystem;

/// Tells whether an entry with such a reason is shown without a place, rather than refused.
[[nodiscard]] bool is_shown(const Finding& finding) {
  return finding.code == "quality-below-floor" || finding.code == "energy-missing";
}

[[noreturn]] void fail_to_read(const fs::path& path, std::string_view why) {
  detail::fail("cannot read the submissions",
               fmt::format("{}: {}", text::printable(path.string()), why),
               "name a folder with run records");
}

/// The files of a folder: their names below it, in order.
struct Files {
  std::vector<std::string> records;
  std::vector<std::string> rules;
};

[[nodiscard]] bool is_rules(const fs::path& below) {
  if (below.extension() != ".json") return false;
  const auto parts = std::distance(below.begin(), below.end());
  return (parts == 1 && below.stem() == "rules") || (parts == 2 && *below.begin() == "rules");
}

[[nodiscard]] Files files_below(const std::string& folder, const std::string& site) {
  std::error_code problem;
  Files found;
  fs::recursive_directory_iterator at(folder, problem);
  if (problem) fail_to_read(folder, problem.message());
  for (; at != fs::recursive_directory_iterator(); at.increment(problem)) {
    const fs::path below = at->path().lexically_relative(folder);
    std::error_code ignored;
    if (below.filename().string().starts_with('.') ||
        (at->is_directory(ignored) && fs::equivalent(at->path(), site, ignored))) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file(ignored)) {
      if (is_rules(below)) {
        found.rules.push_back(below.string());
      } else if (below.extension() == ".json" && *below.begin() != "rules") {
        found.records.push_back(below.string());
      }
    }
  }
  if (problem) fail_to_read(folder, problem.message());
  std::sort(found.records.begin(), found.records.end());
  std::sort(found.rules.begin(), found.rules.end());
  return found;
}

/// Returns who submitted a file: its first folder, or its own name.
[[nodiscard]] std::string submitter_of(const std::string& file) {
  const std::size_t end = file.find('/');
  return end == file.npos ? fs::path(file).stem().string() : file.substr(0, end);
}

/// Tells whether a file that is no run record says so itself, rather than being a broken one.
[[nodiscard]] bool is_something_else(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (json.is_discarded()) return false;
  if (!json.is_object()) return true;
  const auto schema = json.find("schema");
  return schema == json.end() || !schema->is_string() ||
         !schema->get_ref<const std::string&>().starts_with("perjoule.run/");
}

[[nodiscard]] BoardEntry shown(const Entry& entry, std::size_t place) {
  BoardEntry of;
  of.place = place;
  of.name = entry.plan.label();
  of.format = entry.plan.format;
  of.dataset = entry.plan.dataset;
  of.test_set_hash = entry.test_set_hash;
  of.items = entry.inputs;
  of.processor = entry.environment.machine.processor;
  of.cores = entry.environment.machine.cores;
  of.machine = entry.environment.machine.key;
  of.meter = entry.meter.source;
  of.scope = entry.meter.scope;
  for (const Quality& quality : entry.quality) {
    of.quality.push_back({quality.metric,
                          quality.signature,
                          quality.unit,
                          quality.higher_is_better,
                          quality.trivial,
                          quality.perfect,
                          {quality.value, quality.value_interval},
                          quality.skill_interval});
  }
  const Estimate<double> energy = detail::strip_unit(entry.energy);
  of.energy = {energy, energy.is_known() ? nonnegative_interval(energy) : Interval<double>()};
  of.comparable_energy = EntryCandidateSet::with_own_gain(energy, entry.samples.gain);
  const Estimate<double> time = detail::strip_unit(entry.wall_time);
  of.time = {time, time.is_known() ? nonnegative_interval(time) : Interval<double>()};
  of.stored = detail::strip_unit(entry.footprint.stored);
  for (const Caveat& caveat : caveats(entry)) of.caveats.push_back(caveat.reason);
  return of;
}

/// Returns the metric of an entry that a task ranks by.
[[nodiscard]] std::optional<std::size_t> metric_of(const Entry& entry, const Rules& rules) {
  for (std::size_t i = 0; i < entry.quality.size(); ++i) {
    const Quality& of = entry.quality[i];
    if ((rules.metric.empty() || of.metric == rules.metric) &&
        (rules.signature.empty() || of.signature == rules.signature)) {
      return i;
    }
  }
  return std::nullopt;
}

/// Tells whether an entry is of the data and the machines that a task is about.
[[nodiscard]] bool is_about(const Rules& rules, const Entry& entry) {
  const std::vector<std::string>& processors = rules.processors;
  return (rules.dataset.empty() || rules.dataset == entry.plan.dataset) &&
         (rules.test_set_hash.empty() || rules.test_set_hash == entry.test_set_hash) &&
         (rules.items == 0 || rules.items == entry.inputs) &&
         (processors.empty() || std::find(processors.begin(), processors.end(),
                                          entry.environment.machine.processor) != processors.end());
}

/// Finds the tasks that an entry takes part in, and what of their rules it breaks.
[[nodiscard]] std::vector<TaskEntry> tasks_of(const Entry& entry, const std::vector<Rules>& rules,
                                              const std::string& pointer,
                                              std::vector<Finding>& broken) {
  std::vector<std::size_t> about;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (is_about(rules[i], entry) && metric_of(entry, rules[i])) about.push_back(i);
  }
  // Of an entry that is of no task, the rules themselves say why, if it is clear which are meant.
  if (about.empty()) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules.size() == 1 || rules[i].dataset == entry.plan.dataset) about.push_back(i);
    }
  }
  std::vector<TaskEntry> tasks;
  std::vector<Finding> found;
  for (const std::size_t task : about) {
    std::vector<Finding> of_task = broken_rules(entry, rules[task], pointer);
    std::erase_if(of_task, is_shown);
    const std::optional<std::size_t> metric = metric_of(entry, rules[task]);
    if (of_task.empty() && metric && is_about(rules[task], entry)) tasks.push_back({task, *metric});
    found.insert(found.end(), of_task.begin(), of_task.end());
  }
  if (tasks.empty() && found.empty()) {
    found.push_back({"no-task", pointer + "/task", "no rules are for its data and its metric"});
  }
  broken.insert(broken.end(), found.begin(), found.end());
  return tasks;
}

/// Returns what of the entries of a record takes part, and adds what their tasks do not allow.
[[nodiscard]] BoardRecord taking_part(const Verification& verified, const std::vector<Rules>& rules,
                                      std::vector<Finding>& findings) {
  BoardRecord record;
  record.sha256 = verified.sha256;
  for (std::size_t i = 0; i < verified.entries.size(); ++i) {
    const Entry& entry = verified.entries[i];
    const std::string pointer = fmt::format("/entries/{}", i);
    record.utc = verified.entries[0].environment.run.utc;
    if (entry.quality.empty()) {
      findings.push_back({"no-quality", pointer + "/quality",
                          "it has no metric, so nothing says what its energy buys"});
      continue;
    }
    BoardEntry of = shown(entry, i);
    if (rules.empty()) {
      std::vector<Finding> broken = broken_rules(entry, Rules{}, pointer);
      std::erase_if(broken, is_shown);
      findings.insert(findings.end(), broken.begin(), broken.end());
      if (!broken.empty()) continue;
    } else {
      of.tasks = tasks_of(entry, rules, pointer, findings);
      if (of.tasks.empty()) continue;
    }
    record.entries.push_back(std::move(of));
  }
  return record;
}

/// What became of one file.
struct Judged {
  BoardRecord record;  ///< without entries if none was accepted
  std::vector<Finding> findings;
};

[[nodiscard]] std::vector<Judged> judge_all(const std::vector<std::string>& paths,
                                            const std::vector<Rules>& rules) {
  std::vector<Judged> judged(paths.size());
  VerifyOptions options;
  if (!rules.empty()) {  // what every task asks for
    options.rules.emplace().allows_stated_quality = true;
  }
  std::vector<Verification> verified =
      verify_records(paths, options, [&](std::size_t i, Verification& found) {
        judged[i].record = taking_part(found, rules, judged[i].findings);
      });
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::vector<Finding>& findings = verified[i].findings;
    std::erase_if(findings, is_shown);
    const std::string& why = verified[i].why_not_read;
    if (!why.empty() && !is_something_else(paths[i])) findings = {{"not-read", "", why}};
    // A number that is not true casts doubt on all of a record, and what a task does not allow on
    // one entry.
    if (!findings.empty() || !why.empty()) {
      judged[i].record.entries.clear();
      judged[i].findings = std::move(findings);
    }
  }
  return judged;
}

/// Replaces the paths of files in reasons by their names below the folder: a site does not depend
/// on where that is.
void name_below(const std::string& folder, std::vector<Finding>& findings) {
  const std::string prefix = (fs::path(folder) / "").string();
  for (Finding& finding : findings) {
    for (std::size_t at = 0; (at = finding.why.find(prefix, at)) != finding.why.npos;) {
      finding.why.erase(at, prefix.size());
    }
  }
}

/// Returns the rules of all tasks.
[[nodiscard]] std::vector<Rules> rules_of(const std::string& folder,
                                          const std::vector<std::string>& files) {
  std::vector<Rules> all;
  for (const std::string& file : files) {
    Rules rules = read_rules((fs::path(folder) / file).string());
    for (const Rules& other : all) {
      if (other.task != rules.task) continue;
      detail::fail("two rules are of one task", text::printable(rules.task + ": " + file),
                   "name each task in its own way");
    }
    all.push_back(std::move(rules));
  }
  return all;
}

}  // namespace

Submissions read_submissions(const std::string& folder, const std::string& site) {
  Submissions all;
  const Files files = files_below(folder, site);
  all.rules = rules_of(folder, files.rules);
  std::vector<std::string> paths;
  for (const std::string& file : files.records) {
    paths.push_back((fs::path(folder) / file).string());
  }
  std::vector<Judged> judged = judge_all(paths, all.rules);
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct First {
    std::size_t file;
    std::size_t record = none;  ///< in all.records
  };
  std::map<std::string, First> known;  // by the hash of a record
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const std::string& file = files.records[i];
    BoardRecord& record = judged[i].record;
    const std::string key = record.sha256.empty() ? file : record.sha256;
    First& first = known.emplace(key, First{i}).first->second;
    if (first.file != i) {  // what became of a record holds for its copies
      judged[i].findings = judged[first.file].findings;
      if (first.record != none) all.records[first.record].files.push_back(file);
    } else if (!record.entries.empty()) {
      first.record = all.records.size();
      record.files = {file};
      record.submitter = submitter_of(file);
      all.records.push_back(std::move(record));
    }
    name_below(folder, judged[i].findings);
    if (judged[i].findings.empty()) continue;
    all.refused.push_back({file, submitter_of(file), judged[i].findings});
  }
  return all;
}

}  // namespace perjoule::cli

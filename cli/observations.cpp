// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/observations.hpp"

#include <time.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/integrations/google_benchmark_json.hpp"
#include "perjoule/integrations/read_json.hpp"

namespace perjoule::cli {
namespace {

/// What one file holds.
struct Part {
  std::string file;
  Environment environment;
  std::string record_id;  ///< of a run record: that of its process
  std::size_t processes = 1;
  std::vector<Observations> numbers;
};

Part part_of_record(const std::string& file, const std::vector<Entry>& entries) {
  Part part;
  part.file = file;
  part.environment = entries[0].environment;
  part.record_id = part.environment.run.id;
  // Several entries of one name are told apart by their place.
  std::map<std::string, int> times;
  for (const Entry& entry : entries) {
    const int place = ++times[std::string(entry.plan.label())];
    for (Observations& one : observations_of(entry)) {
      if (place > 1) one.benchmark += " #" + std::to_string(place);
      part.numbers.push_back(std::move(one));
    }
    part.processes = std::max(part.processes, entry.command.runs);
  }
  return part;
}

/// Returns JSON with null for each NaN and infinity, which Google Benchmark writes for a counter
/// that divides by 0. Texts stay as they are.
std::string without_nan(std::string_view json) {
  std::string out;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text && c == '\\' && i + 1 < json.size()) {
      out += c;
      out += json[++i];
      continue;
    }
    if (c == '"') in_text = !in_text;
    std::size_t length = 0;
    for (const std::string_view word :
         {"-Infinity", "Infinity", "-NaN", "NaN", "-nan", "nan", "-inf", "inf"}) {
      if (!in_text && length == 0 && json.substr(i).starts_with(word)) length = word.size();
    }
    if (length == 0) {
      out += c;
    } else {
      out += "null";
      i += length - 1;
    }
  }
  return out;
}

nlohmann::json parse_report(const std::string& file, const std::string& content) {
  try {
    const nlohmann::json report = nlohmann::json::parse(content, nullptr, false);
    return report.is_discarded() ? nlohmann::json::parse(without_nan(content)) : report;
  } catch (const nlohmann::json::exception& problem) {
    const std::string_view why = problem.what();
    detail::fail("cannot read a report of Google Benchmark",
                 text::format("{}: {}", file, why.substr(std::min(why.size(), why.find("] ") + 2))),
                 "copy the file again, if it was cut off");
  }
}

Part part_of_google_benchmark(const std::string& file, const std::string& content) {
  const nlohmann::json report = parse_report(file, content);
  Part part;
  part.file = file;
  part.numbers = observations_of_google_benchmark(report, file);
  part.environment = environment_of_google_benchmark(report, file);
  return part;
}

Part read_part(const std::string& file) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  std::stringstream content;
  if (stream && !std::filesystem::is_directory(file, ignored)) content << stream.rdbuf();
  const std::string text = std::move(content).str();
  if (text.empty()) return part_of_record(file, read_json(file));  // which says what is wrong
  const bool is_report = text.find("\"perjoule.run/") == std::string::npos &&
                         text.find("\"benchmarks\"") != std::string::npos;
  return is_report ? part_of_google_benchmark(file, text)
                   : part_of_record(file, parse_json(text, file));
}

/// @throws Error for a file that is named twice, and for two files of one process
void expect_one_process_each(const std::vector<Part>& parts) {
  std::map<std::string, std::string> seen;
  for (const Part& part : parts) {
    std::error_code ignored;
    const std::string path = std::filesystem::weakly_canonical(part.file, ignored).string();
    if (!seen.emplace(path.empty() ? part.file : path, part.file).second) {
      detail::fail("a file is named twice", part.file, "each file counts as one process");
    }
  }
  std::map<std::string, const Part*> of_run;
  for (const Part& part : parts) {
    if (part.record_id.empty()) continue;
    const auto [other, is_new] = of_run.emplace(part.record_id, &part);
    if (is_new) continue;
    for (const Observations& a : part.numbers) {
      for (const Observations& b : other->second->numbers) {
        if (a.benchmark != b.benchmark || a.metric != b.metric) continue;
        detail::fail("two files are of one process",
                     text::format("{} and {} have {} of {}", other->second->file, part.file,
                                  a.metric, a.benchmark),
                     "run the program again for each file");
      }
    }
  }
}

/// Returns a date such as "2026-01-31T12:00:00Z" in seconds since 1970; nothing if it is not one.
std::optional<double> seconds_of(const std::string& utc) {
  tm parts{};
  const char* const end = strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<double>(timegm(&parts));
}

}  // namespace

ObservedRun read_observations(const std::vector<std::string>& files) {
  std::vector<Part> parts;
  for (const std::string& file : files) parts.push_back(read_part(file));
  expect_one_process_each(parts);
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return a.environment.run.utc < b.environment.run.utc;
  });
  ObservedRun run;
  for (Part& part : parts) {
    if (run.files.empty()) run.environment = part.environment;
    run.files.push_back(part.file);
    run.processes += part.processes;
    const std::optional<double> start = seconds_of(part.environment.run.utc);
    for (Observations& one : part.numbers) {
      if (start) one.starts.assign(one.values.size(), *start);
    }
    add_processes(run.numbers, std::move(part.numbers));
  }
  return run;
}

}  // namespace perjoule::cli

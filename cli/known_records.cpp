// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/known_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/canonical_form.hpp"
#include "cli/in_parallel.hpp"
#include "cli/json_values.hpp"
#include "cli/read_record.hpp"
#include "perjoule/core/error.hpp"

namespace perjoule::cli {

namespace {

namespace fs = std::filesystem;

[[nodiscard]] std::vector<Measurement> measurements_of(const std::string& path) {
  std::vector<Measurement> found;
  try {
    Json record;
    const std::vector<Entry> entries = read_record(path, &record);
    const std::string sha256 = sha256_of_record(record);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      found.push_back(measurement_of(entries[i], path, fmt::format("/entries/{}", i), sha256));
    }
  } catch (const std::exception&) {
    found.clear();
  }
  return found;
}

[[nodiscard]] std::vector<std::string> files_below(const std::string& folder,
                                                   const std::vector<std::string>& except) {
  std::error_code problem;
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator at(folder, problem), end; at != end && !problem;
       at.increment(problem)) {
    std::error_code ignored;
    if (at->path().extension() != ".json" || !at->is_regular_file(ignored)) continue;
    const bool is_new = std::any_of(except.begin(), except.end(), [&](const std::string& file) {
      return fs::equivalent(at->path(), file, ignored);
    });
    if (!is_new) files.push_back(at->path().string());
  }
  if (problem) {
    detail::fail("cannot read the known records", fmt::format("{}: {}", folder, problem.message()),
                 "name a folder with run records after --among");
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<Measurement> known_measurements(const std::string& folder,
                                            const std::vector<std::string>& except) {
  const std::vector<std::string> files = files_below(folder, except);
  std::vector<Measurement> all;
  for (std::vector<Measurement>& of_file :
       in_parallel(files.size(), [&](std::size_t i) { return measurements_of(files[i]); })) {
    std::move(of_file.begin(), of_file.end(), std::back_inserter(all));
  }
  return all;
}

void hold_against(const std::vector<Measurement>& known,
                  const std::vector<std::vector<Measurement>>& measurements,
                  std::vector<Verification>& all) {
  std::map<std::string_view, std::string_view> file_of;  // by the hash of its record
  for (const Measurement& of : known) file_of.emplace(of.record, of.file);
  std::vector<Measurement> together = known;
  std::vector<std::size_t> verification_of(known.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (const auto same = file_of.find(all[i].sha256); same != file_of.end()) {
      all[i].findings.push_back(
          {"record-of-another", "", fmt::format("it is the record {}", same->second)});
      continue;
    }
    together.insert(together.end(), measurements[i].begin(), measurements[i].end());
    verification_of.resize(together.size(), i);
  }
  for (const SharedFinding& shared : disturbances(together)) {
    const auto [first, last] = std::minmax(shared.measurement, shared.other);
    if (first >= known.size() || last < known.size()) continue;
    Finding finding = shared.finding;
    if (last != shared.measurement) {
      finding.pointer = together[last].pointer + "/span/began_utc";
      finding.why = fmt::format("'{}' of {} ran on that machine at the same time",
                                together[first].name, together[first].file);
    }
    all[verification_of[last]].findings.push_back(std::move(finding));
  }
}

}  // namespace perjoule::cli

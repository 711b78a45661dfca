// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "cli/canonical_form.hpp"
#include "cli/compute_again.hpp"
#include "cli/field_checker.hpp"
#include "cli/in_parallel.hpp"
#include "cli/json_values.hpp"
#include "cli/metric_facts.hpp"
#include "cli/plausibility.hpp"
#include "cli/read_record.hpp"
#include "cli/weighing.hpp"
#include "perjoule/engine/measured_span.hpp"
#include "perjoule/record/record_fields.hpp"

namespace perjoule::cli {

namespace {

void append(std::vector<Finding>& findings, std::vector<Finding>&& more) {
  findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

/// Holds what follows from an entry against what its record says.
void check_numbers(const Json& recorded, const Entry& entry, const std::string& pointer,
                   std::vector<Finding>& findings) {
  FieldChecker fields(recorded, pointer, findings);
  detail::record::qualities_fields(fields, entry);
  detail::record::time_fields(fields.object("time"), entry);
  detail::record::energy_fields(fields.object("energy"), entry);
  detail::record::memory_fields(fields.object("memory"), entry);
  if (!entry.plan.training.empty()) {
    detail::record::training_fields(fields.object("training"), entry.plan.training);
  }
  detail::record::scores_fields(fields, entry.scores);
}

/// Finds what a reader must know and the record does not say.
void check_caveats(const Json& recorded, const Entry& entry, const std::string& pointer,
                   std::vector<Finding>& findings) {
  const Json& flags = recorded.at("validity").at("flags");
  for (const Caveat& caveat : caveats(entry)) {
    const std::string flag(name(caveat.flag));
    if (caveat.flag == CaveatFlag::other ||
        std::find(flags.begin(), flags.end(), flag) != flags.end()) {
      continue;
    }
    findings.push_back({"caveat-hidden", pointer + "/validity/flags",
                        fmt::format("it does not say '{}': {}", flag, caveat.reason)});
  }
  if (recorded.at("validity").at("ok") == true && !flags.empty()) {
    findings.push_back(
        {"caveat-hidden", pointer + "/validity/ok", "it is true, but there are flags"});
  }
}

/// What ends after today was not measured.
void check_clock(const Entry& entry, const std::string& pointer, std::vector<Finding>& findings) {
  const std::optional<double> began = seconds_of_utc(entry.span.began_utc);
  const double now = seconds_of_utc(detail::utc_now()).value_or(0.0);
  constexpr double day = 86400.0;  // by which clocks may differ
  if (entry.span.is_known() && !(began && *began + entry.span.lasted.si() < now + day)) {
    findings.push_back({"measured-in-the-future", pointer + "/span",
                        "it ends after today, or its begin is no time"});
  }
}

void check_hash(const Json& record, const VerifyOptions& options, Verification& found) {
  found.sha256 = sha256_of_record(record);
  const auto said = record.find("sha256");
  if (said != record.end() && *said != found.sha256) {
    found.findings.push_back(
        {"hash-differs", "/sha256",
         fmt::format("the record's hash is {}: it was changed after it was written",
                     found.sha256)});
  }
  if (said != record.end()) return;
  if (options.rules) {
    found.findings.push_back({"hash-missing", "/sha256", "the record does not have its hash"});
  } else {
    found.not_checked.push_back("whether the record was changed, since it does not have its hash");
  }
}

}  // namespace

void check_record(const Json& record, const VerifyOptions& options, Verification& found) {
  check_hash(record, options, found);
  for (std::size_t i = 0; i < found.entries.size(); ++i) {
    Entry& entry = found.entries[i];
    const std::string pointer = fmt::format("/entries/{}", i);
    const Json& recorded = record.at("entries").at(i);
    check_caveats(recorded, entry, pointer, found.findings);
    check_clock(entry, pointer, found.findings);
    append(found.findings, implausible(entry, pointer));
    append(found.findings, impossible_qualities(entry, pointer));
    compute_again(entry, found.not_checked);
    check_numbers(recorded, entry, pointer, found.findings);
    if (options.rules) append(found.findings, broken_rules(entry, *options.rules, pointer));
    append(found.findings, weigh(entry, options.files, options.text, pointer));
    found.measurements.push_back(measurement_of(entry, found.file, pointer, found.sha256));
  }
}

Verification verify_record(const std::string& path, const VerifyOptions& options) {
  Verification found;
  found.file = path;
  try {
    Json record;
    found.entries = read_record(path, &record);
    check_record(record, options, found);
  } catch (const std::exception& problem) {
    found.why_not_read = problem.what();
  }
  return found;
}

std::vector<Verification> verify_records(
    const std::vector<std::string>& paths, const VerifyOptions& options,
    const std::function<void(std::size_t, Verification&)>& keep) {
  std::vector<Verification> all = in_parallel(paths.size(), [&](std::size_t i) {
    Verification found = verify_record(paths[i], options);
    if (keep) keep(i, found);
    found.entries = {};
    return found;
  });
  std::vector<Measurement> measurements;
  std::vector<std::size_t> file_of;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (Measurement& measurement : all[i].measurements) {
      measurements.push_back(std::move(measurement));
      file_of.push_back(i);
    }
    all[i].measurements.clear();
  }
  for (SharedFinding& shared : disturbances(std::move(measurements))) {
    all[file_of[shared.measurement]].findings.push_back(std::move(shared.finding));
  }
  return all;
}

}  // namespace perjoule::cli

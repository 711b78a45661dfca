// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/disturbances.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/sha256.hpp"

namespace perjoule::cli {

namespace {

/// A measurement's time on one of its machines.
struct Stay {
  std::string boot;
  double began = 0.0;       ///< s
  double lasted = 0.0;      ///< s
  double began_boot = 0.0;  ///< s on that machine's clock; not finite: not known
  std::size_t measurement = 0;
};

/// Takes the clocks of those machines on which all stays have it, since the time of day may be set.
void use_clocks_of_machines(std::vector<Stay>& stays) {
  std::set<std::string> without;
  for (const Stay& stay : stays) {
    if (!is_finite(stay.began_boot)) without.insert(stay.boot);
  }
  for (Stay& stay : stays) {
    if (without.count(stay.boot) == 0) stay.began = stay.began_boot;
  }
}

/// Variants of a comparison take turns in one run, and a run tells of its own threads; so do the
/// parts of one command.
bool are_together(const Measurement& a, const Measurement& b) {
  const bool is_one_step = !a.step.empty() && a.step == b.step;
  return a.run_id == b.run_id || (is_one_step && (a.is_part || b.is_part));
}

}  // namespace

std::optional<double> seconds_of_utc(const std::string& utc) {
  tm time{};
  const char* const rest = strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (rest == nullptr) return {};
  std::string_view part = rest;
  double fraction = 0.0;
  if (part.starts_with('.')) fraction = detail::take_number(part).value_or(0.0);
  if (part != "Z") return {};
  return static_cast<double>(timegm(&time)) + fraction;
}

Measurement measurement_of(const Entry& entry, const std::string& file, const std::string& pointer,
                           const std::string& record) {
  Measurement found;
  found.file = file;
  found.pointer = pointer;
  found.name = std::string(entry.plan.label());
  found.run_id = entry.environment.run.id;
  found.record = record;
  const Run& run = entry.environment.run;
  if (!run.job.step.empty() || !run.job.launch.empty()) {
    found.step = fmt::format("{}|{}|{}|{}|{}", run.job.id, run.job.step, run.job.launch,
                             run.job.ranks, found.name);
  }
  found.is_part = entry.command.part_of != 0;
  found.own_boot = run.boot;
  for (const Node& node : entry.nodes) found.boots.push_back(node.boot);
  if (found.boots.empty() && !run.boot.empty()) found.boots.push_back(run.boot);
  const std::optional<double> began = seconds_of_utc(entry.span.began_utc);
  if (began && entry.span.lasted > Seconds(0.0)) {
    found.began = *began;
    found.ended = *began + entry.span.lasted.si();
    found.began_boot = entry.span.began_boot.si();
  }
  constexpr std::size_t enough = 3;  // windows, which two measurements do not share by chance
  const bool is_simulated = entry.meter.provenance == Provenance::simulated;
  if (!is_simulated && entry.samples.windows() >= enough) {
    std::vector<double> windows;
    for (std::size_t i = 0; i < entry.samples.windows(); ++i) {
      windows.push_back(entry.samples.at(i, Samples::wall));
      windows.push_back(entry.samples.at(i, Samples::energy));
    }
    detail::Sha256 hash;
    hash.add(windows.data(), windows.size() * sizeof(double));
    found.windows = hash.hex();
  }
  return found;
}

std::vector<SharedFinding> disturbances(std::vector<Measurement> measurements) {
  std::vector<SharedFinding> found;
  std::vector<std::size_t> order;
  std::set<std::pair<std::string, std::string>> seen;  // record and pointer
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    if (seen.emplace(measurements[i].record, measurements[i].pointer).second) order.push_back(i);
  }
  const auto describe = [&](std::size_t i) {
    return fmt::format("'{}' of {}", measurements[i].name, measurements[i].file);
  };
  // Of windows in two entries, those are the copy that say to be later.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t k) {
    return measurements[i].began < measurements[k].began;
  });
  std::map<std::string, std::size_t> first_with;
  for (const std::size_t i : order) {
    const std::string& windows = measurements[i].windows;
    if (windows.empty()) continue;
    const auto [first, is_new] = first_with.emplace(windows, i);
    if (is_new) continue;
    found.push_back({i,
                     first->second,
                     {"windows-of-another", measurements[i].pointer + "/samples",
                      fmt::format("they are those of {}", describe(first->second))}});
  }
  std::vector<Stay> stays;
  for (const std::size_t i : order) {
    const Measurement& of = measurements[i];
    if (of.ended <= of.began) continue;
    for (const std::string& boot : of.boots) {
      const bool has_clock = boot == of.own_boot && is_finite(of.began_boot);
      stays.push_back({boot, of.began, of.ended - of.began,
                       has_clock ? of.began_boot : detail::quiet_nan(), i});
    }
  }
  use_clocks_of_machines(stays);
  std::sort(stays.begin(), stays.end(), [&](const Stay& a, const Stay& b) {
    const Measurement& of_a = measurements[a.measurement];
    const Measurement& of_b = measurements[b.measurement];
    return std::tie(a.boot, a.began, a.lasted, of_a.record, of_a.pointer) <
           std::tie(b.boot, b.began, b.lasted, of_b.record, of_b.pointer);
  });
  constexpr double tolerance = 0.05;  // s, by which a clock may be set while they run
  const auto ends = [](const Stay& stay) { return stay.began + stay.lasted; };
  const Stay* longest = nullptr;  // the one that ends last so far
  for (const Stay& later : stays) {
    const bool is_same_machine = longest != nullptr && longest->boot == later.boot;
    if (is_same_machine && later.began + tolerance < ends(*longest) &&
        !are_together(measurements[longest->measurement], measurements[later.measurement])) {
      found.push_back(
          {later.measurement,
           longest->measurement,
           {"measured-at-once", measurements[later.measurement].pointer + "/span/began_utc",
            fmt::format("{} ran on that machine at the same time",
                        describe(longest->measurement))}});
    }
    if (!is_same_machine || ends(later) > ends(*longest)) longest = &later;
  }
  return found;
}

}  // namespace perjoule::cli

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
#include "perjoule/core/sha256.hpp"

namespace perjoule::cli {

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
  Measurement found{
      file, pointer, std::string(entry.plan.label()), entry.environment.run.id, {}, {}, 0.0, 0.0,
      {},   record};
  const Run& run = entry.environment.run;
  if (run.job.ranks > 1) {
    found.step = fmt::format("{}|{}|{}|{}|{}", run.job.id, run.job.step, run.job.launch,
                             run.job.ranks, found.name);
  }
  for (const Node& node : entry.nodes) found.boots.push_back(node.boot);
  if (found.boots.empty() && !run.boot.empty()) found.boots.push_back(run.boot);
  const std::optional<double> began = seconds_of_utc(entry.span.began_utc);
  if (began && entry.span.lasted > Seconds(0.0)) {
    found.began = *began;
    found.ended = *began + entry.span.lasted.si();
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
  std::erase_if(order,
                [&](std::size_t i) { return measurements[i].ended <= measurements[i].began; });
  std::vector<std::pair<std::string, std::size_t>> on_machines;  // boot and measurement
  for (const std::size_t i : order) {
    for (const std::string& boot : measurements[i].boots) on_machines.emplace_back(boot, i);
  }
  std::sort(on_machines.begin(), on_machines.end(), [&](const auto& one, const auto& other) {
    const Measurement& a = measurements[one.second];
    const Measurement& b = measurements[other.second];
    return std::tie(one.first, a.began, a.ended, a.record, a.pointer) <
           std::tie(other.first, b.began, b.ended, b.record, b.pointer);
  });
  constexpr double tolerance = 0.05;  // s, by which a clock may be set while they run
  std::size_t longest = 0;            // place of the one that ends last so far
  for (std::size_t place = 1; place < on_machines.size(); ++place) {
    const Measurement& earlier = measurements[on_machines[longest].second];
    const Measurement& later = measurements[on_machines[place].second];
    const bool is_same_machine = on_machines[longest].first == on_machines[place].first;
    // Variants of a comparison take turns in one run, and a run tells of its own threads.
    const bool are_together =
        earlier.run_id == later.run_id || (!earlier.step.empty() && earlier.step == later.step);
    if (is_same_machine && !are_together && later.began + tolerance < earlier.ended) {
      found.push_back(
          {on_machines[place].second,
           on_machines[longest].second,
           {"measured-at-once", later.pointer + "/span/began_utc",
            fmt::format("{} ran on that machine at the same time", describe(order[longest]))}});
    }
    if (!is_same_machine || later.ended > earlier.ended) longest = place;
  }
  return found;
}

}  // namespace perjoule::cli

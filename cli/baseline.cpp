// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/baseline.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "perjoule/core/error.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::cli {

namespace {

using Json = nlohmann::ordered_json;

Estimate<double> estimate_in(const Json& json) {
  if (json.at("value").is_null()) return {};
  Estimate<double> estimate{json.at("value"), json.at("random"), json.at("dof"), json.at("common"),
                            Provenance::measured};
  for (const Provenance one :
       {Provenance::measured, Provenance::estimated, Provenance::modelled, Provenance::simulated}) {
    if (json.at("provenance") == name(one)) estimate.provenance = one;
  }
  return estimate;
}

Baseline baseline_in(const Json& record, const std::string& label) {
  const Json* entry = nullptr;
  for (const Json& one : record.at("entries")) {
    if (entry == nullptr || one.at("model").at("name") == label) entry = &one;
  }
  if (entry == nullptr) throw Json::other_error::create(0, "it has no entry", &record);
  const Json& meter = record.at("meters").at(entry->at("meter").get<std::size_t>());
  return {record.at("machine").at("key"), meter.at("scope"),
          estimate_in(entry->at("time").at("wall_s_per_item")),
          estimate_in(entry->at("energy").at("total_j_per_item"))};
}

std::string change_of(std::string_view what, const Estimate<double>& now,
                      const Estimate<double>& then) {
  if (!now.is_known() || !then.is_known()) {
    return fmt::format("{}: cannot be compared, it is missing {}", what,
                       now.is_known() ? "in the baseline" : "here");
  }
  const IntervalEstimate<double> change = ratio(now, then);
  return fmt::format("{} x {} of the baseline", text::cell(change.estimate, change.interval), what);
}

}  // namespace

Baseline read_baseline(const std::string& path, const std::string& label) {
  const auto refuse = [&](std::string_view why) {
    throw Error("cannot read the baseline", fmt::format("{}: {}", path, why),
                "name a record that 'perjoule run --format json -o FILE' wrote");
  };
  std::ifstream file(path);
  if (!file.is_open()) refuse("no such file, or not to be read");
  try {
    const Json record = Json::parse(file);
    if (record.at("schema") != "perjoule.run/1") refuse("its schema is not perjoule.run/1");
    return baseline_in(record, label);
  } catch (const Json::exception& reason) {
    refuse(reason.what());
  } catch (const std::ios_base::failure&) {  // a folder can be opened, but not read
    refuse("not a file");
  }
  return {};
}

std::vector<std::string> compare_with_baseline(const Entry& entry, const Baseline& baseline) {
  std::vector<std::string> said;
  if (baseline.machine != entry.environment.machine.key) {
    said.push_back("the baseline was measured on another machine");
  }
  said.push_back(change_of("the time", detail::strip_unit(entry.wall_time), baseline.wall_time));
  const std::string scope = name(entry.meter.scope);
  said.push_back(baseline.scope == scope
                     ? change_of("the energy", detail::strip_unit(entry.energy), baseline.energy)
                     : fmt::format("energy cannot be compared: the baseline's covers {}, this one "
                                   "{}",
                                   baseline.scope, scope));
  return said;
}

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/baseline.hpp"

#include <errno.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Thrown for content that is JSON of the right types, and yet no record.
struct Refused {
  std::string why;
};

/// Returns a number, or NaN for null: not known.
double number_in(const Json& json, std::string_view key, double least, bool may_be_null = false) {
  const Json& member = json.at(std::string(key));
  if (member.is_null() && may_be_null) return detail::quiet_nan();
  const double number = member.get<double>();
  if (is_finite(number) && number >= least) return number;
  throw Refused{fmt::format("its {} is {}", key, member.dump())};
}

Provenance provenance_in(const Json& json) {
  const std::string written = json.at("provenance");
  for (const Provenance one : {Provenance::measured, Provenance::estimated, Provenance::modelled,
                               Provenance::simulated, Provenance::missing}) {
    if (written == name(one)) return one;
  }
  throw Refused{fmt::format("its provenance is '{}'", written)};
}

Estimate<double> estimate_in(const Json& json) {
  const Provenance provenance = provenance_in(json);
  if (provenance == Provenance::missing || json.at("value").is_null()) return {};
  constexpr double any = -1e300;
  constexpr double smallest = 1e-300;
  const double random = number_in(json, "random", 0.0, true);
  const double dof = is_finite(random) ? number_in(json, "dof", smallest) : 0.0;
  return {number_in(json, "value", any), random, dof, number_in(json, "common", 0.0), provenance};
}

Quality quality_in(const Json& json) {
  Quality quality;
  quality.metric = json.at("metric");
  quality.unit = json.at("unit").is_null() ? "" : json.at("unit");
  quality.value = estimate_in(json.at("value"));
  quality.value_interval = interval(quality.value);
  return quality;
}

Baseline baseline_in(const Json& record, const std::string& label) {
  std::string names;
  for (const Json& entry : record.at("entries")) {
    const std::string of = entry.at("model").at("name");
    if (of != label) {
      names += fmt::format("{}'{}'", names.empty() ? "" : ", ", of);
      continue;
    }
    const Json& meter = record.at("meters").at(entry.at("meter").get<std::size_t>());
    Baseline found{record.at("machine").at("key"),
                   meter.at("source"),
                   meter.at("scope"),
                   estimate_in(entry.at("time").at("wall_s_per_item")),
                   estimate_in(entry.at("time").at("cpu_s_per_item")),
                   estimate_in(entry.at("energy").at("total_j_per_item")),
                   {detail::quiet_nan(), detail::quiet_nan()},
                   {}};
    if (entry.at("energy").contains("gain")) {  // older records lack it
      const Json& gain = entry.at("energy").at("gain");
      found.gain = {number_in(gain, "share", 0.0, true),
                    number_in(gain, "share_between_workloads", 0.0, true)};
    }
    for (const Json& quality : entry.at("quality")) found.quality.push_back(quality_in(quality));
    return found;
  }
  if (names.empty()) throw Refused{"it has no entry"};
  throw Refused{fmt::format("it is of {}, and this is '{}'", names, label)};
}

std::string change_of(std::string_view what, const Estimate<double>& now,
                      const Estimate<double>& then) {
  if (!now.is_known() || !then.is_known()) {
    return fmt::format("{}: cannot be compared, it is missing {}", what,
                       now.is_known() ? "in the baseline" : "here");
  }
  if (!is_finite(now.random) || !is_finite(then.random)) {
    return fmt::format("{}: {} x that of the baseline; -r 5 of both would tell how sure that is",
                       what, fmt::format("{:.3g}", now.value / then.value));
  }
  const IntervalEstimate<double> change = ratio(now, then);
  if (!change.interval.is_known() || change.interval.low < 0.0) {
    return fmt::format(
        "{}: too uncertain to be compared; measure more runs (-r), with nothing else at work",
        what);
  }
  return fmt::format("{} x {} of the baseline", text::cell(change.estimate, change.interval), what);
}

/// The energies, as far as they can be compared.
std::string energy_change(const Entry& entry, const Baseline& baseline) {
  const std::string scope = name(entry.meter.scope);
  if (baseline.scope != scope) {
    return fmt::format("energy cannot be compared: the baseline's covers {}, this one {}",
                       baseline.scope, scope);
  }
  const bool is_modelled =
      worst(entry.energy.provenance, baseline.energy.provenance) == Provenance::modelled;
  if (is_modelled) return "energy is modelled from CPU time, so only that is compared";
  const auto is_simulated = [](Provenance of) { return of == Provenance::simulated; };
  if (is_simulated(entry.energy.provenance) != is_simulated(baseline.energy.provenance)) {
    return "energy cannot be compared: one was measured and the other is simulated";
  }
  const bool is_one_meter = entry.meter.source == baseline.meter;
  Estimate<double> now = detail::strip_unit(entry.energy);
  Estimate<double> then = baseline.energy;
  const bool has_gain = is_finite(baseline.gain.whole) && is_finite(baseline.gain.between);
  if (is_one_meter && then.is_known() && has_gain) {
    now = detail::strip_unit(comparable_energy(entry, entry.energy));
    then.common =
        std::hypot(common_without_gain(Estimate<Joules>{Joules(then.value), Joules(0.0), 0.0,
                                                        Joules(then.common), then.provenance},
                                       baseline.gain.whole)
                       .si(),
                   baseline.gain.between * then.value);
  }
  return change_of("the energy", now, then);
}

std::string quality_change(const Quality& now, const std::vector<Quality>& before) {
  const auto then = std::find_if(before.begin(), before.end(), [&](const Quality& quality) {
    return quality.metric == now.metric;
  });
  if (then == before.end()) return fmt::format("{}: not in the baseline", now.metric);
  std::string said = fmt::format("{}: {} here, {} in the baseline", now.metric,
                                 text::cell(now.value, now.value_interval),
                                 text::cell(then->value, then->value_interval));
  const double random = std::hypot(now.value.random, then->value.random);
  if (now.value.is_known() && then->value.is_known() && random > 0.0) {  // not NaN: of one run
    const Estimate<double> difference{
        now.value.value - then->value.value, random,
        detail::combined_dof(now.value.random, now.value.dof, then->value.random, then->value.dof),
        0.0, worst(now.value.provenance, then->value.provenance)};
    said += fmt::format(", {} apart", text::cell(difference));
  }
  return said;
}

}  // namespace

Baseline read_baseline(const std::string& path, const std::string& label) {
  const auto refuse = [&](std::string_view why) {
    throw Error("cannot read the baseline", fmt::format("{}: {}", path, why),
                "name a record of the same program (--name) that 'perjoule run --record FILE' "
                "wrote; nothing was run");
  };
  const std::optional<std::string> content = detail::read_file(path);
  if (!content) refuse(detail::errno_message(errno));
  try {
    const Json record = Json::parse(*content);
    if (record.at("schema") != "perjoule.run/1") refuse("its schema is not perjoule.run/1");
    return baseline_in(record, label);
  } catch (const Json::parse_error&) {
    refuse("it is no JSON");
  } catch (const Json::exception& reason) {
    const std::string_view why = reason.what();  // "[json.exception.out_of_range.403] key ..."
    refuse(why.substr(std::min(why.size(), why.find("] ") + 2)));
  } catch (const Refused& reason) {
    refuse(reason.why);
  }
  return {};
}

std::vector<std::string> compare_with_baseline(const Entry& entry, const Baseline& baseline) {
  std::vector<std::string> said;
  if (baseline.machine != entry.environment.machine.key) {
    said.push_back("the baseline was measured on another machine");
  }
  said.push_back(change_of("the time", detail::strip_unit(entry.wall_time), baseline.wall_time));
  said.push_back(change_of("the CPU time", detail::strip_unit(entry.cpu_time), baseline.cpu_time));
  said.push_back(energy_change(entry, baseline));
  for (const Quality& quality : entry.quality) {
    said.push_back(quality_change(quality, baseline.quality));
  }
  return said;
}

}  // namespace perjoule::cli

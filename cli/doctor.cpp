// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/json_values.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/counters/kernel_events.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/meters/cpu_time_model.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/meters/tick_watch.hpp"
#include "perjoule/meters/window_energy.hpp"

namespace perjoule::cli {

namespace {

/// A udev rule is permanent, whereas a chmod is lost at the next boot.
constexpr std::string_view udev_rule =
    "SUBSYSTEM==\"powercap\", ACTION==\"add\", RUN+=\"/bin/sh -c 'chgrp power /sys%p/energy_uj; "
    "chmod g+r /sys%p/energy_uj'\"";

/// One source, as it was found on this machine.
struct SourceStatus {
  std::string name;
  ProbeState state = ProbeState::absent;
  bool is_chosen = false;
  std::string reason;
  std::string fix;
  MeterDescription meter;
  Estimate<Watts> power = {};  ///< at this moment
  std::string why_no_power = {};
};

/// Reads a meter for a tenth of a second, so that a counter that stands still or counts nonsense is
/// seen before anything is measured.
void read_power(AnyMeter& meter, SourceStatus& finding) {
  Reading before(meter.description());
  Reading after(meter.description());
  bool is_read = detail::read_on_tick(meter, before);
  meter.wait(Seconds(0.1));
  is_read = is_read && meter.read(after);
  if (is_read) detail::update_ticks(meter.description(), before, after);
  is_read = is_read && detail::await_next_ticks(meter, after);
  if (!is_read) {
    finding.why_no_power = "a reading of the meter failed";
    return;
  }
  const WindowEnergy window = meter.energy(before, after);
  finding.why_no_power = window.why_missing;
  if (!window.energy.is_known()) return;
  const Seconds duration = after.begin - before.end;
  const Estimate<Joules>& energy = window.energy;
  finding.power = {energy.value / duration, energy.random / duration, energy.dof,
                   energy.common / duration, energy.provenance};
}

SourceStatus finding_of(const MeterSource& source, const std::string& root,
                        const MeterOptions& options) {
  Probe<CounterMeter> probe = source.open(root, options);
  SourceStatus finding;
  finding.name = source.option;
  finding.state = probe.state();
  finding.reason = probe.reason();
  finding.fix = probe.fix();
  if (!probe.is_found()) return finding;
  AnyMeter meter(probe.take());
  finding.meter = meter.description();
  read_power(meter, finding);
  return finding;
}

std::vector<SourceStatus> find_all(const DoctorOptions& options) {
  std::vector<SourceStatus> findings;
  if (options.simulate) {
    SimulatedMachine machine;
    AnyMeter meter{SimulatedMeter(machine)};
    findings.push_back({"simulated", ProbeState::found, true, "", "", meter.description()});
    read_power(meter, findings[0]);
    return findings;
  }
  const std::string root = detail::option_or_environment(options.meters.root, "PERJOULE_ROOT");
  for (const MeterSource& source : meter_sources()) {
    findings.push_back(finding_of(source, root, options.meters));
  }
  const std::string wanted = detail::option_or_environment(options.meters.source, "PERJOULE_METER");
  bool any = false;
  for (SourceStatus& finding : findings) {
    const bool is_wanted = wanted.empty() || wanted == finding.name;
    finding.is_chosen = is_wanted && !any && finding.state == ProbeState::found;
    any = any || finding.is_chosen;
  }
  const CounterMeter model = cpu_time_model(detail::power_model_of_cpu(root));
  const bool models = wanted == "model" || (wanted.empty() && !any);
  findings.push_back({"model", ProbeState::found, models, "", "", model.description()});
  for (const MeterSource& source : gpu_sources()) {
    SourceStatus gpu = finding_of(source, root, options.meters);
    gpu.is_chosen = gpu.state == ProbeState::found;
    findings.push_back(gpu);
  }
  return findings;
}

/// All events that have a name. Each is tried on its own: together they might need more registers
/// than the processor has. A simulated machine has none.
std::vector<Event> find_events(const DoctorOptions& options) {
  std::vector<Event> events;
  if (options.simulate) return events;
  for (const std::string_view name : detail::kernel_event_names()) {
    const KernelEvents alone({name}, KernelEvents::Target::next_program);
    events.push_back(alone.description().events[0]);
  }
  return events;
}

std::string with_unit(double value, std::string_view unit) {
  const text::Prefix prefix = text::prefix_of(value);
  return fmt::format("{} {}{}", text::significant(value / prefix.factor, 3), prefix.symbol, unit);
}

Json to_json(const SourceStatus& finding) {
  Json json = {
      {"source", finding.name}, {"state", name(finding.state)}, {"chosen", finding.is_chosen}};
  if (finding.state != ProbeState::found) {
    json["reason"] = finding.reason;
    json["fix"] = finding.fix;
    return json;
  }
  json["provenance"] = name(finding.meter.provenance);
  json["scope"] = name(finding.meter.scope);
  json["note"] = finding.meter.note;
  json["power_w"] = finding.power.is_known() ? Json(finding.power.value.si()) : Json();
  json["why_no_power"] = finding.why_no_power.empty() ? Json() : Json(finding.why_no_power);
  json["zones"] = Json::array();
  for (const Zone& zone : finding.meter.zones) {
    json["zones"].push_back(
        {{"name", zone.name},
         {"id", zone.id},
         {"resolution_j", zone.resolution.si()},
         {"update_period_s", zone.update_period.si()},
         {"lateness_s", zone.lateness.si()},
         {"jitter_s", zone.jitter.si()},
         {"gain_uncertainty", zone.gain.is_known() ? Json(zone.gain.share) : Json()}});
  }
  return json;
}

Json to_json(const Event& event) {
  const bool is_counted = event.why_missing.empty();
  return {{"name", event.name},
          {"hardware", event.is_hardware},
          {"counted", is_counted},
          {"reason", is_counted ? Json() : Json(event.why_missing)}};
}

std::string as_json(const std::vector<SourceStatus>& findings, const std::vector<Event>& events,
                    const Machine& machine) {
  Json json = {
      {"schema", "perjoule.doctor/1"},
      {"perjoule_version", version},
      {"machine",
       {{"key", machine.key},
        {"host_processor_model_name", machine.processor},
        {"host_processor_core_count", machine.cores},
        {"host_memory_capacity_b", machine.memory.si()},
        {"operating_system", machine.kernel},
        {"cpu_frequency_governor", machine.governor.empty() ? Json() : Json(machine.governor)}}},
      {"meters", Json::array()}};
  for (const SourceStatus& finding : findings) json["meters"].push_back(to_json(finding));
  json["events"] = Json::array();
  for (const Event& event : events) json["events"].push_back(to_json(event));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Joins names with commas, in lines that fit a terminal.
std::string listed(const std::vector<std::string>& names, std::size_t indent) {
  constexpr std::size_t room = 100;
  std::string out;
  std::size_t column = indent;
  for (const std::string& name : names) {
    const bool is_first = out.empty();
    const bool fits = column + name.size() + 2 <= room;
    if (!is_first) out += fits ? ", " : fmt::format(",\n{:>{}}", "", indent);
    column = (is_first || fits ? column : indent) + name.size() + 2;
    out += name;
  }
  return out;
}

/// Groups events that are missing for the same reason, in the order in which the reasons first
/// occur.
std::string as_text(const std::vector<Event>& events) {
  if (events.empty()) return "\nEvents: a simulated machine has none.\n";
  std::vector<std::pair<std::string, std::vector<std::string>>> names_by_reason;
  for (const Event& event : events) {
    const std::string& reason = event.why_missing;
    auto place = std::find_if(names_by_reason.begin(), names_by_reason.end(),
                              [&](const auto& one) { return one.first == reason; });
    if (place == names_by_reason.end()) place = names_by_reason.insert(place, {reason, {}});
    place->second.emplace_back(event.name);
  }
  std::string out = "\nEvents for 'perjoule run -e':\n";
  for (const auto& [reason, names] : names_by_reason) {
    out +=
        fmt::format("  {:<13}{}\n", reason.empty() ? "counted" : "not counted", listed(names, 15));
    if (!reason.empty()) out += fmt::format("{:>15}{}\n", "", reason);
  }
  return out;
}

std::string as_text(const std::vector<SourceStatus>& findings, const Machine& machine) {
  using text::printable;  // names are the firmware's
  std::string out =
      fmt::format("perjoule {} on {}, {} threads, {}, machine {}\n\n", version,
                  printable(machine.processor), machine.cores, machine.kernel, machine.key);
  for (const SourceStatus& finding : findings) {
    out += fmt::format("{} {:<10} {}", finding.is_chosen ? '*' : ' ', finding.name,
                       name(finding.state));
    if (finding.state != ProbeState::found) {
      out += fmt::format(": {}\n", printable(finding.reason));
      const bool is_there = finding.state != ProbeState::absent;
      out += fmt::format("{:>13}{}: {}\n", "", is_there ? "mend it" : "to get it",
                         printable(finding.fix));
      if (finding.name == "powercap" && finding.state == ProbeState::forbidden) {
        out += fmt::format("{:>13}for good, in /etc/udev/rules.d/90-powercap.rules:\n{:>13}{}\n",
                           "", "", udev_rule);
      }
      continue;
    }
    out += fmt::format(": {}, scope {}", name(finding.meter.provenance), name(finding.meter.scope));
    if (finding.power.is_known()) {
      out += fmt::format(", {} W now", text::significant(finding.power.value.si(), 3));
    }
    out += '\n';
    for (const Zone& zone : finding.meter.zones) {
      out += fmt::format("{:>13}{} ({}): resolution {}", "", printable(zone.name),
                         printable(zone.id), with_unit(zone.resolution.si(), "J"));
      out += zone.update_period > Seconds(0.0)
                 ? fmt::format(", moves every {}\n", with_unit(zone.update_period.si(), "s"))
                 : "\n";
    }
    if (!finding.why_no_power.empty()) {
      out +=
          fmt::format("{:>13}no energy at this moment: {}\n", "", printable(finding.why_no_power));
    }
    if (!finding.meter.note.empty()) {
      out += fmt::format("{:>13}{}\n", "", printable(finding.meter.note));
    }
  }
  return out + "\n* is what measurements use here; GPUs are added to it.\n";
}

}  // namespace

std::string doctor(const DoctorOptions& options) {
  const std::vector<SourceStatus> findings = find_all(options);
  const std::vector<Event> events = find_events(options);
  const Machine machine = detail::read_machine();
  return options.json ? as_json(findings, events, machine)
                      : as_text(findings, machine) + as_text(events);
}

}  // namespace perjoule::cli

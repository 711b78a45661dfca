// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>

#include <algorithm>
#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/hwmon.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool VoltAmperes::read(std::uint64_t& count) noexcept {
  std::uint64_t milliamperes = 0;
  std::uint64_t millivolts = 0;
  if (!milliamperes_.read(milliamperes) || !millivolts_.read(millivolts)) return false;
  count = milliamperes * millivolts;
  return true;
}

PERJOULE_INLINE bool is_integrated_gpu(const std::string& folder) {
  return !read_file(folder + "/in1_input").value_or("").empty();
}

PERJOULE_INLINE int add_hwmon(const HwmonDriver& driver, const std::string& folder,
                              CounterMeter& meter, const std::shared_ptr<PowerIntegrator>& powers) {
  const auto open_input = [&](std::string_view name) {
    return open_regular(text::format("{}/{}", folder, name));
  };
  const bool has_energy = driver.kind == "energy";
  const bool has_amperes = driver.kind == "curr";
  int result = ENOENT;
  for (const std::uint64_t channel : numbers_in_directory(folder, driver.kind, driver.suffix)) {
    const std::string label =
        read_file(text::format("{}/{}{}_label", folder, has_amperes ? "in" : driver.kind, channel))
            .value_or("");
    const auto is_wanted = [&](std::string_view begin) {
      return begin.empty() ? label.empty() : label.starts_with(begin);
    };
    if (std::none_of(std::begin(driver.labels), std::end(driver.labels), is_wanted)) continue;
    const std::string name = text::format("{}{}{}", driver.kind, channel, driver.suffix);
    FileDescriptor input = open_input(name);
    if (!input.is_open() && errno == ENOENT) continue;
    if (!input.is_open()) return errno;
    std::unique_ptr<CounterReader> counter;
    if (has_amperes) {
      FileDescriptor volts = open_input(text::format("in{}_input", channel));
      if (!volts.is_open()) continue;
      counter = std::make_unique<VoltAmperes>(std::move(input), std::move(volts));
    } else {
      counter = std::make_unique<DecimalFile>(std::move(input));
    }
    Zone zone;
    zone.name = label.empty() ? driver.name : label;
    zone.id = text::format("{}/{}", base_name(folder), name);
    zone.modulus = never_wraps;
    zone.per_count = zone.resolution = Joules(1e-6);
    zone.update_period = Seconds(1e-3);
    if (!has_energy) {
      counter = PowerIntegrator::add(powers, std::move(counter), 1e-6);
      zone.update_period = PowerIntegrator::interval;
      meter.description().provenance = Provenance::estimated;
    }
    meter.add(zone, std::move(counter));
    result = 0;
  }
  return result;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_hwmon(const std::string& root, bool gpus) {
  const std::string all = root + "/sys/class/hwmon";
  CounterMeter meter("hwmon", all, "");
  const auto powers = std::make_shared<detail::PowerIntegrator>();
  std::string used;  // if there are several drivers of one kind, the first is used
  for (const std::uint64_t number : detail::numbers_in_directory(all, "hwmon")) {
    const std::string folder = text::format("{}/hwmon{}", all, number);
    const std::string name = detail::read_file(folder + "/name").value_or("");
    const std::size_t zones = meter.description().zones.size();
    for (const detail::HwmonDriver& driver : detail::hwmon_drivers) {
      if (driver.name != name || (driver.scope == Scope::gpu) != gpus) continue;
      if (!used.empty() && used != name) continue;
      if (meter.description().zones.size() != zones) continue;  // counted energy is preferred
      // A GPU within the CPU's package reports the power of the package. Only such a GPU reports
      // the voltage of a north bridge.
      if (gpus && detail::is_integrated_gpu(folder)) continue;
      const int why = detail::add_hwmon(driver, folder, meter, powers);
      if (why == ENOENT) continue;
      if (why != 0) {
        return {text::format("{}: {}", folder, detail::errno_message(why)),
                "let this user read the files there: docs/how-to/permissions.md",
                why == EACCES ? ProbeState::forbidden : ProbeState::broken};
      }
      used = name;
      meter.description().scope = driver.scope;
      meter.description().note =
          text::format("{} sensor of the kernel, of unknown accuracy{}", name,
                       powers->empty() ? "" : "; energy is added up from power");
    }
  }
  if (meter.description().zones.empty()) {
    return {all + " has no sensor that is known here",
            gpus ? "load the GPU's driver" : "load the driver of the board's power sensor",
            ProbeState::absent};
  }
  if (!powers->empty() && !powers->start()) {
    return {"the system gives no thread to add up power", "raise 'ulimit -u'", ProbeState::broken};
  }
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

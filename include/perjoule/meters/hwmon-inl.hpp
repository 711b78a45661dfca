// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/meters/hwmon.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE int open_read_only(const text::Long& path) noexcept {
  return open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

PERJOULE_INLINE bool is_integrated_gpu(const text::Long& folder) noexcept {
  char millivolts[64];
  const text::Long path = text::format("%s/in1_input", folder.chars);
  return read_small_file(path.c_str(), millivolts, sizeof millivolts) > 0;
}

PERJOULE_INLINE int add_hwmon(const HwmonDriver& driver, const text::Long& folder,
                              CounterMeter& meter, PowerIntegrator& powers) noexcept {
  int found = ENOENT;
  for (std::size_t channel = 1; channel <= 128; ++channel) {
    char label[64] = "";
    for (const char* kind : {"%s/energy%zu_label", "%s/power%zu_label", "%s/in%zu_label"}) {
      if (kind[3] != driver.channel[0] && !(kind[3] == 'i' && driver.channel[0] == 'c')) continue;
      (void)read_small_file(text::format(kind, folder.chars, channel).chars, label, sizeof label);
    }
    bool wanted = false;
    for (const char* begin : driver.labels) {
      wanted = wanted || (*begin == '\0' ? label[0] == '\0' : starts_with(label, begin));
    }
    if (!wanted) continue;
    const text::Long name = text::format(driver.channel, channel);
    const text::Long path = text::format("%s/%s", folder.chars, name.chars);
    if (meter.description().zones.size() == max_zones) {
      if (access(path.c_str(), F_OK) == 0) return E2BIG;
      continue;
    }
    CounterSource source{&read_decimal, open_read_only(path)};
    if (source.file == -1 && errno == ENOENT) continue;
    if (source.file == -1) return errno;
    Zone zone;
    zone.name = label[0] == '\0' ? driver.name : label;
    zone.id = text::format("%s/%s", base_name(folder.chars), name.chars).chars;
    zone.modulus = never_wraps;
    zone.per_count = zone.resolution = Joules(1e-6);
    zone.update_period = Seconds(1e-3);
    if (driver.channel[0] != 'e') {
      if (driver.channel[0] == 'c') {
        source.read = &read_volt_amperes;
        source.second_file = open_read_only(text::format("%s/in%zu_input", folder.chars, channel));
        if (source.second_file == -1) {
          source.close_files();
          continue;
        }
      }
      source = powers.add(source, 1e-6);
      zone.update_period = PowerIntegrator::interval;
      meter.description().provenance = Provenance::estimated;
    }
    if (!meter.add(zone, source)) return E2BIG;
    found = 0;
  }
  return found;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_hwmon(const char* root, bool gpus) {
  const text::Long all = text::format("%s/sys/class/hwmon", root);
  CounterMeter meter("hwmon", all.chars, "");
  detail::PowerIntegrator* const powers = detail::PowerIntegrator::make();
  meter.add_cleanup({&detail::PowerIntegrator::release, powers});
  const auto refuse = [](const text::Long& reason, const char* fix, ProbeState state) {
    return Probe<CounterMeter>(reason.chars, fix, state);
  };
  text::Name used;  // of several drivers of one kind the first wins
  for (std::size_t i = 0; i < 64; ++i) {
    const text::Long folder = text::format("%s/hwmon%zu", all.chars, i);
    char name[64];
    (void)detail::read_small_file(text::format("%s/name", folder.chars).chars, name, sizeof name);
    std::size_t zones = meter.description().zones.size();
    for (const detail::HwmonDriver& driver : detail::hwmon_drivers) {
      if (strcmp(driver.name, name) != 0 || (driver.scope == Scope::gpu) != gpus) continue;
      if (!used.empty() && !(used == name)) continue;
      if (meter.description().zones.size() != zones) continue;  // counted energy beats added power
      // A GPU within the CPU's package shows the power of that; it alone tells the voltage of a
      // north bridge.
      if (gpus && detail::is_integrated_gpu(folder)) continue;
      const int why = detail::add_hwmon(driver, folder, meter, *powers);
      if (why == ENOENT) continue;
      if (why != 0) {
        return refuse(text::format("%s: %s", folder.chars, detail::errno_message(why).chars),
                      "let this user read the files there: docs/how-to/permissions.md",
                      why == EACCES ? ProbeState::forbidden : ProbeState::broken);
      }
      used = name;
      meter.description().scope = driver.scope;
      meter.description().note =
          text::format("%s sensor of the kernel, of unknown accuracy%s", name,
                       powers->empty() ? "" : "; energy is added up from power")
              .chars;
    }
  }
  if (meter.description().zones.empty()) {
    return refuse(text::format("%s has no sensor that is known here", all.chars),
                  gpus ? "load the GPU's driver" : "load the driver of the board's power sensor",
                  ProbeState::absent);
  }
  if (!powers->empty() && !powers->start()) {
    return refuse("the system gives no thread to add up power", "raise 'ulimit -u'",
                  ProbeState::broken);
  }
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

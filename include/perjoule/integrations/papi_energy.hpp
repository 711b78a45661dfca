// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <papi.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/integrations/papi.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Energy events that one PAPI set counts from its start on.
class PapiEnergySet {
 public:
  PapiEnergySet() = default;
  PapiEnergySet(const PapiEnergySet&) = delete;
  PapiEnergySet& operator=(const PapiEnergySet&) = delete;
  ~PapiEnergySet() { destroy_papi_set(set_); }

  /// Returns PAPI_OK, or the code that says why the event can't be counted.
  [[nodiscard]] int add(int event) {
    int result = PAPI_OK;
    if (set_ == PAPI_NULL) {
      result = create_papi_set(PAPI_get_event_component(event), PAPI_DOM_ALL, set_);
    }
    if (result == PAPI_OK) result = PAPI_add_event(set_, event);
    if (result == PAPI_OK) counts_.push_back(0);
    return result;
  }
  [[nodiscard]] int start() noexcept { return PAPI_start(set_); }
  [[nodiscard]] bool read(std::size_t event, std::uint64_t& count) noexcept {
    const std::lock_guard lock(mutex_);
    if (PAPI_read(set_, counts_.data()) != PAPI_OK || counts_[event] < 0) return false;
    count = static_cast<std::uint64_t>(counts_[event]);
    return true;
  }

 private:
  int set_ = PAPI_NULL;
  std::vector<long long> counts_;  ///< buffer for a reading
  std::mutex mutex_;
};

/// Reader of one event of such a set.
class PapiEnergyReader final : public CounterReader {
 public:
  PapiEnergyReader(std::shared_ptr<PapiEnergySet> set, std::size_t event) noexcept
      : set_(std::move(set)), event_(event) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    return set_->read(event_, count);
  }

 private:
  std::shared_ptr<PapiEnergySet> set_;
  std::size_t event_;
};

/// @unit J; 0 if it is not an energy
[[nodiscard]] inline Joules energy_unit(std::string_view unit) noexcept {
  static constexpr struct {
    std::string_view name;
    double joules;
  } units[] = {{"nJ", 1e-9}, {"uJ", 1e-6}, {"mJ", 1e-3}, {"J", 1.0}};
  for (const auto& known : units) {
    if (known.name == unit) return Joules(known.joules);
  }
  return Joules(0.0);
}

/// Reads until all counters have moved, for at most a second. Until then, components of PAPI return
/// the value of the counter rather than the count since the start.
[[nodiscard]] inline bool wait_until_counters_move(CounterMeter& meter) {
  Reading first(meter.description());
  Reading now(meter.description());
  if (!meter.read(first)) return false;
  const Instant begin = CounterMeter::now();
  for (;;) {
    if (!meter.read(now)) return false;
    bool moved = true;
    for (std::size_t i = 0; i < now.counts.size(); ++i) {
      moved = moved && now.counts[i] != first.counts[i];
    }
    if (moved || CounterMeter::now() - begin > Seconds(1.0)) return moved;
  }
}

}  // namespace detail

/// Reads energy through PAPI, if its library has a component for that. Debian's has none, and the
/// kernel's own counters need no PAPI (docs/reference/meters.md).
/// @param names  events of one component in nJ, uJ, mJ or J: "rapl:::PACKAGE_ENERGY:PACKAGE0". Each
///               is added to the total
/// @param scope  what they cover together
/// @error as open_powercap
/// @throws Error if PAPI can't be started
/// @source PAPI's low-level interface, components rapl and powercap
[[nodiscard]] inline Probe<CounterMeter> open_papi_energy(View<std::string> names, Scope scope) {
  detail::start_papi();
  CounterMeter meter("papi", "", "read through PAPI; other programs' share is in it");
  const auto energy = std::make_shared<detail::PapiEnergySet>();
  for (const std::string& name : names) {
    const auto no = [&](const std::string& why) {
      return Probe<CounterMeter>(text::format("{}: {}", name, why),
                                 "papi_native_avail (Debian: papi-tools) lists those it has");
    };
    int code = 0;
    int result = PAPI_event_name_to_code(name.c_str(), &code);
    PAPI_event_info_t info{};
    if (result == PAPI_OK) result = PAPI_get_event_info(code, &info);
    if (result == PAPI_OK) result = energy->add(code);
    if (result != PAPI_OK) return no(detail::papi_reason(result));
    Zone zone;
    zone.per_count = detail::energy_unit(info.units);
    if (zone.per_count == Joules(0.0)) return no("it is no energy");
    zone.name = name;
    zone.id = name;
    zone.modulus = never_wraps;
    zone.resolution = Joules(61e-6);  // RAPL's on most machines
    if (zone.resolution < zone.per_count) zone.resolution = zone.per_count;
    zone.update_period = detail::rapl_period;
    const std::size_t event = meter.description().zones.size();
    meter.add(zone, std::make_unique<detail::PapiEnergyReader>(energy, event));
  }
  const int started = energy->start();
  if (started != PAPI_OK || !detail::wait_until_counters_move(meter)) {
    const std::string why =
        started == PAPI_OK ? std::string("its counters do not move") : detail::papi_reason(started);
    return {text::format("PAPI: {}", why), "use the kernel's own counters", ProbeState::broken};
  }
  meter.description().scope = scope;
  meter.measure_update_periods();
  // Between two readings PAPI sees one wrap of 32 bits, but not two.
  meter.poll_for_wraps(Seconds(60.0));
  return meter;
}

/// @copydoc open_papi_energy(View<std::string>, Scope)
[[nodiscard]] inline Probe<CounterMeter> open_papi_energy(std::initializer_list<std::string> names,
                                                          Scope scope) {
  return open_papi_energy(View<std::string>(names), scope);
}

}  // namespace perjoule::inline v0

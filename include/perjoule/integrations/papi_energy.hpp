// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <papi.h>
#include <pthread.h>
#include <string.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/integrations/papi.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Events of energy, which one set of PAPI's counts from its start on.
struct PapiEnergySet {
  int set = PAPI_NULL;
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

  static void release(void* self) {
    auto* const own = static_cast<PapiEnergySet*>(self);
    destroy_papi_set(own->set);
    delete own;
  }
  [[nodiscard]] static bool read_one(const CounterSource& source, std::uint64_t& count) noexcept {
    auto& own = *static_cast<PapiEnergySet*>(source.device);
    long long counts[max_events] = {};
    pthread_mutex_lock(&own.lock);
    const int code = PAPI_read(own.set, counts);
    pthread_mutex_unlock(&own.lock);
    count = static_cast<std::uint64_t>(counts[source.place]);
    return code == PAPI_OK && counts[source.place] >= 0;
  }
};

/// @unit J; 0 where it is no energy
[[nodiscard]] inline Joules energy_unit(const char* unit) noexcept {
  static constexpr struct {
    const char* name;
    double joules;
  } units[] = {{"nJ", 1e-9}, {"uJ", 1e-6}, {"mJ", 1e-3}, {"J", 1.0}};
  for (const auto& known : units) {
    if (strcmp(known.name, unit) == 0) return Joules(known.joules);
  }
  return Joules(0.0);
}

/// Reads until all counters have moved, a second at the most: until then components of PAPI tell
/// what the counter says, and not what came since the start.
[[nodiscard]] inline bool wait_until_counters_move(CounterMeter& meter) noexcept {
  Reading first;
  if (!meter.read(first)) return false;
  const Instant begin = CounterMeter::now();
  for (;;) {
    Reading now;
    if (!meter.read(now)) return false;
    bool moved = true;
    for (std::size_t i = 0; i < meter.description().zones.size(); ++i) {
      moved = moved && now.counts[i] != first.counts[i];
    }
    if (moved || CounterMeter::now() - begin > Seconds(1.0)) return moved;
  }
}

}  // namespace detail

/// Reads energy through PAPI, where its library has a component that does: Debian's has none, and
/// the kernel's own counters need no PAPI (docs/reference/meters.md).
/// @param names  events of one component in nJ, uJ, mJ or J: "rapl:::PACKAGE_ENERGY:PACKAGE0". Each
///               is added to the total
/// @param scope  what they cover together
/// @error as open_powercap
/// @throws Error where there is no PAPI, and for more than 16 names
/// @source PAPI's low-level interface, components rapl and powercap
[[nodiscard]] inline Probe<CounterMeter> open_papi_energy(std::initializer_list<const char*> names,
                                                          Scope scope) {
  if (names.size() > max_zones) {
    detail::fail("too many counters of energy", text::format("%zu", names.size()).chars,
                 "name 16 of them or fewer");
  }
  detail::start_papi();
  CounterMeter meter("papi", "", "read through PAPI; other programs' share is in it");
  auto* const energy = new detail::PapiEnergySet;
  meter.add_cleanup({&detail::PapiEnergySet::release, energy});
  for (const char* const name : names) {
    const auto no = [&](const text::Name& why) {
      return Probe<CounterMeter>(text::format("%s: %s", name, why.chars).chars,
                                 "papi_native_avail (Debian: papi-tools) lists those it has");
    };
    int code = 0;
    int result = PAPI_event_name_to_code(name, &code);
    PAPI_event_info_t info{};
    if (result == PAPI_OK) result = PAPI_get_event_info(code, &info);
    if (result == PAPI_OK && energy->set == PAPI_NULL) {
      const int component = PAPI_get_event_component(code);
      result = detail::create_papi_set(component, PAPI_DOM_ALL, energy->set);
    }
    if (result == PAPI_OK) result = PAPI_add_event(energy->set, code);
    if (result != PAPI_OK) return no(detail::papi_reason(result));
    Zone zone;
    zone.per_count = detail::energy_unit(info.units);
    if (zone.per_count == Joules(0.0)) return no("it is no energy");
    zone.name = name;
    zone.id = name;
    zone.modulus = never_wraps;
    zone.resolution = Joules(61e-6);  // RAPL's on most
    if (zone.resolution < zone.per_count) zone.resolution = zone.per_count;
    zone.update_period = detail::rapl_period;
    detail::CounterSource source{&detail::PapiEnergySet::read_one};
    source.place = meter.description().zones.size();
    source.device = energy;
    (void)meter.add(zone, source);
  }
  const int started = PAPI_start(energy->set);
  if (started != PAPI_OK || !detail::wait_until_counters_move(meter)) {
    const text::Name why =
        started == PAPI_OK ? text::Name("its counters do not move") : detail::papi_reason(started);
    return {text::format("PAPI: %s", why.chars).chars, "use the kernel's own counters",
            ProbeState::broken};
  }
  meter.description().scope = scope;
  meter.measure_update_periods();
  meter.poll_for_wraps(
      Seconds(60.0));  // PAPI sees one turn of 32 bits between two readings, not two
  return meter;
}

}  // namespace perjoule::inline v0

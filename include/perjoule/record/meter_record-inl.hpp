// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/record/meter_record.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail::record {

PERJOULE_INLINE void write_gain(Object object, const GainUncertainty& gain) {
  const double unknown = gain.is_known() ? 0.0 : quiet_nan();
  object.add("share", gain.share)
      .add("offset_w", gain.offset.si() + unknown)
      .add("share_between_workloads", gain.share_between)
      .add("offset_between_workloads_w", gain.offset_between.si() + unknown);
}

PERJOULE_INLINE void write_zone(Object object, const Zone& zone) {
  object.add("name", zone.name).add("id", zone.id);
  if (zone.modulus == never_wraps) {
    object.add("modulus_counts", nullptr);
  } else {
    object.add("modulus_counts", zone.modulus);
  }
  object.add("count_j", zone.per_count.si())
      .add("resolution_j", zone.resolution.si())
      .add("update_period_s", zone.update_period.si())
      .add("lateness_s", zone.lateness.si())
      .add("jitter_s", zone.jitter.si())
      .add("jitter_dof", zone.jitter_dof)
      .add("max_power_w", zone.max_power.si());
  write_gain(object.object("gain", Layout::line), zone.gain);
}

PERJOULE_INLINE void write_absent(Array array, View<AbsentMeter> meters) {
  for (const AbsentMeter& meter : meters) {
    array.object(Layout::line)
        .add("source", meter.source)
        .add("state", name(meter.state))
        .add("reason", meter.reason)
        .add("fix", meter.fix);
  }
}

PERJOULE_INLINE void write_meter(Object object, const Entry& entry) {
  const MeterDescription& meter = entry.meter;
  object.add("source", meter.source)
      .add("root", meter.root)
      .add("scope", name(meter.scope))
      .add("provenance", name(meter.provenance))
      .add("update_period_s", meter.update_period.si())
      .add("note", meter.note);
  {
    Array zones = object.array("zones");
    for (const Zone& zone : meter.zones) write_zone(zones.object(Layout::line), zone);
  }
  write_absent(object.array("absent"), entry.absent_meters);
}

PERJOULE_INLINE std::vector<std::size_t> write_meters(Array array, Entries entries) {
  const auto is_same = [](const MeterDescription& a, const MeterDescription& b) {
    return a.source == b.source && a.root == b.root && a.note == b.note &&
           a.provenance == b.provenance && a.update_period == b.update_period;
  };
  std::vector<const MeterDescription*> written;
  std::vector<std::size_t> meter_of;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const MeterDescription& meter = entries[i].meter;
    const auto same =
        std::find_if(written.begin(), written.end(),
                     [&](const MeterDescription* other) { return is_same(*other, meter); });
    meter_of.push_back(static_cast<std::size_t>(same - written.begin()));
    if (same != written.end()) continue;
    written.push_back(&meter);
    write_meter(array.object(), entries[i]);
  }
  return meter_of;
}

}  // namespace perjoule::inline v0::detail::record

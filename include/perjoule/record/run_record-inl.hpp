// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/field_writer.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/record/record_fields.hpp"
#include "perjoule/record/run_record.hpp"

namespace perjoule::inline v0::detail::record {

/// The different meters of some entries.
struct UsedMeters {
  std::vector<const Entry*> first_of;  ///< an entry by each meter
  std::vector<std::size_t> of_entry;   ///< index of its meter
};

PERJOULE_INLINE UsedMeters used_meters(Entries entries) {
  const auto is_same = [](const MeterDescription& a, const MeterDescription& b) {
    return a.source == b.source && a.root == b.root && a.note == b.note &&
           a.provenance == b.provenance && a.update_period == b.update_period;
  };
  UsedMeters used;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto same =
        std::find_if(used.first_of.begin(), used.first_of.end(),
                     [&](const Entry* other) { return is_same(other->meter, entries[i].meter); });
    used.of_entry.push_back(static_cast<std::size_t>(same - used.first_of.begin()));
    if (same == used.first_of.end()) used.first_of.push_back(&entries[i]);
  }
  return used;
}

PERJOULE_INLINE void write_record(FieldWriter record, Entries entries) {
  const Entry& first = entries[0];
  record.text("schema", "perjoule.run/1");
  run_fields(record.object("run"), first.environment.run, first.build);
  machine_fields(record.object("machine"), first.environment.machine);
  const UsedMeters used = used_meters(entries);
  record.list("meters", Layout::lines, used.first_of, [](FieldWriter&& meter, const Entry* of) {
    meter_fields(meter, of->meter, of->absent_meters);
  });
  std::vector<std::size_t> indices(entries.size());
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = i;
  record.list("entries", Layout::lines, indices, [&](FieldWriter&& entry, std::size_t i) {
    entry_fields(entry, entries[i], used.of_entry[i]);
  });
}

/// @throws Error if the entries are not of one machine, or if there are none
PERJOULE_INLINE void expect_one_machine(Entries entries) {
  if (entries.size() == 0) {
    fail("a run record without entries", "nothing was measured", "call measure() first");
  }
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].environment.machine.key != entries[0].environment.machine.key) {
      fail("two machines in one run record", entries[i].plan.label(),
           "write one record for each machine");
    }
  }
}

}  // namespace perjoule::inline v0::detail::record

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string to_json(Entries entries) {
  detail::record::expect_one_machine(entries);
  JsonWriter json;
  detail::record::write_record(detail::record::FieldWriter(json), entries);
  return json.text() + '\n';
}

PERJOULE_INLINE void write_json(const std::string& path, Entries entries) {
  write_file(path, to_json(entries));
}

}  // namespace perjoule::inline v0

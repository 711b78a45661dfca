// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/field_writer.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/record/record_fields.hpp"
#include "perjoule/record/run_record.hpp"

namespace perjoule::inline v0::detail::record {

/// What several entries of a record have in common, once.
struct Surroundings {
  std::vector<const Entry*> meters;  ///< an entry by each meter
  std::vector<const Entry*> runs;    ///< an entry of each run
  std::vector<Places> of_entry;
};

/// Finds equal parts of entries by what is written of them.
template <class WriteFields>
class Different {
 public:
  /// @param fields  called as fields(writer, entry)
  Different(std::vector<const Entry*>& first_of, WriteFields fields)
      : first_of_(first_of), fields_(fields) {}

  /// Returns the place of the first entry that is like this one, and adds it if there is none.
  [[nodiscard]] std::size_t place_of(const Entry& entry) {
    JsonWriter json(JsonWriter::Form::canonical);
    fields_(FieldWriter(json), entry);
    const auto [found, is_new] = places_.emplace(json.text(), first_of_.size());
    if (is_new) first_of_.push_back(&entry);
    return found->second;
  }

 private:
  std::vector<const Entry*>& first_of_;
  WriteFields fields_;
  std::map<std::string, std::size_t> places_;
};

PERJOULE_INLINE void write_meter(FieldWriter&& meter, const Entry& of) {
  meter_fields(meter, of.meter, of.absent_meters);
}

PERJOULE_INLINE void write_run(FieldWriter&& run, const Entry& of) {
  other_run_fields(run, of.environment, of.build);
}

PERJOULE_INLINE Surroundings surroundings_of(Entries entries) {
  Surroundings found;
  Different meters(found.meters, write_meter);
  Different runs(found.runs, write_run);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    found.of_entry.push_back({meters.place_of(entries[i]), runs.place_of(entries[i])});
  }
  return found;
}

PERJOULE_INLINE void surrounding_fields(FieldWriter& record, const Surroundings& found) {
  const Entry& first = *found.runs[0];
  record.text("schema", "perjoule.run/1");
  run_fields(record.object("run"), first.environment.run, first.build);
  machine_fields(record.object("machine"), first.environment.machine);
  if (found.runs.size() > 1) {
    const View<const Entry*> others(found.runs.data() + 1, found.runs.size() - 1);
    record.list("other_runs", Layout::lines, others,
                [](FieldWriter&& run, const Entry* of) { write_run(std::move(run), *of); });
  }
  record.list("meters", Layout::lines, found.meters,
              [](FieldWriter&& meter, const Entry* of) { write_meter(std::move(meter), *of); });
}

/// @throws Error if the entries are not of one machine, or if there are none
PERJOULE_INLINE void expect_one_machine(Entries entries) {
  if (entries.size() == 0) {
    fail("a run record without entries", "nothing was measured", "call measure() first");
  }
  expect_measured(entries);
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].environment.machine.key != entries[0].environment.machine.key) {
      fail("two machines in one run record", entries[i].plan.label(),
           "write one record for each machine");
    }
  }
}

}  // namespace perjoule::inline v0::detail::record

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void write_record(Entries entries, const std::function<std::string()>& sha256,
                                  const std::function<void(std::string_view)>& write) {
  record::expect_one_machine(entries);
  const record::Surroundings found = record::surroundings_of(entries);
  JsonWriter json;
  {
    record::FieldWriter fields(json);
    record::surrounding_fields(fields, found);
    std::vector<std::size_t> indices(entries.size());
    for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = i;
    fields.list("entries", record::Layout::lines, indices,
                [&](record::FieldWriter&& entry, std::size_t i) {
                  record::entry_fields(entry, entries[i], found.of_entry[i]);
                  write(json.take());
                });
    fields.text("sha256", sha256());
  }
  write(json.take() + '\n');
}

PERJOULE_INLINE std::string record_sha256(Entries entries) {
  record::expect_one_machine(entries);
  const record::Surroundings found = record::surroundings_of(entries);
  Sha256 hash;
  hash.add("{\"entries\":[");  // which come before all else in the canonical form
  for (std::size_t i = 0; i < entries.size(); ++i) {
    JsonWriter json(JsonWriter::Form::canonical);
    record::entry_fields(record::FieldWriter(json), entries[i], found.of_entry[i]);
    if (i != 0) hash.add(",");
    hash.add(json.text());
  }
  JsonWriter json(JsonWriter::Form::canonical);
  {
    record::FieldWriter fields(json);
    record::surrounding_fields(fields, found);
  }
  hash.add("],");
  hash.add(std::string_view(json.text()).substr(1));
  return hash.hex();
}

PERJOULE_INLINE std::string entry_sha256(const Entry& entry) {
  JsonWriter json(JsonWriter::Form::canonical);
  {
    record::FieldWriter all(json);
    record::write_run(all.object("run"), entry);
    record::write_meter(all.object("meter"), entry);
    constexpr record::Places nowhere;
    record::entry_fields(all.object("entry"), entry, nowhere);
  }
  return sha256_hex(json.text());
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string to_json(Entries entries) {
  std::string text;
  detail::write_record(
      entries, [&] { return detail::record_sha256(entries); },
      [&](std::string_view part) { text += part; });
  return text;
}

PERJOULE_INLINE void write_json(const std::string& path, Entries entries) {
  OutputFile file(path);
  detail::write_record(
      entries, [&] { return detail::record_sha256(entries); },
      [&](std::string_view part) { file.append(part); });
  file.finish();
}

}  // namespace perjoule::inline v0

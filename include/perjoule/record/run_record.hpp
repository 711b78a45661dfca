// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

namespace detail {

void put_estimate(JsonWriter& json, const char* key, const Estimate<double>& estimate,
                  const Interval<double>& interval, const char* why_missing) noexcept;

void put_estimate(JsonWriter& json, const char* key, const Estimate<double>& estimate,
                  const char* why_missing) noexcept;

/// What could not be read is kept as 0, and written as null.
[[nodiscard]] inline double or_null(double number) noexcept {
  return number == 0.0 ? quiet_nan() : number;
}

void put_run(JsonWriter& json, const Entry& first) noexcept;

void put_meter(JsonWriter& json, const Entry& entry) noexcept;

void put_quality(JsonWriter& json, const Quality& quality, View<double> per_item) noexcept;

void put_latency(JsonWriter& json, const char* key, const Latency& latency) noexcept;

void put_counters(JsonWriter& json, const Entry& entry) noexcept;

void put_samples(JsonWriter& json, const Samples& samples) noexcept;

/// 0 is "not given".
void put_count(JsonWriter& json, std::uint64_t count) noexcept;

void put_files(JsonWriter& json, const ModelFiles& files) noexcept;

void put_entry(JsonWriter& json, const Entry& entry, std::size_t meter) noexcept;

void put_record(JsonWriter& json, Entries entries);

}  // namespace detail

/// The run record of some entries, as JSON text: docs/reference/perjoule.run-1.schema.json.
/// @throws Error for no entries, and for entries of different machines, which one record can't hold
[[nodiscard]] std::string to_json(Entries entries);

/// Writes a run record, whole or not at all; missing folders are made.
/// @throws Error when the file can't be written, and as to_json
inline void write_json(std::string_view path, Entries entries) {
  JsonWriter json;
  detail::put_record(json, entries);
  write_file(path, json.written());
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/run_record-inl.hpp"
#endif

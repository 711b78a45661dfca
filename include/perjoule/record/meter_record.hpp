// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/record/json_writer.hpp"

// The part of a run record that describes its meters.
namespace perjoule::inline v0::detail::record {

using Object = JsonWriter::Object;
using Array = JsonWriter::Array;
using Layout = JsonWriter::Layout;

/// Writes each different meter once, and returns the index of each entry's meter.
[[nodiscard]] std::vector<std::size_t> write_meters(Array array, Entries entries);

}  // namespace perjoule::inline v0::detail::record

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/meter_record-inl.hpp"
#endif

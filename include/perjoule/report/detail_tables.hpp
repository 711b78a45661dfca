// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Why events are missing, a sentence for each reason: "no instructions, cycles: ...".
[[nodiscard]] std::vector<std::string> missing_events(const EventCounts& use);

}  // namespace detail

/// The events of an item and what is derived from them: a row each, and a column for each entry.
/// The reasons of missing ones stand below.
/// @param item  what an item is called
[[nodiscard]] Table event_table(Entries entries, std::string_view item = "item");

/// Every byte of a model: a row each, and a column for each entry. The files add up to the row
/// "stored in all". What nobody counted is n/a.
[[nodiscard]] Table footprint_table(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/detail_tables-inl.hpp"
#endif

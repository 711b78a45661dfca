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

/// Returns why events are missing, one sentence for each reason: "no instructions, cycles: ...".
[[nodiscard]] std::vector<std::string> missing_events(const EventCounts& use);

}  // namespace detail

/// Returns a table of the events per item and the metrics derived from them: a row for each, and a
/// column for each entry. The notes below it give the reasons for missing events.
/// @param item  what an item is called
[[nodiscard]] Table event_table(Entries entries, std::string_view item = "item");

/// Returns a table of every byte of a model: a row for each number, and a column for each entry.
/// The files add up to the row "stored in all". Numbers that were not counted are n/a.
[[nodiscard]] Table footprint_table(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/detail_tables-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0 {

/// Returns the run record of some entries, as JSON text: docs/reference/perjoule.run-1.schema.json.
/// @throws Error for no entries, and for entries of different machines, which one record can't hold
[[nodiscard]] std::string to_json(Entries entries);

/// Writes a run record, either completely or not at all. Missing folders are created.
/// @throws Error if the file can't be written, and as to_json
void write_json(const std::string& path, Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/run_record-inl.hpp"
#endif

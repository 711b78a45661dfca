// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0 {

/// Returns the run record of some entries, as JSON text: docs/reference/perjoule.run-1.schema.json.
/// @throws Error for no entries, and for entries of different machines, which one record can't hold
[[nodiscard]] std::string to_json(Entries entries);

namespace detail {

/// Writes a run record part by part, so that a large one is never in memory as a whole.
/// @param sha256  returns record_sha256(entries), which may be computed in another thread
/// @param write   called with each part
/// @throws as to_json
void write_record(Entries entries, const std::function<std::string()>& sha256,
                  const std::function<void(std::string_view)>& write);

/// Returns the SHA-256 of a record's canonical form.
/// @throws as to_json
[[nodiscard]] std::string record_sha256(Entries entries);

/// Returns the SHA-256 of all that a record says of an entry, whatever else is in that record.
[[nodiscard]] std::string entry_sha256(const Entry& entry);

}  // namespace detail

/// Writes a run record, either completely or not at all. Missing folders are created.
/// @throws Error if the file can't be written, and as to_json
void write_json(const std::string& path, Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/run_record-inl.hpp"
#endif

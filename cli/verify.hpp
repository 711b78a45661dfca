// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/disturbances.hpp"
#include "cli/json_values.hpp"
#include "cli/rules.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// What a record is held against besides itself.
struct VerifyOptions {
  std::optional<Rules> rules;
  std::string files;  ///< the folder with the models' files, which are weighed again
  std::string text;   ///< the text that bits per byte are of, which is counted again
};

/// What computing a record again has shown.
struct Verification {
  std::string file;
  std::vector<Finding> findings;         ///< for each of which it is refused
  std::vector<std::string> not_checked;  ///< what the record does not have the parts of, in words
  std::string why_not_read;              ///< of a file that is no record
  std::string sha256;                    ///< of the record's canonical form, as it was computed
  std::vector<Entry> entries;            ///< with all that was computed again
  std::vector<Measurement> measurements;

  [[nodiscard]] bool is_accepted() const noexcept {
    return findings.empty() && why_not_read.empty();
  }
};

/// Computes again what follows from a record's windows, items and files, and looks for what no
/// machine measures and what the rules do not allow.
/// @param record  as it was parsed
/// @param found   has its file and its entries as they were read, and gets all else
void check_record(const Json& record, const VerifyOptions& options, Verification& found);

/// Reads a record and checks it.
///
/// It shows that a record is consistent, and not that what it says was measured.
[[nodiscard]] Verification verify_record(const std::string& path,
                                         const VerifyOptions& options = {});

/// Verifies files in all threads of this machine, and then together.
/// @param keep  called in those threads with each verification, in any order, to take out what it
///              needs of the entries, which are freed afterwards
/// @return in the order of the files
[[nodiscard]] std::vector<Verification> verify_records(
    const std::vector<std::string>& paths, const VerifyOptions& options,
    const std::function<void(std::size_t, Verification&)>& keep = {});

}  // namespace perjoule::cli

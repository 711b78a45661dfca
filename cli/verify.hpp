// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "cli/subcommand.hpp"

namespace perjoule::cli {

/// A number of a record that does not follow from the rest of it.
struct Contradiction {
  std::string pointer;  ///< "/entries/0/energy/total_j_per_item/value"
  std::string why;      ///< "it is 0.1, but the rest of the record gives 0.2"
};

/// What computing a record again has shown.
struct Verification {
  std::string file;
  std::vector<Contradiction> contradictions;
  std::vector<std::string> not_checked;  ///< what the record does not have the parts of, in words
  std::string why_not_read;              ///< of a file that is no record

  [[nodiscard]] bool is_consistent() const noexcept {
    return contradictions.empty() && why_not_read.empty();
  }
};

/// Computes again what follows from a record's windows and items: times, energies, values of
/// metrics, skills, scores, and the interval of each. What a record leaves out, it does not claim.
///
/// It shows that a record is consistent, and not that what it says was measured.
[[nodiscard]] Verification verify_record(const std::string& path);

Subcommand add_verify(CLI::App& app);

}  // namespace perjoule::cli

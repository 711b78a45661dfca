// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/rules.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// An entry among all that are verified together.
struct Measurement {
  std::string file;
  std::string pointer;  ///< to the entry in its record
  std::string name;
  std::string run_id;
  std::string step;                         ///< equal for parts of one command; empty: not known
  bool is_part = false;                     ///< that of one rank
  std::vector<std::string> boots;           ///< of its machines; empty: not known
  double began = 0.0;                       ///< seconds since 1970
  double ended = 0.0;                       ///< not above `began`: not known
  double began_boot = detail::quiet_nan();  ///< on its own machine's clock; not finite: not known
  std::string own_boot;                     ///< that machine
  std::string windows;  ///< hash of its windows; empty for few, and on a simulated machine
  std::string record;   ///< hash of its record
};

[[nodiscard]] Measurement measurement_of(const Entry& entry, const std::string& file,
                                         const std::string& pointer, const std::string& record);

/// A finding about an entry of one of several files.
struct SharedFinding {
  std::size_t measurement;  ///< index of the later of two
  std::size_t other;        ///< index of the other one
  Finding finding;
};

/// Returns measurements that disturbed each other, since they ran at once on one machine, and
/// windows that stand in two entries. A record that is there twice counts once.
[[nodiscard]] std::vector<SharedFinding> disturbances(std::vector<Measurement> measurements);

/// Returns the seconds since 1970 of "2026-01-31T12:00:00.250Z"; nothing for another text.
[[nodiscard]] std::optional<double> seconds_of_utc(const std::string& utc);

}  // namespace perjoule::cli

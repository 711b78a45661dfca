// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/history_document.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/regress/observations.hpp"

namespace perjoule::cli {

/// What a run of a history is for.
enum class NightRole : std::uint8_t {
  night,   ///< one more night
  anchor,  ///< of the anchor release, for example on a new machine
};
[[nodiscard]] constexpr std::string_view name(NightRole role) noexcept {
  return role == NightRole::anchor ? "anchor" : "night";
}

/// One run of a history: what the processes of one night measured on one machine.
struct Night {
  static constexpr std::string_view schema = "perjoule.night/1";

  std::string id;  ///< hash of all that follows
  NightRole role = NightRole::night;
  Environment environment;  ///< of the first process, without its command
  std::size_t processes = 0;
  /// In ascending order of benchmark and metric, which no two share.
  std::vector<Observations> series;

  [[nodiscard]] const std::string& utc() const noexcept { return environment.run.utc; }
  [[nodiscard]] const std::string& machine() const noexcept { return environment.machine.key; }
};

/// Returns the name of a night's file: "20260131T120000Z-0123456789abcdef.json".
[[nodiscard]] std::string file_name(const Night& night);

/// Returns the night of some files, each of one process or of several.
/// @param files  run records and reports of Google Benchmark; their order does not matter
/// @throws Error for a file that cannot be read, for files of two machines, two commits or two
///         versions, which are named, and for a run without a time or without a number
[[nodiscard]] Night night_of(std::vector<std::string> files, NightRole role);

/// Returns the content of a night's file, with one series a line, and gives the night its id.
[[nodiscard]] std::string write_night(Night& night);

/// A night's file, of which the series are not parsed yet.
struct NightText {
  Night night;                          ///< without series
  std::vector<std::string_view> lines;  ///< JSON of a series each; refers to the content
};

/// Reads the beginning of a night's file.
/// @param name     of the file, which has to be that of its content; empty: any
/// @param ignored  gets the pointers of keys that this version does not know
/// @throws Refusal if it was changed after it was written, or holds what cannot be
[[nodiscard]] NightText split_night(std::string_view content, std::string_view name,
                                    std::vector<std::string>& ignored);

/// Reads a night's file: the same, with all of its series.
/// @throws Refusal
[[nodiscard]] Night read_night(std::string_view content, std::string_view name,
                               std::vector<std::string>& ignored);

/// Returns a night's JSON without its series, and reads it.
[[nodiscard]] std::string write_night_head(Night night);
/// @throws Refusal
[[nodiscard]] Night read_night_head(std::string_view json);

/// Refuses two neighbours that are not in ascending order, or have one name.
/// @throws Refusal
void expect_order(const Observations& before, const Observations& after);

/// Returns a series as the line of a night's file, which read_series() reads.
[[nodiscard]] std::string write_series(const Observations& series);
/// @throws Refusal
[[nodiscard]] Observations read_series(std::string_view json, std::vector<std::string>& ignored);

/// Tells whether a text is a time as in "2026-01-31T12:00:00Z".
[[nodiscard]] bool is_utc(std::string_view text);

}  // namespace perjoule::cli

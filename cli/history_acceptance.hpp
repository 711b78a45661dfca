// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "cli/history_document.hpp"
#include "perjoule/regress/observations.hpp"

namespace perjoule::cli {

/// The decision that a change of some series stays: from a night on, they are judged by what they
/// are since.
struct Acceptance {
  static constexpr std::string_view schema = "perjoule.acceptance/1";

  std::string id;
  std::string utc;          ///< when it was decided
  std::string series;       ///< a pattern of their names: see series_matches()
  std::string first_night;  ///< id of the first run that it holds for
  std::string from_utc;     ///< when that run began
  std::string reason;       ///< not empty
  std::string until;        ///< the last day, in UTC, as in "2026-12-31"; empty: for good

  /// Tells whether it holds for a series on a night.
  [[nodiscard]] bool holds_for(const std::string& name, std::string_view night_utc) const;
};

/// The run that slow changes are measured against.
struct Anchor {
  static constexpr std::string_view schema = "perjoule.anchor/1";

  std::string id;
  std::string utc;  ///< when it was chosen; the last one counts
  std::string run;  ///< id of the run
};

/// Returns the name of a series: "mlp-int8/energy".
[[nodiscard]] std::string series_name(const std::string& benchmark, const std::string& metric);

/// Tells whether a pattern is that of a whole name: a star stands for any text and a question mark
/// for any byte; after a backslash both, and the backslash, stand for themselves. Takes time in
/// proportion to the product of both lengths, whatever they are.
[[nodiscard]] bool series_matches(std::string_view pattern, std::string_view name);

/// Tells whether a text is a day as in "2026-01-31".
[[nodiscard]] bool is_day(std::string_view text);

/// Returns the time of the system clock: "2026-01-31T12:00:00Z".
[[nodiscard]] std::string now_utc();

/// Returns the name of a document's file.
[[nodiscard]] std::string file_name(const Acceptance& acceptance);
[[nodiscard]] std::string file_name(const Anchor& anchor);

[[nodiscard]] std::string write(Acceptance& acceptance);
[[nodiscard]] std::string write(Anchor& anchor);

/// Reads the file of an acceptance or an anchor.
/// @throws Refusal
template <class Document>
[[nodiscard]] Document read(std::string_view content, std::string_view name);

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/history.hpp"
#include "perjoule/regress/change_points.hpp"
#include "perjoule/regress/metric_comparison.hpp"

namespace perjoule::cli {

/// What the last night shows of a series, held against its last accepted level.
enum class SeriesState : std::uint8_t {
  too_few_nights,
  steady,
  improved,
  suspect,    ///< worse on this night alone: the next one confirms it or not
  missing,    ///< a night of the week before had it
  crept,      ///< worse than the anchor, though no single night changed it
  regressed,  ///< worse, and not accepted
};
[[nodiscard]] std::string_view name(SeriesState state) noexcept;

/// A series of one machine and one workload.
struct SeriesFinding {
  std::string name;  ///< "mlp-int8/energy"
  std::string benchmark;
  std::string machine;
  SeriesState state = SeriesState::too_few_nights;
  const Observations* kind = nullptr;
  double before = 0.0;  ///< level before the change, or of the anchor. @unit of the series
  double now = 0.0;     ///< level since. @unit of the series
  double ratio = 1.0;   ///< of both. @unit none
  Interval<double> ratio_interval;
  bool is_quality = false;  ///< compared item by item with the reference night
  std::string reason;       ///< in words, where numbers do not tell all
  /// The change lies after the night `last_old`, and not later than `first_new`; indices into
  /// History::nights.
  std::size_t last_old = 0;
  std::size_t first_new = 0;
  std::size_t first = 0;     ///< the most likely first night of the new level
  std::size_t found = 0;     ///< night on which it was found
  std::size_t searched = 0;  ///< how many nights were
  /// Medians of its nights, of a quality and for a picture. @unit of the series
  std::vector<double> nights;
  std::vector<std::pair<double, double>> spans;  ///< least and largest of each night's processes
  std::optional<double> anchor;         ///< median of the anchor release on this machine, if it ran
  std::vector<std::size_t> nights_at;   ///< their indices into History::nights
  std::vector<std::size_t> changed_at;  ///< nights, of those searched, on which the level changed
  std::vector<std::size_t> accepted_at;  ///< those of them that were accepted
  std::size_t swapped_at = 0;            ///< first night on another machine; 0: none
};

/// Findings that one commit can have caused.
struct NightlyIncident {
  std::vector<std::size_t> findings;  ///< indices
  std::size_t last_old = 0;           ///< see SeriesFinding
  std::size_t first_new = 0;
  std::string shared;  ///< what its series have in common: "energy of mlp-*"
};

struct NightlyResult {
  std::vector<SeriesFinding> findings;  ///< those that need a person first
  std::vector<NightlyIncident> incidents;
  std::vector<std::string> traded;  ///< benchmarks whose efficiency improved and quality fell
  std::vector<std::string> notes;   ///< what a reader has to know, in sentences
  bool has_failed = false;
  std::size_t night = 0;  ///< that was judged: an index into History::nights
};

struct NightlyOptions {
  std::string added_utc;  ///< when a run began that was just added; empty: none was
  std::string machine;    ///< whose last night is judged; empty: that of the last run

  bool confirm = false;        ///< a second night has to show a change
  bool patient = false;        ///< see ChangeSearch::patient
  bool allow_missing = false;  ///< a series that ended is no failure
  bool pictures = false;       ///< findings have their nights
  double creep = 0.05;         ///< may be lost against the anchor. @unit a share of 1
};

/// Judges the last night of a machine.
///
/// Series are those of segments_of(): a changed workload or unit begins a new one. A machine that
/// replaced another one continues its series if the anchor release was run on both. A series stays
/// `regressed` until it is as good as before again, or the change is accepted.
[[nodiscard]] NightlyResult judge_nights(const HistoryStore& store, const History& history,
                                         const NightlyOptions& options);

}  // namespace perjoule::cli

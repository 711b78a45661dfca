// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/history_acceptance.hpp"
#include "cli/history_night.hpp"
#include "cli/history_store.hpp"
#include "cli/number_arena.hpp"
#include "perjoule/regress/observations.hpp"

namespace perjoule::cli {

/// What a series was on one night.
struct NightPoint {
  std::size_t night = 0;               ///< index in History::nights
  const Observations* kind = nullptr;  ///< unit, better, scope, ...; without values and qualities
  std::span<const double> values;      ///< one for each process, in order of time
};

/// A number of a benchmark over all nights: see points_of().
struct NightlySeries {
  std::string benchmark;
  std::string metric;
  std::size_t place = 0;  ///< in NightNumbers::places
};

/// Where a night has the numbers of a series.
struct SeriesPlace {
  const Observations* kind = nullptr;  ///< none: the night does not have it
  std::uint32_t first = 0;             ///< of its numbers
  std::uint32_t count = 0;
};

/// The numbers of a night.
struct NightNumbers {
  std::span<const double> values;                    ///< one series after the other
  const std::vector<SeriesPlace>* places = nullptr;  ///< of each series; most nights share them
  std::size_t machine = 0;                           ///< the same number for the same machine
  NightRole role = NightRole::night;
};

/// All that a history has but the results of metrics item by item, which HistoryStore::read_run()
/// reads from a night's file.
struct History {
  History() = default;
  History(const History&) = delete;  // points refer to what it owns
  History& operator=(const History&) = delete;
  History(History&&) = default;
  History& operator=(History&&) = default;

  std::vector<Night> nights;            ///< in order of time, without their series
  std::vector<NightlySeries> series;    ///< in ascending order of their names
  std::vector<Acceptance> acceptances;  ///< in order of the time of the decision
  std::vector<Anchor> anchors;          ///< the last one counts
  std::vector<HistoryProblem> problems;

  /// Returns the index of the run that slow changes are measured against; nothing if none was
  /// chosen.
  [[nodiscard]] std::optional<std::size_t> anchor() const;
  /// Returns the index of the last run of this role.
  [[nodiscard]] std::optional<std::size_t> last(NightRole role = NightRole::night) const;
  /// Returns the index of the run whose id begins so.
  /// @throws Error if there is none, or several
  [[nodiscard]] std::size_t find(std::string_view id) const;

  /// Returns what a series was on a night; its kind is missing if the night does not have it.
  [[nodiscard]] NightPoint point(const NightlySeries& of, std::size_t night) const {
    const NightNumbers& in = numbers[night];
    const SeriesPlace& place = (*in.places)[of.place];
    return {night, place.kind, in.values.subspan(place.first, place.count)};
  }

  std::vector<NightNumbers> numbers;  ///< of each night
  // What they and points refer to:
  NumberArena arena;
  std::vector<Observations> kinds;
  std::vector<std::vector<SeriesPlace>> layouts;
};

/// Reads a history: all its series in order of nights.
///
/// The numbers come from a cache in the history's folder, which is brought up to date first. It is
/// built anew if it is missing, damaged, of another version of perjoule, or if run files changed or
/// are gone; in a folder that cannot be written it is built in memory. All of this is said on
/// standard error.
/// @param rebuilds  build it anew in any case
[[nodiscard]] History read_history(const HistoryStore& store, bool rebuilds = false);

/// Returns what a series was, in order of nights; a night without this series has no point.
[[nodiscard]] std::vector<NightPoint> points_of(const History& history,
                                                const NightlySeries& series);

/// Values of a series that may be compared: of nights (and no anchor runs) on one machine, with one
/// workload, unit, scope, provenance and direction.
struct Segment {
  std::size_t machine = 0;  ///< see NightNumbers
  const Observations* kind = nullptr;
  std::vector<std::size_t> nights;  ///< indices in History::nights, ascending
  std::vector<double> medians;      ///< of each: see median_of(). @unit of the series
};

/// Returns the segments of a series, in the order in which they began.
[[nodiscard]] std::vector<Segment> segments_of(const History& history, const NightlySeries& series);

/// Returns the median of a night's processes; NaN if no process has a number.
/// @unit of the series
[[nodiscard]] double median_of(std::span<const double> values);

}  // namespace perjoule::cli

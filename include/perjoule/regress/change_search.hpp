// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/regress/change_point.hpp"
#include "perjoule/regress/night_history.hpp"

namespace perjoule::inline v0::detail {

/// Least number of nights before a window that is searched.
inline constexpr std::size_t least_nights_before = 8;

/// A window of last nights that differs from the nights before it.
struct LevelShift {
  bool found = false;
  bool exact = false;       ///< of a series that is exact
  std::size_t first = 0;    ///< of the window
  double difference = 0.0;  ///< new level minus old. @unit same as the history
};

/// A night of a history, and the segment that it belongs to.
struct SearchedNight {
  NightHistory* nights = nullptr;
  std::size_t segment = 0;  ///< first night of the segment
  std::size_t last = 0;     ///< the night
  /// The history holds logarithms: a difference is a relative change. Otherwise a difference is
  /// compared with the old level.
  bool logarithms = true;
};

/// Finds the shift of a series that is exact: nine tenths of its nights repeat the night before,
/// and the segment has done so for some nights.
[[nodiscard]] LevelShift exact_shift(const SearchedNight& night);

/// Two adjoining windows, and how far their levels must differ.
struct WindowSearch {
  std::size_t least = 0;      ///< nights of the last window
  std::size_t most = 0;       ///< nights of the last window
  std::size_t before = 0;     ///< nights before it, at most
  double prior_nights = 0.0;  ///< weight of the noise of earlier nights. @unit nights
  /// Variance by which the levels of two windows differ, however long they are, as a share of the
  /// variance of a night: levels of real series wander. @unit none
  double wander = 0.0;
  double effect = 0.0;     ///< @unit a share of the level
  double threshold = 0.0;  ///< @unit standard errors
};

[[nodiscard]] WindowSearch window_search(const ChangeOptions& options);

/// Finds a shift between the last nights and those before them.
[[nodiscard]] LevelShift window_shift(const SearchedNight& night, const WindowSearch& search);

/// Finds a shift of the last three or seven nights from a reference of nights that are quiet.
[[nodiscard]] LevelShift quick_shift(const SearchedNight& night, const ChangeOptions& options);

/// Returns the first shift that one of the three finds, or of two if the search is patient.
[[nodiscard]] LevelShift level_shift(const SearchedNight& night, const ChangeOptions& options);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/change_search-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/regress/change_point.hpp"
#include "perjoule/regress/night_history.hpp"

namespace perjoule::inline v0 {

/// Tells whether the last night shows a change of the level on which the current segment began.
///
/// A gate keeps where that segment began: 0 at first, and `change.first` once a change was
/// reported. That is all the state there is: called night after night, it reports the same changes
/// as change_points().
///
/// @param nights         one value a night. Values that are not finite are missing nights, and
///                       show nothing. If all values are positive, relative changes count, and
///                       otherwise differences, as shares of the old level
/// @param segment_first  first night of the current segment
/// @param swaps          machines that were replaced, in order of nights
/// @shape nights: in order of time, from the first one
/// @throws Error for swaps that are not in order, or whose ratio or uncertainty is not usable
[[nodiscard]] NightVerdict check_last_night(View<double> nights, std::size_t segment_first = 0,
                                            const ChangeOptions& options = {},
                                            View<MachineSwap> swaps = {});

/// Finds the changes in a series, night by night: what is found on a night depends on that night
/// and earlier ones only.
///
/// On simulated noise of 1 %, a rise of 2 % is found within seven nights in nine of ten series, and
/// one of 5 % within three nights in 19 of 20. `perjoule selftest --power` prints what the searches
/// find, and how often they alarm falsely, on simulated nights, bench/nightly_replay on real ones.
///
/// The constants were tuned with these. Those of the quick part come from a search over
/// simulated nights and over one half of the real series that engineers had marked. Those of the
/// slow part and of the patient search come from coarse grids, of which a setting was taken that
/// served both halves, as its neighbours did.
///
/// A series whose value hardly ever changes, such as a count of bytes, is held to be exact: any
/// change is found on its first night.
///
/// @param nights  as for check_last_night()
/// @shape nights: in order of time, from the first one
/// @throws Error for swaps that are not in order, or whose ratio or uncertainty is not usable
/// @source Student's t of two windows with a pooled variance, towards which the noise of earlier
///         nights is averaged; Csorgo and Horvath, Limit Theorems in Change-Point Analysis (1997)
[[nodiscard]] std::vector<ChangePoint> change_points(View<double> nights,
                                                     const ChangeOptions& options = {},
                                                     View<MachineSwap> swaps = {});

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Where a search goes on: the nights before it are not searched again, and those long before it
/// are not even taken in. Trivially copyable.
struct SearchMark {
  std::size_t nights = 0;   ///< that were searched
  std::size_t segment = 0;  ///< where the current one begins, among values that are known
  std::size_t taken = 0;    ///< nights before the mark of the history, or 0
  NightHistory::Mark history;
  std::uint8_t logarithms =
      1;  ///< 1 or 0. A mark may come from a file, and a bool not from any byte.
};

/// What a search found so far, and all that it has to know to go on. It takes some hundred bytes.
struct SearchMemory {
  SearchMark mark;
  std::vector<NightHistory::Step> steps;
  std::vector<ChangePoint> changes;
};

/// Searches the nights that were added to a series since, and brings the memory up to date: it then
/// has the changes that change_points() finds in all nights, bit by bit. A memory that cannot be of
/// these nights is as an empty one, with which all nights are searched.
///
/// @param nights   first those that were searched, then any number of others
/// @param options  and `swaps`: those that the memory is of
/// @return what check_last_night() says of the last night and the current segment
/// @throws Error for swaps that cannot be used
[[nodiscard]] NightVerdict search_further(SearchMemory& memory, View<double> nights,
                                          const ChangeOptions& options,
                                          View<MachineSwap> swaps = {});

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/change_points-inl.hpp"
#endif

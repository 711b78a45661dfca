// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/regress/change_point.hpp"

namespace perjoule::inline v0 {

/// A change in one of many series.
struct SeriesChange {
  std::size_t series = 0;  ///< index of the series
  ChangePoint change;
};

/// Changes of several series that one commit can have caused.
struct Incident {
  /// The commit lies after this night, and not later than `first_new`: nights that all of its
  /// changes have in common.
  std::size_t last_old = 0;
  std::size_t first_new = 0;
  /// Indices into the changes that were passed, ascending.
  std::vector<std::size_t> changes;
};

/// Groups changes by the night that can have caused them, whenever each was found. The night that
/// most changes point to makes the first incident, the one that most of the others point to makes
/// the next one, and so on until each change has such a night in its suspect range. It then belongs
/// to the one that is near and that many others point to.
///
/// Changes of different directions form different incidents: a commit that makes some series faster
/// and others slower is two things to look at. Two commits are told apart where their nights lie
/// farther from each other than the suspect ranges reach. What the series of an incident have in
/// common is left to the caller, who knows their names.
///
/// @return the incidents, by their nights
/// @source greedy stabbing of intervals, whose most likely nights count four times
[[nodiscard]] std::vector<Incident> incidents(View<SeriesChange> changes);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/incidents-inl.hpp"
#endif

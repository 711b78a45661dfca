// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/regress/change_point.hpp"
#include "perjoule/regress/change_search.hpp"

namespace perjoule::inline v0::detail {

/// Locates a shift that was found, with its size: the split with the least scatter about the two
/// levels, of values that are bounded to their neighbourhood. Nights that could be the first one
/// are those whose split is less likely by a factor of e^9 at most. The noise is known from a few
/// nights only, and the ranges of all series that one commit slowed should contain its night.
/// @error the range contains the true night in .99 or more of series under independent noise
[[nodiscard]] ChangePoint locate_shift(const SearchedNight& night, const LevelShift& shift,
                                       const ChangeOptions& options);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/change_location-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/score/reaching.hpp"

namespace perjoule::inline v0 {

/// Where a front bends most: the contender that lies highest above the chord between the front's
/// two ends, both axes from 0 to 1 between these.
///
/// It is a place to look at first and not the best contender. The chord weighs both axes alike once
/// their ends are 0 and 1, so it moves when a contender enters beyond an end, with the scale of an
/// axis, and with the values' noise; weighted_sweep() says what other weights would choose. Where
/// no contender lies above the chord there is no knee.
///
/// @param field  with two axes
/// @error  of the values alone
/// @throws Error  where there are not two axes
/// @source Das, Structural Optimization 18 (1999) 107, for two objectives
[[nodiscard]] Choice knee(const Field& field);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/knee-inl.hpp"
#endif

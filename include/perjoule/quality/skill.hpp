// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0::detail {

/// @throws Error for no items, which have no value
void check_items(const Quality& quality);

/// Quality above the trivial predictor, from the value: a linear function of it, since trivial and
/// perfect are properties of the task and taken as known.
///
/// @param why_no_room  said where a perfect predictor is no better than the trivial one
/// @source docs/reference/formulas.md#accuracy-and-skill
void add_skill(Quality& quality, const char* why_no_room);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/skill-inl.hpp"
#endif

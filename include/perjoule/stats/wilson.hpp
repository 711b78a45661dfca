// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// The score interval of a proportion. Unlike p ± z sqrt(p(1 - p)/n) it has a width at 0 of n and n
/// of n, and never leaves [0, 1].
/// @unit   a share of 1
/// @error  covers .95 on average over p; for a single p between .93 and .97 at n >= 10
/// @source Wilson, J. Amer. Statist. Assoc. 22 (1927) 209
[[nodiscard]] Interval<double> wilson_interval(std::size_t successes, std::size_t trials,
                                               double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/wilson-inl.hpp"
#endif

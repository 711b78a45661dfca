// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// What others drew is in the sum, and nobody can tell how much: up to about twice their part of
/// the CPU time, taken as a standard uncertainty of that part.
template <class Q>
void widen(Estimate<Q>& energy, double others_share) noexcept {
  if (!energy.is_known()) return;
  energy.common = Q(math::root_sum_square(energy.common.si(), energy.value.si() * others_share));
}

/// From the windows of an entry to its time and energy per item.
/// @error docs/reference/formulas.md#from-windows-to-an-item
void summarize_windows(Entry& entry);

/// The scores of each metric of an entry.
void add_scores(Entry& entry);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/summarize-inl.hpp"
#endif

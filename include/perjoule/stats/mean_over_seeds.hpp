// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Returns the mean over models that differ in the seed of their training alone and were judged on
/// one test set: what another seed would give, on other items of that kind.
///
/// The items are the same for all, so what they leave unknown does not become smaller with more
/// seeds. The scatter between seeds has a part of it, too, and counts it twice: the interval is too
/// wide rather than too narrow.
///
/// @param seeds  of each seed: its quality, or its paired difference to another model
/// @unit  same as the seeds
/// @error random = s/sqrt(k) with k - 1 degrees of freedom, not known for a single seed; common =
///        the root mean square of the seeds' standard uncertainties. Missing if a seed is
/// @throws Error for no seeds
/// @source two crossed random effects, seeds and items; GUM (JCGM 100:2008) 5.1.2. The coverage was
///         simulated: tests/unit/stats/mean_over_seeds_test.cpp
[[nodiscard]] Estimate<double> mean_over_seeds(View<Estimate<double>> seeds);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/mean_over_seeds-inl.hpp"
#endif

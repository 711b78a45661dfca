// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/engine/plan.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// The files of a plan, weights first. One that is named twice would count twice.
[[nodiscard]] Few<NamedFile, max_files> files_of(const Plan& plan);

/// A number that is 0 where nobody gave it.
template <class Q>
[[nodiscard]] Estimate<Q> if_given(Q number) noexcept {
  return number > Q{0.0} ? exact(number) : Estimate<Q>{};
}

/// What a plan says of a model's bytes, and what the disk says of its files.
/// @throws Error for a file that can't be read
[[nodiscard]] Footprint weigh(const Plan& plan);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/weigh-inl.hpp"
#endif

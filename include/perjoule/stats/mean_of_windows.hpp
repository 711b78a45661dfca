// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

/// The mean of windows, one behind the other in time, as an estimate.
///
/// `resolution` is the standard uncertainty that the instrument leaves in each single window. The
/// scatter contains it already, but a coarse counter can show the same number in each window, and
/// then the scatter is zero while the error is not: so the larger of the two counts. A single
/// window has no scatter: it gets the resolution alone, and its caller says `few_windows`.
///
/// @unit  windows and resolution: one unit, that of the result
/// @error with a the autocorrelation time: random = s sqrt(a (n - 1)/(n (n - a))), dof = (n/a - 1)/
///        (3 - 2/a), which for a = 1 are s/sqrt(n) and n - 1; or resolution/sqrt(n) where that is
///        larger; common = 0; missing for no windows
/// @source GUM 4.2.3 for a = 1; else docs/reference/formulas.md#from-windows-to-an-item
[[nodiscard]] Estimate<double> mean_of_windows(View<double> windows, double resolution,
                                               Provenance provenance) noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/mean_of_windows-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

/// Mean and scatter of a sample.
struct Summary {
  std::size_t n = 0;
  double mean = 0.0;                ///< @unit that of the sample
  double standard_deviation = 0.0;  ///< divisor n - 1; 0 for n = 1. @unit that of the sample
};

/// @unit  that of the sample
/// @shape sample: at least one value
/// @error two passes, so that a small scatter about a large mean isn't lost to cancellation; the
///        mean of equal values is that value, to the last digit, and their deviation 0
/// @source GUM (JCGM 100:2008) 4.2.1 and 4.2.2
[[nodiscard]] Summary summarize(View<double> sample) noexcept;

/// The mean of independent values as an estimate.
/// @unit  that of the sample
/// @error random = s/sqrt(n) with n - 1 degrees of freedom; common = 0; missing for fewer than two
///        values, which tell nothing of their scatter
/// @source GUM (JCGM 100:2008) 4.2.3
[[nodiscard]] Estimate<double> mean_of_independent(View<double> sample,
                                                   Provenance provenance) noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/summary-inl.hpp"
#endif

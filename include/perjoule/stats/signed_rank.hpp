// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// Where the middle of a symmetric distribution is, and its interval, from its values.
struct Location {
  double value = 0.0;         ///< @unit that of the values
  Interval<double> interval;  ///< @unit that of the values
};

/// The Hodges-Lehmann estimate of differences of pairs and the interval of Wilcoxon's signed-rank
/// test: no distribution is assumed but that differences are as likely above the middle as below
/// it, as those of two variants in turns are. A few wild pairs hardly move it, and under normal
/// noise it needs only 5 % more pairs than the mean.
///
/// Of more than 200 values neighbours are averaged first, since it takes the square of their
/// number.
///
/// @unit   that of the values
/// @shape  differences: in the order of time, at least six
/// @error  missing where no interval of these few values reaches the level. The normal
///         approximation of the test, widened by the autocorrelation time as in mean_of_windows
/// @source Hodges and Lehmann (1963); Hollander, Wolfe and Chicken, Nonparametric Statistical
///         Methods (2014), 3.2 and 3.3
[[nodiscard]] Location signed_rank(View<double> differences, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/signed_rank-inl.hpp"
#endif

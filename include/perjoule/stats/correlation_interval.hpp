// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Returns the interval of a correlation, which is symmetric about atanh(r).
/// @param r  the correlation, of numbers or of their ranks
/// @param u  standard uncertainty of atanh(r)
/// @unit   none
/// @error  missing if |r| is 1
/// @source Fisher, Metron 1 (1921) 3
[[nodiscard]] Interval<double> fisher_z_interval(double r, double u, double level = 0.95);

/// Returns the standard uncertainty of atanh(r) for pairs that are jointly normal: 1/sqrt(n - 3),
/// whatever the correlation is. With long tails, or where the scatter of one number depends on the
/// other, it is too small, however many pairs there are.
/// @param pairs  at least four
/// @unit   none
/// @source Fisher, Metron 1 (1921) 3
[[nodiscard]] double pearson_z_uncertainty(std::size_t pairs);

/// Returns the standard uncertainty of atanh(r) for a correlation of ranks, of pairs that are
/// monotone functions of jointly normal ones.
/// @param r      the correlation of the ranks
/// @param pairs  at least four
/// @unit   none
/// @source Bonett and Wright, Psychometrika 65 (2000) 23: sqrt((1 + r^2/2)/(n - 3))
[[nodiscard]] double spearman_z_uncertainty(double r, std::size_t pairs);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/correlation_interval-inl.hpp"
#endif

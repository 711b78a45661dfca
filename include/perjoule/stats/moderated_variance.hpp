// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0::detail {

/// How well the mean of one group is known.
struct GroupScatter {
  /// Of the mean: the sum of squared deviations over the square of the items.
  /// @unit square of the values'
  double variance = 0.0;
  double items = 0.0;  ///< of the group, at least one
};

/// Variance of a sum of groups' means, with its degrees of freedom.
struct ModeratedVariance {
  double added = 0.0;  ///< what moderation adds to the sum. @unit square of the values'
  double dof = 0.0;    ///< of the sum; 0 if no group has two items. @unit none
};

/// Weight of what all groups have in common, in items of a group. By simulation: coverage of mean
/// average precision, docs/reference/validation.md.
inline constexpr double common_dof = 4.0;

/// Returns the variance of a sum of means of groups, of which some have so few items that their own
/// scatter says little, or is 0 by chance. Each group's scatter per item is drawn towards that of
/// all, as if four more items had that. A group's variance only grows by this.
/// @unit   square of the values'
/// @shape  groups: at least one
/// @source Smyth, Statistical Applications in Genetics and Molecular Biology 3 (2004) 3: variances
///         moderated by a common one, and their degrees of freedom; these of a sum: Satterthwaite,
///         Biometrics Bulletin 2 (1946) 110
[[nodiscard]] ModeratedVariance moderated_variance(View<GroupScatter> groups);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/moderated_variance-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/moderated_variance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE ModeratedVariance moderated_variance(View<GroupScatter> groups) {
  double common = 0.0;  // variance of one item
  double dofs = 0.0;
  for (const GroupScatter& group : groups) {
    common += square(group.items) * group.variance;
    dofs += group.items - 1.0;
  }
  ModeratedVariance found;
  if (!(dofs > 0.0)) return found;
  common /= dofs;
  double sum = 0.0;
  double squares = 0.0;
  for (const GroupScatter& group : groups) {
    const double dof = group.items - 1.0 + common_dof;
    const double moderated =
        (group.items * group.variance + common_dof * common / group.items) / dof;
    found.added += std::max(moderated - group.variance, 0.0);
    sum += moderated;
    squares += square(moderated) / dof;
  }
  found.dof = squares > 0.0 ? square(sum) / squares : 0.0;
  return found;
}

}  // namespace perjoule::inline v0::detail

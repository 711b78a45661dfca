// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/units/estimate.hpp"

/// Returns what was measured with a random uncertainty u alone.
inline perjoule::Estimate<double> measured(double value, double u,
                                           double dof = perjoule::infinite_dof) {
  return {value, u, dof, 0.0, perjoule::Provenance::measured};
}

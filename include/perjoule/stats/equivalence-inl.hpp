// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/equivalence.hpp"
#include "perjoule/stats/student_t.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double p_at_most(const Estimate<double>& difference, double bound) {
  const double u = standard_uncertainty(difference);
  const double above = difference.value - bound;
  if (u <= 0.0) return above > 0.0 ? 0.0 : 1.0;
  return t_probability(-above / u, effective_dof(difference));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE MarginTest non_inferiority(const Estimate<double>& difference, double margin,
                                           double alpha) {
  PERJOULE_EXPECTS(margin >= 0.0 && alpha > 0.0 && alpha < 0.5);
  if (!difference.is_known()) return {};
  MarginTest found;
  found.p_value = found.p_lower = detail::p_at_most(difference, -margin);
  found.verdict = found.p_value <= alpha         ? WithinMargin::shown
                  : found.p_value >= 1.0 - alpha ? WithinMargin::refuted
                                                 : WithinMargin::inconclusive;
  return found;
}

PERJOULE_INLINE MarginTest equivalence(const Estimate<double>& difference, double margin,
                                       double alpha) {
  PERJOULE_EXPECTS(margin > 0.0 && alpha > 0.0 && alpha < 0.5);
  if (!difference.is_known()) return {};
  Estimate<double> turned = difference;
  turned.value = -turned.value;
  MarginTest found;
  found.p_lower = detail::p_at_most(difference, -margin);
  found.p_upper = detail::p_at_most(turned, -margin);
  found.p_value = found.p_lower > found.p_upper ? found.p_lower : found.p_upper;
  found.verdict = found.p_value <= alpha         ? WithinMargin::shown
                  : found.p_value >= 1.0 - alpha ? WithinMargin::refuted
                                                 : WithinMargin::inconclusive;
  return found;
}

}  // namespace perjoule::inline v0

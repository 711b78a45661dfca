// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/units/direction.hpp"

namespace perjoule::inline v0 {

/// The change of a number from which on it fails: "time>3%", "accuracy<-0.5pt".
struct FailRule {
  std::string metric;
  Direction better = Direction::lower;
  double margin = 0.0;        ///< 0 or more. @unit a share of 1, or the metric's unit
  bool is_share = true;       ///< the margin is a share of the old value
  bool is_in_points = false;  ///< the margin was given in percentage points
};

/// Reads a rule: a metric, `>` for one that must not grow or `<-` for one that must not fall, and
/// the margin with `%` for a share of the old value, `pt` for percentage points, or nothing for the
/// metric's own unit (SI).
/// @throws Error that says what is wrong with it
[[nodiscard]] FailRule parse_fail_rule(std::string_view text);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/fail_rule-inl.hpp"
#endif

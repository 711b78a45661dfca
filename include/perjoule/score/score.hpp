// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A score as stored in a record: named, with its unit.
struct Score {
  std::string name;    ///< "quality_per_joule"
  std::string metric;  ///< metric that the skill is based on: "accuracy"
  std::string unit;    ///< "item/J"
  Estimate<double> value;
  Interval<double> interval;
};

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A score as it stands in a record: named, with its unit.
struct Score {
  std::string name;    ///< "quality_per_joule"
  std::string metric;  ///< whose skill it is: "accuracy"
  std::string unit;    ///< "item/J"
  Estimate<double> value;
  Interval<double> interval;
};

}  // namespace perjoule::inline v0

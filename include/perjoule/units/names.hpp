// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

using Joules = Quantity<Dimension{.joule = 1}>;
using Seconds = Quantity<Dimension{.second = 1}>;
using Bytes = Quantity<Dimension{.byte = 1}>;
using Items = Quantity<Dimension{.item = 1}>;
using Grams = Quantity<Dimension{.gram = 1}>;
using Dollars = Quantity<Dimension{.dollar = 1}>;

using Watts = Quantity<Dimension{.joule = 1, .second = -1}>;
using JoulesPerItem = Quantity<Dimension{.joule = 1, .item = -1}>;
using SecondsPerItem = Quantity<Dimension{.second = 1, .item = -1}>;
using ItemsPerJoule = Quantity<Dimension{.joule = -1, .item = 1}>;
using ItemsPerSecond = Quantity<Dimension{.second = -1, .item = 1}>;
using PerByte = Quantity<Dimension{.byte = -1}>;

}  // namespace perjoule::inline v0

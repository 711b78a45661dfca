// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/units/dimension.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

using Joules = Quantity<Dimension{.joule = 1}>;
using Seconds = Quantity<Dimension{.second = 1}>;
using Bytes = Quantity<Dimension{.byte = 1}>;
using Items = Quantity<Dimension{.item = 1}>;
using Grams = Quantity<Dimension{.gram = 1}>;
using Money = Quantity<Dimension{.money = 1}>;
using Operations = Quantity<Dimension{.operation = 1}>;
using Bits = Quantity<Dimension{.bit = 1}>;

using Watts = Quantity<Dimension{.joule = 1, .second = -1}>;
using JoulesPerItem = Quantity<Dimension{.joule = 1, .item = -1}>;
using SecondsPerItem = Quantity<Dimension{.second = 1, .item = -1}>;
using ItemsPerJoule = Quantity<Dimension{.joule = -1, .item = 1}>;
using ItemsPerSecond = Quantity<Dimension{.second = -1, .item = 1}>;
using BytesPerItem = Quantity<Dimension{.byte = 1, .item = -1}>;
using ItemsPerByte = Quantity<Dimension{.byte = -1, .item = 1}>;
using PerByte = Quantity<Dimension{.byte = -1}>;
using OperationsPerItem = Quantity<Dimension{.item = -1, .operation = 1}>;
using ItemsPerOperation = Quantity<Dimension{.item = 1, .operation = -1}>;
using BitsPerItem = Quantity<Dimension{.item = -1, .bit = 1}>;
using BitsPerJoule = Quantity<Dimension{.joule = -1, .bit = 1}>;
using GramsPerItem = Quantity<Dimension{.item = -1, .gram = 1}>;
using GramsPerJoule = Quantity<Dimension{.joule = -1, .gram = 1}>;
using MoneyPerItem = Quantity<Dimension{.item = -1, .money = 1}>;
using MoneyPerJoule = Quantity<Dimension{.joule = -1, .money = 1}>;

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/measure_options.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE MeasureOptions::~MeasureOptions() = default;

}  // namespace perjoule::inline v0

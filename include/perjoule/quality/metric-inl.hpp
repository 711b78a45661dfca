// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality::Quality() = default;
PERJOULE_INLINE Quality::Quality(const Quality& other) = default;
PERJOULE_INLINE Quality::Quality(Quality&& other) noexcept = default;
PERJOULE_INLINE Quality& Quality::operator=(const Quality& other) = default;
PERJOULE_INLINE Quality& Quality::operator=(Quality&& other) noexcept = default;
PERJOULE_INLINE Quality::~Quality() = default;

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/measure/comparison.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Comparison::Comparison() = default;
PERJOULE_INLINE Comparison::Comparison(const Comparison& other) = default;
PERJOULE_INLINE Comparison::Comparison(Comparison&& other) noexcept = default;
PERJOULE_INLINE Comparison& Comparison::operator=(const Comparison& other) = default;
PERJOULE_INLINE Comparison& Comparison::operator=(Comparison&& other) noexcept = default;
PERJOULE_INLINE Comparison::~Comparison() = default;

}  // namespace perjoule::inline v0

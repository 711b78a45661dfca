// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"

namespace perjoule::inline v0 {

/// Which numbers are better.
enum class Direction : std::uint8_t { unknown, higher, lower };

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/units/dimension.hpp"

namespace perjoule::inline v0 {

/// The SI unit of a dimension as text: "J/item", "W", "1/B"; empty for a plain number.
[[nodiscard]] text::Short symbol(Dimension dimension) noexcept;

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/units/symbol-inl.hpp"
#endif

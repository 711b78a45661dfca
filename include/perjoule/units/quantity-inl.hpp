// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE text::Short unit_symbol(Dimension dimension) noexcept {
  const bool is_power = dimension.joule == 1 && dimension.second == -1;
  if (is_power) dimension.joule = dimension.second = 0;
  const struct {
    const char* symbol;
    int exponent;
  } bases[] = {{"W", is_power ? 1 : 0},    {"J", dimension.joule},      {"s", dimension.second},
               {"B", dimension.byte},      {"item", dimension.item},    {"g", dimension.gram},
               {"money", dimension.money}, {"op", dimension.operation}, {"bit", dimension.bit}};
  text::Short above;
  text::Short below;
  for (const auto& base : bases) {
    if (base.exponent == 0) continue;
    const int size = base.exponent < 0 ? -base.exponent : base.exponent;
    text::Short& side = base.exponent < 0 ? below : above;
    const char* const joint = base.exponent < 0 ? "/" : side.empty() ? "" : " ";
    side = size == 1 ? text::format("%s%s%s", side.chars, joint, base.symbol).chars
                     : text::format("%s%s%s^%d", side.chars, joint, base.symbol, size).chars;
  }
  if (above.empty() && !below.empty()) above = "1";
  return text::format("%s%s", above.chars, below.chars).chars;
}

}  // namespace perjoule::inline v0

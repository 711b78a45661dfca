// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string unit_symbol(Dimension dimension) {
  const bool is_power = dimension.joule == 1 && dimension.second == -1;
  if (is_power) dimension.joule = dimension.second = 0;
  const struct {
    const char* symbol;
    int exponent;
  } bases[] = {{"W", is_power ? 1 : 0},    {"J", dimension.joule},      {"s", dimension.second},
               {"B", dimension.byte},      {"item", dimension.item},    {"g", dimension.gram},
               {"money", dimension.money}, {"op", dimension.operation}, {"bit", dimension.bit}};
  std::string above;
  std::string below;
  for (const auto& base : bases) {
    if (base.exponent == 0) continue;
    const int size = base.exponent < 0 ? -base.exponent : base.exponent;
    std::string& side = base.exponent < 0 ? below : above;
    const char* const joint = base.exponent < 0 ? "/" : side.empty() ? "" : " ";
    side = size == 1 ? text::format("{}{}{}", side, joint, base.symbol)
                     : text::format("{}{}{}^{}", side, joint, base.symbol, size);
  }
  if (above.empty() && !below.empty()) above = "1";
  return text::format("{}{}", above, below);
}

}  // namespace perjoule::inline v0

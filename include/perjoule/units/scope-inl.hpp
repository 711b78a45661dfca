// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string name(Scope scope) {
  constexpr std::string_view parts[] = {"psys", "package", "dram", "process", "gpu", "node"};
  std::string joined;
  for (unsigned i = 0; i < std::size(parts); ++i) {
    if ((static_cast<unsigned>(scope) >> i & 1U) == 0) continue;
    if (!joined.empty()) joined += '+';
    joined += parts[i];
  }
  return joined.empty() ? "none" : joined;
}

}  // namespace perjoule::inline v0

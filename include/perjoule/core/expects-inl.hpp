// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdio.h>

#include <cstdio>
#include <cstdlib>

#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void contract_breach(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "perjoule: contract broken at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace perjoule::inline v0::detail

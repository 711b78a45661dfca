// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/quality/metric_parts.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void fail_on_parts() {
  fail("what another process has gathered is of another metric", "a metric of shards",
       "run one build of the program, with the same metrics in the same order, everywhere");
}

}  // namespace perjoule::inline v0::detail

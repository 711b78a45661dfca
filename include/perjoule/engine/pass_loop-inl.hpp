// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/pass_loop.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void PassLoop::prepare(View<std::size_t> /*order*/, std::size_t /*place*/,
                                       std::size_t /*passes*/) {}

PERJOULE_INLINE bool PassLoop::needs_prepare() const noexcept { return false; }

PERJOULE_INLINE CheckedPass Workload::check(std::size_t pass, std::size_t passes,
                                            AnyMeter& clock) const {
  try {
    return loop->check(pass, clock);
  } catch (...) {
    const std::size_t batch = inputs_per_pass;
    throw_with_item({pass * batch, batch, passes * batch}, name);
  }
}

}  // namespace perjoule::inline v0::detail

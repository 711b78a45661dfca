// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/pass_loop.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void PassLoop::prepare(View<std::size_t> /*order*/, std::size_t /*place*/,
                                       std::size_t /*passes*/) {}

PERJOULE_INLINE bool PassLoop::needs_prepare() const noexcept { return false; }

}  // namespace perjoule::inline v0::detail

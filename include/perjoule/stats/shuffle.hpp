// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"

namespace perjoule::inline v0::detail {

/// The numbers below `count` in an order that each seed has one of.
/// @source Fisher and Yates, from the inside out
[[nodiscard]] Buffer<std::size_t> shuffled(std::size_t count, std::uint64_t seed);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/shuffle-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/score/joint_draws.hpp"

namespace perjoule::inline v0 {

/// How probable it is of each contender that none dominates it. Like the front it orders nobody.
/// @unit   a share of 1
/// @shape  result: [contenders]
/// @error  see JointDraws
/// @source the share of the draws in which it is on the front
[[nodiscard]] Buffer<double> probability_on_front(const JointDraws& draws);

/// How probable it is that contender `a` is as good as `b` by every axis and better by one.
/// @unit   a share of 1
/// @error  see JointDraws
/// @source the share of the draws in which it does
[[nodiscard]] double probability_dominates(const JointDraws& draws, std::size_t a, std::size_t b);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/front_probability-inl.hpp"
#endif

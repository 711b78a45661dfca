// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/score/joint_draws.hpp"

namespace perjoule::inline v0 {

/// Which places a contender may hold by one axis, 1 being the best.
struct RankRange {
  std::size_t best = 0;   ///< in any draw
  std::size_t low = 0;    ///< from here...
  std::size_t high = 0;   ///< ...to here with the probability that was asked for
  std::size_t worst = 0;  ///< in any draw
};

/// The places that each contender may hold by one axis. Two whose ranges overlap are in no order.
/// Contenders that are equal in a draw hold all places that they share.
///
/// By a cost the first place goes to the model that knows nothing, so a cost ranks contenders over
/// a floor of quality only: reaching().
///
/// @param level  with which each range holds by itself; that all of them do is less probable
/// @shape result: [contenders]
/// @error see JointDraws. A bootstrap of ranks is too sure among many contenders that are nearly
///        equal: an error that moves one up moves another down.
/// @throws Error  where the axis is a cost and the field has no floor
/// @source Goldstein and Spiegelhalter, J. R. Statist. Soc. A 159 (1996) 385
[[nodiscard]] Buffer<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                            double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/rank_range-inl.hpp"
#endif

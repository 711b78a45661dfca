// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/tick.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// As many variants can be compared at once.
inline constexpr std::size_t max_variants = 8;

namespace detail {

/// Which variant has a turn in a round. Two of them run A B, B A, B A, A B, ...: what rises or
/// falls steadily meanwhile hits both alike. More take each place in the round equally often, and
/// each round is followed by its mirror image.
[[nodiscard]] constexpr std::size_t whose_turn(std::size_t round, std::size_t place,
                                               std::size_t variants) noexcept {
  const std::size_t in_order = round % 2 == 0 ? place : variants - 1 - place;
  return (in_order + round / 2) % variants;
}

/// A ten-thousandth of a second, for the machine changes least from one turn to the next where they
/// are short, and most are left alone; but of ten update periods, no more than five thousand in the
/// budget, and of five passes up to a millisecond, so that turns of all variants are about as long.
/// @param per_pass  the longest of all variants
/// @unit s
[[nodiscard]] constexpr Seconds turn_length(Seconds update_period, Seconds budget,
                                            Seconds per_pass) noexcept {
  const auto larger = [](Seconds a, Seconds b) { return a < b ? b : a; };
  const Seconds few_passes = per_pass * 5.0 < Seconds(1e-3) ? per_pass * 5.0 : Seconds(1e-3);
  const Seconds ticks = update_period <= closest_ticks ? Seconds(0.0) : update_period * 10.0;
  return larger(larger(Seconds(1e-4), budget / 5000.0), larger(few_passes, ticks));
}

/// Runs variants in turns, a window each, until the budget is spent; at least one round.
/// @param samples  of each variant: row i of all of them is from round i
/// @param files    where the machine tells what goes on beside; empty paths: nowhere
void run_interleaved(AnyMeter& meter, View<PassBatch> batches, Seconds budget,
                     const SystemFiles& files, Few<Samples, max_variants>& samples);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/interleave-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// What a model takes: of which it may have a budget, and by which it may stand beside others.
enum class Cost : std::uint8_t {
  energy,         ///< total, per item
  active_energy,  ///< what comes on top of idle, per item
  time,           ///< wall time per item
  stored,         ///< bytes of the model's files
  resident,       ///< bytes of the weights in memory
  peak,           ///< bytes of a pass, at their most
};

namespace detail {

/// What a cost is called, in which unit, and how much of it an entry takes.
struct CostOf {
  const char* name;
  const char* unit;
  Estimate<double> estimate;
};

[[nodiscard]] CostOf cost_of(const Entry& entry, Cost cost) noexcept;

/// Whether windows have nothing to do with it.
[[nodiscard]] constexpr bool is_of_bytes(Cost cost) noexcept { return cost >= Cost::stored; }

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/cost-inl.hpp"
#endif

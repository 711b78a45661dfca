// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0::detail {

/// The energy of what had a `share` of a window's time, and whose own energy nobody read: shared
/// out by time. What the machine drew meanwhile and what it drew besides may differ by up to a
/// factor of ten, either way: that of a processor at work and at rest.
/// @unit   share: of 1
/// @error  common: (1 - share) ln(10)/sqrt(3) of the value, that of a logarithm which may be
/// anywhere
///         up to the factor's; estimated at best
/// @source GUM (JCGM 100:2008) 4.3.7
[[nodiscard]] WindowEnergy shared_by_time(const WindowEnergy& window, double share) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/shared_by_time-inl.hpp"
#endif

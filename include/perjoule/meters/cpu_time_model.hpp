// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/power_model.hpp"

namespace perjoule::inline v0 {

/// Returns a model for machines without a meter: wall time x idle + CPU time of this process x
/// (full - idle). For one busy thread this is CPU time x full. The counters count nanoseconds, each
/// worth a few nanojoules. The model distinguishes this process's CPU time from other
/// programs', but not instructions that cost more energy from those that cost less.
/// @error common, as the standard deviation of the logarithm: ln(factor)/1.96
[[nodiscard]] CounterMeter cpu_time_model(const PowerModel& model = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/cpu_time_model-inl.hpp"
#endif

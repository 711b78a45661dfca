// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

class CounterMeter;  // meters/counter_meter.hpp

/// What a hardware thread draws when idle and at full load. The defaults are the means that Cloud
/// Carbon Footprint derives from SPECpower for server CPUs; its families lie between 1.7 and 8.6 W
/// at full load, a laptop or desktop core that boosts lies above its family: hence the factor.
/// @unit   W per hardware thread
/// @error  `factor`: the truth lies within value/factor and value x factor with 95 %; at least 1.5
/// @source cloudcarbonfootprint.org/docs/methodology, appendix I (AWS: 0.74 W idle, 3.5 W at full
///         load); docs/explanation/energy.md#the-power-model
struct PowerModel {
  Watts idle{0.74};
  Watts full{3.5};
  double factor = 3.0;  ///< @unit none
};

namespace detail {

/// The model of a CPU's family; that of all where it is not listed.
/// @param family, model  as /proc/cpuinfo shows them
/// @source github.com/cloud-carbon-footprint/cloud-carbon-footprint, ComputeProcessorTypes.ts, read
///         in 2026: means of SPECpower results a family
[[nodiscard]] PowerModel power_model_of(std::string_view vendor, long family, long model) noexcept;

/// @param root  of the system
[[nodiscard]] PowerModel power_model_of_cpu(const std::string& root = "");

}  // namespace detail

/// Where there is no meter: wall time x idle + CPU time of this process x (full - idle), for one
/// busy thread CPU time x full. Nanoseconds are counted, each worth some nanojoules. It tells the
/// model's cost in time apart from that of its neighbours, but it cannot see that one instruction
/// costs more than another.
/// @error common, as the standard deviation of the logarithm: ln(factor)/1.96
[[nodiscard]] CounterMeter cpu_time_model(const PowerModel& model = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/power_model-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// The power of a hardware thread when idle and at full load. The defaults are the means that Cloud
/// Carbon Footprint derives from SPECpower for server CPUs. Its families lie between 1.7 and 8.6 W
/// at full load, and a boosting core of a laptop or desktop lies above its family; hence the
/// factor.
/// @unit   W per hardware thread
/// @error  `factor`: the true value lies between value/factor and value x factor with 95 %; at
///         least 1.5
/// @source cloudcarbonfootprint.org/docs/methodology, appendix I (AWS: 0.74 W idle, 3.5 W at full
///         load); docs/explanation/energy.md#the-power-model
struct PowerModel {
  Watts idle{0.74};
  Watts full{3.5};
  double factor = 3.0;  ///< @unit none
};

namespace detail {

/// Returns the model of a CPU's family, or the defaults if it is not listed.
/// @param family, model  as /proc/cpuinfo shows them
/// @source github.com/cloud-carbon-footprint/cloud-carbon-footprint, ComputeProcessorTypes.ts, read
///         in 2026: means of SPECpower results per family
[[nodiscard]] PowerModel power_model_of(std::string_view vendor, long family, long model) noexcept;

/// Returns the model of this machine's CPU.
/// @param root  of the system
[[nodiscard]] PowerModel power_model_of_cpu(const std::string& root = "");

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/power_model-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/meter_options.hpp"
#include "perjoule/meters/probe.hpp"

namespace perjoule::inline v0 {

/// One way to open a meter.
struct MeterSource {
  std::string_view option;       ///< its name in MeterOptions::source
  std::string_view recorded_as;  ///< MeterDescription::source
  Probe<CounterMeter> (*open)(const std::string& root, const MeterOptions& options);
};

/// Returns the choices for a user: "perf, powercap, ..., external:PATH, model or none".
[[nodiscard]] std::string meter_names();

/// Returns the sources, best first.
[[nodiscard]] View<MeterSource> meter_sources() noexcept;

/// Returns the sources that are added to any of the others.
[[nodiscard]] View<MeterSource> gpu_sources() noexcept;

namespace detail {

/// Returns the value of an option, or else of its environment variable.
[[nodiscard]] std::string option_or_environment(std::string_view option, const char* variable);

/// Describes a source that has no meter here.
[[nodiscard]] AbsentMeter absent_meter(const MeterSource& source, const Probe<CounterMeter>& probe);

/// Returns the absent meter that the user can enable most easily: one that exists but may not be
/// read, else powercap, else the first. Null if nothing is absent.
[[nodiscard]] const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept;

/// Adds the GPUs of all vendors. A plug or a board that is measured as a whole already includes
/// them.
void add_gpus(CounterMeter& meter, const std::string& root, const MeterOptions& options,
              std::vector<AbsentMeter>& absent);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/meter_sources-inl.hpp"
#endif

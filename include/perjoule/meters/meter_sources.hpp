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

/// One way to a meter.
struct MeterSource {
  std::string_view option;       ///< what names it in MeterOptions::source
  std::string_view recorded_as;  ///< MeterDescription::source
  Probe<CounterMeter> (*open)(const std::string& root, const MeterOptions& options);
};

/// What a user may choose: "perf, powercap, ..., external:PATH, model or none".
[[nodiscard]] std::string meter_names();

/// Best first.
[[nodiscard]] View<MeterSource> meter_sources() noexcept;

/// Those that are added to any of the others.
[[nodiscard]] View<MeterSource> gpu_sources() noexcept;

namespace detail {

/// The value of an option, or of the environment variable that stands for it.
[[nodiscard]] std::string option_or_environment(std::string_view option, const char* variable);

/// What became of a source that has no meter here.
[[nodiscard]] AbsentMeter absent_meter(const MeterSource& source, const Probe<CounterMeter>& probe);

/// Of the meters that a machine lacks the one that a user can get: the one that is there and may
/// not be read, else powercap, else the first; null where nothing is absent.
[[nodiscard]] const AbsentMeter* easiest_meter_to_enable(View<AbsentMeter> absent) noexcept;

/// Adds the GPUs of every vendor. A plug or a board that is measured as a whole has them within.
void add_gpus(CounterMeter& meter, const std::string& root, const MeterOptions& options,
              std::vector<AbsentMeter>& absent);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/meter_sources-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// When something was measured, so that two measurements that disturbed each other can be told.
struct MeasuredSpan {
  std::string began_utc;  ///< "2026-01-31T12:00:00.250Z"; empty: not known
  Seconds lasted{detail::quiet_nan()};
  /// When it began on the machine's clock, which nobody sets: since the machine was started. Not
  /// finite where it is not known, as in a namespace with a clock of its own.
  Seconds began_boot{detail::quiet_nan()};

  [[nodiscard]] bool is_known() const noexcept { return !began_utc.empty(); }
};

namespace detail {

/// Returns the time of day.
[[nodiscard]] std::string utc_now();

/// Returns the time since this machine was started; not finite if this process has another clock.
/// @source time_namespaces(7)
[[nodiscard]] Seconds boot_now();

/// A measurement that goes on.
class RunningSpan {
 public:
  RunningSpan() : began_utc_(utc_now()), began_boot_(boot_now()), begin_(monotonic_now()) {}

  /// @param meter  that of a simulated machine knows no time of day: the span is not known then
  [[nodiscard]] MeasuredSpan until_now(Provenance meter) const;

 private:
  [[nodiscard]] static Instant monotonic_now() noexcept;

  std::string began_utc_;
  Seconds began_boot_;
  Instant begin_;
};

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/measured_span-inl.hpp"
#endif

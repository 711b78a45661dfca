// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

/// A column of the samples per item, less a constant power times the time: 0 W for the total, the
/// idle power for the active energy. Not finite where a window's number is missing.
/// @unit that of the column, per item; watts: W
[[nodiscard]] Buffer<double> of_each_window(const Samples& samples, Samples::Column column,
                                            double watts = 0.0);

/// The same, without windows whose number is missing.
/// @unit that of the column, per item; watts: W
[[nodiscard]] Buffer<double> per_item(const Samples& samples, Samples::Column column,
                                      double watts = 0.0);

/// The time of a model is that of the pieces that were left alone, where twelve windows have some,
/// or every other one of fewer; else that of whole windows, with what interrupted them.
[[nodiscard]] Samples::Column time_column(const Samples& samples);

/// The mean of a column of seconds per item.
/// @unit  s/item
/// @error random as in mean_of_windows, where the clock leaves its own uncertainty in each window
[[nodiscard]] Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                             Provenance provenance);

/// The mean energy per item, less `watts`.
/// @unit  J/item
/// @error random as in mean_of_windows; common: the mean of the windows'
[[nodiscard]] Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                               double watts = 0.0);

/// Others' part of the CPU time in all windows.
/// @unit a share of 1; not finite where it is not known
[[nodiscard]] double others_share(const Samples& samples) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/per_item-inl.hpp"
#endif

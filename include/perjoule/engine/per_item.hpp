// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/stopping.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/stats/mean_of_windows.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

/// A column of the samples per item, less a constant power times the time: 0 W for the total, the
/// idle power for the active energy. Not finite where a window's number is missing.
/// @unit that of the column, per item; watts: W
[[nodiscard]] PERJOULE_COLD inline Buffer<double> of_each_window(const Samples& samples,
                                                                 Samples::Column column,
                                                                 double watts = 0.0) {
  const Samples::Column items = column == Samples::clean ? Samples::clean_items : Samples::items;
  Buffer<double> values;
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    const double number = samples.at(i, column);
    values.push_back(!is_finite(number)
                         ? no_number()
                         : (number - watts * samples.at(i, Samples::wall)) / samples.at(i, items));
  }
  return values;
}

/// The same, without windows whose number is missing.
/// @unit that of the column, per item; watts: W
[[nodiscard]] PERJOULE_COLD inline Buffer<double> per_item(const Samples& samples,
                                                           Samples::Column column,
                                                           double watts = 0.0) {
  Buffer<double> known;
  for (const double value : of_each_window(samples, column, watts)) {
    if (is_finite(value)) known.push_back(value);
  }
  return known;
}

/// The time of a model is that of the pieces that were left alone, where twelve windows have some,
/// or every other one of fewer; else that of whole windows, with what interrupted them.
[[nodiscard]] PERJOULE_COLD inline Samples::Column time_column(const Samples& samples) {
  const std::size_t known = per_item(samples, Samples::clean).size();
  return known >= first_look || 2 * known >= samples.windows() ? Samples::clean : Samples::wall;
}

/// The mean of a column of seconds per item.
/// @unit  s/item
/// @error random as in mean_of_windows, where the clock leaves its own uncertainty in each window
[[nodiscard]] PERJOULE_COLD inline Estimate<double> time_per_item(const Samples& samples,
                                                                  Samples::Column column,
                                                                  Provenance provenance) {
  const Buffer<double> seconds = per_item(samples, column);
  if (seconds.empty()) return {};
  double items = 0.0;
  for (std::size_t i = 0; i < samples.windows(); ++i) items += samples.at(i, Samples::items);
  const double per_window = items / static_cast<double>(samples.windows());
  return mean_of_windows(seconds, SystemClock::uncertainty.si() / per_window, provenance);
}

/// The mean energy per item, less `watts`.
/// @unit  J/item
/// @error random as in mean_of_windows; common: the mean of the windows'
[[nodiscard]] PERJOULE_COLD inline Estimate<double> energy_per_item(const Samples& samples,
                                                                    Provenance provenance,
                                                                    double watts = 0.0) {
  const Buffer<double> resolution = per_item(samples, Samples::energy_random);
  if (resolution.empty()) return {};
  Estimate<double> energy = mean_of_windows(per_item(samples, Samples::energy, watts),
                                            summarize(resolution).mean, provenance);
  energy.common = summarize(per_item(samples, Samples::energy_common)).mean;
  return energy;
}

/// Others' part of the CPU time in all windows.
/// @unit a share of 1; not finite where it is not known
[[nodiscard]] PERJOULE_COLD inline double others_share(const Samples& samples) noexcept {
  Seconds others{0.0};
  Seconds own{0.0};
  Seconds wall{0.0};
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    others += Seconds(samples.at(i, Samples::others));
    own += Seconds(samples.at(i, Samples::cpu));
    wall += Seconds(samples.at(i, Samples::wall));
  }
  return others_share(others, own, wall);
}

}  // namespace perjoule::inline v0::detail

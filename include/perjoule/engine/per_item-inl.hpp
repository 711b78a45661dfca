// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/per_item.hpp"
#include "perjoule/engine/stopping.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/stats/mean_of_windows.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<double> of_each_window(const Samples& samples, Samples::Column column,
                                              double watts) {
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

PERJOULE_INLINE Buffer<double> per_item(const Samples& samples, Samples::Column column,
                                        double watts) {
  Buffer<double> known;
  for (const double value : of_each_window(samples, column, watts)) {
    if (is_finite(value)) known.push_back(value);
  }
  return known;
}

PERJOULE_INLINE Samples::Column time_column(const Samples& samples) {
  const std::size_t known = per_item(samples, Samples::clean).size();
  return known >= first_look || 2 * known >= samples.windows() ? Samples::clean : Samples::wall;
}

PERJOULE_INLINE Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                               Provenance provenance) {
  const Buffer<double> seconds = per_item(samples, column);
  if (seconds.empty()) return {};
  double items = 0.0;
  for (std::size_t i = 0; i < samples.windows(); ++i) items += samples.at(i, Samples::items);
  const double per_window = items / static_cast<double>(samples.windows());
  return mean_of_windows(seconds, SystemClock::uncertainty.si() / per_window, provenance);
}

PERJOULE_INLINE Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                                 double watts) {
  const Buffer<double> resolution = per_item(samples, Samples::energy_random);
  if (resolution.empty()) return {};
  Estimate<double> energy = mean_of_windows(per_item(samples, Samples::energy, watts),
                                            summarize(resolution).mean, provenance);
  energy.common = summarize(per_item(samples, Samples::energy_common)).mean;
  return energy;
}

PERJOULE_INLINE double others_share(const Samples& samples) noexcept {
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

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool halves_agree(View<double> windows, const Estimate<double>& mean) {
  const std::size_t half = windows.size() / 2;
  const Summary first = summarize({windows.data(), half});
  const Summary second = summarize({windows.data() + windows.size() - half, half});
  const double most = t_quantile(0.995, mean.dof) * 2.0 * mean.random;
  return std::abs(second.mean - first.mean) <= most;
}

PERJOULE_INLINE bool has_settled(View<double> windows, const Estimate<double>& mean,
                                 double relative_halfwidth) {
  if (!meets_target(mean, relative_halfwidth)) return false;
  return is_below_resolution(mean) ||
         (effective_sample_size(windows) >= min_effective_samples && halves_agree(windows, mean));
}

PERJOULE_INLINE bool has_drifted(View<double> windows, const Estimate<double>& mean) {
  if (windows.size() < first_check || is_below_resolution(mean)) return false;
  const bool waves = static_cast<double>(windows.size()) >= min_effective_samples &&
                     effective_sample_size(windows) < min_steady_samples;
  return waves || !halves_agree(windows, mean);
}

PERJOULE_INLINE std::vector<double> per_item_by_window(const Samples& samples,
                                                       Samples::Column column, double watts) {
  const Samples::Column items = column == Samples::clean ? Samples::clean_items : Samples::items;
  std::vector<double> values;
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    const double number = samples.at(i, column);
    values.push_back(!is_finite(number)
                         ? quiet_nan()
                         : (number - watts * samples.at(i, Samples::wall)) / samples.at(i, items));
  }
  return values;
}

PERJOULE_INLINE std::vector<double> per_item(const Samples& samples, Samples::Column column,
                                             double watts) {
  std::vector<double> known;
  for (const double value : per_item_by_window(samples, column, watts)) {
    if (is_finite(value)) known.push_back(value);
  }
  return known;
}

PERJOULE_INLINE Samples::Column best_time_column(const Samples& samples) {
  const std::size_t known = per_item(samples, Samples::clean).size();
  return known >= first_check || 2 * known >= samples.windows() ? Samples::clean : Samples::wall;
}

PERJOULE_INLINE Estimate<double> time_per_item(const Samples& samples, Samples::Column column,
                                               Provenance provenance) {
  const std::vector<double> seconds = per_item(samples, column);
  if (seconds.empty()) return {};
  double items = 0.0;
  for (std::size_t i = 0; i < samples.windows(); ++i) items += samples.at(i, Samples::items);
  const double per_window = items / static_cast<double>(samples.windows());
  return mean_of_windows(seconds, SystemClock::uncertainty.si() / per_window, provenance);
}

PERJOULE_INLINE Estimate<double> energy_per_item(const Samples& samples, Provenance provenance,
                                                 double watts) {
  const std::vector<double> joules = per_item(samples, Samples::energy, watts);
  const std::vector<double> resolution = per_item(samples, Samples::energy_random);
  const std::vector<double> common = per_item(samples, Samples::energy_common);
  // Each of them may be beyond the largest number in a record of others.
  if (joules.empty() || resolution.empty() || common.empty()) return {};
  Estimate<double> energy = mean_of_windows(joules, summarize(resolution).mean, provenance);
  energy.common = summarize(common).mean;
  return energy;
}

PERJOULE_INLINE double others_cpu_share(const Samples& samples) noexcept {
  Seconds others{0.0};
  Seconds own{0.0};
  Seconds wall{0.0};
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    others += Seconds(samples.at(i, Samples::others_cpu));
    own += Seconds(samples.at(i, Samples::cpu));
    wall += Seconds(samples.at(i, Samples::wall));
  }
  return others_cpu_share(others, own, wall);
}

}  // namespace perjoule::inline v0::detail

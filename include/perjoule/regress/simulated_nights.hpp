// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/random.hpp"

namespace perjoule::inline v0 {

/// Noise of a night that was seen on machines, on the scale of logarithms.
enum class NightNoise : std::uint8_t {
  independent,     ///< standard deviation of 1 %
  outliers,        ///< the same; 3 % of nights take 1 + Exp(mean .15) times as long
  autocorrelated,  ///< standard deviation of 1 %, of which each night keeps .7
  two_levels,      ///< .5 %; a night is 3 % slow with probability .3
  wandering,       ///< .5 %, about a level that moves by .1 % a night
};

inline constexpr NightNoise night_noises[] = {NightNoise::independent, NightNoise::outliers,
                                              NightNoise::autocorrelated, NightNoise::two_levels,
                                              NightNoise::wandering};

[[nodiscard]] constexpr std::string_view name(NightNoise noise) noexcept {
  switch (noise) {
    case NightNoise::outliers:
      return "outliers";
    case NightNoise::autocorrelated:
      return "autocorrelated";
    case NightNoise::two_levels:
      return "two levels";
    case NightNoise::wandering:
      return "wandering";
    case NightNoise::independent:
      break;
  }
  return "independent";
}

/// Returns simulated nights about a level of 1, for tests of a search for changes.
/// @unit   none; log-normal
/// @source the settings in which other tools' rates of false alarms were measured
[[nodiscard]] std::vector<double> simulated_nights(NightNoise noise, std::size_t nights,
                                                   Random& random);

/// Returns nights of which those from `first` on are larger by this ratio: a shift in level, or a
/// new machine.
/// @param ratio  over the level before. @unit none
/// @unit   same as the nights
/// @source a product
[[nodiscard]] std::vector<double> with_shift(View<double> nights, std::size_t first, double ratio);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/simulated_nights-inl.hpp"
#endif

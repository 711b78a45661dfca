// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/regress/process_comparison.hpp"
#include "perjoule/stats/random.hpp"

namespace perjoule::inline v0 {

/// How the times of processes scatter: noise that benchmarks were seen to have.
enum class ProcessNoise : std::uint8_t {
  independent,  ///< lognormal, sd 1 %
  outliers,     ///< the same, and a tenth of them slower by a share of mean .3, exponential
  correlated,   ///< AR(1) from one process to the next: phi .8, sd 1 %
  drift,        ///< lognormal, sd 1 %, and 3 % slower from the first to the last, linearly
  bimodal,      ///< a process is 3 % slower with probability .3; sd .5 % otherwise
  offset,       ///< each process has its own offset, sd 1 %; its repetitions scatter by .5 %
};
inline constexpr ProcessNoise process_noises[] = {ProcessNoise::independent, ProcessNoise::outliers,
                                                  ProcessNoise::correlated,  ProcessNoise::drift,
                                                  ProcessNoise::bimodal,     ProcessNoise::offset};

[[nodiscard]] constexpr std::string_view name(ProcessNoise noise) noexcept {
  switch (noise) {
    case ProcessNoise::independent:
      return "independent";
    case ProcessNoise::outliers:
      return "outliers";
    case ProcessNoise::correlated:
      return "correlated";
    case ProcessNoise::drift:
      return "drift";
    case ProcessNoise::bimodal:
      return "bimodal";
    case ProcessNoise::offset:
      break;
  }
  return "offset";
}

/// Returns the sides of processes that run in turns: old, new, new, old, and so on.
/// @param processes  of each side
/// @shape [2 processes], true: new
[[nodiscard]] std::vector<char> abba_order(std::size_t processes);

/// Simulates the time of one repetition in each of some processes, one after the other.
/// @param is_new  for each process: whether it is of the new program
/// @param change  of the new program. @unit a share of 1
/// @unit  s, about 1
/// @error random: a new one for each call
[[nodiscard]] std::vector<ProcessValue> simulate_processes(ProcessNoise noise,
                                                           const std::vector<char>& is_new,
                                                           double change, Random& random);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/simulated_processes-inl.hpp"
#endif

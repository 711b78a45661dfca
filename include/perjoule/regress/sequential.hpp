// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"

namespace perjoule::inline v0::detail {

/// Returns the smallest p-value that a permutation test of two samples can have.
/// @unit   a share of 1
/// @source one way out of all to choose the second sample
[[nodiscard]] double least_p_value(std::size_t first, std::size_t second) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// A look at the processes that were measured so far, to stop if they decide already.
struct Look {
  std::size_t processes = 0;  ///< of each side
  double alpha = 0.0;         ///< p-values at this look are compared with it. @unit a share of 1
};

/// Returns when to look at processes that are measured in turns, and how small a p-value has to be
/// there to stop. The last look is at all of them, and the first one at so many that a test can
/// reject.
///
/// A test that is repeated after every process until it rejects does so sooner or later for equal
/// programs, too. Here the looks share alpha: four tenths at half of the processes, two tenths at
/// seven tenths of them, and four tenths at the end. Two programs that differ by 5 % are told apart
/// at the first look.
///
/// @param processes  of each side, at most
/// @param tests      numbers of each process whose p-values share alpha
/// @unit   alpha: a share of 1
/// @error  the chance of any false alarm is at most alpha, however the looks depend on each other
/// @source Bonferroni; for other ways to share alpha: Lan and DeMets, Biometrika 70 (1983) 659
[[nodiscard]] std::vector<Look> plan_looks(std::size_t processes, double alpha,
                                           std::size_t tests = 1);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/sequential-inl.hpp"
#endif

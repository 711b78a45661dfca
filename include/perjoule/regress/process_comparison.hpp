// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/hypothesis_tests.hpp"

namespace perjoule::inline v0 {

/// The value of one process, old or new.
struct ProcessValue {
  double value = 0.0;  ///< @unit any, the same for all
  bool is_new = false;
};

/// What the values of some old and some new processes show.
struct ProcessComparison {
  std::size_t old_processes = 0;
  std::size_t new_processes = 0;
  /// Whether old and new processes ran in turns, so that a trend could be removed.
  bool were_in_turns = false;
  /// Whether the change is a ratio, new to old; otherwise values are not all positive, and it is
  /// the difference, new minus old.
  bool is_ratio = true;
  /// The change, with the interval of its level; missing for fewer than four processes a side.
  LocationEstimate change;
  double p_larger = 1.0;   ///< for the new values being larger; one-sided. @unit a share of 1
  double p_smaller = 1.0;  ///< for the new values being smaller; one-sided. @unit a share of 1
};

/// Compares the values of old processes with those of new ones by a permutation test on robust
/// scores. Values are compared by their logarithms if all are positive.
///
/// Processes that ran in turns (old, new, new, old, ...) are freed of a linear trend, the median
/// slope of all pairs: a machine that warms up then hides no change. Values that were measured on
/// one side after the other cannot be told from a trend, and are taken as they are.
///
/// More repetitions within a process do not help: with 10 of them in one process a side, a U test
/// at .05 calls 36 % of equal programs different where processes differ by 1 % (10 processes of one
/// repetition: 1 % at .01). The power of both is printed by `perjoule selftest --power`.
///
/// @param processes  in order of time
/// @param margin     a change up to this is no loss: p-values are for being larger by more than the
///                   margin, and smaller by more than it; 0 or more
/// @unit   values: any; margin: a share of 1 for a ratio, otherwise the unit of the values
/// @error  the test never rejects too often if equal processes are exchangeable, up to the trend;
///         the interval is two_sample_shift()'s
/// @throws Error for a side without processes, and for a value that is not finite
/// @source docs/reference/formulas.md#processes
[[nodiscard]] ProcessComparison compare_processes(View<ProcessValue> processes, double margin = 0.0,
                                                  double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/process_comparison-inl.hpp"
#endif

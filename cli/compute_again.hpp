// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Tells whether two numbers are the same but for rounding: those of other compilers, or of sums in
/// another order, differ by a millionth, since a difference of two has lost digits.
[[nodiscard]] inline bool agree(double found, double expected) noexcept {
  return std::abs(found - expected) <= 1e-6 * std::max(std::abs(found), std::abs(expected));
}

/// Tells whether a metric's value can be computed again: its items are in the record, and this
/// version knows its formula.
[[nodiscard]] bool can_be_computed(const Entry& entry, std::size_t metric);

/// Computes what follows from the windows, items and files of an entry: times, energies, sizes,
/// values of metrics, skills and scores, and the interval of each.
/// @param not_checked  gets what the entry does not have the parts of, in words
void compute_again(Entry& entry, std::vector<std::string>& not_checked);

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// How the distance changes down a column of the table, for 64 rows: by +1, by -1, else by 0.
struct DownSteps {
  std::uint64_t up;
  std::uint64_t down;
};

/// The distance between two sequences of numbers, 64 rows of the table at a time.
///
/// The rows are the reference's, the columns the output's. A block of 64 rows is taken through all
/// columns before the next, with what it hands down, a step of -1, 0 or 1 for each column: so there
/// is one mask for each different number, and not one for each in each block.
///
/// @param steps  where to leave the steps of each block and column, or null
/// @shape steps: [blocks, columns], row-major
/// @source Myers, J. ACM 46 (1999) 395; Hyyro, Explaining and extending the bit-parallel
///         approximate string matching algorithm of Myers (2001), for whole sequences
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output,
                                        DownSteps* steps);

}  // namespace detail

/// The least number of substitutions, deletions and insertions that turn one sequence of tokens
/// into another: Levenshtein's distance.
///
/// @param reference, output  a number for each token, whichever, the same for equal ones
/// @unit   edits
/// @source Levenshtein, Soviet Physics Doklady 10 (1966) 707; computed as Myers and Hyyro do
[[nodiscard]] std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output);

/// What was done to a reference to get an output.
struct Edits {
  std::size_t substitutions = 0;
  std::size_t deletions = 0;   ///< tokens of the reference that the output lacks
  std::size_t insertions = 0;  ///< tokens of the output that the reference lacks
};

/// The edits of one shortest way from a reference to an output.
///
/// Only their sum, the distance, is unique: "a b" to "b c" is two substitutions, or a deletion and
/// an insertion. Of several shortest ways this is the one that, walked from the ends of both, takes
/// what is equal, else deletes, else substitutes, else inserts. Other programs break ties otherwise
/// and find other counts, which is why no metric here is made of them.
///
/// @param reference, output  a number for each token, whichever, the same for equal ones
/// @unit   edits
/// @source as edit_distance; two bits are kept for each cell of the table on the way
[[nodiscard]] Edits edits(View<std::uint32_t> reference, View<std::uint32_t> output);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/edit_distance-inl.hpp"
#endif

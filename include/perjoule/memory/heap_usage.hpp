// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>

#include "perjoule/core/nan.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What passes of a model asked of the allocator, in passes of their own that are not timed. Bytes
/// are those that the allocator gave, a little more than was asked for.
struct HeapUsage {
  /// What was asked: the allocator, whose bytes are exact, or the resident set, which knows the
  /// peak alone; empty where neither.
  std::string source;
  std::size_t passes = 0;  ///< that were counted, of all callers. @unit none
  Estimate<Bytes> peak;    ///< the most above what was there before the pass, in any of them
  double allocations = detail::quiet_nan();  ///< in a pass; a realloc is one. @unit none
  double allocated = detail::quiet_nan();    ///< in a pass, whether freed or not. @unit B
  /// Not freed when the pass and its output were over: above 0 where a model leaks, or fills a
  /// cache; below 0 where it frees what was there before; missing where something is prepared for
  /// each pass, for what a pass leaves in that is not kept for long.
  /// @unit B, of a pass
  double retained = detail::quiet_nan();
  std::string why_missing = "no pass was run to count it";  ///< empty where it is known
};

}  // namespace perjoule::inline v0

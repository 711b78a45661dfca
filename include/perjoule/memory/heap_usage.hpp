// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/nan.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Where the bytes of a pass were read.
enum class HeapSource : std::uint8_t {
  none,          ///< neither is available
  allocator,     ///< counts each allocation: exact
  resident_set,  ///< gives only the peak
};

[[nodiscard]] constexpr std::string_view name(HeapSource source) noexcept {
  switch (source) {
    case HeapSource::allocator:
      return "allocator";
    case HeapSource::resident_set:
      return "resident set";
    case HeapSource::none:
      break;
  }
  return {};
}

/// The allocations of a model's passes, counted in separate passes that are not timed. Bytes are
/// as the allocator provided them, slightly more than requested.
struct HeapUsage {
  HeapSource source = HeapSource::none;
  std::size_t passes = 0;  ///< number of counted passes, over all callers. @unit none
  Estimate<Bytes> peak;    ///< maximum over all passes of the memory above that before the pass
  double allocations = detail::quiet_nan();  ///< per pass; a realloc counts as one. @unit none
  double allocated = detail::quiet_nan();    ///< per pass, whether freed or not. @unit B
  /// Memory that is not freed when the pass and its output are gone. Above 0 if a model leaks or
  /// fills a cache; below 0 if it frees earlier memory. Missing if something is prepared for each
  /// pass, since what a pass leaves in that is not kept for long.
  /// @unit B, per pass
  double retained = detail::quiet_nan();
  std::string why_missing = "no pass was run to count it";  ///< empty if it is known
};

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <sys/stat.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// The bytes that a model's weights take.
struct Footprint {
  Estimate<Bytes> stored;      ///< on disk
  Estimate<Bytes> resident;    ///< in memory, ready for a pass
  Estimate<double> inflation;  ///< resident/stored: above 1, the small file grows at run time
};

/// The size of a file of weights.
/// @unit   B
/// @error  exact
/// @throws Error when there is no such file
[[nodiscard]] PERJOULE_COLD inline Bytes stored_bytes(const char* path) {
  struct stat status {};
  const bool found = stat(path, &status) == 0;
  if (!found || !S_ISREG(status.st_mode)) {
    detail::fail(
        "cannot read the weights",
        text::format("%s: %s", path, found ? "not a file" : detail::system_reason(errno).chars)
            .chars,
        "give the one file that the model loads, or leave .weights empty");
  }
  return Bytes(static_cast<double>(status.st_size));
}

/// The bytes of buffers of weights as they lie in memory. Counted from the buffers themselves,
/// since the memory of the process holds much besides: a framework alone takes more than most
/// models.
/// @param buffers  anything with std::data and std::size: vectors, arrays, spans
/// @unit  B
/// @error exact; what a container reserves beyond its size is not counted
template <Contiguous... Buffers>
[[nodiscard]] constexpr Bytes resident_bytes(const Buffers&... buffers) {
  return Bytes(
      (0.0 + ... + (static_cast<double>(std::size(buffers)) * sizeof(*std::data(buffers)))));
}

/// @param stored, resident  missing where they aren't known; then so is the inflation
/// @unit  B; the inflation has none
/// @error that of the bytes, which are counted
[[nodiscard]] PERJOULE_COLD inline Footprint footprint(const Estimate<Bytes>& stored,
                                                       const Estimate<Bytes>& resident) {
  return {stored, resident, ratio(resident, stored).estimate};
}

}  // namespace perjoule::inline v0

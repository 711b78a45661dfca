// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

namespace perjoule::cli {

struct FootprintOptions {
  std::vector<std::string> files;  ///< each PATH or ROLE=PATH
  bool json = false;
};

/// Reports the bytes of a model's files, as stored and as zlib compresses each.
/// @throws Error for a file that can't be read
std::string footprint(const FootprintOptions& options);

}  // namespace perjoule::cli

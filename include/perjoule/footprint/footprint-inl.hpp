// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/stats/ratio.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Bytes stored_bytes(const std::string& path, std::string_view role) {
  struct stat status {};
  const bool found = stat(path.c_str(), &status) == 0;
  if (!found || !S_ISREG(status.st_mode)) {
    const std::string reason = found ? "not a file" : detail::errno_message(errno);
    detail::fail(text::format("cannot read the {}", role), text::format("{}: {}", path, reason),
                 "name a file that the model loads, or leave it out");
  }
  return Bytes(static_cast<double>(status.st_size));
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string FileHashes::of(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) == -1) return {};
  const std::string file = text::format("{}|{}|{}|{}.{}", path, found.st_ino, found.st_size,
                                        found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
  const auto known = std::find_if(known_.begin(), known_.end(),
                                  [&](const Known& other) { return other.file == file; });
  if (known != known_.end()) return known->sha256;
  return known_.emplace_back(Known{file, sha256_of_file(path).value_or("")}).sha256;
}

PERJOULE_INLINE Estimate<Bytes> total_bytes(const ModelFiles& files,
                                            std::string_view role) noexcept {
  Bytes total{0.0};
  bool any = false;
  for (const ModelFile& file : files) {
    if (!role.empty() && file.role != role) continue;
    total += file.bytes;
    any = true;
  }
  return any ? exact(total) : Estimate<Bytes>{};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Footprint footprint(const Estimate<Bytes>& weights,
                                    const Estimate<Bytes>& resident) {
  Footprint found;
  found.stored = weights;
  found.weights = weights;
  found.resident = resident;
  found.inflation = ratio(resident, weights).estimate;
  return found;
}

PERJOULE_INLINE Footprint footprint_of(const ModelFiles& files, const Estimate<Bytes>& resident) {
  Footprint found = footprint(detail::total_bytes(files, "weights"), resident);
  found.files = files;
  found.stored = detail::total_bytes(files);
  return found;
}

}  // namespace perjoule::inline v0

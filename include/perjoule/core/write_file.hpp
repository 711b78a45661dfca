// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Creates the missing folders above `path`. If a folder can't be created, opening the file fails
/// later for the same reason.
void create_parent_directories(const std::string& path);

/// Writes the content and forces it to the disk. Returns false and sets errno if that fails, for
/// example if the disk is full or gone.
[[nodiscard]] bool write_and_sync(int file, std::string_view content) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Writes a file completely or not at all: into a temporary file in the same folder, which is
/// forced to the disk and then renamed to `path`. An existing file of that name stays unchanged
/// until then. Creates missing folders.
/// @throws Error if it can't be written: no space, no permission, not a folder
void write_file(const std::string& path, std::string_view content);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/write_file-inl.hpp"
#endif

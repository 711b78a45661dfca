// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Makes the folders above `path` that are missing. A folder that can't be made shows when the file
/// is opened, with the same reason.
void create_parent_directories(const std::string& path);

/// False with errno where the disk is full or gone.
[[nodiscard]] bool write_and_sync(int file, std::string_view content) noexcept;

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Writes a file whole or not at all: beside its place, forced to the disk, then renamed over it.
/// An older file of that name stays as it was until then. Missing folders are made.
/// @throws Error when it can't be written: no space, no permission, not a folder
void write_file(const std::string& path, std::string_view content);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/write_file-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>
#include <unistd.h>

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The beginning of a small file, such as those below /proc and /sys, with a zero behind it; one
/// new line at its end is cut off. The number of bytes, or -1 with errno where it can't be read.
[[nodiscard]] ssize_t read_small_file(const char* path, char* content, std::size_t room) noexcept;

/// The value behind the first `field` in a file such as /proc/cpuinfo, "field   : value"; empty
/// where there is none.
[[nodiscard]] text::Name parse_field(const char* file, const char* field) noexcept;

/// A number as programs write it, with a point whatever language the user's programs speak.
/// @param end  behind the number; at its begin where there is none
/// @unit  that of what is read
[[nodiscard]] double parse_double(const char* content, char** end) noexcept;

/// The last part of a path: "mlp.int8" of "/home/ada/mlp.int8".
[[nodiscard]] inline const char* base_name(const char* path) noexcept {
  const char* const slash = strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

/// Makes the folders above `path` that are missing. A folder that can't be made shows when the file
/// is opened, with the same reason.
void create_parent_directories(text::Long path) noexcept;

/// False with errno where the disk is full or gone.
[[nodiscard]] bool write_and_sync(int file, std::string_view content) noexcept;

}  // namespace detail

/// Writes a file whole or not at all: beside its place, forced to the disk, then renamed over it.
/// An older file of that name stays as it was until then. Missing folders are made.
/// @throws Error when it can't be written: no space, no permission, not a folder
void write_file(std::string_view path, std::string_view content);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/file-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Opens a regular file, or one of /proc or /sys, for reading. Returns none and sets errno if that
/// fails. A pipe or a device, which could keep us waiting, is refused with EINVAL.
[[nodiscard]] FileDescriptor open_regular(const std::string& path) noexcept;

/// Reads the beginning of such a file, without a newline at its end. Returns nothing and sets errno
/// if it can't be read.
/// @param most  maximum number of bytes to read
[[nodiscard]] std::optional<std::string> read_beginning(const std::string& path, std::size_t most);

/// Reads a whole file in the same way. Returns nothing and sets errno to EFBIG if it has about 64
/// MiB or more: nothing that this library reads is that large.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path);

/// Returns the value after the first `field` in a file such as /proc/cpuinfo, "field   : value";
/// empty if there is none.
[[nodiscard]] std::string parse_field(std::string_view file, std::string_view field);

/// Reads the number at the beginning of a text and removes it from the text; nothing if there is
/// none. Skips leading white space. The decimal separator is a point in every locale.
/// @unit same as the text
[[nodiscard]] std::optional<double> take_number(std::string_view& text) noexcept;

/// Returns the last part of a path: "mlp.int8" for "/home/ada/mlp.int8".
[[nodiscard]] inline std::string_view base_name(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

/// Returns the names in a folder, in ascending order, without "." and ".."; empty if it can't be
/// read.
[[nodiscard]] std::vector<std::string> list_directory(const std::string& path);

/// Returns the numbers N of all files and folders PREFIX N SUFFIX in a folder, in ascending order:
/// 0, 1 and 10 for "cpu0", "cpu1" and "cpu10".
[[nodiscard]] std::vector<std::uint64_t> numbers_in_directory(const std::string& path,
                                                              std::string_view prefix,
                                                              std::string_view suffix = "");

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/file-inl.hpp"
#endif

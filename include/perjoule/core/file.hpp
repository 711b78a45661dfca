// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// A small file, such as those below /proc and /sys, without the new line at its end; nothing, and
/// errno, where it can't be read. One that has nothing to give, such as a pipe that nobody writes
/// to, is not waited for.
/// @param most  bytes that are read
[[nodiscard]] std::optional<std::string> read_file(const std::string& path,
                                                   std::size_t most = 1U << 20U);

/// The value behind the first `field` in a file such as /proc/cpuinfo, "field   : value"; empty
/// where there is none.
[[nodiscard]] std::string parse_field(std::string_view file, std::string_view field);

/// The number with which a text begins, taken off it; nothing where there is none. Spaces before it
/// are skipped. Its point is a point, whatever language the user's programs speak.
/// @unit that of what is read
[[nodiscard]] std::optional<double> take_number(std::string_view& text) noexcept;

/// The last part of a path: "mlp.int8" of "/home/ada/mlp.int8".
[[nodiscard]] inline std::string_view base_name(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

/// The names in a folder, in ascending order, without "." and ".."; none where it can't be read.
[[nodiscard]] std::vector<std::string> list_directory(const std::string& path);

/// The numbers N of all files and folders PREFIX N SUFFIX in a folder, in ascending order: 0, 1 and
/// 10 of "cpu0", "cpu1" and "cpu10".
[[nodiscard]] std::vector<std::uint64_t> numbers_in_directory(const std::string& path,
                                                              std::string_view prefix,
                                                              std::string_view suffix = "");

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/file-inl.hpp"
#endif

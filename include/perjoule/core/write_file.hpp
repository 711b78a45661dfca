// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Creates the missing folders above `path`. If a folder can't be created, opening the file fails
/// later for the same reason.
void create_parent_directories(const std::string& path);

/// Writes the whole content. Returns false and sets errno if that fails, for example if the disk is
/// full.
[[nodiscard]] bool write_all(int file, std::string_view content) noexcept;

}  // namespace detail

/// A place for a file that is written later, so that a measurement does not run for an hour before
/// its report can't be written.
///
/// A file is written completely or not at all: into a draft in the same folder, which is forced to
/// the disk and then renamed. An existing file stays unchanged until then, and keeps its mode; a
/// link to it stays a link. A device or a pipe gets the content directly and stays what it is.
class OutputFile {
 public:
  /// Checks that the file can be written, and makes missing folders.
  /// @throws Error if it can't be: no permission, a folder, read-only, a pipe that nobody reads
  explicit OutputFile(const std::string& path);
  OutputFile(OutputFile&&) = default;
  ~OutputFile();

  /// Writes the file.
  /// @throws Error if that fails, for example for lack of space; no part of the file is left then
  void write(std::string_view content) {
    append(content);
    finish();
  }

  /// Writes the next part of a file that is too large to be in memory. It is there after finish().
  /// @throws as write()
  void append(std::string_view part);
  /// @throws as write()
  void finish();

 private:
  [[noreturn]] void fail(int error_number, std::string_view fix) const;
  [[nodiscard]] std::string folder() const;
  [[nodiscard]] bool begin_draft();
  [[nodiscard]] bool finish_draft();

  std::string path_;
  std::string target_;           ///< where links lead to
  std::string draft_;            ///< name of the draft, as soon as something is in it
  bool has_name_ = false;        ///< and the draft has it already
  detail::FileDescriptor file_;  ///< the draft, or the device itself
  unsigned mode_ = 0;            ///< of the older file
  bool is_replaced_ = false;     ///< there is an older file
  bool is_direct_ = false;       ///< it is no regular file
};

/// Writes a file completely or not at all: OutputFile.
/// @throws Error if it can't be written: no space, no permission, not a folder
void write_file(const std::string& path, std::string_view content);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/write_file-inl.hpp"
#endif

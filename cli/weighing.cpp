// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/weighing.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string_view>

#include "perjoule/core/error.hpp"
#include "perjoule/core/sha256.hpp"

namespace perjoule::cli {

namespace {

/// Returns the size of a regular file; nothing, with errno, if there is none.
/// @unit B
[[nodiscard]] std::optional<double> bytes_of(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) == -1) return {};
  errno = EINVAL;
  if (!S_ISREG(found.st_mode)) return {};
  return static_cast<double>(found.st_size);
}

/// Holds the files that a record names against those of a folder.
void weigh_files(const ModelFiles& files, const std::string& folder, const std::string& pointer,
                 std::vector<Finding>& found) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const ModelFile& file = files[i];
    const std::string place = fmt::format("{}/{}", pointer, i);
    // A name is the last part of a path: one with a slash would lead out of the folder.
    const bool is_name =
        file.name.find_first_of(std::string_view("/\0", 2)) == file.name.npos && file.name != "..";
    const std::string path = folder + '/' + file.name;
    const std::optional<double> bytes = is_name ? bytes_of(path) : std::nullopt;
    if (!bytes) {
      found.push_back(
          {"file-missing", place,
           fmt::format("{}: {}", path, detail::errno_message(is_name ? errno : EINVAL))});
      continue;
    }
    if (*bytes != file.bytes.si()) {
      found.push_back(
          {"file-bytes-differ", place + "/bytes_b",
           fmt::format("it is {:.0f}, but {} has {:.0f} bytes", file.bytes.si(), path, *bytes)});
    }
    const std::string sha256 = detail::sha256_of_file(path).value_or("");
    if (!file.sha256.empty() && file.sha256 != sha256) {
      found.push_back({"file-hash-differs", place + "/sha256",
                       fmt::format("{} has the SHA-256 {}", path, sha256)});
    }
  }
}

}  // namespace

std::vector<Finding> weigh(const Entry& entry, const std::string& folder, const std::string& text,
                           const std::string& pointer) {
  std::vector<Finding> found;
  if (!folder.empty()) {
    weigh_files(entry.footprint.files, folder, pointer + "/memory/files", found);
    weigh_files(entry.attachments, folder, pointer + "/attachments", found);
  }
  const std::optional<double> size = text.empty() ? std::nullopt : bytes_of(text);
  if (!text.empty() && !size) {
    found.push_back(
        {"file-missing", pointer, fmt::format("{}: {}", text, detail::errno_message(errno))});
  }
  for (std::size_t i = 0; i < entry.quality.size() && size; ++i) {
    if (entry.quality[i].formula.columns != "nats,bytes") continue;
    const View<double> rows = per_item_of(entry, i);
    double bytes = 0.0;
    for (std::size_t k = 1; k < rows.size(); k += 2) bytes += rows[k];
    if (bytes == *size) continue;
    found.push_back(
        {"text-bytes-differ", fmt::format("{}/quality/{}/per_item", pointer, i),
         fmt::format("its items have {:.0f} bytes, but {} has {:.0f}", bytes, text, *size)});
  }
  return found;
}

}  // namespace perjoule::cli

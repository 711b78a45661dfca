// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "quickstart/files.hpp"

namespace shrink {

/// English text that every Debian has: the licences, which may be copied verbatim.
struct LicenceText {
  std::string train;
  std::string test;
  std::string source;
};

/// Reads each licence once: most names without a version are links to one with it.
///
/// The Mozilla licences are for testing. Versions of a licence repeat each other's paragraphs, so a
/// split that puts one version on each side would reward a model that learns by heart.
///
/// The folder is `$PERJOULE_DATA_DIR/common-licenses` if that variable is set, else Debian's.
/// @throws std::runtime_error if the folder has no licence for one of the sides
[[nodiscard]] inline LicenceText load_licences() {
  const char* const data = std::getenv("PERJOULE_DATA_DIR");
  const std::string folder =
      data != nullptr ? std::string(data) + "/common-licenses" : "/usr/share/common-licenses";
  const std::string next_step =
      "apt-get install base-files, or unset PERJOULE_DATA_DIR if it has no such folder";
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.is_symlink() && entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());  // a folder's own order differs between machines
  LicenceText text;
  for (const std::filesystem::path& path : paths) {
    const bool for_test = path.filename().string().starts_with("MPL");
    (for_test ? text.test : text.train) += quickstart::read_whole(path.string(), next_step);
  }
  if (text.train.empty() || text.test.empty()) {
    quickstart::fail("too few licences in", folder, next_step);
  }
  text.source = "licences of " + folder + ", " + std::to_string(text.train.size()) +
                " bytes to train on, the Mozilla licences (" + std::to_string(text.test.size()) +
                " bytes) to test on";
  return text;
}

/// Cuts a text into pieces of equal length and drops the rest.
[[nodiscard]] inline std::vector<std::string> pieces(const std::string& text, std::size_t length) {
  std::vector<std::string> cut;
  for (std::size_t at = 0; at + length <= text.size(); at += length) {
    cut.push_back(text.substr(at, length));
  }
  return cut;
}

}  // namespace shrink

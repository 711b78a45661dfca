// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "quickstart/files.hpp"

namespace shrink {

/// English text that every Debian has: the licences, which may be copied verbatim.
struct LicenceText {
  std::string train;
  std::string test;
  std::string source;
};

/// Licences to test on. Versions of the others repeat each other's paragraphs, so a split that puts
/// one version on each side would reward a model that learns by heart.
inline constexpr std::array<std::string_view, 4> test_licences{"Apache-2.0", "Artistic", "BSD",
                                                               "CC0-1.0"};

/// Reads each licence once: most names without a version are links to one with it.
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
    const bool for_test =
        std::count(test_licences.begin(), test_licences.end(), path.filename().string()) != 0;
    (for_test ? text.test : text.train) += quickstart::read_whole(path.string(), next_step);
  }
  if (text.train.empty() || text.test.empty()) {
    quickstart::fail("too few licences in", folder, next_step);
  }
  text.source = "licences of " + folder + ", " + std::to_string(text.train.size()) +
                " bytes to train on, " + std::to_string(text.test.size()) + " of others to test on";
  return text;
}

/// Cuts a text into pieces of equal length, and drops the rest.
/// @param before  length of what each piece has in addition: the text that leads to it
[[nodiscard]] inline std::vector<std::string> pieces(const std::string& text, std::size_t length,
                                                     std::size_t before = 0) {
  std::vector<std::string> cut;
  for (std::size_t at = before; at + length <= text.size(); at += length) {
    cut.push_back(text.substr(at - before, before + length));
  }
  return cut;
}

}  // namespace shrink

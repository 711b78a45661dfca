// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/view.hpp"
#include "scratch.hpp"

namespace fuzz {

/// The root of a system whose files stand in one text, each after a line with its path:
///
///     == proc/stat
///     cpu  100 20 30
///
/// Only known paths are written, so that no input leaves the folder.
class Tree {
 public:
  explicit Tree(std::vector<std::string_view> paths) : paths_(std::move(paths)) {}

  [[nodiscard]] std::string root() const { return folder_ / "root"; }

  /// Replaces all files.
  void write(std::string_view text) const {
    std::filesystem::remove_all(root());
    std::filesystem::create_directories(root());
    put(text);
  }

  /// Adds files, or replaces their content.
  void put(std::string_view text) const {
    while (text.starts_with(mark)) {
      text.remove_prefix(mark.size());
      const std::string_view section = text.substr(0, text.find("\n== "));
      text.remove_prefix(std::min(section.size() + 1, text.size()));
      const std::string_view path = section.substr(0, section.find('\n'));
      if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) continue;
      const std::filesystem::path file = std::filesystem::path(root()) / path;
      std::filesystem::create_directories(file.parent_path());
      scratch::put_file(file.string(), section.substr(std::min(path.size() + 1, section.size())));
    }
  }

 private:
  static constexpr std::string_view mark = "== ";
  std::vector<std::string_view> paths_;
  scratch::Folder folder_;
};

}  // namespace fuzz

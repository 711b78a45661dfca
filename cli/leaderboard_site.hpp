// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/file_descriptor.hpp"

namespace perjoule::cli {

/// The files of a site, which replace those of an older one together.
///
/// Those that differ are written into a folder beside the old ones, forced to the disk at once, and
/// then moved. From the first move to the last, leaderboard.json says "is_complete": false; it also
/// names the files that are perjoule's, and nothing else in the folder is touched.
class SiteWriter {
 public:
  /// Makes the folder if it is missing.
  /// @throws Error if it cannot be written, if another program writes it, or if leaderboard.json in
  ///         it is something else
  explicit SiteWriter(const std::string& folder);
  SiteWriter(const SiteWriter&) = delete;
  SiteWriter& operator=(const SiteWriter&) = delete;
  ~SiteWriter();

  /// Adds a file to the new site.
  /// @param name  below the folder: "record/<hash>.html"
  /// @throws Error if it cannot be written, or if somebody else's file has this name
  void add(const std::string& name, std::string_view content);

  /// Replaces the old site.
  /// @param json  returns the text of leaderboard.json, from the names of all files
  void finish(const std::function<std::string(const std::vector<std::string>& files)>& json);

 private:
  [[noreturn]] void fail(const std::string& name, std::string_view why) const;
  void read_old();
  void remove_draft() const;

  std::string folder_;
  std::string draft_;
  detail::FileDescriptor lock_;
  std::vector<std::string> old_;  ///< names of the older site's files, in order
  std::vector<std::string> new_;
  std::vector<std::string> drafts_;  ///< those of the new site that differ from the old one
};

}  // namespace perjoule::cli

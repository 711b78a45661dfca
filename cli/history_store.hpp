// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/history_acceptance.hpp"
#include "cli/history_night.hpp"

namespace perjoule::cli {

/// A file of a history that cannot be used.
struct HistoryProblem {
  std::string path;
  std::string why;
};

/// A run file, as its folder shows it.
struct RunFile {
  std::string name;
  std::uint64_t size = 0;
  std::int64_t changed_ns = 0;  ///< when it was last changed
  friend bool operator==(const RunFile&, const RunFile&) = default;
};

/// The files of a history: one for each night in runs/, each acceptance in accepted/ and each
/// anchor in anchors/. None is ever written again, so that several machines may add to one folder,
/// and git merges what they added.
class HistoryStore {
 public:
  /// @throws Error if there is no such folder, or it cannot be read
  static HistoryStore open(const std::string& folder);
  /// The same, and makes the folder if there is none.
  static HistoryStore create(const std::string& folder);

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] std::string path_of(std::string_view name) const;

  /// Returns the run files in ascending order of their names, which is that of time.
  /// @param problems  gets what in runs/ is no run file: folders, links, pipes, other names. A name
  ///                  that begins with a dot is passed over.
  [[nodiscard]] std::vector<RunFile> run_files(std::vector<HistoryProblem>& problems) const;
  /// Reads a night from its file.
  /// @throws Refusal
  [[nodiscard]] Night read_run(const std::string& name) const;
  /// The same, with those of its series only that have results item by item.
  /// @throws Refusal
  [[nodiscard]] Night read_qualities(const std::string& name) const;
  [[nodiscard]] std::vector<Acceptance> acceptances(std::vector<HistoryProblem>& problems) const;
  [[nodiscard]] std::vector<Anchor> anchors(std::vector<HistoryProblem>& problems) const;

  /// Adds a document, and gives it its id. Returns false if it is there already.
  /// @throws Error if something else has its name, or it cannot be written; nothing is left then
  bool add(Night& night) const;
  bool add(Acceptance& acceptance) const;
  bool add(Anchor& anchor) const;

  /// Replaces a file of the folder that only saves time: completely or, where that is not allowed
  /// or fails, not at all. After a power cut its content may be anything.
  void replace_cache(const std::string& name, std::string_view content) const noexcept;

  /// Writes a file that lists what of this folder is not for git, unless there is one.
  void write_gitignore() const;

  /// Returns the drafts that a writer left behind when it was killed, more than an hour ago.
  [[nodiscard]] std::vector<std::string> old_drafts() const;
  /// Deletes files of runs/, or old drafts.
  /// @throws Error
  void remove(const std::vector<std::string>& names) const;

 private:
  explicit HistoryStore(std::string folder) : folder_(std::move(folder)) {}
  bool add(std::string_view part, const std::string& name, std::string_view content) const;
  template <class Document>
  std::vector<Document> documents(std::string_view part,
                                  std::vector<HistoryProblem>& problems) const;

  std::string folder_;
};

/// Reads a whole file that is regular and no link.
/// @throws Refusal
[[nodiscard]] std::string read_regular_file(const std::string& path);

/// Writes a new file completely or not at all. Returns false if something of its name is there,
/// which stays as it is.
/// @throws Error if it can't be written, for example for lack of space
[[nodiscard]] bool write_new_file(const std::string& folder, const std::string& name,
                                  std::string_view content);

}  // namespace perjoule::cli

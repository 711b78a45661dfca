// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/leaderboard_site.hpp"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/json_values.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/write_file.hpp"

namespace perjoule::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view index_file = "leaderboard.json";
constexpr std::string_view schema = "perjoule.leaderboard/1";

/// Tells whether a file may be one of a site. A list of files may have been changed, and nothing
/// else is ever removed.
[[nodiscard]] bool may_be_of_site(std::string_view name) {
  const auto has_only = [](std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == text.npos;
  };
  if (name == "index.html" || name == "refused.html" || name == "history.html") return true;
  if (name.starts_with("task-") && name.ends_with(".html")) {
    name.remove_prefix(5);
    return has_only(name.substr(0, name.size() - 5), "abcdefghijklmnopqrstuvwxyz0123456789-");
  }
  if (!name.starts_with("record/")) return false;
  name.remove_prefix(7);
  constexpr std::size_t digits = 64;
  return name.size() > digits && has_only(name.substr(0, digits), "0123456789abcdef") &&
         has_only(name.substr(digits), "0123456789-.jsonhtmlvg") && name.find("..") == name.npos;
}

/// Tells whether a file has this content.
[[nodiscard]] bool has_content(const fs::path& path, std::string_view content) {
  std::error_code problem;
  if (fs::file_size(path, problem) != content.size() || problem) return false;
  std::ifstream file(path, std::ios::binary);
  std::string found(content.size(), '\0');
  return file.read(found.data(), static_cast<std::streamsize>(found.size())) && found == content;
}

[[nodiscard]] std::string list_json(const std::vector<std::string>& files, bool is_complete) {
  return Json{{"schema", schema}, {"is_complete", is_complete}, {"files", files}}.dump(1) + '\n';
}

}  // namespace

void SiteWriter::fail(const std::string& name, std::string_view why) const {
  detail::fail("cannot write the site",
               fmt::format("{}: {}", text::printable((fs::path(folder_) / name).string()), why),
               "mend that, or choose another folder");
}

SiteWriter::SiteWriter(const std::string& folder) : folder_(folder) {
  std::error_code problem;
  fs::create_directories(fs::path(folder) / "record", problem);
  if (problem) fail("", problem.message());
  lock_ = detail::FileDescriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock_.is_open()) fail("", detail::errno_message(errno));
  if (flock(lock_.get(), LOCK_EX | LOCK_NB) == -1) fail("", "another program writes it");
  read_old();
  draft_ = (fs::path(folder) / ".leaderboard.part").string();
  remove_draft();  // of one that was ended
  fs::create_directories(fs::path(draft_) / "record", problem);
  if (problem) fail(".leaderboard.part", problem.message());
}

SiteWriter::~SiteWriter() { remove_draft(); }

void SiteWriter::remove_draft() const {
  std::error_code ignored;
  fs::remove_all(draft_, ignored);
}

void SiteWriter::read_old() {
  const fs::path path = fs::path(folder_) / index_file;
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(path, ignored))) return;
  std::ifstream file(path, std::ios::binary);
  const Json old = Json::parse(file, nullptr, false);
  if (!old.is_object() || old.value("schema", Json()) != schema || !old.contains("files") ||
      !old["files"].is_array()) {
    fail(std::string(index_file), "it is not of a site that perjoule wrote");
  }
  for (const Json& name : old["files"]) {
    if (name.is_string() && may_be_of_site(name.get_ref<const std::string&>())) {
      old_.push_back(name.get<std::string>());
    }
  }
  std::sort(old_.begin(), old_.end());
}

void SiteWriter::add(const std::string& name, std::string_view content) {
  PERJOULE_EXPECTS(may_be_of_site(name));
  const fs::path path = fs::path(folder_) / name;
  std::error_code ignored;
  const bool is_old = std::binary_search(old_.begin(), old_.end(), name);
  if (!is_old && fs::exists(fs::symlink_status(path, ignored))) fail(name, "it is not perjoule's");
  new_.push_back(name);
  if (is_old && has_content(path, content)) return;  // most records stay from site to site
  const std::string draft = draft_ + '/' + name;
  const detail::FileDescriptor file(
      open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.is_open() || !detail::write_all(file.get(), content)) {
    fail(name, detail::errno_message(errno));
  }
  drafts_.push_back(name);
}

void SiteWriter::finish(
    const std::function<std::string(const std::vector<std::string>& files)>& json) {
  std::sort(new_.begin(), new_.end());
  const std::string text = json(new_);
  // One call for all files; a file system that cannot do that may still keep them.
  syncfs(lock_.get());
  std::vector<std::string> both;
  std::set_union(old_.begin(), old_.end(), new_.begin(), new_.end(), std::back_inserter(both));
  const std::string index = (fs::path(folder_) / index_file).string();
  write_file(index, list_json(both, false));
  for (const std::string& name : drafts_) {
    const std::string to = (fs::path(folder_) / name).string();
    if (rename((draft_ + '/' + name).c_str(), to.c_str()) == -1) {
      fail(name, detail::errno_message(errno));
    }
  }
  std::vector<std::string> gone;
  std::set_difference(old_.begin(), old_.end(), new_.begin(), new_.end(), std::back_inserter(gone));
  for (const std::string& name : gone) {
    if (unlink((fs::path(folder_) / name).c_str()) == -1 && errno != ENOENT) {
      fail(name, detail::errno_message(errno));
    }
  }
  syncfs(lock_.get());
  write_file(index, text);
}

}  // namespace perjoule::cli

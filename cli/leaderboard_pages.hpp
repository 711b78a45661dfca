// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "cli/leaderboard_data.hpp"

// The pages of a leaderboard. None needs a script or loads anything, each is the same for the same
// records, and what records say is escaped in it and never cut.
namespace perjoule::cli {

/// Returns a whole page.
/// @param title  as text
/// @param body   as HTML
/// @param up     "" for a page of the site's folder, "../" for one of a folder in it
[[nodiscard]] std::string page_of(std::string_view title, std::string_view body,
                                  std::string_view up = "");

/// Returns all tasks with the models that lead their boards.
[[nodiscard]] std::string index_page(const Leaderboard& all);

/// Returns the boards of a task.
[[nodiscard]] std::string task_page(const Leaderboard& all, const Task& task);

/// Returns what a record says and where its entries stand.
[[nodiscard]] std::string record_page(const Leaderboard& all, std::size_t record);

/// Returns the badge of an entry.
/// @param entry  index in the record's entries
[[nodiscard]] std::string badge_of(const Leaderboard& all, std::size_t record, std::size_t entry);

[[nodiscard]] std::string refused_page(const Leaderboard& all);

/// Returns who entered when, the first one first.
[[nodiscard]] std::string history_page(const Leaderboard& all);

/// Returns the records in the order in which they were measured.
[[nodiscard]] std::vector<std::size_t> in_order_of_time(const Leaderboard& all);

/// Returns all of the site for programs.
/// @param files  the names of all its files
[[nodiscard]] std::string leaderboard_json(const Leaderboard& all,
                                           const std::vector<std::string>& files);

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "cli/history_database.hpp"

// The tables of a history's cache. Each row has a checksum, which is written and compared here. All
// functions throw DatabaseFailure.
namespace perjoule::cli {

/// What the cache says cannot be right.
struct CacheIsWrong {
  std::string why;
};

/// A series without its numbers.
struct KindRow {
  std::int64_t id = 0;  ///< 0, 1, 2, ...
  std::string_view benchmark;
  std::string_view metric;
  std::string_view traits;  ///< its JSON without these two, which many have in common
  std::string_view line;    ///< its JSON
};

/// What the series of a night are, in order.
struct LayoutRow {
  std::int64_t id = 0;  ///< 0, 1, 2, ...
  std::string_view series;
};

/// A run file.
struct RunRow {
  std::string_view name;
  std::int64_t size = 0;
  std::int64_t changed = 0;
  std::string_view problem;
  std::string_view utc;
  std::string_view commit;
  std::string_view head;  ///< JSON of the night without its time, its commit and its series
  std::int64_t layout = 0;
  std::string_view numbers;
};

/// Tells whether there are no tables at all.
[[nodiscard]] bool is_empty(Database& database);
void make_tables(Database& database);
/// @throws CacheIsWrong if they are of another version
void expect_tables(Database& database);

/// Calls the function with each row, whose texts are gone then: kinds and layouts in order.
/// @throws CacheIsWrong if one is damaged
void for_each_kind(Database& database, const std::function<void(const KindRow&)>& take);
void for_each_layout(Database& database, const std::function<void(const LayoutRow&)>& take);
void for_each_run(Database& database, const std::function<void(const RunRow&)>& take);

void add_row(Database& database, const KindRow& row);
void add_row(Database& database, const LayoutRow& row);
void add_row(Database& database, const RunRow& row);

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <vector>

#include "cli/checksum.hpp"

namespace perjoule::cli {
namespace {

/// Changes with the tables and with what is in their rows.
constexpr int version_of_cache = 2;
constexpr const char* tables[] = {
    "CREATE TABLE kinds(checksum INTEGER, id INTEGER PRIMARY KEY, benchmark BLOB, metric BLOB, "
    "traits BLOB, line BLOB)",
    "CREATE TABLE layouts(checksum INTEGER, id INTEGER PRIMARY KEY, series BLOB)",
    "CREATE TABLE runs(checksum INTEGER, name BLOB, size INTEGER, changed INTEGER, problem BLOB, "
    "utc BLOB, git_commit BLOB, head BLOB, layout INTEGER, numbers BLOB)"};

/// Calls the function with all fields of a row, in the order of its table.
template <class Function>
auto with_fields(const KindRow& of, const Function& use) {
  return use(of.id, of.benchmark, of.metric, of.traits, of.line);
}
template <class Function>
auto with_fields(const LayoutRow& of, const Function& use) {
  return use(of.id, of.series);
}
template <class Function>
auto with_fields(const RunRow& of, const Function& use) {
  return use(of.name, of.size, of.changed, of.problem, of.utc, of.commit, of.head, of.layout,
             of.numbers);
}

template <class Row>
std::int64_t checksum(const Row& row) {
  Checksum sum;
  const auto add = [&](const auto& field) {
    if constexpr (std::is_same_v<decltype(field), const std::int64_t&>) {
      sum.add(static_cast<std::uint64_t>(field));
    } else {
      sum.add(field);
    }
  };
  with_fields(row, [&](const auto&... fields) { (add(fields), ...); });
  return static_cast<std::int64_t>(sum.value());
}

template <class Row>
void insert(Database& database, const char* sql, const Row& row) {
  Statement statement(database, sql);
  statement.bind(1, checksum(row));
  int place = 1;
  with_fields(row, [&](const auto&... fields) { (statement.bind(++place, fields), ...); });
  statement.run();
}

template <class Row>
void expect_undamaged(const Row& row, std::int64_t sum, bool is_next = true) {
  if (!is_next || checksum(row) != sum) throw CacheIsWrong{"it was damaged"};
}

}  // namespace

bool is_empty(Database& database) {
  Statement count(database, "SELECT count(*) FROM sqlite_schema");
  return count.step() && count.number(0) == 0;
}

void make_tables(Database& database) {
  for (const char* const table : tables) database.run(table);
  database.run(fmt::format("PRAGMA user_version = {}", version_of_cache).c_str());
}

void expect_tables(Database& database) {
  Statement version(database, "PRAGMA user_version");
  const bool is_known = version.step() && version.number(0) == version_of_cache;
  if (!is_known) throw CacheIsWrong{"it was of another version"};
  std::vector<std::string> found;
  Statement schema(database, "SELECT sql FROM sqlite_schema ORDER BY name");
  while (schema.step()) found.emplace_back(schema.bytes(0));
  if (!std::equal(found.begin(), found.end(), std::begin(tables), std::end(tables))) {
    throw CacheIsWrong{"it had other tables"};
  }
}

void for_each_kind(Database& database, const std::function<void(const KindRow&)>& take) {
  Statement rows(database, "SELECT * FROM kinds ORDER BY id");
  for (std::int64_t id = 0; rows.step(); ++id) {
    const KindRow row{rows.number(1), rows.bytes(2), rows.bytes(3), rows.bytes(4), rows.bytes(5)};
    expect_undamaged(row, rows.number(0), row.id == id);
    take(row);
  }
}

void for_each_layout(Database& database, const std::function<void(const LayoutRow&)>& take) {
  Statement rows(database, "SELECT * FROM layouts ORDER BY id");
  for (std::int64_t id = 0; rows.step(); ++id) {
    const LayoutRow row{rows.number(1), rows.bytes(2)};
    expect_undamaged(row, rows.number(0), row.id == id);
    take(row);
  }
}

void for_each_run(Database& database, const std::function<void(const RunRow&)>& take) {
  Statement rows(database, "SELECT * FROM runs");
  while (rows.step()) {
    const RunRow row{rows.bytes(1), rows.number(2), rows.number(3), rows.bytes(4), rows.bytes(5),
                     rows.bytes(6), rows.bytes(7),  rows.number(8), rows.bytes(9)};
    expect_undamaged(row, rows.number(0));
    take(row);
  }
}

void add_row(Database& database, const KindRow& row) {
  insert(database, "INSERT INTO kinds VALUES(?, ?, ?, ?, ?, ?)", row);
}
void add_row(Database& database, const LayoutRow& row) {
  insert(database, "INSERT INTO layouts VALUES(?, ?, ?)", row);
}
void add_row(Database& database, const RunRow& row) {
  insert(database, "INSERT INTO runs VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row);
}

}  // namespace perjoule::cli

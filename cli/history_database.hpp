// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace perjoule::cli {

/// SQLite cannot do what it was asked for.
struct DatabaseFailure {
  int code;
  std::string why;
};

/// A connection to an SQLite database. Its functions throw DatabaseFailure.
class Database {
 public:
  explicit Database(const std::string& path) {
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    check(code);
    constexpr int patience_ms = 120'000;  // somebody else may be building it
    sqlite3_busy_timeout(opened, patience_ms);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  }

  void run(const char* sql) {
    check(sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr));
  }
  /// Reads large rows in one piece, outside of a transaction. A database with pages of another size
  /// keeps them. Hardly any page is read twice, and so few are kept. What a loss of power leaves of
  /// a cache is told by its checksums, so nothing waits for the disk.
  void use_large_pages() {
    run("PRAGMA page_size = 65536; PRAGMA cache_size = 4; PRAGMA synchronous = OFF");
  }
  /// Empties a database, whatever is in its file.
  void reset() {
    rollback();
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_RESET_DATABASE, 1, nullptr);
    sqlite3_exec(database_.get(), "PRAGMA page_size = 65536", nullptr, nullptr, nullptr);
    const int code = sqlite3_exec(database_.get(), "VACUUM", nullptr, nullptr, nullptr);
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_RESET_DATABASE, 0, nullptr);
    check(code);
  }
  void rollback() noexcept {
    if (sqlite3_get_autocommit(database_.get()) == 0) {
      sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
  }
  void check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    throw DatabaseFailure{
        code & 0xFF, database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_.get())};
  }
  [[nodiscard]] sqlite3* get() const noexcept { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
};

/// A prepared statement.
class Statement {
 public:
  Statement(Database& database, const char* sql) : database_(database) {
    sqlite3_stmt* prepared = nullptr;
    database.check(sqlite3_prepare_v2(database.get(), sql, -1, &prepared, nullptr));
    statement_.reset(prepared);
  }

  Statement& bind(int place, std::int64_t number) {
    database_.check(sqlite3_bind_int64(statement_.get(), place, number));
    return *this;
  }
  /// @param bytes  must live until the statement has run
  Statement& bind(int place, std::string_view bytes) {
    database_.check(sqlite3_bind_blob64(statement_.get(), place, bytes.empty() ? "" : bytes.data(),
                                        bytes.size(), SQLITE_STATIC));
    return *this;
  }
  /// Returns whether there is a row.
  bool step() {
    const int code = sqlite3_step(statement_.get());
    database_.check(code);
    return code == SQLITE_ROW;
  }
  void run() {
    step();
    database_.check(sqlite3_reset(statement_.get()));
  }
  [[nodiscard]] std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
  }
  /// @return valid until the next step
  [[nodiscard]] std::string_view bytes(int column) const {
    const void* const data = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace perjoule::cli

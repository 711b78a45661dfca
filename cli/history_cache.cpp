// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_cache.hpp"

#include <errno.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "cli/history_database.hpp"
#include "cli/history_series_reader.hpp"
#include "cli/history_tables.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/environment.hpp"

// A night's numbers are one row: a thousand series of a thousand nights are a thousand rows, which
// are written and read in no time, and of which each has a checksum. What nights or series have in
// common is in few rows, or parsed once. What a row says is what its file says, or the cache is
// built anew.
namespace perjoule::cli {
namespace {

/// Returns the bytes of numbers.
template <class Numbers>
std::string_view bytes_of(const Numbers& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(numbers[0])};
}

/// The cache, in a transaction.
class Cache {
 public:
  Cache(const HistoryStore& store, Database& database) : store_(store), database_(database) {}

  /// Reads all rows, and then the folder, which therefore has all files that they are of.
  /// @throws CacheIsWrong if a row is damaged, or its file changed or is gone
  /// @return the files that it lacks
  [[nodiscard]] std::vector<RunFile> load() {
    read_kinds();
    read_layouts();
    for_each_run(database_, [&](const RunRow& row) { cached_.runs.push_back(run_of(row)); });
    sort_runs();
    return missing_from(store_.run_files(cached_.problems));
  }

  /// Reads files and adds a row for each.
  void add(const std::vector<RunFile>& files) {
    if (files.empty()) return;
    for (std::uint32_t i = 0; i < cached_.kinds.size(); ++i) {
      place_of_object_[&reader_.knows(lines_[i], cached_.kinds[i])] = i;
      place_of_line_[std::move(lines_[i])] = i;
    }
    for (const RunFile& file : files) {
      const std::string path = store_.path_of("runs/" + file.name);
      try {
        cached_.runs.push_back(run_of(file, read_regular_file(path)));
      } catch (const Refusal& refusal) {
        // It may be another user who may not read it, so this is not kept.
        cached_.problems.push_back({path, why(refusal)});
      }
    }
    sort_runs();
  }

  [[nodiscard]] CachedRuns take() { return std::move(cached_); }

 private:
  void sort_runs() {
    std::sort(cached_.runs.begin(), cached_.runs.end(),
              [](const CachedRun& a, const CachedRun& b) { return a.file.name < b.file.name; });
  }

  void read_kinds() {
    std::unordered_map<std::string, Observations> of_traits;
    for_each_kind(database_, [&](const KindRow& row) {
      const auto [known, is_new] = of_traits.try_emplace(std::string(row.traits));
      std::vector<std::string> ignored;
      if (is_new) known->second = read_series(row.traits, ignored);
      Observations& kind = cached_.kinds.emplace_back(known->second);
      kind.benchmark = row.benchmark;
      kind.metric = row.metric;
      lines_.emplace_back(row.line);
    });
  }

  void read_layouts() {
    for_each_layout(database_, [&](const LayoutRow& row) {
      layouts_.try_emplace(std::string(row.series), cached_.layouts.size());
      std::vector<CachedSeries>& layout = cached_.layouts.emplace_back();
      layout.resize(row.series.size() / sizeof(CachedSeries));
      if (layout.empty()) return;
      std::memcpy(layout.data(), row.series.data(), layout.size() * sizeof(CachedSeries));
    });
  }

  [[nodiscard]] CachedRun run_of(const RunRow& row) {
    CachedRun run{{std::string(row.name), static_cast<std::uint64_t>(row.size), row.changed},
                  std::string(row.problem),
                  {},
                  static_cast<std::size_t>(row.layout),
                  {}};
    if (!run.problem.empty()) return run;
    const auto [head, is_new] = heads_.try_emplace(std::string(row.head));
    if (is_new) head->second = read_night_head(row.head);
    run.night = head->second;
    run.night.environment.run.utc = row.utc;
    run.night.environment.run.commit = row.commit;
    run.values = cached_.numbers.keep(row.numbers);
    return run;
  }

  [[nodiscard]] std::vector<RunFile> missing_from(const std::vector<RunFile>& files) const {
    std::vector<RunFile> missing;
    auto run = cached_.runs.begin();
    for (const RunFile& file : files) {
      const bool is_cached = run != cached_.runs.end() && run->file.name <= file.name;
      if (is_cached && run->file != file) break;
      is_cached ? static_cast<void>(++run) : missing.push_back(file);
    }
    if (run == cached_.runs.end()) return missing;
    throw CacheIsWrong{fmt::format("{} changed, or is gone",
                                   text::printable(store_.path_of("runs/" + run->file.name)))};
  }

  /// Reads a file, and adds its row.
  [[nodiscard]] CachedRun run_of(const RunFile& file, const std::string& content) {
    CachedRun run{file, {}, {}, 0, {}};
    std::string head;
    try {
      std::vector<std::string> ignored;
      NightText text = split_night(content, file.name, ignored);
      const Observations* before = nullptr;
      std::vector<CachedSeries> layout;
      std::vector<double> all;
      for (const std::string_view line : text.lines) {
        const Observations& kind = reader_.read(line, values_, ignored);
        if (before != nullptr) expect_order(*before, kind);
        before = &kind;
        layout.push_back({place_of(kind), static_cast<std::uint32_t>(values_.size())});
        all.insert(all.end(), values_.begin(), values_.end());
      }
      run.layout = place_of(layout);
      run.values = cached_.numbers.keep(bytes_of(all));
      run.night = std::move(text.night);
      Night shared = run.night;
      shared.environment.run.utc = "1970-01-01T00:00:00Z";
      shared.environment.run.commit.clear();
      head = write_night_head(std::move(shared));
      for (const std::string& key : ignored) {
        fmt::print(stderr, "perjoule: {}: this version does not know {}, and leaves it out\n",
                   text::printable(file.name), text::printable(key));
      }
    } catch (const Refusal& refusal) {
      run.values = {};
      run.problem = why(refusal);
    }
    const Run& of = run.night.environment.run;
    add_row(database_, RunRow{.name = file.name,
                              .size = static_cast<std::int64_t>(file.size),
                              .changed = file.changed_ns,
                              .problem = run.problem,
                              .utc = of.utc,
                              .commit = of.commit,
                              .head = head,
                              .layout = static_cast<std::int64_t>(run.layout),
                              .numbers = bytes_of(run.values)});
    return run;
  }

  /// Returns the index of a kind, and adds a row for a new one.
  std::uint32_t place_of(const Observations& kind) {
    const auto [known, is_first] = place_of_object_.try_emplace(&kind, 0U);
    if (!is_first) return known->second;
    const std::string line = write_series(kind);
    const auto next = static_cast<std::uint32_t>(cached_.kinds.size());
    const auto [place, is_new] = place_of_line_.try_emplace(line, next);
    known->second = place->second;
    if (!is_new) return place->second;
    Observations nameless = kind;
    nameless.benchmark.clear();
    nameless.metric.clear();
    const std::string traits = write_series(nameless);
    add_row(database_, KindRow{next, kind.benchmark, kind.metric, traits, line});
    cached_.kinds.push_back(kind);
    return next;
  }

  /// Likewise, of a layout.
  std::size_t place_of(const std::vector<CachedSeries>& layout) {
    const std::string_view series = bytes_of(layout);
    const auto [known, is_new] = layouts_.try_emplace(std::string(series), cached_.layouts.size());
    if (!is_new) return known->second;
    add_row(database_, LayoutRow{static_cast<std::int64_t>(known->second), series});
    cached_.layouts.push_back(layout);
    return known->second;
  }

  const HistoryStore& store_;
  Database& database_;
  CachedRuns cached_;
  SeriesReader reader_;
  std::vector<double> values_;                                              // of a line
  std::vector<std::string> lines_;                                          // of each kind
  std::unordered_map<std::string, Night> heads_;                            // by their JSON
  std::unordered_map<std::string, std::size_t> layouts_;                    // by their bytes
  std::unordered_map<std::string, std::uint32_t> place_of_line_;            // of each kind
  std::unordered_map<const Observations*, std::uint32_t> place_of_object_;  // of the reader
};

bool is_damage(const DatabaseFailure& failure) {
  return failure.code == SQLITE_CORRUPT || failure.code == SQLITE_NOTADB ||
         failure.code == SQLITE_SCHEMA || failure.code == SQLITE_ERROR ||
         failure.code == SQLITE_FORMAT;
}

/// Reads the cache, and adds to it what it lacks. Returns false if there is none, or if somebody
/// else is adding.
bool read_current(const HistoryStore& store, Database& database, CachedRuns& runs) {
  database.use_large_pages();
  database.run("BEGIN");
  if (is_empty(database)) return false;
  expect_tables(database);
  Cache cache(store, database);
  try {
    cache.add(cache.load());
    database.run("COMMIT");
  } catch (const DatabaseFailure& failure) {
    // Of two that have read it, one may write, and only after the other has let go.
    if (failure.code == SQLITE_BUSY) return false;
    throw;
  }
  runs = cache.take();
  return true;
}

/// Adds to the cache what it lacks. One process at a time does.
/// @param why_anew  why it is emptied first; none: it is not
CachedRuns update(const HistoryStore& store, Database& database, const std::string& why_anew,
                  const std::string& place) {
  if (!why_anew.empty()) database.reset();
  database.use_large_pages();
  database.run("BEGIN IMMEDIATE");
  Cache cache(store, database);
  const bool is_new = is_empty(database);
  is_new ? make_tables(database) : expect_tables(database);
  const std::vector<RunFile> missing = cache.load();
  cache.add(missing);
  database.run("COMMIT");
  if (is_new) {
    fmt::print(stderr, "perjoule: {} was built anew from {} run files: {}\n", place, missing.size(),
               why_anew.empty() ? "there was none" : why_anew);
  }
  return cache.take();
}

CachedRuns read_database(const HistoryStore& store, Database& database, bool rebuilds,
                         const std::string& place) {
  std::string why_anew = rebuilds ? "as asked" : "";
  CachedRuns runs;
  for (int attempt = 0;; ++attempt) {
    try {
      const bool may_be_current = attempt == 0 && why_anew.empty();
      if (may_be_current && read_current(store, database, runs)) return runs;
      database.rollback();
      return update(store, database, why_anew, place);
    } catch (const CacheIsWrong& wrong) {
      if (attempt == 2) throw DatabaseFailure{SQLITE_CORRUPT, wrong.why};
      why_anew = wrong.why;
    } catch (const Refusal& refusal) {
      if (attempt == 2) throw DatabaseFailure{SQLITE_CORRUPT, why(refusal)};
      why_anew = "it was damaged";
    } catch (const DatabaseFailure& failure) {
      if (attempt == 2 || !is_damage(failure)) throw;
      why_anew = failure.why;
    }
    database.rollback();
  }
}

/// Returns the path of the cache without links, which SQLite refuses.
/// @throws DatabaseFailure if there can be none
std::string cache_path(const HistoryStore& store) {
  char* const resolved = realpath(store.folder().c_str(), nullptr);
  if (resolved == nullptr) throw DatabaseFailure{SQLITE_CANTOPEN, detail::errno_message(errno)};
  std::string path = resolved;
  free(resolved);
  if (access(path.c_str(), W_OK | X_OK) == -1) {
    throw DatabaseFailure{SQLITE_READONLY, detail::errno_message(errno)};
  }
  path += "/cache.sqlite";
  struct stat found {};
  if (lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) {
    throw DatabaseFailure{SQLITE_CANTOPEN, "it is no regular file"};
  }
  return path;
}

}  // namespace

CachedRuns read_cache(const HistoryStore& store, bool rebuilds) {
  const std::string place = text::printable(store.path_of("cache.sqlite"));
  try {
    Database database(cache_path(store));
    return read_database(store, database, rebuilds, place);
  } catch (const DatabaseFailure& failure) {
    fmt::print(stderr, "perjoule: {} cannot be used, so all run files are read: {}\n", place,
               failure.why);
  }
  try {
    Database database(":memory:");
    return read_database(store, database, false, "a cache in memory");
  } catch (const DatabaseFailure& failure) {
    detail::fail("cannot build a cache in memory", failure.why, "free some memory");
  }
}

}  // namespace perjoule::cli

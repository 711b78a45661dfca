// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/board.hpp"
#include "cli/rules.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

// What a leaderboard keeps of records: an entry itself has all windows and items, and ten thousand
// of them do not fit into memory.
namespace perjoule::cli {

struct BoardQuality {
  std::string metric;
  std::string signature;
  std::string unit;
  bool higher_is_better = true;
  double trivial = 0.0;
  double perfect = 1.0;
  IntervalEstimate<double> value;
  Interval<double> skill;
};

/// A task that an entry takes part in.
struct TaskEntry {
  std::size_t task = 0;    ///< index of its rules
  std::size_t metric = 0;  ///< index in the entry's qualities
};

/// What is shown of an entry of a record.
struct BoardEntry {
  std::size_t place = 0;  ///< in its record
  std::string name;
  std::string format;
  std::string dataset;
  std::string test_set_hash;
  std::size_t items = 0;
  std::string processor;
  std::size_t cores = 0;
  std::string machine;  ///< key
  std::string meter;
  Scope scope = Scope::none;
  std::vector<BoardQuality> quality;
  IntervalEstimate<double> energy;     ///< per item. @unit J
  Estimate<double> comparable_energy;  ///< with the meter's gain in the parts that it has
  IntervalEstimate<double> time;       ///< per item. @unit s
  Estimate<double> stored;             ///< @unit B
  std::vector<std::string> caveats;    ///< in words
  std::vector<TaskEntry> tasks;        ///< with rules
};

/// A record that was accepted.
struct BoardRecord {
  std::string sha256;
  std::vector<std::string> files;  ///< below the folder; several have the same record
  std::string submitter;
  std::string utc;  ///< when it was measured
  std::vector<BoardEntry> entries;
};

/// A file, or an entry of it, that was refused.
struct RefusedFile {
  std::string file;
  std::string submitter;
  std::vector<Finding> findings;
};

/// All that was submitted, in the order of the files' names.
struct Submissions {
  std::vector<Rules> rules;  ///< a task each; empty: tasks are what entries say
  std::vector<BoardRecord> records;
  std::vector<RefusedFile> refused;
};

/// One row of a board.
struct BoardRow {
  std::size_t record = 0;
  std::size_t entry = 0;   ///< index in the record's entries
  std::size_t metric = 0;  ///< index in the entry's qualities
};

/// Models on machines of one class, with energies that were found alike.
struct Board {
  std::string machines;  ///< "AMD EPYC 7763, 64 cores"
  BoardRules rules;
  std::vector<BoardRow> rows;
  Ranking ranking;  ///< of these rows
};

struct Task {
  std::string name;
  std::string page;  ///< "task-digits.html"
  std::string dataset;
  std::string test_set_hash;
  std::size_t items = 0;
  std::string metric;
  std::string signature;
  std::optional<double> floor;
  std::vector<Board> boards;
};

/// Where an entry stands on one board.
struct Standing {
  std::size_t task = 0;
  std::size_t board = 0;
  std::optional<Place> place;
  std::string reason;  ///< of an entry without a place
  bool is_below_floor = false;
};

struct Leaderboard {
  Submissions submissions;
  std::vector<Task> tasks;
  /// Of an entry: its record, and its index in there.
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Standing>> standings;

  [[nodiscard]] const BoardRecord& record(const BoardRow& row) const {
    return submissions.records[row.record];
  }
  [[nodiscard]] const BoardEntry& entry(const BoardRow& row) const {
    return record(row).entries[row.entry];
  }
  [[nodiscard]] const BoardQuality& quality(const BoardRow& row) const {
    return entry(row).quality[row.metric];
  }
};

}  // namespace perjoule::cli

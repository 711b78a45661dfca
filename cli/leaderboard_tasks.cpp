// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/leaderboard_records.hpp"
#include "perjoule/core/sha256.hpp"

namespace perjoule::cli {
namespace {

/// Returns a name for a file: the words of a text in lower case, and a hash of it if they alone may
/// be those of another one.
[[nodiscard]] std::string slug_of(const std::string& text, std::string words) {
  std::string slug;
  for (char& c : words) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_plain || (!slug.empty() && slug.back() != '-')) slug += is_plain ? c : '-';
    if (slug.size() == 48) break;
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  if (slug == text) return slug;
  return slug + (slug.empty() ? "" : "-") + detail::sha256_hex(text).substr(0, 8);
}

/// What the entries of one task have in common. Without rules, it is what they say of their data
/// and metric, the values of the trivial and the perfect predictor among it: an entry that claims
/// others would have another skill for the same outputs.
[[nodiscard]] std::string task_key(const BoardEntry& entry, const BoardQuality& quality) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{:.9g}\n{:.9g}", entry.dataset, entry.test_set_hash,
                     entry.items, quality.metric, quality.signature, quality.trivial,
                     quality.perfect);
}

[[nodiscard]] std::string machines_of(const BoardEntry& entry, const Rules* rules) {
  if (rules != nullptr && !rules->processors.empty()) {
    std::string all;
    for (const std::string& processor : rules->processors) {
      all += (all.empty() ? "" : " or ") + processor;
    }
    return all;
  }
  return fmt::format("{}, {} {}", entry.processor.empty() ? "unknown processor" : entry.processor,
                     entry.cores, entry.cores == 1 ? "core" : "cores");
}

[[nodiscard]] Task task_of(const BoardEntry& entry, const BoardQuality& quality, const Rules* rules,
                           const std::string& key) {
  Task task;
  task.dataset = entry.dataset;
  task.test_set_hash = entry.test_set_hash;
  task.items = entry.items;
  task.metric = quality.metric;
  task.signature = quality.signature;
  if (rules != nullptr) {
    task.name = rules->task.empty() ? quality.metric : rules->task;
    task.floor = rules->floor;
    task.page = slug_of(rules->task, rules->task);
  } else {
    task.name = (entry.dataset.empty() ? std::string("unnamed data") : entry.dataset) + ", " +
                quality.metric;
    task.page = slug_of(key, entry.dataset + ' ' + quality.metric);
  }
  task.page = "task-" + task.page + ".html";
  return task;
}

/// What entries have to have in common to be in one table.
using BoardKey = std::tuple<std::string, EnergyKind, Scope, bool, std::string>;

[[nodiscard]] Contestant contestant_of(const Leaderboard& all, const BoardRow& row) {
  const BoardEntry& entry = all.entry(row);
  const BoardQuality& quality = all.quality(row);
  Contestant of;
  of.id = fmt::format("{}#{}", all.record(row).sha256, entry.place);
  of.quality = quality.value.estimate;
  of.quality_interval = quality.value.interval;
  of.skill_interval = quality.skill;
  of.energy = entry.comparable_energy;
  of.scope = entry.scope;
  of.meter = entry.machine + ' ' + entry.meter;
  return of;
}

void rank(Leaderboard& all, std::size_t task, std::size_t at) {
  Board& board = all.tasks[task].boards[at];
  std::vector<Contestant> contestants;
  for (const BoardRow& row : board.rows) contestants.push_back(contestant_of(all, row));
  board.ranking = rank_board(contestants, board.rules);
  const auto stands = [&](std::size_t contestant, std::optional<Place> place,
                          const std::string& reason, bool is_below_floor) {
    const BoardRow& row = board.rows[contestant];
    all.standings[{row.record, row.entry}].push_back({task, at, place, reason, is_below_floor});
  };
  for (const Place& one : board.ranking.ranked) stands(one.contestant, one, {}, false);
  for (const NoPlace& one : board.ranking.below_floor) stands(one.contestant, {}, one.reason, true);
  for (const NoPlace& one : board.ranking.not_rankable) {
    stands(one.contestant, {}, one.reason, false);
  }
}

}  // namespace

Leaderboard make_leaderboard(Submissions submissions) {
  Leaderboard all;
  all.submissions = std::move(submissions);
  const std::vector<Rules>& rules = all.submissions.rules;
  struct Group {
    Task task;
    std::map<BoardKey, Board> boards;
  };
  std::map<std::pair<std::size_t, std::string>, Group> groups;  // with rules, in their order
  const auto add = [&](const BoardRow& row, std::size_t task, const Rules* of) {
    const BoardEntry& entry = all.entry(row);
    const BoardQuality& quality = all.quality(row);
    const std::string key = of != nullptr ? std::string() : task_key(entry, quality);
    Group& group = groups[{task, key}];
    if (group.task.page.empty()) group.task = task_of(entry, quality, of, key);
    const EnergyKind kind = kind_of(entry.energy.estimate.provenance);
    const Scope scope = kind == EnergyKind::missing ? Scope::none : entry.scope;
    const std::string machines = machines_of(entry, of);
    Board& board = group.boards[{machines, kind, scope, quality.higher_is_better, quality.unit}];
    board.machines = machines;
    board.rules = {quality.metric,   quality.unit, quality.higher_is_better,
                   group.task.floor, kind,         scope};
    board.rows.push_back(row);
  };
  for (std::size_t record = 0; record < all.submissions.records.size(); ++record) {
    const std::vector<BoardEntry>& entries = all.submissions.records[record].entries;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (rules.empty()) add({record, i, 0}, 0, nullptr);
      for (const TaskEntry& of : entries[i].tasks) {
        add({record, i, of.metric}, of.task, &rules[of.task]);
      }
    }
  }
  for (auto& [key, group] : groups) {
    for (auto& [board_key, board] : group.boards) group.task.boards.push_back(std::move(board));
    all.tasks.push_back(std::move(group.task));
    const std::size_t task = all.tasks.size() - 1;
    for (std::size_t i = 0; i < all.tasks[task].boards.size(); ++i) rank(all, task, i);
  }
  return all;
}

}  // namespace perjoule::cli

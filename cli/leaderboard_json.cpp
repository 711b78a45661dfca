// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/json_values.hpp"
#include "cli/leaderboard_pages.hpp"
#include "cli/leaderboard_text.hpp"

namespace perjoule::cli {
namespace {

/// Returns one line of JSON. What is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

[[nodiscard]] Json json_of(const IntervalEstimate<double>& of) {
  const bool is_known = of.estimate.is_known();
  Json json = {{"value", is_known ? number_or_null(of.estimate.value) : Json()},
               {"low", nullptr},
               {"high", nullptr},
               {"provenance", name(of.estimate.provenance)}};
  if (is_known && of.interval.is_known()) {
    json["low"] = number_or_null(of.interval.low);
    json["high"] = number_or_null(of.interval.high);
  }
  return json;
}

[[nodiscard]] Json row_json(const Leaderboard& all, const BoardRow& row) {
  const BoardRecord& record = all.record(row);
  const BoardEntry& entry = all.entry(row);
  return {{"name", entry.name},
          {"submitter", record.submitter},
          {"record", record.sha256},
          {"entry", entry.place},
          {"started_utc", text_or_null(record.utc)},
          {"quality", json_of(all.quality(row).value)},
          {"energy_j_per_item", json_of(entry.energy)},
          {"wall_s_per_item", json_of(entry.time)},
          {"stored_b", entry.stored.is_known() ? number_or_null(entry.stored.value) : Json()}};
}

/// Adds a list, an element on each line. It is text at once: as a tree, ten thousand elements would
/// take more memory than all else.
template <class List, class JsonOf>
void add_list(std::string& out, std::string_view key, const List& list, JsonOf json_of_one) {
  out += '"' + std::string(key) + "\": [";
  bool is_first = true;
  for (const auto& one : list) {
    out += is_first ? "\n" : ",\n";
    out += json_of_one(one);
    is_first = false;
  }
  out += is_first ? "]" : "\n]";
}

[[nodiscard]] std::string board_json(const Leaderboard& all, const Board& board) {
  const bool has_energy = board.rules.energy != EnergyKind::missing;
  std::string out = line({{"machines", board.machines},
                          {"energy", name(board.rules.energy)},
                          {"scope", has_energy ? Json(name(board.rules.scope)) : Json()},
                          {"unit", board.rules.unit},
                          {"higher_is_better", board.rules.higher_is_better}});
  out.back() = ',';
  add_list(out, "ranked", board.ranking.ranked, [&](const Place& place) {
    Json json = {{"place", place.place},
                 {"place_low", place.low},
                 {"place_high", place.high},
                 {"is_on_front", place.is_on_front},
                 {"front_probability", place.front_probability}};
    json.update(row_json(all, board.rows[place.contestant]));
    return line(json);
  });
  const auto with_reason = [&](const NoPlace& one) {
    Json json = row_json(all, board.rows[one.contestant]);
    json["reason"] = one.reason;
    return line(json);
  };
  out += ",\n";
  add_list(out, "below_floor", board.ranking.below_floor, with_reason);
  out += ",\n";
  add_list(out, "not_ranked", board.ranking.not_rankable, with_reason);
  return out + "}";
}

[[nodiscard]] std::string task_json(const Leaderboard& all, const Task& task) {
  std::string out = line({{"task", task.name},
                          {"page", task.page},
                          {"dataset", text_or_null(task.dataset)},
                          {"test_set_hash", text_or_null(task.test_set_hash)},
                          {"n", task.items},
                          {"metric", task.metric},
                          {"signature", task.signature},
                          {"floor", task.floor ? Json(*task.floor) : Json()}});
  out.back() = ',';
  add_list(out, "boards", task.boards, [&](const Board& board) { return board_json(all, board); });
  return out + "}";
}

}  // namespace

std::string leaderboard_json(const Leaderboard& all, const std::vector<std::string>& files) {
  std::string out = "{\n\"schema\": \"perjoule.leaderboard/1\",\n\"is_complete\": true,\n";
  add_list(out, "tasks", all.tasks, [&](const Task& task) { return task_json(all, task); });
  out += ",\n";
  add_list(out, "history", in_order_of_time(all), [&](std::size_t at) {
    const BoardRecord& record = all.submissions.records[at];
    Json names = Json::array();
    for (const BoardEntry& entry : record.entries) names.push_back(entry.name);
    return line({{"record", record.sha256},
                 {"started_utc", text_or_null(record.utc)},
                 {"submitter", record.submitter},
                 {"models", names},
                 {"files", record.files}});
  });
  out += ",\n";
  add_list(out, "refused", all.submissions.refused, [](const RefusedFile& refusal) {
    Json findings = Json::array();
    for (const Finding& one : refusal.findings) {
      findings.push_back({{"code", one.code}, {"pointer", one.pointer}, {"reason", one.why}});
    }
    return line({{"file", refusal.file}, {"submitter", refusal.submitter}, {"findings", findings}});
  });
  out += ",\n";
  add_list(out, "files", files, [](const std::string& file) { return line(file); });
  return out + "\n}\n";
}

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "cli/leaderboard_figures.hpp"
#include "cli/leaderboard_pages.hpp"
#include "cli/leaderboard_text.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/report/html.hpp"

namespace perjoule::cli {
namespace {

using detail::escape_html;

/// One row of a table: of a contestant with a place, or of one with a reason.
struct TableRow {
  std::size_t contestant = 0;
  const Place* place = nullptr;
  const std::string* reason = nullptr;
};

/// The columns of numbers, each in one unit.
struct Columns {
  std::string quality_head, energy_head, time_head, bytes_head;
  std::vector<std::string> quality, energy, time, bytes;
};

[[nodiscard]] std::string head_of(std::string_view what, const std::string& unit) {
  return fmt::format("{}{}", escape_html(what), unit.empty() ? "" : " (" + escape_html(unit) + ")");
}

[[nodiscard]] Columns columns_of(const Leaderboard& all, const Board& board,
                                 const std::vector<TableRow>& rows) {
  std::vector<IntervalEstimate<double>> quality, energy, time, bytes;
  for (const TableRow& row : rows) {
    const BoardEntry& entry = all.entry(board.rows[row.contestant]);
    quality.push_back(all.quality(board.rows[row.contestant]).value);
    energy.push_back(entry.energy);
    time.push_back(entry.time);
    bytes.push_back({entry.stored,
                     {entry.stored.value, entry.stored.value, 0.95,
                      entry.stored.is_known() ? IntervalMethod::exact : IntervalMethod::missing}});
  }
  const auto unit_of = [](const std::vector<IntervalEstimate<double>>& numbers,
                          std::string_view base) {
    std::vector<double> values;
    for (const auto& number : numbers) values.push_back(number.estimate.value);
    return unit_for(std::move(values), base);
  };
  const ShownUnit of_quality = unit_of_metric(board.rules.unit);
  const ShownUnit joules = unit_of(energy, "J");
  const ShownUnit seconds = unit_of(time, "s");
  const ShownUnit stored = unit_of(bytes, "B");
  return {head_of(board.rules.metric, of_quality.name),
          head_of("energy per item", joules.name),
          head_of("time per item", seconds.name),
          head_of("stored", stored.name),
          number_cells(quality, of_quality),
          number_cells(energy, joules),
          number_cells(time, seconds),
          number_cells(bytes, stored)};
}

[[nodiscard]] std::string cell(std::string_view kind, std::string_view label,
                               std::string_view content) {
  return fmt::format("<td class=\"{}\" data-label=\"{}\">{}</td>", kind, label, content);
}

[[nodiscard]] std::string table_of(const Leaderboard& all, const Board& board,
                                   const std::vector<TableRow>& rows) {
  if (rows.empty()) return {};
  const bool is_ranked = rows[0].place != nullptr;
  const Columns columns = columns_of(all, board, rows);
  std::string out = fmt::format(
      "<div class=\"wide\"><table class=\"board\"><thead><tr>{}<th scope=\"col\" class=\"l\">model"
      "</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
      "scope=\"col\">{}</th>{}<th scope=\"col\" class=\"l\">measured</th></tr></thead>\n<tbody>\n",
      is_ranked ? "<th scope=\"col\">place</th>" : "", columns.quality_head, columns.energy_head,
      columns.time_head, columns.bytes_head,
      is_ranked ? "<th scope=\"col\">on the front</th>" : "<th scope=\"col\" class=\"l\">why</th>");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const BoardRow& row = board.rows[rows[i].contestant];
    const BoardRecord& record = all.record(row);
    const BoardEntry& entry = all.entry(row);
    out += "<tr>";
    if (is_ranked) {
      const Place& place = *rows[i].place;
      out += cell("place", "place",
                  fmt::format("<b>{}</b>{}", place.place,
                              place.low == place.high
                                  ? ""
                                  : fmt::format("<small>{} to {}</small>", place.low, place.high)));
    }
    out += fmt::format(
        "<th scope=\"row\" class=\"model\"><a href=\"{}#entry-{}\">{}</a><small>{}</small></th>",
        record_file(record, ".html"), entry.place + 1, escape_html(entry.name),
        escape_html(record.submitter));
    out += cell("n", columns.quality_head, columns.quality[i]);
    out += cell("n", columns.energy_head, columns.energy[i]);
    out += cell("n", columns.time_head, columns.time[i]);
    out += cell("n", columns.bytes_head, columns.bytes[i]);
    if (is_ranked) {
      const Place& place = *rows[i].place;
      out += cell("n", "on the front",
                  fmt::format("<b>{}</b><small>P = {:.2f}</small>",
                              place.is_on_front ? "<span class=\"dot\">\u25cf</span> yes" : "no",
                              place.front_probability));
    } else {
      out += cell("why", "why", escape_html(*rows[i].reason));
    }
    out += cell("date", "measured",
                fmt::format("{}<small><a href=\"{}\">record</a></small>",
                            escape_html(std::string_view(record.utc).substr(0, 10)),
                            record_file(record, ".json")));
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

[[nodiscard]] std::vector<TableRow> rows_of(const std::vector<NoPlace>& list) {
  std::vector<TableRow> rows;
  for (const NoPlace& one : list) rows.push_back({one.contestant, nullptr, &one.reason});
  return rows;
}

[[nodiscard]] std::string board_html(const Leaderboard& all, const Board& board, std::size_t at) {
  std::string out =
      fmt::format("<section id=\"board-{}\"><h2>{}</h2>\n<p class=\"kind {}\">{}</p>\n", at + 1,
                  escape_html(board.machines), name(board.rules.energy), energy_in_words(board));
  const Ranking& ranking = board.ranking;
  std::vector<TableRow> ranked;
  for (const Place& one : ranking.ranked) ranked.push_back({one.contestant, &one, nullptr});
  const std::string figure = front_svg(all, board);
  if (!figure.empty()) {
    out += fmt::format(
        "<figure>{}<figcaption><span class=\"key on\">\u25cf</span> on the front "
        "<span class=\"key off\">\u25cf</span> ranked <span class=\"key "
        "below\">\u25cb</span> below the floor</figcaption></figure>\n",
        figure);
  }
  if (ranked.empty()) {
    out += "<p>No model has a place here yet.</p>\n";
  }
  out += table_of(all, board, ranked);
  if (!ranking.below_floor.empty()) {
    out += "<h3>Below the floor</h3>\n" + table_of(all, board, rows_of(ranking.below_floor));
  }
  if (!ranking.not_rankable.empty()) {
    out += "<h3>Not ranked</h3>\n" + table_of(all, board, rows_of(ranking.not_rankable));
  }
  return out + "</section>\n";
}

}  // namespace

std::string task_page(const Leaderboard& all, const Task& task) {
  const bool has_boards = !task.boards.empty();
  const std::string unit = has_boards ? unit_of_metric(task.boards[0].rules.unit).name : "";
  const double factor = has_boards ? unit_of_metric(task.boards[0].rules.unit).factor : 1.0;
  const bool is_better = !has_boards || task.boards[0].rules.higher_is_better;
  std::string body = fmt::format("<h1>{}</h1>\n<dl class=\"facts\">", escape_html(task.name));
  const auto fact = [&](std::string_view what, const std::string& value) {
    if (!value.empty()) body += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", what, value);
  };
  fact("data", escape_html(task.dataset));
  fact("items", fmt::format("{}", task.items));
  fact("metric", escape_html(task.metric));
  fact("floor", task.floor
                    ? fmt::format("{} {:.6g}{}", is_better ? "at least" : "at most",
                                  *task.floor / factor, unit.empty() ? "" : ' ' + escape_html(unit))
                    : "better than guessing");
  fact("settings", escape_html(task.signature));
  if (!task.test_set_hash.empty()) {
    fact("SHA-256 of the test set", "<code>" + escape_html(task.test_set_hash) + "</code>");
  }
  body +=
      "</dl>\n<p class=\"lead\">Models whose whole interval of quality reaches the floor, the one "
      "that needs the least energy for an item first. Small numbers are 95 % intervals: of a "
      "place, those that are possible; on the front, the probability that no other model is both "
      "better and cheaper.</p>\n";
  if (task.boards.size() > 1) {
    body += "<ul class=\"boards\">\n";
    for (std::size_t i = 0; i < task.boards.size(); ++i) {
      body += fmt::format("<li><a href=\"#board-{}\">{}: {}</a></li>\n", i + 1,
                          escape_html(task.boards[i].machines), energy_in_words(task.boards[i]));
    }
    body += "</ul>\n";
  }
  for (std::size_t i = 0; i < task.boards.size(); ++i) body += board_html(all, task.boards[i], i);
  return page_of(task.name, body);
}

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/leaderboard_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <vector>

#include "cli/leaderboard_figures.hpp"
#include "cli/leaderboard_text.hpp"
#include "perjoule/report/html.hpp"

namespace perjoule::cli {
namespace {

using detail::escape_html;

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1b1b1f; --faint: #61616b; --rule: #e3e4e8; --paper: #fff; --card: #f6f7f9;
  --accent: #2b6cb0; --soft: #2b6cb02e; --grid: #ececf0; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --faint: #a0a0ab; --rule: #303239; --paper: #16171a;
  --card: #202227; --accent: #63a4e0; --soft: #63a4e03d; --grid: #26282e; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 76rem;
  padding: 0 1rem 3rem; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
nav { padding: .9rem 0; border-bottom: 1px solid var(--rule); color: var(--faint); font-size: .9rem; }
nav a { margin-right: 1.2rem; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.6rem 0 .8rem; } h2 { font-size: 1.15rem; margin: 2.4rem 0 .2rem; }
h3 { font-size: .95rem; margin: 1.6rem 0 .3rem; color: var(--faint); font-weight: 600; }
.lead, .kind, small, dt, figcaption, .why, .date { color: var(--faint); } .lead { max-width: 46rem; }
.kind { margin: 0 0 .8rem; } .kind::first-letter { text-transform: uppercase; }
.kind.modelled, .kind.simulated { border-left: 3px solid #c98a1b; padding-left: .6rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0 0 1rem; } .facts div { min-width: 0; }
dt { font-size: .8rem; } dd { margin: 0; } code { font-size: .85em; }
figure { margin: 1rem 0; background: var(--card); border-radius: .5rem; padding: .7rem .7rem .5rem; }
.figure { display: block; width: 100%; max-width: 60rem; margin: 0 auto; height: auto; }
figcaption { font-size: .85rem; text-align: center; } .key { margin-left: .8rem; }
.key.on, .dot { color: var(--accent); } .key.off { color: var(--faint); }
.figure text { font: 12px system-ui, sans-serif; fill: var(--faint); } .figure .x { text-anchor: middle; }
.figure .y { text-anchor: end; } .figure path { fill: none; stroke-width: 1.2; } .grid { stroke: var(--grid); }
.figure .front { stroke: var(--soft); stroke-width: 5; stroke-linejoin: round; } .floor { stroke: var(--faint); stroke-dasharray: 5 4; }
.on path { stroke: var(--accent); } .on circle { fill: var(--accent); } .figure .on text { fill: var(--ink); font-weight: 600; }
.off path, .below path { stroke: var(--faint); opacity: .55; } .off circle { fill: var(--faint); }
.below circle { fill: var(--card); stroke: var(--faint); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { padding: .5rem .7rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--rule); font-weight: 400; }
thead th { overflow-wrap: normal; font-size: .8rem; color: var(--faint); vertical-align: bottom; } .l, .model, .why, .date, .list th, .list td { text-align: left; }
td b { font-weight: 600; } td.n b, td.n small, .place b, .place small { white-space: nowrap; }
small { display: block; font-size: .8rem; } .model { min-width: 12rem; } .why { min-width: 14rem; } .date { white-space: nowrap; }
.place b { font-size: 1.05rem; } .list .code, .list .date { white-space: nowrap; } .list th, .list td { min-width: 10rem; } i { color: var(--faint); font-style: normal; } tbody tr:hover { background: var(--card); }
.card { background: var(--card); border-radius: .5rem; padding: .9rem 1.1rem; margin: .8rem 0; } .card h2 { margin: 0 0 .3rem; }
.card ul { margin: .4rem 0 0; padding-left: 1.1rem; } pre { background: var(--card); padding: .6rem; white-space: pre-wrap; }
@media (max-width: 50rem) {
  .figure text { font-size: 19px; }
  .board thead { display: none; } .board, .board tbody { display: block; }
  .board tr { display: grid; grid-template-columns: repeat(8, 1fr); padding: .7rem 0; border-bottom: 1px solid var(--rule); }
  .board th, .board td { grid-column: span 4; border: 0; padding: .2rem; text-align: left; min-width: 0; }
  .board td::before { content: attr(data-label); display: block; font-size: .75rem; color: var(--faint); font-weight: 400; }
  .board .place { grid-column: span 1; } .board .place::before { content: none; } .place small { font-size: .7rem; }
  .board .model { grid-column: span 7; font-size: 1.05rem; } .board .model:first-child, .board .why { grid-column: 1 / -1; }
  .list th, .list td { padding: .4rem .3rem; }
}
)";

[[nodiscard]] std::string day_of(const BoardRecord& record) {
  return record.utc.empty() ? "not known" : escape_html(record.utc);
}

[[nodiscard]] std::string link_to(const BoardRecord& record, std::string_view up,
                                  std::string_view ending, std::string_view text) {
  return fmt::format("<a href=\"{}{}\">{}</a>", up, record_file(record, ending), text);
}

/// Returns "1 record", "2 records".
[[nodiscard]] std::string count_of(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// Returns the first of a board, with what may be first as well.
[[nodiscard]] std::string lead_of(const Leaderboard& all, const Task& task, std::size_t at) {
  const Board& board = task.boards[at];
  std::string out = fmt::format("<li><a href=\"{}#board-{}\">{}</a>, {}: ", task.page, at + 1,
                                escape_html(board.machines), energy_in_words(board));
  const std::vector<Place>& ranked = board.ranking.ranked;
  if (ranked.empty()) return out + "no model has a place yet</li>\n";
  const BoardRow& row = board.rows[ranked[0].contestant];
  const BoardEntry& entry = all.entry(row);
  const auto may_be_first =
      std::count_if(ranked.begin(), ranked.end(), [](const Place& one) { return one.low == 1; });
  out += fmt::format(
      "{}, the cheapest is <b>{}</b> of {} with {} per item", count_of(ranked.size(), "model"),
      escape_html(entry.name), escape_html(all.record(row).submitter),
      escape_html(in_words(entry.energy, unit_for({entry.energy.estimate.value}, "J"))));
  if (may_be_first > 1) out += fmt::format("; {} may be the cheapest", may_be_first);
  return out + "</li>\n";
}

}  // namespace

std::string page_of(std::string_view title, std::string_view body, std::string_view up) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>{}</title><style>{}</style>"
      "</head><body>\n<nav><a href=\"{}index.html\">Leaderboard</a><a "
      "href=\"{}history.html\">History</a><a href=\"{}refused.html\">Refused</a><a "
      "href=\"{}leaderboard.json\">Data</a></nav>\n{}</body></html>\n",
      escape_html(title), style, up, up, up, up, body);
}

std::string index_page(const Leaderboard& all) {
  const Submissions& of = all.submissions;
  std::string body = fmt::format(
      "<h1>Leaderboard</h1>\n<p class=\"lead\">Models that are good enough, by the energy that an "
      "item takes. Each number was computed again from the windows and items of its record. {}, "
      "{} <a href=\"refused.html\">refused</a>.</p>\n",
      count_of(of.records.size(), "record"), of.refused.size());
  for (const Task& task : all.tasks) {
    body += fmt::format(
        "<div class=\"card\"><h2><a href=\"{}\">{}</a></h2><small>{}{} items, {}"
        "</small><ul>\n",
        task.page, escape_html(task.name),
        task.dataset.empty() ? "" : escape_html(task.dataset) + ", ", task.items,
        escape_html(task.metric));
    for (std::size_t i = 0; i < task.boards.size(); ++i) body += lead_of(all, task, i);
    body += "</ul></div>\n";
  }
  if (all.tasks.empty()) body += "<p>Nothing was submitted yet.</p>\n";
  return page_of("Leaderboard", body);
}

std::string badge_of(const Leaderboard& all, std::size_t record, std::size_t entry) {
  const BoardEntry& of = all.submissions.records[record].entries[entry];
  const std::vector<Standing>& standings = all.standings.at({record, entry});
  const Provenance provenance = of.energy.estimate.provenance;
  const bool is_plain =
      kind_of(provenance) == EnergyKind::measured || !of.energy.estimate.is_known();
  return badge_svg(
      fmt::format("{}energy per item {}", is_plain ? "" : std::string(name(provenance)) + ' ',
                  in_words(of.energy, unit_for({of.energy.estimate.value}, "J"))),
      rank_in_words(all, standings.front()));
}

std::string record_page(const Leaderboard& all, std::size_t record) {
  const BoardRecord& of = all.submissions.records[record];
  std::string files;
  for (const std::string& file : of.files) {
    files += (files.empty() ? "" : "<br>") + escape_html(file);
  }
  std::string body = fmt::format(
      "<h1>{}</h1>\n<dl class=\"facts\"><div><dt>submitter</dt><dd>{}</dd></div><div><dt>measured"
      "</dt><dd>{}</dd></div><div><dt>file</dt><dd>{}</dd></div><div><dt>SHA-256</dt><dd>"
      "<code>{}</code></dd></div></dl>\n<p>{}</p>\n",
      escape_html(of.entries[0].name), escape_html(of.submitter), day_of(of), files, of.sha256,
      link_to(of, "../", ".json", "The whole record"));
  for (std::size_t i = 0; i < of.entries.size(); ++i) {
    const BoardEntry& entry = of.entries[i];
    body += fmt::format("<section id=\"entry-{}\"><h2>{}</h2>\n<ul>\n", entry.place + 1,
                        escape_html(entry.name));
    for (const Standing& standing : all.standings.at({record, i})) {
      const Task& task = all.tasks[standing.task];
      const Board& board = task.boards[standing.board];
      body +=
          fmt::format("<li><b>{}</b> in <a href=\"../{}#board-{}\">{}</a>: {}, {}{}</li>\n",
                      escape_html(rank_in_words(all, standing)), task.page, standing.board + 1,
                      escape_html(task.name), escape_html(board.machines), energy_in_words(board),
                      standing.reason.empty() ? "" : "; " + escape_html(standing.reason));
    }
    body += "</ul>\n<dl class=\"facts\">";
    const auto fact = [&](std::string_view what, const std::string& value) {
      if (value.empty()) return;
      body +=
          fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escape_html(what), escape_html(value));
    };
    for (const BoardQuality& quality : entry.quality) {
      fact(quality.metric, in_words(quality.value, unit_of_metric(quality.unit)));
    }
    fact(fmt::format("energy per item, {}", name(entry.energy.estimate.provenance)),
         in_words(entry.energy, unit_for({entry.energy.estimate.value}, "J")));
    fact("time per item", in_words(entry.time, unit_for({entry.time.estimate.value}, "s")));
    if (entry.stored.is_known()) fact("stored", fmt::format("{:.0f} B", entry.stored.value));
    fact("format", entry.format);
    fact("meter", entry.meter);
    fact("data", fmt::format("{}{}{} items", entry.dataset, entry.dataset.empty() ? "" : ", ",
                             entry.items));
    fact("machine", fmt::format("{}, {} cores", entry.processor, entry.cores));
    body += "</dl>\n";
    if (!entry.caveats.empty()) {
      body += "<h3>To know before it is quoted</h3>\n<ul>\n";
      for (const std::string& caveat : entry.caveats) {
        body += "<li>" + escape_html(caveat) + "</li>\n";
      }
      body += "</ul>\n";
    }
    body += fmt::format("<h3>Badge</h3>\n<p><a href=\"{}\">{}</a></p>\n</section>\n",
                        badge_file(of, i), badge_of(all, record, i));
  }
  return page_of(of.entries[0].name, body, "../");
}

std::string refused_page(const Leaderboard& all) {
  const std::vector<RefusedFile>& refused = all.submissions.refused;
  std::string body = "<h1>Refused submissions</h1>\n";
  body += refused.empty()
              ? "<p>None was refused.</p>\n"
              : "<div class=\"wide\"><table class=\"list\"><thead><tr><th scope=\"col\">file</th>"
                "<th scope=\"col\">reason</th><th scope=\"col\">where and why</th></tr></thead>\n"
                "<tbody>\n";
  for (const RefusedFile& one : refused) {
    for (const Finding& finding : one.findings) {
      body += fmt::format(
          "<tr><th scope=\"row\">{}</th><td "
          "class=\"code\"><code>{}</code></td><td>{}{}</td></tr>\n",
          escape_html(one.file), escape_html(finding.code),
          finding.pointer.empty() ? "" : "<code>" + escape_html(finding.pointer) + "</code>: ",
          escape_html(finding.why));
    }
  }
  if (!refused.empty()) body += "</tbody></table></div>\n";
  return page_of("Refused submissions", body);
}

std::vector<std::size_t> in_order_of_time(const Leaderboard& all) {
  const std::vector<BoardRecord>& records = all.submissions.records;
  std::vector<std::size_t> order(records.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(records[a].utc, records[a].sha256) <
           std::tie(records[b].utc, records[b].sha256);
  });
  return order;
}

std::string history_page(const Leaderboard& all) {
  std::string body =
      "<h1>Who entered when</h1>\n<p class=\"lead\">In the order of the times at which the "
      "measurements began.</p>\n<div class=\"wide\"><table class=\"list\"><thead><tr><th "
      "scope=\"col\">measured</th><th scope=\"col\">submitter</th><th scope=\"col\">model</th><th "
      "scope=\"col\">standing</th></tr></thead>\n<tbody>\n";
  for (const std::size_t record : in_order_of_time(all)) {
    const BoardRecord& of = all.submissions.records[record];
    for (std::size_t i = 0; i < of.entries.size(); ++i) {
      for (const Standing& standing : all.standings.at({record, i})) {
        const Task& task = all.tasks[standing.task];
        body += fmt::format(
            "<tr><td class=\"date\">{}</td><td>{}</td><th scope=\"row\">{}</th><td>{} in <a "
            "href=\"{}#board-{}\">{}</a></td></tr>\n",
            day_of(of), escape_html(of.submitter),
            link_to(of, "", ".html", escape_html(of.entries[i].name)),
            escape_html(rank_in_words(all, standing)), task.page, standing.board + 1,
            escape_html(task.name));
      }
    }
  }
  return page_of("Who entered when", body + "</tbody></table></div>\n");
}

}  // namespace perjoule::cli

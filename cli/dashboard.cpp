// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/dashboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/history_text.hpp"
#include "cli/nightly_formats.hpp"
#include "cli/print.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/write_file.hpp"
#include "perjoule/report/html.hpp"

namespace perjoule::cli {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1b1b1f; --faint: #6b6b76; --line: #2b6cb0; --bad: #c53030;
  --good: #2f855a; --paper: #fff; --card: #f6f7f9; --band: #2b6cb033; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --faint: #9a9aa6; --line: #63a4e0; --bad: #fc8181;
  --good: #68d391; --paper: #16171a; --card: #202227; --band: #63a4e033; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 80rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.series { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; }
figure { margin: 0; padding: .7rem; background: var(--card); border-radius: .5rem; }
figcaption { overflow-wrap: anywhere; } figcaption b { font-weight: 600; }
.state { float: right; padding: 0 .5em; border-radius: 1em; font-size: .85em; border: 1px solid currentColor; }
.regressed, .crept, .missing { color: var(--bad); } .improved { color: var(--good); }
.steady, .few, .suspect { color: var(--faint); }
small { color: var(--faint); } svg { width: 100%; height: 6rem; display: block; margin-top: .4rem; }
.values { fill: none; stroke: var(--line); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.span { stroke: var(--band); stroke-width: 3; vector-effect: non-scaling-stroke; }
.change { stroke: var(--bad); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.accepted { stroke: var(--good); stroke-width: 1.5; stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }
.swap { stroke: var(--faint); stroke-width: 1.5; stroke-dasharray: 1 3; vector-effect: non-scaling-stroke; }
.anchor { stroke: var(--faint); stroke-dasharray: 6 4; vector-effect: non-scaling-stroke; }
li { overflow-wrap: anywhere; }
)";

constexpr double width = 300.0;
constexpr double height = 80.0;

/// Where numbers of a series stand in its picture.
class Axes {
 public:
  explicit Axes(const SeriesFinding& of) : last_(static_cast<double>(of.nights.size()) - 1.0) {
    const auto include = [&](double value) {
      if (!is_finite(value)) return;
      low_ = has_any_ ? std::min(low_, value) : value;
      high_ = has_any_ ? std::max(high_, value) : value;
      has_any_ = true;
    };
    for (const double value : of.nights) include(value);
    for (const auto& [least, largest] : of.spans) {
      include(least);
      include(largest);
    }
    if (of.anchor) include(*of.anchor);
    const double room = high_ > low_ ? 0.05 * (high_ - low_) : std::max(1.0, std::abs(high_));
    low_ -= room;
    high_ += room;
  }
  [[nodiscard]] double x(double night) const {
    return last_ > 0.0 ? width * night / last_ : 0.5 * width;
  }
  [[nodiscard]] double y(double value) const { return height * (high_ - value) / (high_ - low_); }

 private:
  double last_;
  double low_ = 0.0;
  double high_ = 0.0;
  bool has_any_ = false;
};

std::string vertical(const Axes& axes, std::size_t night, std::string_view what,
                     std::string_view title) {
  const double x = axes.x(static_cast<double>(night) - 0.5);
  return fmt::format(
      "<line class=\"{}\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"0\" y2=\"{}\"><title>{}</title></line>",
      what, x, x, height, detail::escape_html(title));
}

std::string picture(const History& history, const SeriesFinding& of) {
  const Axes axes(of);
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"{} over {} nights\">",
      width, height, detail::escape_html(of.name), of.nights.size());
  for (std::size_t i = 0; i < of.spans.size(); ++i) {
    const auto& [least, largest] = of.spans[i];
    if (!is_finite(least) || least == largest) continue;
    const double x = axes.x(static_cast<double>(i));
    out += fmt::format(
        "<line class=\"span\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", x, x,
        axes.y(least), axes.y(largest));
  }
  if (of.anchor) {
    const double y = axes.y(*of.anchor);
    out += fmt::format(
        "<line class=\"anchor\" x1=\"0\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"><title>"
        "the anchor</title></line>",
        width, y, y);
  }
  std::string points;
  for (std::size_t i = 0; i < of.nights.size(); ++i) {
    if (!is_finite(of.nights[i])) continue;
    points += fmt::format("{:.1f},{:.1f} ", axes.x(static_cast<double>(i)), axes.y(of.nights[i]));
  }
  out += fmt::format("<polyline class=\"values\" points=\"{}\"/>", points);
  if (of.swapped_at != 0) out += vertical(axes, of.swapped_at, "swap", "another machine");
  for (const std::size_t night : of.changed_at) {
    const bool is_accepted =
        std::find(of.accepted_at.begin(), of.accepted_at.end(), night) != of.accepted_at.end();
    const std::string day = history.nights[of.nights_at[night]].utc().substr(0, 10);
    out += vertical(axes, night, is_accepted ? "accepted" : "change",
                    (is_accepted ? "accepted: " : "changed: ") + day);
  }
  return out + "</svg>";
}

std::string figure(const History& history, const SeriesFinding& of) {
  const std::string_view style_of =
      of.state == SeriesState::too_few_nights ? "few" : name(of.state);
  std::string text = value_text(of.now, *of.kind);
  const std::string change = finding_change_text(of);
  if (!change.empty() && of.state >= SeriesState::improved) text += ", " + change;
  if (!of.reason.empty()) text += "; " + of.reason;
  std::string out = fmt::format(
      "<figure><figcaption><span class=\"state {}\">{}</span><b>{}</b><br><small>{}</small>",
      style_of, name(of.state), detail::escape_html(of.name), detail::escape_html(text));
  if (of.state == SeriesState::regressed) {
    out += fmt::format("<br><small>{}</small>",
                       detail::escape_html(range_text(history, of.last_old, of.first_new)));
  }
  return out + "</figcaption>" + (of.nights.empty() ? "" : picture(history, of)) + "</figure>\n";
}

}  // namespace

std::string dashboard_html(const History& history, const NightlyResult& result) {
  const Night& last = history.nights[*history.last()];
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\"><title>perjoule: nights</title><style>" +
      std::string(style) + "</style></head><body>\n";
  const auto count = [&](SeriesState state) {
    return std::count_if(result.findings.begin(), result.findings.end(),
                         [&](const SeriesFinding& of) { return of.state == state; });
  };
  out += fmt::format("<h1>{}: {} of {} series regressed</h1>\n",
                     result.has_failed ? "Failed" : "Passed", count(SeriesState::regressed),
                     result.findings.size());
  const auto nights =
      std::count_if(history.nights.begin(), history.nights.end(), [&](const auto& of) {
        return of.role == NightRole::night && of.machine() == last.machine();
      });
  const Machine& machine = last.environment.machine;
  out += fmt::format(
      "<p>Last night {}, commit {}; {} nights on this machine: {}, {} cores, key {}</p>\n",
      detail::escape_html(last.utc()),
      last.environment.run.commit.empty()
          ? "not known"
          : detail::escape_html(last.environment.run.commit.substr(0, 12)),
      nights, machine.processor.empty() ? "a processor" : detail::escape_html(machine.processor),
      machine.cores, detail::escape_html(machine.key));
  if (!result.incidents.empty() || !result.traded.empty()) {
    out += "<h2>Incidents</h2>\n<ul>\n";
    for (const NightlyIncident& incident : result.incidents) {
      out += fmt::format(
          "<li><b>{}</b>: {} series, {}</li>\n", detail::escape_html(incident.shared),
          incident.findings.size(),
          detail::escape_html(range_text(history, incident.last_old, incident.first_new)));
    }
    for (const std::string& benchmark : result.traded) {
      out += fmt::format("<li><b>{}</b>: its efficiency improved, and quality paid for it</li>\n",
                         detail::escape_html(benchmark));
    }
    out += "</ul>\n";
  }
  out +=
      "<h2>Series</h2>\n<p><small>A line is the median of each night's processes, the band their "
      "spread. Red: a change. Green, dashed: an accepted one. Dotted: another machine. Grey, "
      "dashed: the anchor.</small></p>\n<div class=\"series\">\n";
  for (const SeriesFinding& of : result.findings) out += figure(history, of);
  return out + "</div>\n</body></html>\n";
}

int history_dashboard(const std::string& folder, const std::string& output,
                      const NightlyOptions& options) {
  OutputFile file(output);
  const HistoryStore store = HistoryStore::open(folder);
  const History history = read_history(store);
  if (!history.last()) {
    detail::fail("there is no night to show", text::printable(folder),
                 "add one: perjoule history add FILES");
  }
  NightlyOptions with_pictures = options;
  with_pictures.pictures = true;
  file.write(dashboard_html(history, judge_nights(store, history, with_pictures)));
  return history.problems.empty() ? 0 : 2;
}

}  // namespace perjoule::cli

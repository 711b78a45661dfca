// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/nightly_formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "cli/annotation.hpp"
#include "cli/history_text.hpp"
#include "cli/json_values.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/markdown.hpp"

namespace perjoule::cli {
namespace {

constexpr std::size_t most_listed = 20;

bool needs_a_person(const SeriesFinding& of) { return of.state >= SeriesState::improved; }

std::string commit_text(const Night& night) {
  const std::string& commit = night.environment.run.commit;
  const std::string day = night.utc().substr(0, 10);
  return commit.empty() ? fmt::format("the night of {}", day)
                        : fmt::format("{} ({})", text::printable(commit.substr(0, 12)), day);
}

/// Returns the commits of the nights of a range, and the command that lists all commits between.
std::string commits_text(const History& history, std::size_t last_old, std::size_t first_new) {
  const std::string& from = history.nights[last_old].environment.run.commit;
  const std::string& to = history.nights[first_new].environment.run.commit;
  // A record may be anybody's, and this line is to be copied into a shell.
  const auto is_hash = [](const std::string& commit) {
    return !commit.empty() &&
           commit.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  };
  if (!is_hash(from) || !is_hash(to)) return {};
  return from == to ? fmt::format("all at commit {}", from.substr(0, 12))
                    : fmt::format("git log {}..{}", from.substr(0, 12), to.substr(0, 12));
}

std::string summary(const History& history, const NightlyResult& result) {
  std::array<std::size_t, 7> counts{};
  for (const SeriesFinding& of : result.findings) ++counts[static_cast<std::size_t>(of.state)];
  std::string text;
  for (std::size_t i = counts.size(); i-- > 0;) {
    if (counts[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i],
                        name(static_cast<SeriesState>(i)));
  }
  const std::string_view verdict = !result.traded.empty() ? "traded"
                                   : result.has_failed    ? "failed"
                                                          : "passed";
  return fmt::format("{}: of {} series {}; judged is {}", verdict, result.findings.size(),
                     text.empty() ? "none" : text, commit_text(history.nights[result.night]));
}

/// One finding on a line, without its name.
std::string finding_text(const SeriesFinding& of) {
  std::string text(name(of.state));
  if (of.state == SeriesState::missing) return text + ": " + of.reason;
  text += fmt::format(" {}: {} -> {}", finding_change_text(of), value_text(of.before, *of.kind),
                      value_text(of.now, *of.kind));
  if (!of.reason.empty()) text += ", " + of.reason;
  return text;
}

/// Lines of a report: of each incident its range and its series, then the other findings.
struct Line {
  bool is_head = false;
  std::string name;
  std::string text;
};

std::vector<Line> lines_of(const History& history, const NightlyResult& result) {
  std::vector<Line> lines;
  std::vector<char> is_told(result.findings.size(), 0);
  const auto add = [&](std::size_t finding) {
    lines.push_back({false, result.findings[finding].name, finding_text(result.findings[finding])});
    is_told[finding] = 1;
  };
  for (const NightlyIncident& incident : result.incidents) {
    const std::string range = range_text(history, incident.last_old, incident.first_new);
    const std::string commits = commits_text(history, incident.last_old, incident.first_new);
    lines.push_back(
        {true, fmt::format("incident: {} ({} series)", incident.shared, incident.findings.size()),
         commits.empty() ? range : range + "; " + commits});
    for (std::size_t i = 0; i < incident.findings.size(); ++i) {
      if (i < most_listed) add(incident.findings[i]);
      is_told[incident.findings[i]] = 1;
    }
    if (incident.findings.size() > most_listed) {
      lines.push_back({false, fmt::format("and {} more", incident.findings.size() - most_listed),
                       "--format json has all"});
    }
  }
  for (const std::string& benchmark : result.traded) {
    lines.push_back(
        {true, "traded: " + benchmark, "its efficiency improved, and quality paid for it"});
  }
  bool has_others = false;
  for (std::size_t i = 0; i < result.findings.size(); ++i) {
    if (is_told[i] != 0 || !needs_a_person(result.findings[i])) continue;
    if (!has_others) lines.push_back({true, "other series", ""});
    has_others = true;
    add(i);
  }
  return lines;
}

std::string text_report(const History& history, const NightlyResult& result) {
  std::string out = summary(history, result) + "\n";
  for (const Line& line : lines_of(history, result)) {
    out += line.is_head
               ? fmt::format("\n{}{}{}\n", text::printable(line.name),
                             line.text.empty() ? "" : ": ", text::printable(line.text))
               : fmt::format("  {}  {}\n", text::printable(line.name), text::printable(line.text));
  }
  for (const std::string& note : result.notes) out += fmt::format("\n{}\n", note);
  if (result.has_failed) {
    out +=
        "\nA change that stays is accepted with a reason: perjoule history accept SERIES "
        "--reason TEXT\n";
  }
  return out;
}

std::string in_markdown(const std::string& text) {
  return detail::escape_markdown(text::printable(text));
}

std::string markdown_report(const History& history, const NightlyResult& result) {
  std::string out = fmt::format("**perjoule: {}**\n", summary(history, result));
  bool in_table = false;
  for (const Line& line : lines_of(history, result)) {
    if (line.is_head) {
      out += fmt::format("\n**{}**{}{}\n", in_markdown(line.name), line.text.empty() ? "" : ": ",
                         in_markdown(line.text));
      in_table = false;
      continue;
    }
    if (!in_table) out += "\n| series | what changed |\n|---|---|\n";
    in_table = true;
    out += fmt::format("| {} | {} |\n", in_markdown(line.name), in_markdown(line.text));
  }
  for (const std::string& note : result.notes) out += fmt::format("\n{}\n", note);
  return out;
}

std::string json_report(const History& history, const NightlyResult& result) {
  const auto night = [&](std::size_t at) {
    const Night& of = history.nights[at];
    return Json{
        {"run", of.id},
        {"started_utc", of.utc()},
        {"git_commit",
         of.environment.run.commit.empty() ? Json(nullptr) : Json(of.environment.run.commit)}};
  };
  Json json{{"schema", "perjoule.check/1"}, {"failed", result.has_failed},
            {"night", night(result.night)}, {"traded", result.traded},
            {"incidents", Json::array()},   {"series", Json::array()}};
  for (const NightlyIncident& incident : result.incidents) {
    Json names = Json::array();
    for (const std::size_t i : incident.findings) names.push_back(result.findings[i].name);
    json["incidents"].push_back({{"shared", incident.shared},
                                 {"after", night(incident.last_old)},
                                 {"up_to", night(incident.first_new)},
                                 {"series", names}});
  }
  for (const SeriesFinding& of : result.findings) {
    const bool is_known = of.ratio_interval.is_known();
    Json series{{"series", of.name},
                {"state", name(of.state)},
                {"unit", of.kind->unit},
                {"before", number_or_null(of.before)},
                {"now", number_or_null(of.now)},
                {"ratio", number_or_null(of.ratio)},
                {"ratio_low", is_known ? number_or_null(of.ratio_interval.low) : Json(nullptr)},
                {"ratio_high", is_known ? number_or_null(of.ratio_interval.high) : Json(nullptr)},
                {"reason", of.reason},
                {"nights", of.searched}};
    if (of.state == SeriesState::regressed || of.state == SeriesState::improved) {
      series["after"] = night(of.last_old);
      series["up_to"] = night(of.first_new);
    }
    json["series"].push_back(std::move(series));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string gha_report(const History& history, const NightlyResult& result) {
  std::vector<std::pair<std::string, std::string>> errors;
  for (const NightlyIncident& incident : result.incidents) {
    const SeriesFinding& first = result.findings[incident.findings[0]];
    errors.emplace_back(fmt::format("{} regressed", incident.shared),
                        fmt::format("{} series {}; {}: {}", incident.findings.size(),
                                    range_text(history, incident.last_old, incident.first_new),
                                    first.name, finding_text(first)));
  }
  for (const SeriesFinding& of : result.findings) {
    const bool is_alone = of.state == SeriesState::crept || of.state == SeriesState::missing;
    if (is_alone) errors.emplace_back(of.name, finding_text(of));
  }
  constexpr std::size_t most = 10;  // that GitHub shows
  if (errors.size() > most) {
    const std::size_t others = errors.size() - most + 1;
    errors.resize(most);
    errors.back() = {fmt::format("and {} more", others), "the summary has all"};
  }
  std::string out;
  for (const auto& [title, message] : errors) {
    out += fmt::format("::error title={}::{}\n", annotation_text(text::printable(title), true),
                       annotation_text(text::printable(message), false));
  }
  return out + summary(history, result) + "\n";
}

}  // namespace

std::string finding_change_text(const SeriesFinding& of) {
  if (of.is_quality && of.kind->unit == "%") {
    return fmt::format("{}{} points", of.now >= of.before ? "+" : "",
                       text::significant(100.0 * (of.now - of.before), 2));
  }
  if (!is_finite(of.ratio) || of.ratio == 1.0) return "";
  const auto percent = [](double ratio, int place) {
    const std::string digits = text::rounded(100.0 * (ratio - 1.0), place);
    return digits.starts_with('-') ? digits : fmt::format("+{}", digits);
  };
  if (!of.ratio_interval.is_known()) return percent(of.ratio, -1) + " %";
  const double half = 50.0 * (of.ratio_interval.high - of.ratio_interval.low);
  const int place = half > 0.0 ? text::rounding_place(half) : -2;
  return fmt::format("{} % [{}, {}]", percent(of.ratio, place),
                     percent(of.ratio_interval.low, place), percent(of.ratio_interval.high, place));
}

std::string range_text(const History& history, std::size_t last_old, std::size_t first_new) {
  return fmt::format("after {}, up to {}", commit_text(history.nights[last_old]),
                     commit_text(history.nights[first_new]));
}

const std::vector<std::string>& nightly_formats() {
  static const std::vector<std::string> names = {"text", "md", "json", "gha"};
  return names;
}

std::string format_nightly(const std::string& format, const History& history,
                           const NightlyResult& result) {
  if (format == "md") return markdown_report(history, result);
  if (format == "json") return json_report(history, result);
  if (format == "gha") return gha_report(history, result);
  return text_report(history, result);
}

}  // namespace perjoule::cli

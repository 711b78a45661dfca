// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/gate_formats.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "cli/annotation.hpp"
#include "cli/gate_text.hpp"
#include "cli/json_values.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/report/html.hpp"
#include "perjoule/stats/quantile.hpp"

namespace perjoule::cli {
namespace {

std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string json_format(const GateReport& report) {
  Json json;
  json["schema"] = "perjoule.comparison/1";
  json["verdict"] = name(report.result.verdict);
  json["perjoule_version"] = version;
  json["alpha"] = report.options.alpha;
  json["min_effect"] = report.options.min_effect;
  json["correction"] = report.options.correction == Correction::holm   ? "holm"
                       : report.options.correction == Correction::none ? "none"
                                                                       : "benjamini-hochberg";
  json["rules"] = Json::array();
  for (const FailRule& rule : report.options.rules) {
    json["rules"].push_back({{"metric", rule.metric},
                             {"better", rule.better == Direction::lower ? "lower" : "higher"},
                             {"margin", rule.margin},
                             {"share", rule.is_share}});
  }
  const auto side = [](const ObservedRun& run) {
    return Json{{"git_commit", text_or_null(run.environment.run.commit)},
                {"machine", text_or_null(run.environment.machine.key)},
                {"started_utc", text_or_null(run.environment.run.utc)},
                {"processes", run.processes}};
  };
  json["old"] = side(report.before);
  json["new"] = side(report.after);
  json["benchmarks"] = Json::array();
  for (const BenchmarkComparison& of : report.result.benchmarks) {
    Json benchmark{{"benchmark", of.benchmark}, {"verdict", name(of.verdict)}};
    for (const MetricComparison& metric : of.metrics) {
      const bool is_known = metric.interval.is_known();
      benchmark["metrics"].push_back(
          {{"metric", metric.metric},
           {"unit", metric.unit},
           {"provenance", name(metric.provenance)},
           {"verdict", name(metric.verdict)},
           {"reason", metric.reason},
           {"deterministic", metric.is_deterministic},
           {"in_turns", metric.were_in_turns},
           {"old", number_or_null(metric.old_value)},
           {"new", number_or_null(metric.new_value)},
           {"old_processes", metric.old_processes},
           {"new_processes", metric.new_processes},
           {"change",
            {{"kind", metric.is_ratio ? "ratio" : "difference"},
             {"value", number_or_null(metric.change)},
             {"low", is_known ? number_or_null(metric.interval.low) : Json(nullptr)},
             {"high", is_known ? number_or_null(metric.interval.high) : Json(nullptr)},
             {"level", metric.interval.level},
             {"method", name(metric.interval.method)}}},
           {"p_worse", metric.p_worse},
           {"p_better", metric.p_better},
           {"needed", metric.needed == 0 ? Json(nullptr) : Json(metric.needed)}});
    }
    json["benchmarks"].push_back(std::move(benchmark));
  }
  json["only_new"] = Json::array();
  for (const std::string& name : only_new(report)) json["only_new"].push_back(name);
  return json_text(json);
}

std::string junit_format(const GateReport& report) {
  std::size_t failures = 0;
  std::string cases;
  for (const BenchmarkComparison& of : report.result.benchmarks) {
    cases += fmt::format("    <testcase classname=\"perjoule\" name=\"{}\"",
                         detail::escape_html(of.benchmark));
    const std::string found = detail::escape_html(findings_text(of));
    if (fails(of.verdict, report.exit)) {
      ++failures;
      cases += fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                           name(of.verdict), found);
    } else {
      cases += found.empty() ? "/>\n"
                             : fmt::format(
                                   ">\n      <system-out>{}</system-out>\n    "
                                   "</testcase>\n",
                                   found);
    }
  }
  const std::string counts = fmt::format("name=\"perjoule\" tests=\"{}\" failures=\"{}\"",
                                         report.result.benchmarks.size(), failures);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite {}>\n{}  "
      "</testsuite>\n</testsuites>\n",
      counts, cases);
}

/// GitHub shows ten annotations of each level of a step.
std::string gha_format(const GateReport& report) {
  constexpr std::size_t most = 10;
  std::string out;
  std::size_t count = 0;
  for (const BenchmarkComparison* of : listed(report).benchmarks) {
    if (!is_of_interest(of->verdict, report.exit)) continue;
    if (++count > most) continue;
    const std::string_view level = fails(of->verdict, report.exit)        ? "error"
                                   : of->verdict == GateVerdict::improved ? "notice"
                                                                          : "warning";
    const std::string title =
        fmt::format("{} {}", text::printable(of->benchmark), name(of->verdict));
    std::string found = findings_text(*of);
    if (count == most) found += ". There may be more: see the summary";
    out += fmt::format("::{} title={}::{}\n", level, annotation_text(title, true),
                       annotation_text(found, false));
  }
  return out + summary(report.result) + "\n";
}

std::string bmf_format(const GateReport& report) {
  Json json = Json::object();
  for (const Observations& of : report.after.numbers) {
    if (of.values.empty()) continue;
    json[of.benchmark][of.metric]["value"] = quantile(of.values, 0.5);
  }
  return json_text(json);
}

/// @source RFC 3986: unreserved characters and the slash stay
std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') ||
                          std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

std::string sarif_format(const GateReport& report) {
  Json results = Json::array();
  std::set<std::string_view> rules;
  const std::string file = report.after.files.empty() ? "" : uri_of(report.after.files[0]);
  for (const BenchmarkComparison& of : report.result.benchmarks) {
    const bool is_told =
        is_of_interest(of.verdict, report.exit) && of.verdict != GateVerdict::improved;
    if (!is_told) continue;
    rules.insert(name(of.verdict));
    const Json place{{"physicalLocation", {{"artifactLocation", {{"uri", file}}}}},
                     {"logicalLocations", Json::array({{{"fullyQualifiedName", of.benchmark}}})}};
    results.push_back(
        {{"ruleId", name(of.verdict)},
         {"level", fails(of.verdict, report.exit) ? "error" : "warning"},
         {"message", {{"text", text::printable(of.benchmark) + ": " + findings_text(of)}}},
         {"locations", Json::array({place})}});
  }
  Json described = Json::array();
  for (const std::string_view rule : rules) described.push_back({{"id", rule}});
  const Json driver{{"name", "perjoule"}, {"version", version}, {"rules", described}};
  const Json run{{"tool", {{"driver", driver}}}, {"results", results}};
  return json_text({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}});
}

using FormatWriter = std::string (*)(const GateReport&);
const std::vector<std::pair<std::string, FormatWriter>>& formats() {
  static const std::vector<std::pair<std::string, FormatWriter>> all = {
      {"text", text_format},   {"md", markdown_format}, {"json", json_format},
      {"junit", junit_format}, {"gha", gha_format},     {"bmf", bmf_format},
      {"sarif", sarif_format}};
  return all;
}

}  // namespace

int exit_code(GateVerdict verdict, const GateExit& options) {
  switch (verdict) {
    case GateVerdict::unchanged:
      return 0;
    case GateVerdict::improved:
      return options.improvement ? 4 : 0;
    case GateVerdict::inconclusive:
    case GateVerdict::quality_unproven:
      return options.strict ? 3 : 0;
    case GateVerdict::incomparable:
      return 3;
    case GateVerdict::missing:
    case GateVerdict::traded:
    case GateVerdict::regressed:
      break;
  }
  return 1;
}

const std::vector<std::string>& gate_formats() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, format] : formats()) all.push_back(name);
    return all;
  }();
  return names;
}

std::string format_gate(const std::string& format, const GateReport& report) {
  for (const auto& [name, write] : formats()) {
    if (name == format) return write(report);
  }
  return {};
}

}  // namespace perjoule::cli

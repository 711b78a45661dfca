// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/gate_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/to_string.hpp"

namespace perjoule::cli {
namespace {

/// Benchmarks that need nobody's attention are counted, not listed, from this number on.
constexpr std::size_t most_listed = 20;

std::string value_text(const MetricComparison& of, double value) {
  if (!is_finite(value)) return "n/a";
  const bool is_count = of.unit.empty() && value == std::round(value) && std::abs(value) < 1e15;
  if (is_count) return text::rounded(value, 0);
  return text::with_unit(exact(value), {value, value, 0.95, IntervalMethod::exact}, of.unit);
}

/// A number with its sign, rounded to a place, and to its first digit if that rounds it to 0.
std::string with_sign(double number, int place) {
  std::string digits = text::rounded(number, place);
  const bool is_zero = digits.find_first_of("123456789") == std::string::npos;
  if (is_zero && number == 0.0) return "0";
  if (is_zero) digits = text::rounded(number, text::exponent(number, 1));
  return digits.starts_with('-') ? digits : fmt::format("+{}", digits);
}

/// "+2.1 % [+1.2, +3.0]", "-2.0 points [-3.1, -0.9]", "+1.2 [...] KB"
std::string change_text(const MetricComparison& of) {
  if (!is_finite(of.change)) return "n/a";
  const bool is_exact = of.interval.is_known() && of.interval.low == of.interval.high;
  if (is_exact && of.old_value == of.new_value) return "0";
  if (is_exact && of.is_ratio && std::abs(of.change - 1.0) < 1e-4) {
    return with_sign(of.new_value - of.old_value, 0);  // of counts, which have no prefix
  }
  const bool is_factor = of.is_ratio && of.change >= 10.0;
  const text::ScaledUnit scaled = text::scaled_unit(of.change, of.unit);
  const double factor = is_factor ? 1.0 : of.is_ratio || of.unit == "%" ? 0.01 : scaled.factor;
  const std::string symbol = is_factor        ? "times"
                             : of.is_ratio    ? "%"
                             : of.unit == "%" ? "points"
                                              : scaled.symbol;
  const double none = of.is_ratio && !is_factor ? 1.0 : 0.0;
  const auto in_unit = [&](double x) { return (x - none) / factor; };
  const double half = 0.5 * (of.interval.high - of.interval.low) / factor;
  const double value = in_unit(of.change);
  const bool has_width = of.interval.is_known() && half > 0.0;
  const int place = has_width ? text::rounding_place(half) : text::exponent(value, 3) - 2;
  const auto shown = [&](double x) {
    return is_factor ? text::rounded(in_unit(x), place) : with_sign(in_unit(x), place);
  };
  std::string text = shown(of.change);
  if (!symbol.empty()) text += fmt::format(" {}", symbol);
  if (!of.interval.is_known()) return text + " (no interval)";
  if (!has_width) return text;
  return text + fmt::format(" [{}, {}]", shown(of.interval.low), shown(of.interval.high));
}

std::string verdict_text(const MetricComparison& of) {
  std::string text(name(of.verdict));
  if (of.is_deterministic) text += " (exact: the same in each process of a side)";
  if (!of.reason.empty()) text += ": " + text::printable(of.reason);
  return text;
}

/// A text in a log: what a CI system would obey as a command names one of its characters. GitHub's
/// runner obeys :: at the beginning of a line, after blanks, and ##[ anywhere.
std::string in_log(std::string_view text) {
  std::string shown = text::printable(text);
  const std::size_t first = shown.find_first_not_of(' ');
  if (first != std::string::npos && shown.compare(first, 2, "::") == 0) {
    shown.replace(first + 1, 1, "<U+003A>");
  }
  for (std::size_t at = 0; (at = shown.find("##[", at)) != std::string::npos;) {
    shown.replace(at + 1, 1, "<U+0023>");
  }
  return shown;
}

std::string in_markdown(std::string_view text) {
  return detail::escape_markdown(text::printable(text));
}

std::string others_text(const Listed& list) {
  std::string text;
  for (const auto& [verdict, count] : list.others) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, verdict);
  }
  return text.empty() ? text : fmt::format("Not listed: {} (--format json has all)", text);
}

/// What a reader has to know of how the sides were measured.
std::vector<std::string> notes(const GateReport& report) {
  std::vector<std::string> notes;
  bool out_of_turns = false;
  bool other_machine = false;
  std::size_t too_few = 0;  // processes that it would take
  for (const BenchmarkComparison& of : report.result.benchmarks) {
    for (const MetricComparison& metric : of.metrics) {
      const bool is_shown =
          metric.verdict == MetricVerdict::regressed || metric.verdict == MetricVerdict::improved;
      const bool scatters = !metric.is_quality && !metric.is_deterministic;
      out_of_turns = out_of_turns || (is_shown && scatters && !metric.were_in_turns);
      other_machine = other_machine || metric.reason.starts_with("the machine differs");
      const bool are_several = metric.old_processes > 4 && metric.new_processes > 4;
      if (are_several) too_few = std::max(too_few, metric.least_processes);
    }
  }
  if (out_of_turns) {
    notes.push_back(
        "The old and the new processes did not run in turns: a machine that warmed up or was "
        "shared meanwhile looks like a change. 'perjoule ab' takes turns.");
  }
  if (too_few != 0) {
    notes.push_back(fmt::format(
        "So many numbers are compared that {} processes of each side could not show a change "
        "in any of them: it takes {}. --correct bh needs fewer.",
        report.after.processes, too_few));
  }
  if (other_machine) {
    const auto described = [](const ObservedRun& run) {
      const Machine& machine = run.environment.machine;
      return fmt::format("{} ({} cores, key {})",
                         machine.processor.empty() ? "a processor" : machine.processor,
                         machine.cores, machine.key);
    };
    notes.push_back(fmt::format(
        "The machines differ: {} and {}. --across-machines compares them all the same.",
        text::printable(described(report.before)), text::printable(described(report.after))));
  }
  const std::vector<std::string> added = only_new(report);
  if (!added.empty()) {
    std::string list;
    for (std::size_t i = 0; i < std::min(added.size(), most_listed); ++i) {
      list += (i == 0 ? "" : ", ") + text::printable(added[i]);
    }
    if (added.size() > most_listed) list += fmt::format(" and {} more", added.size() - most_listed);
    notes.push_back("Only the new side has: " + list);
  }
  return notes;
}

}  // namespace

std::vector<std::string> only_new(const GateReport& report) {
  using Key = std::pair<std::string_view, std::string_view>;
  std::set<Key> before;
  std::set<std::string_view> benchmarks;
  for (const Observations& of : report.before.numbers) {
    before.insert(Key(of.benchmark, of.metric));
    benchmarks.insert(of.benchmark);
  }
  std::vector<std::string> names;
  for (const Observations& of : report.after.numbers) {
    if (before.count(Key(of.benchmark, of.metric)) != 0) continue;
    const bool is_new_benchmark = benchmarks.count(of.benchmark) == 0;
    const std::string name =
        is_new_benchmark ? of.benchmark : fmt::format("{} of {}", of.metric, of.benchmark);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

bool fails(GateVerdict verdict, const GateExit& exit) {
  const int code = exit_code(verdict, exit);
  return code != 0 && verdict != GateVerdict::improved;
}

bool is_of_interest(GateVerdict verdict, const GateExit& exit) {
  return verdict == GateVerdict::improved || verdict >= GateVerdict::quality_unproven ||
         (exit.strict && verdict == GateVerdict::inconclusive);
}

Listed listed(const GateReport& report) {
  const GateResult& result = report.result;
  Listed list;
  for (const BenchmarkComparison& of : result.benchmarks) {
    if (result.benchmarks.size() <= most_listed || is_of_interest(of.verdict, report.exit)) {
      list.benchmarks.push_back(&of);
    } else {
      ++list.others[name(of.verdict)];
    }
  }
  std::stable_sort(list.benchmarks.begin(), list.benchmarks.end(),
                   [](const auto* a, const auto* b) { return a->verdict > b->verdict; });
  return list;
}

std::string summary(const GateResult& result) {
  const auto count =
      std::count_if(result.benchmarks.begin(), result.benchmarks.end(),
                    [&](const BenchmarkComparison& of) { return of.verdict == result.verdict; });
  return fmt::format("{}: {} of {} benchmark{}", name(result.verdict), count,
                     result.benchmarks.size(), result.benchmarks.size() == 1 ? "" : "s");
}

std::string findings_text(const BenchmarkComparison& of) {
  std::string text;
  for (const MetricComparison& metric : of.metrics) {
    if (metric.verdict == MetricVerdict::equivalent) continue;
    text += fmt::format("{}{} {}: {}", text.empty() ? "" : "; ", text::printable(metric.metric),
                        change_text(metric), verdict_text(metric));
  }
  return text;
}

std::string text_format(const GateReport& report) {
  const Listed list = listed(report);
  std::string out = summary(report.result) + "\n";
  for (const BenchmarkComparison* of : list.benchmarks) {
    out += fmt::format("\n{}: {}\n", in_log(of->benchmark), name(of->verdict));
    std::vector<std::vector<std::string>> rows;
    std::vector<std::size_t> widths(4, 0);
    for (const MetricComparison& metric : of->metrics) {
      rows.push_back({in_log(metric.metric), value_text(metric, metric.old_value),
                      value_text(metric, metric.new_value), change_text(metric)});
      for (std::size_t i = 0; i < widths.size(); ++i) {
        widths[i] = std::max(widths[i], text::width(rows.back()[i]));
      }
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto padded = [&](std::size_t i) {
        return rows[r][i] + std::string(widths[i] - text::width(rows[r][i]), ' ');
      };
      out += fmt::format("  {}  {} -> {}  {}  {}\n", padded(0), padded(1), padded(2), padded(3),
                         in_log(verdict_text(of->metrics[r])));
    }
  }
  const std::string others = others_text(list);
  if (!others.empty()) out += "\n" + others + "\n";
  for (const std::string& note : notes(report)) out += "\n" + note + "\n";
  return out;
}

std::string markdown_format(const GateReport& report) {
  const Listed list = listed(report);
  std::string out = fmt::format("**perjoule: {}**\n\n", summary(report.result));
  if (!list.benchmarks.empty()) {
    out += "| benchmark | metric | old | new | change | verdict |\n|---|---|---|---|---|---|\n";
  }
  for (const BenchmarkComparison* of : list.benchmarks) {
    for (const MetricComparison& metric : of->metrics) {
      const bool is_first = &metric == of->metrics.data();
      const std::string head = fmt::format("{}: {}", in_markdown(of->benchmark), name(of->verdict));
      out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", is_first ? head : "",
                         in_markdown(metric.metric), value_text(metric, metric.old_value),
                         value_text(metric, metric.new_value), change_text(metric),
                         in_markdown(verdict_text(metric)));
    }
  }
  const std::string others = others_text(list);
  if (!others.empty()) out += fmt::format("\n{}\n", others);
  for (const std::string& note : notes(report)) out += fmt::format("\n{}\n", in_markdown(note));
  return out;
}

}  // namespace perjoule::cli

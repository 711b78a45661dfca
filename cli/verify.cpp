// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/print.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/integrations/read_json.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/recorded_formula.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/record/run_record.hpp"

namespace perjoule::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Numbers that are as far apart were computed by other compilers, or in another order: a
/// difference of two has lost digits.
constexpr double rounding = 1e-6;

[[nodiscard]] bool agree(double found, double expected) noexcept {
  return std::abs(found - expected) <= rounding * std::max(std::abs(found), std::abs(expected));
}

/// Tells whether a part of a record claims to be known: a value, or how far it is off.
[[nodiscard]] bool claims(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_null();
}

/// Adds what differs between two parts of records at the same place. What a record leaves out, it
/// does not claim.
void compare(const Json& found, const Json& expected, const std::string& pointer,
             std::vector<Contradiction>& contradictions) {
  if (found.is_number() && expected.is_number()) {
    if (agree(found.get<double>(), expected.get<double>())) return;
  } else if (found.is_object() && expected.is_object()) {
    if (!claims(found, "value")) return;
    for (const auto& [key, value] : expected.items()) {
      const auto same = found.find(key);
      if (same == found.end()) continue;
      if ((key == "random" || key == "dof") && !claims(found, "random")) continue;
      if (key == "interval" && !claims(*same, "low") && !claims(*same, "high")) continue;
      compare(*same, value, pointer + '/' + key, contradictions);
    }
    return;
  } else if (found.is_array() && expected.is_array() && found.size() == expected.size()) {
    for (std::size_t i = 0; i < found.size(); ++i) {
      compare(found[i], expected[i], fmt::format("{}/{}", pointer, i), contradictions);
    }
    return;
  } else if (found == expected) {
    return;
  }
  const auto shown = [](const Json& value) {
    return value.is_structured() ? fmt::format("{} parts", value.size()) : value.dump();
  };
  contradictions.push_back({pointer, fmt::format("it is {}, but the rest of the record gives {}",
                                                 shown(found), shown(expected))});
}

/// Tells whether the mean of a column may have such an interval. A metric that this version does
/// not know and that has another one is no mean.
[[nodiscard]] bool is_of_mean(IntervalMethod method) noexcept {
  return method == IntervalMethod::wilson || method == IntervalMethod::student_t ||
         method == IntervalMethod::log_delta || method == IntervalMethod::missing;
}

[[nodiscard]] Quality computed_by(const ItemFormula& formula, const Quality& recorded,
                                  View<double> rows) {
  Quality again = recorded;
  again.formula = formula;
  again.items = rows.size() / recorded.columns;
  detail::finish_quality(again, rows, recorded.why_no_skill);
  return again;
}

/// Computes a metric again by the first formula that gives the record's value and interval, or else
/// by the first that gives its value, or by the first.
[[nodiscard]] Quality computed_by_one_of(const std::vector<ItemFormula>& formulas,
                                         const Quality& recorded, View<double> rows) {
  std::optional<Quality> first;
  for (const ItemFormula& formula : formulas) {
    if (formulas.size() > 1 && !detail::gives_value(formula, recorded, rows)) continue;
    Quality again = computed_by(formula, recorded, rows);
    if (agree(recorded.value_interval.low, again.value_interval.low)) return again;
    if (!first) first = std::move(again);
  }
  return first ? *first : computed_by(formulas[0], recorded, rows);
}

/// Computes the metrics of an entry again from their items, as far as these are in the record.
void compute_qualities(Entry& entry, std::vector<std::string>& not_checked) {
  for (std::size_t i = 0; i < entry.quality.size(); ++i) {
    Quality& recorded = entry.quality[i];
    const View<double> rows = per_item_of(entry, i);
    if (!recorded.value.is_known()) continue;
    std::vector<ItemFormula> formulas;
    if (!rows.empty()) formulas = detail::recorded_formulas(recorded, rows);
    if (!rows.empty() && formulas.empty() && recorded.columns == 1 &&
        is_of_mean(recorded.value_interval.method)) {
      formulas.push_back(recorded.formula);
    }
    if (formulas.empty()) {
      not_checked.push_back(
          fmt::format("the {} of {}, whose items {}", recorded.metric, entry.plan.label(),
                      rows.empty() ? "are not in the record" : "this version has no formula for"));
      continue;
    }
    recorded = computed_by_one_of(formulas, recorded, rows);
  }
}

void compute_again(Entry& entry, std::vector<std::string>& not_checked) {
  compute_qualities(entry, not_checked);
  if (entry.samples.windows() == 0) {
    not_checked.push_back(
        fmt::format("time and energy of {}, which has no windows", entry.plan.label()));
  } else {
    detail::summarize_windows(entry);
  }
  std::vector<Score> recorded;
  recorded.swap(entry.scores);
  detail::add_scores(entry);
  std::vector<Score> computed;
  computed.swap(entry.scores);
  // A record does not tell which of its events are misses of a cache, nor the size of a line.
  for (const Score& score : recorded) {
    const auto same = std::find_if(computed.begin(), computed.end(), [&](const Score& other) {
      return other.name == score.name && other.metric == score.metric;
    });
    const bool is_computed = same != computed.end() && score.name != "quality_per_moved_byte";
    entry.scores.push_back(is_computed ? *same : score);
    if (is_computed || !score.value.is_known()) continue;
    not_checked.push_back(fmt::format("the {} of {}", score.name, entry.plan.label()));
  }
}

/// Adds energies of windows that no machine with these counters takes.
void check_power(const Entry& entry, const std::string& pointer,
                 std::vector<Contradiction>& contradictions) {
  const Samples& samples = entry.samples;
  const double most =
      std::accumulate(entry.meter.zones.begin(), entry.meter.zones.end(), 0.0,
                      [](double sum, const Zone& zone) { return sum + zone.max_power.si(); });
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    const double watts = samples.at(i, Samples::energy) / samples.at(i, Samples::wall);
    if (!is_finite(watts)) continue;
    const std::string place = fmt::format("{}/samples/energy_j/{}", pointer, i);
    if (watts < 0.0) contradictions.push_back({place, "it is an energy below 0"});
    if (most > 0.0 && watts > most) {
      contradictions.push_back(
          {place, fmt::format("it is a power of {:.4g} W, but the meter's zones "
                              "reach {:.4g} W",
                              watts, most)});
    }
  }
}

/// Returns the objects of a record that follow from other parts of it.
[[nodiscard]] Json derived_parts(const Json& entry) {
  Json parts;
  for (const char* const key : {"quality", "time", "energy", "scores"}) {
    const auto found = entry.find(key);
    if (found != entry.end()) parts[key] = *found;
  }
  return parts;
}

/// Returns what is in a file; nothing if it cannot be read.
[[nodiscard]] std::string content_of(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return {};
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

Verification verify_record(const std::string& path) {
  Verification found{path, {}, {}, {}};
  try {
    // Read once, since a pipe has it once; where that fails, read_json() says why.
    const std::string content = content_of(path);
    std::vector<Entry> entries = content.empty() ? read_json(path) : parse_json(content, path);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      check_power(entries[i], fmt::format("/entries/{}", i), found.contradictions);
      compute_again(entries[i], found.not_checked);
    }
    const Json recorded = Json::parse(content);
    const Json again = Json::parse(to_json(entries));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      compare(derived_parts(recorded["entries"][i]), derived_parts(again["entries"][i]),
              fmt::format("/entries/{}", i), found.contradictions);
    }
  } catch (const std::exception& problem) {
    found.why_not_read = problem.what();
  }
  return found;
}

namespace {

std::string text_of(const Verification& found) {
  if (!found.why_not_read.empty()) {
    return fmt::format("{}: not read\n  {}\n", found.file, found.why_not_read);
  }
  std::string text = fmt::format("{}: {}\n", found.file,
                                 found.is_consistent() ? "consistent" : "contradicts itself");
  for (const Contradiction& one : found.contradictions) {
    text += fmt::format("  {}: {}\n", one.pointer, one.why);
  }
  for (const std::string& what : found.not_checked) text += "  not checked: " + what + '\n';
  return text;
}

Json json_of(const Verification& found) {
  Json contradictions = Json::array();
  for (const Contradiction& one : found.contradictions) {
    contradictions.push_back({{"pointer", one.pointer}, {"reason", one.why}});
  }
  return {{"file", found.file},
          {"consistent", found.is_consistent()},
          {"contradictions", contradictions},
          {"not_checked", found.not_checked},
          {"why_not_read", found.why_not_read.empty() ? Json() : Json(found.why_not_read)}};
}

}  // namespace

Subcommand add_verify(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    std::string format = "text";
  };
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "verify",
      "Computes records again from their windows and items; exits with 1 if one differs, "
      "and with 2 if one cannot be read");
  command->add_option("files", options->files, "Run records")->required();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->footer(
      "It shows that a record is consistent, and not that what it says was measured.\n"
      "example: perjoule verify submissions/*.json");
  return {command, [options] {
            int code = 0;
            std::string text;
            Json all = Json::array();
            for (const std::string& file : options->files) {
              const Verification found = verify_record(file);
              if (!found.contradictions.empty()) {
                code = 1;
              } else if (code == 0 && !found.why_not_read.empty()) {
                code = usage_error;
              }
              text += text_of(found);
              if (options->format == "json") all.push_back(json_of(found));
            }
            print(options->format == "json"
                      ? all.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'
                      : text);
            return code;
          }};
}

}  // namespace perjoule::cli

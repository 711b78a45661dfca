// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/selftest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/json_values.hpp"
#include "cli/power_table.hpp"
#include "cli/print.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/table.hpp"

namespace perjoule::cli {
namespace {

/// Returns the distinct values of a member, in order.
std::vector<std::string> distinct(const std::vector<PowerFigure>& figures,
                                  std::string PowerFigure::*member) {
  std::vector<std::string> values;
  for (const PowerFigure& of : figures) {
    if (std::find(values.begin(), values.end(), of.*member) == values.end()) {
      values.push_back(of.*member);
    }
  }
  return values;
}

/// ".0040 ± .0020", "1.0000 ± .0000"
std::string rate_text(const PowerFigure& of) {
  return fmt::format("{:.4f} ± {:.4f}", of.value, of.monte_carlo_error);
}

std::string markdown_of(const std::vector<PowerFigure>& all) {
  std::string out;
  for (const std::string& name : distinct(all, &PowerFigure::table)) {
    std::vector<PowerFigure> figures;
    std::copy_if(all.begin(), all.end(), std::back_inserter(figures),
                 [&](const PowerFigure& of) { return of.table == name; });
    const std::vector<std::string> quantities = distinct(figures, &PowerFigure::quantity);
    Table table(quantities.size() + 1);
    table.add("noise");
    for (const std::string& quantity : quantities) table.add(quantity);
    for (const std::string& setting : distinct(figures, &PowerFigure::setting)) {
      table.add(setting);
      for (const std::string& quantity : quantities) {
        const auto found = std::find_if(figures.begin(), figures.end(), [&](const PowerFigure& of) {
          return of.setting == setting && of.quantity == quantity;
        });
        table.add(found == figures.end() ? "" : rate_text(*found));
      }
    }
    out += fmt::format("{}**{}**, {} trials a cell\n\n{}", out.empty() ? "" : "\n", name,
                       figures[0].trials, markdown(table));
  }
  return out;
}

std::string json_of(const std::vector<PowerFigure>& figures) {
  Json json = Json::array();
  for (const PowerFigure& of : figures) {
    json.push_back({{"table", of.table},
                    {"setting", of.setting},
                    {"quantity", of.quantity},
                    {"value", of.value},
                    {"monte_carlo_error", of.monte_carlo_error},
                    {"trials", of.trials}});
  }
  return json.dump(2) + "\n";
}

}  // namespace

Subcommand add_selftest(CLI::App& app) {
  struct Options {
    bool power = false;
    std::size_t trials = 1000;
    std::uint64_t seed = 1;
    std::string format = "md";
  };
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("selftest", "Simulate what the gates find, and how often they cry wolf");
  command->add_flag("--power", options->power, "Rates of false alarms and of what is found")
      ->required();
  command->add_option("--trials", options->trials, "Of each cell")
      ->check(CLI::Range(std::size_t{10}, std::size_t{10'000'000}))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of the random numbers")->capture_default_str();
  command->add_option("--format", options->format, "md or json")
      ->check(CLI::IsMember({"md", "json"}))
      ->capture_default_str();
  command->footer("example: perjoule selftest --power --trials 10000 --seed 7");
  return {command, [=] {
            const std::vector<PowerFigure> figures = simulate_power(options->trials, options->seed);
            print(options->format == "json" ? json_of(figures) : markdown_of(figures));
            return 0;
          }};
}

}  // namespace perjoule::cli

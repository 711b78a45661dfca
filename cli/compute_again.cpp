// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/compute_again.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "cli/metric_facts.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/recorded_formula.hpp"

namespace perjoule::cli {

namespace {

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
  std::size_t tries = 8;  // each may draw items a thousand times
  for (const ItemFormula& formula : formulas) {
    if (formulas.size() > 1 && !detail::gives_value(formula, recorded, rows)) continue;
    Quality again = computed_by(formula, recorded, rows);
    if (agree(recorded.value_interval.low, again.value_interval.low)) return again;
    if (!first) first = std::move(again);
    if (--tries == 0) break;
  }
  return first ? *first : computed_by(formulas[0], recorded, rows);
}

/// Returns the formulas that a metric may have, of which there are several if the record does not
/// tell which; none if it can't be computed again.
[[nodiscard]] std::vector<ItemFormula> formulas_of(const Quality& recorded, View<double> rows) {
  if (rows.empty()) return {};
  std::vector<ItemFormula> formulas = detail::recorded_formulas(recorded, rows);
  // A metric of the library is no mean of some other column.
  const bool may_be_mean = recorded.columns == 1 && find_metric_facts(recorded.metric) == nullptr;
  if (formulas.empty() && may_be_mean && is_of_mean(recorded.value_interval.method)) {
    formulas.push_back(recorded.formula);
  }
  return formulas;
}

/// Computes the metrics of an entry again from their items, as far as these are in the record.
void compute_qualities(Entry& entry, std::vector<std::string>& not_checked) {
  for (std::size_t i = 0; i < entry.quality.size(); ++i) {
    Quality& recorded = entry.quality[i];
    const View<double> rows = per_item_of(entry, i);
    if (!recorded.value.is_known()) continue;
    const std::vector<ItemFormula> formulas = formulas_of(recorded, rows);
    if (formulas.empty()) {
      not_checked.push_back(
          fmt::format("the {} of {}, whose items {}", recorded.metric, entry.plan.label(),
                      rows.empty() ? "are not in the record" : "this version has no formula for"));
      continue;
    }
    recorded = computed_by_one_of(formulas, recorded, rows);
  }
}

/// Adds up the files of a model again.
void compute_sizes(Footprint& footprint) {
  Footprint again = footprint_of(footprint.files, footprint.resident);
  footprint.stored = again.stored;
  footprint.weights = again.weights;
  footprint.inflation = again.inflation;
}

}  // namespace

bool can_be_computed(const Entry& entry, std::size_t metric) {
  return !formulas_of(entry.quality[metric], per_item_of(entry, metric)).empty();
}

void compute_again(Entry& entry, std::vector<std::string>& not_checked) {
  compute_qualities(entry, not_checked);
  detail::summarize_windows(entry);  // without windows there is neither time nor energy
  compute_sizes(entry.footprint);
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

}  // namespace perjoule::cli

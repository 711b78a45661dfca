// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/report/class_report.hpp"
#include "perjoule/report/to_string.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE View<double> class_rows_of(const Entry& entry) {
  for (std::size_t i = 0; i < entry.quality.size(); ++i) {
    const View<double> rows = per_item_of(entry, i);
    if (entry.quality[i].formula.columns == "label,output" && !rows.empty()) return rows;
  }
  fail("no metric keeps the classes of its items", entry.plan.label(),
       "measure an f_score(labels), too, with PerItem::keep");
}

PERJOULE_INLINE ConfusionMatrix confusion_of(View<double> rows, View<std::int64_t> labels) {
  const auto refuse = [](const std::string& where) {
    fail("these are not the labels of the metric", where,
         "pass the labels that the metric was made of, in their order");
  };
  if (rows.size() != 2 * labels.size()) {
    refuse(text::format("{} labels, and {} items", labels.size(), rows.size() / 2));
  }
  // Rows number classes in the order of their first occurrence; a record may be anybody's.
  std::size_t classes = 0;
  for (const double place : rows) {
    if (!(place >= 0.0 && place < static_cast<double>(rows.size()) && std::floor(place) == place)) {
      refuse("a row has the number of no class");
    }
    classes = std::max(classes, static_cast<std::size_t>(place) + 1);
  }
  constexpr std::size_t unknown = static_cast<std::size_t>(-1);
  std::vector<std::size_t> item_of(classes, unknown);  // an item with this label
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::size_t& known = item_of[static_cast<std::size_t>(rows[2 * i])];
    if (known == unknown) known = i;
    if (labels[known] != labels[i]) refuse(text::format("item {}", i));
  }
  std::vector<std::size_t> order(classes);
  for (std::size_t c = 0; c < classes; ++c) order[c] = c;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (item_of[a] == unknown || item_of[b] == unknown)
      return item_of[b] == unknown && item_of[a] != unknown;
    return labels[item_of[a]] < labels[item_of[b]];
  });
  ConfusionMatrix matrix;
  std::vector<std::size_t> places(classes);
  std::size_t others = 0;
  for (std::size_t place = 0; place < classes; ++place) {
    const std::size_t item = item_of[order[place]];
    places[order[place]] = place;
    matrix.classes.push_back(item == unknown ? text::format("no label ({})", ++others)
                                             : std::to_string(labels[item]));
  }
  matrix.counts = std::vector<std::size_t>(classes * classes);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const std::size_t label = places[static_cast<std::size_t>(rows[i])];
    const std::size_t output = places[static_cast<std::size_t>(rows[i + 1])];
    ++matrix.counts[label * classes + output];
  }
  return matrix;
}

PERJOULE_INLINE IntervalEstimate<double> class_score(std::size_t right, std::size_t of,
                                                     bool is_f1) {
  if (of == 0) return {};
  IntervalEstimate<double> found = proportion_of(right, of);
  if (!is_f1) return found;
  const auto f1_of = [](double share) { return 2.0 * share / (1.0 + share); };
  found.estimate.value = f1_of(found.estimate.value);
  const double width = found.interval.high - found.interval.low;
  found.interval.low = f1_of(found.interval.low);
  found.interval.high = f1_of(found.interval.high);
  found.estimate.random *= (found.interval.high - found.interval.low) / width;
  return found;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table confusion_table(const ConfusionMatrix& matrix) {
  const std::size_t classes = matrix.classes.size();
  Table result(classes + 1);
  result.add("label \\ output");
  for (const std::string& name : matrix.classes) result.add(name);
  for (std::size_t output = 0; output < classes; ++output) {
    result.add(matrix.classes[output]);
    for (std::size_t label = 0; label < classes; ++label) {
      result.add(std::to_string(matrix.count(label, output)));
    }
  }
  return result;
}

PERJOULE_INLINE Table class_report(const ConfusionMatrix& matrix) {
  const std::size_t classes = matrix.classes.size();
  std::vector<std::size_t> actual(classes);
  std::vector<std::size_t> named(classes);
  for (std::size_t label = 0; label < classes; ++label) {
    for (std::size_t output = 0; output < classes; ++output) {
      actual[label] += matrix.count(label, output);
      named[output] += matrix.count(label, output);
    }
  }
  Table result(classes + 1);
  result.add("class");
  for (const std::string& name : matrix.classes) result.add(name);
  result.add("items");
  for (const std::size_t items : actual) result.add(std::to_string(items));
  const auto add_scores = [&](const char* head, bool is_f1, const auto& of) {
    TableCell cell{head};
    cell.better = Direction::higher;
    result.add(cell);
    for (std::size_t c = 0; c < classes; ++c) {
      const IntervalEstimate<double> score = detail::class_score(matrix.count(c, c), of(c), is_f1);
      result.add(text::cell(score.estimate, score.interval, text::display_factor("%")));
    }
  };
  add_scores("precision (%)", false, [&](std::size_t c) { return named[c]; });
  add_scores("recall (%)", false, [&](std::size_t c) { return actual[c]; });
  add_scores("F1 (%)", true,
             [&](std::size_t c) { return named[c] + actual[c] - matrix.count(c, c); });
  return result;
}

}  // namespace perjoule::inline v0

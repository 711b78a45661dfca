// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/classification.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<ClassCount> class_counts(View<double> rows) {
  const double last = *std::max_element(rows.begin(), rows.end());
  std::vector<ClassCount> classes(static_cast<std::size_t>(last) + 1);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const auto label = static_cast<std::size_t>(rows[i]);
    const auto output = static_cast<std::size_t>(rows[i + 1]);
    classes[label].actual += 1.0;
    classes[output].predicted += 1.0;
    if (label == output) classes[label].right += 1.0;
  }
  return classes;
}

PERJOULE_INLINE decltype(ItemFormula::value_of_drawn) drawn_confusion(ConfusionFormula formula) {
  return [formula = std::move(formula)](View<double> rows) {
    const std::size_t classes = class_counts(rows).size();
    std::vector<std::uint64_t> cells;  // of the confusion matrix, that have an item
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      cells.push_back(static_cast<std::uint64_t>(rows[i]) * classes +
                      static_cast<std::uint64_t>(rows[i + 1]));
    }
    std::vector<std::uint32_t> cell_of(cells.size());
    const std::vector<std::uint64_t> of_items = cells;
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    for (std::size_t i = 0; i < of_items.size(); ++i) {
      cell_of[i] = static_cast<std::uint32_t>(
          std::lower_bound(cells.begin(), cells.end(), of_items[i]) - cells.begin());
    }
    std::vector<std::uint32_t> drawn(cells.size());
    std::vector<ClassCount> counts(classes);
    return [=](View<std::uint32_t> items) mutable {
      std::fill(drawn.begin(), drawn.end(), 0);
      for (const std::uint32_t item : items) ++drawn[cell_of[item]];
      std::fill(counts.begin(), counts.end(), ClassCount{});
      for (std::size_t k = 0; k < cells.size(); ++k) {
        const std::uint64_t label = cells[k] / classes;
        const std::uint64_t output = cells[k] % classes;
        const double count = drawn[k];
        counts[label].actual += count;
        counts[output].predicted += count;
        counts[label].right += label == output ? count : 0.0;
      }
      return formula(counts);
    };
  };
}

PERJOULE_INLINE double evaluate_confusion(const ConfusionFormula& formula, View<double> rows) {
  return formula(class_counts(rows));
}

PERJOULE_INLINE void Confusion::pool(const Confusion& next) {
  std::vector<double> places;  // here, of each class there
  for (const LabelIndex::LabelCount& label : next.classes_.entries()) {
    places.push_back(static_cast<double>(classes_.find(label.number)));
  }
  const View<double> rows = next.rows_.all();
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    rows_.add(
        {places[static_cast<std::size_t>(rows[i])], places[static_cast<std::size_t>(rows[i + 1])]});
  }
}

PERJOULE_INLINE std::size_t Confusion::index_of(std::int64_t number) const noexcept {
  const View<LabelIndex::LabelCount> all = classes_.entries();
  const auto* const found =
      std::find_if(all.begin(), all.end(),
                   [&](const LabelIndex::LabelCount& one) { return one.number == number; });
  return static_cast<std::size_t>(found - all.begin());
}

PERJOULE_INLINE ItemFormula confusion_formula(const ConfusionMetric& metric, std::size_t classes) {
  ItemFormula formula;
  formula.columns = "label,output";
  formula.lowest = metric.lowest;
  formula.value = [of = metric.value](View<double> rows) { return evaluate_confusion(of, rows); };
  formula.value_of_drawn = drawn_confusion(metric.value);
  if (metric.at_least != nullptr) {
    formula.at_least = [of = metric.at_least](View<double> rows) { return of(class_counts(rows)); };
    formula.least_items = 10 * classes;
    formula.why_least_items =
        "a mean over classes needs 10 items for each, and a label of each, to tell how sure it is";
  }
  return formula;
}

PERJOULE_INLINE void Confusion::finish(Quality& quality, const ConfusionMetric& metric,
                                       std::size_t always) const {
  quality.items = items();
  check_items(quality);
  quality.formula = confusion_formula(metric, classes());
  std::vector<ClassCount> counts(classes());
  const View<double> rows = rows_.all();
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    counts[static_cast<std::size_t>(rows[i])].actual += 1.0;
  }
  if (always == classes()) {
    const auto most = std::max_element(
        counts.begin(), counts.end(),
        [](const ClassCount& a, const ClassCount& b) { return a.actual < b.actual; });
    always = static_cast<std::size_t>(most - counts.begin());
  }
  counts[always].predicted = static_cast<double>(quality.items);
  counts[always].right = counts[always].actual;
  quality.trivial = metric.value(counts);
  finish_quality(
      quality, rows,
      "a predictor that always names one class does as well as a perfect one, which leaves nothing "
      "to be skilled at");
}

PERJOULE_INLINE Interval<double> f_score_interval(const ClassCount& count, FScoreKind kind,
                                                  double beta) {
  const double missed = kind == FScoreKind::precision ? 0.0 : count.actual - count.right;
  const double added = kind == FScoreKind::recall ? 0.0 : count.predicted - count.right;
  const double items = count.right + missed + added;
  if (items <= 0.0) return {0.0, 1.0, 0.95, IntervalMethod::mover};
  Interval<double> found =
      wilson_of_share(count.right / items, items, normal_quantile(0.975), 0.95);
  if (kind == FScoreKind::f) {
    const double b2 = square(beta);
    const double wrong = missed + added;
    const double weight = wrong > 0.0 ? (b2 * missed + added) / wrong : 0.5 * (1.0 + b2);
    for (double* const end : {&found.low, &found.high}) {
      *end *= (1.0 + b2) / ((1.0 + b2) * *end + weight * (1.0 - *end));
    }
  }
  return found;
}

PERJOULE_INLINE Interval<double> mean_f_score_interval(View<ClassCount> classes, FScoreKind kind,
                                                       double beta) {
  double sum = 0.0;
  double below = 0.0;
  double above = 0.0;
  for (const ClassCount& count : classes) {
    const double score = f_score_of(count, kind, beta);
    const Interval<double> interval = f_score_interval(count, kind, beta);
    sum += score;
    below += square(score - interval.low);
    above += square(interval.high - score);
  }
  const auto n = static_cast<double>(classes.size());
  return {(sum - std::sqrt(below)) / n, (sum + std::sqrt(above)) / n, 0.95, IntervalMethod::mover};
}

PERJOULE_INLINE double averaged_f_score(View<ClassCount> classes, Average average, FScoreKind kind,
                                        double beta, std::size_t positive) {
  if (average == Average::binary) {
    return positive < classes.size() ? f_score_of(classes[positive], kind, beta) : 0.0;
  }
  ClassCount all;
  double sum = 0.0;
  double weights = 0.0;
  for (const ClassCount& count : classes) {
    if (count.predicted + count.actual <= 0.0) continue;  // not among the items drawn
    all.right += count.right;
    all.predicted += count.predicted;
    all.actual += count.actual;
    const double weight = average == Average::weighted ? count.actual : 1.0;
    sum += weight * f_score_of(count, kind, beta);
    weights += weight;
  }
  return average == Average::micro ? f_score_of(all, kind, beta) : sum / weights;
}

PERJOULE_INLINE ConfusionMetric f_score_metric(Average average, FScoreKind kind, double beta,
                                               std::size_t positive) {
  ConfusionMetric metric;
  metric.value = [=](View<ClassCount> classes) {
    return averaged_f_score(classes, average, kind, beta, positive);
  };
  if (average == Average::macro) {
    metric.at_least = [=](View<ClassCount> classes) {
      return mean_f_score_interval(classes, kind, beta);
    };
  }
  return metric;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE FScore::FScore(detail::FScoreKind kind, const FScoreOptions& options)
    : Confusion(options.keep), kind_(kind), options_(options) {
  if (is_finite(options.beta) && options.beta > 0.0) return;
  detail::fail("an F score weighs recall by a beta above 0", text::shortest(options.beta),
               "write .beta = 1, or leave it out");
}

PERJOULE_INLINE Quality FScore::result() const {
  const bool binary = options_.average == Average::binary;
  const std::string positive = text::shortest(static_cast<double>(options_.positive));
  const std::size_t place = index_of(options_.positive);
  if (binary && items() != 0 && place == classes()) {
    detail::fail("no label and no output is of the positive class", positive,
                 "name the class that is looked for, as in .positive = 1");
  }
  Quality quality;
  const bool is_f = kind_ == detail::FScoreKind::f;
  const std::string f = text::format("f{}", text::shortest(options_.beta));
  quality.metric = text::format("{}-{}", name(options_.average),
                                is_f                                     ? f
                                : kind_ == detail::FScoreKind::precision ? "precision"
                                                                         : "recall");
  quality.signature =
      text::format("average:{}{}{}|zero-division:0|trivial:{}", name(options_.average),
                   binary ? "|positive:" : "", binary ? positive : "",
                   binary ? "always-positive" : "most-frequent");
  finish(quality, detail::f_score_metric(options_.average, kind_, options_.beta, place),
         binary ? place : classes());
  return quality;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double mean_recall(View<ClassCount> classes) {
  double sum = 0.0;
  double present = 0.0;
  for (const ClassCount& count : classes) {
    if (count.actual <= 0.0) continue;
    sum += count.right / count.actual;
    present += 1.0;
  }
  return sum / present;
}

PERJOULE_INLINE Interval<double> mean_recall_interval(View<ClassCount> classes) {
  const bool is_each_a_label = std::all_of(
      classes.begin(), classes.end(), [](const ClassCount& count) { return count.actual > 0.0; });
  return is_each_a_label ? mean_f_score_interval(classes, FScoreKind::recall, 1.0)
                         : Interval<double>();
}

PERJOULE_INLINE Agreement agreement_of(View<ClassCount> classes) {
  Agreement sums;
  for (const ClassCount& count : classes) {
    sums.items += count.actual;
    sums.right += count.right;
    sums.by_chance += count.predicted * count.actual;
    sums.predicted += detail::square(count.predicted);
    sums.actual += detail::square(count.actual);
  }
  return sums;
}

PERJOULE_INLINE double matthews(View<ClassCount> classes) {
  const Agreement s = agreement_of(classes);
  const double n2 = detail::square(s.items);
  const double spread = (n2 - s.predicted) * (n2 - s.actual);
  if (spread <= 0.0) return 0.0;
  return (s.items * s.right - s.by_chance) / std::sqrt(spread);
}

PERJOULE_INLINE double kappa(View<ClassCount> classes) {
  const Agreement s = agreement_of(classes);
  const double by_chance = s.by_chance / detail::square(s.items);
  if (by_chance >= 1.0) return quiet_nan();
  return (s.right / s.items - by_chance) / (1.0 - by_chance);
}

PERJOULE_INLINE ConfusionMetric agreement_metric(AgreementKind kind) {
  switch (kind) {
    case AgreementKind::balanced_accuracy:
      return {mean_recall, mean_recall_interval};
    case AgreementKind::matthews:
      return {matthews, nullptr, -1.0};
    case AgreementKind::kappa:
      break;
  }
  return {kappa, nullptr, -1.0};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ClassAgreement::result() const {
  Quality quality;
  quality.signature = "classes:seen|trivial:most-frequent";
  const bool is_share = kind_ == detail::AgreementKind::balanced_accuracy;
  quality.metric = is_share                                   ? "balanced-accuracy"
                   : kind_ == detail::AgreementKind::matthews ? "mcc"
                                                              : "kappa";
  if (!is_share) quality.unit = "";
  finish(quality, detail::agreement_metric(kind_), classes());
  return quality;
}

}  // namespace perjoule::inline v0

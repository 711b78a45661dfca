// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/class_ranking.hpp"
#include "perjoule/quality/classification.hpp"
#include "perjoule/quality/correlation.hpp"
#include "perjoule/quality/detection.hpp"
#include "perjoule/quality/error_rate.hpp"
#include "perjoule/quality/fidelity.hpp"
#include "perjoule/quality/language_model.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/multilabel.hpp"
#include "perjoule/quality/probability_metrics.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/recorded_formula.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/quality/segmentation.hpp"
#include "perjoule/quality/translation.hpp"
#include "perjoule/quality/weighted_metric.hpp"

namespace perjoule::inline v0::detail {

/// Returns the option of a signature: "exp" for "smooth" in "eff:no|smooth:exp"; empty if it has
/// none.
PERJOULE_INLINE std::string_view option_of(std::string_view signature, std::string_view key) {
  while (!signature.empty()) {
    const std::string_view part = signature.substr(0, signature.find('|'));
    if (part.starts_with(key) && part.substr(key.size()).starts_with(':')) {
      return part.substr(key.size() + 1);
    }
    signature.remove_prefix(std::min(signature.size(), part.size() + 1));
  }
  return {};
}

/// Returns the number behind the beginning of a text, or NaN.
/// @unit none
PERJOULE_INLINE double number_behind(std::string_view text, std::string_view beginning) {
  if (!text.starts_with(beginning)) return quiet_nan();
  text.remove_prefix(beginning.size());
  return take_number(text).value_or(quiet_nan());
}

PERJOULE_INLINE BleuOptions bleu_options_of(std::string_view signature) {
  BleuOptions options;
  options.effective_order = option_of(signature, "eff") == "yes";
  const std::string_view smoothing = option_of(signature, "smooth");
  const double value =
      number_behind(smoothing.substr(std::min(smoothing.find('['), smoothing.size())), "[");
  if (smoothing == "none") options.smoothing = BleuSmoothing::none();
  if (is_finite(value) && value >= 0.0) {
    options.smoothing =
        smoothing.starts_with("floor") ? BleuSmoothing::floor(value) : BleuSmoothing::add_k(value);
  }
  return options;
}

/// Returns a formula that has no value, for rows that are not those of the metric.
PERJOULE_INLINE ItemFormula formula_without_value(std::string_view columns) {
  ItemFormula formula;
  formula.columns = columns;
  formula.value = [](View<double>) { return quiet_nan(); };
  formula.estimate = [](View<double>) { return IntervalEstimate<double>(); };
  return formula;
}

PERJOULE_INLINE ItemFormula mean_of_column(std::string_view columns) {
  ItemFormula formula;
  formula.columns = columns;
  return formula;
}

/// Returns the formula of a metric of one column; nothing for another metric.
PERJOULE_INLINE std::vector<ItemFormula> formula_of_column(const Quality& quality) {
  const std::string_view metric = quality.metric;
  const std::string_view columns = quality.formula.columns;
  struct Name {
    std::string_view beginning, columns;
  };
  static constexpr Name rare[] = {{"log-loss", "nats"}, {"brier", "squares"}, {"kl-div", "nats"}};
  static constexpr Name means[] = {{"accuracy", "right"},
                                   {"top-", "right"},
                                   {"exact-match", "right"},
                                   {"token-F1", "f1"},
                                   {"same-top", "same"},
                                   {"mean-probability-change", "change"},
                                   {"multilabel-samples-f1", "f1"},
                                   {"smape", "loss"},
                                   {"pinball-", "loss"},
                                   {"recall@", "value"},
                                   {"nDCG", "value"},
                                   {"MRR", "value"},
                                   {"ROUGE-", "f1"},
                                   {"ROUGE-", "precision"},
                                   {"ROUGE-", "recall"},
                                   {"pass@", "pass"}};
  const auto is_named = [&](const Name& name) {
    return metric.starts_with(name.beginning) && columns == name.columns;
  };
  if (std::any_of(std::begin(rare), std::end(rare), is_named)) {
    return {mean_of_rare_losses_formula(columns)};
  }
  if (std::any_of(std::begin(means), std::end(means), is_named)) return {mean_of_column(columns)};
  if (metric == "largest-probability-change") return {largest_change_formula()};
  return {};
}

/// Returns the formulas of an F score, precision or recall, of one class each; nothing for another
/// metric.
PERJOULE_INLINE std::vector<ConfusionMetric> f_scores_named(std::string_view metric,
                                                            std::size_t classes) {
  std::vector<ConfusionMetric> found;
  for (const Average average :
       {Average::binary, Average::micro, Average::macro, Average::weighted}) {
    const std::string_view prefix = name(average);
    if (!metric.starts_with(prefix) || metric.size() < prefix.size() + 2) continue;
    const std::string_view kind = metric.substr(prefix.size() + 1);
    const bool is_precision = kind == "precision";
    const bool is_f = !is_precision && kind != "recall";
    const double beta = is_f ? number_behind(kind, "f") : 1.0;
    if (!(beta > 0.0)) return {};
    constexpr std::size_t most_classes = 100;  // of a record that nobody wrote, there may be many
    const std::size_t positives = average == Average::binary ? std::min(classes, most_classes) : 1;
    for (std::size_t positive = 0; positive < positives; ++positive) {
      found.push_back(f_score_metric(average,
                                     is_f           ? FScoreKind::f
                                     : is_precision ? FScoreKind::precision
                                                    : FScoreKind::recall,
                                     beta, positive));
    }
  }
  return found;
}

/// Tells whether rows are pairs of a label and an output, each the number of a class.
PERJOULE_INLINE bool are_classes(View<double> rows) {
  const double most = static_cast<double>(rows.size());
  return std::all_of(rows.begin(), rows.end(), [most](double place) {
    return place >= 0.0 && place < most && std::floor(place) == place;
  });
}

PERJOULE_INLINE std::vector<ItemFormula> confusion_formulas(const Quality& quality,
                                                            View<double> rows) {
  const std::string_view metric = quality.metric;
  const bool have_classes = are_classes(rows);
  const std::size_t classes = have_classes ? class_counts(rows).size() : 1;
  std::vector<ConfusionMetric> metrics = f_scores_named(metric, classes);
  if (metric == "balanced-accuracy") {
    metrics = {agreement_metric(AgreementKind::balanced_accuracy)};
  }
  if (metric == "mcc") metrics = {agreement_metric(AgreementKind::matthews)};
  if (metric == "kappa") metrics = {agreement_metric(AgreementKind::kappa)};
  if (!metrics.empty() && !have_classes) return {formula_without_value("label,output")};
  std::vector<ItemFormula> found;
  for (const ConfusionMetric& of : metrics) found.push_back(confusion_formula(of, classes));
  return found;
}

/// Returns what rows of a mean average precision hold; nothing for another metric.
PERJOULE_INLINE std::optional<DetectionRows> detection_rows_of(const Quality& quality) {
  static constexpr std::string_view names[] = {"AP50", "AP75", "mAP"};
  const auto* const name = std::find(std::begin(names), std::end(names), quality.metric);
  const auto columns = static_cast<double>(quality.columns);
  const double classes = number_behind(option_of(quality.signature, "classes"), "");
  const double most = number_behind(option_of(quality.signature, "most"), "");
  if (name == std::end(names) || !(classes >= 1.0 && most >= 1.0) ||
      classes + 3.0 * most != columns) {
    return {};
  }
  return DetectionRows{static_cast<std::size_t>(classes), static_cast<std::size_t>(most),
                       static_cast<OverlapThresholds>(name - std::begin(names))};
}

PERJOULE_INLINE ItemFormula detection_formula(const DetectionRows& of, View<double> rows) {
  const ItemFormula formula = mean_average_precision_formula(rows, of);
  const std::size_t first = of.classes;
  const auto classes = static_cast<double>(first);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t column = i % of.columns();
    const bool is_class = column >= first && (column - first) % 3 == 0;
    const double limit = is_class ? classes - 1.0 : 1e9;
    const bool may_be_any = column >= first && (column - first) % 3 == 1;  // a score
    if (!may_be_any && !(rows[i] >= (is_class ? -1.0 : 0.0) && rows[i] <= limit)) {
      return formula_without_value(formula.columns);
    }
  }
  return formula;
}

/// Tells whether each row is the number of a class, and then a score for each class, and whether
/// there are two classes or more.
PERJOULE_INLINE bool are_scored_classes(View<double> rows, std::size_t columns) {
  if (columns < 3 || rows.size() % columns != 0) return false;
  const auto most = static_cast<double>(columns - 1);
  bool is_one_class = true;
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    const double label = rows[i];
    if (!(label >= 0.0 && label < most && std::floor(label) == label)) return false;
    is_one_class = is_one_class && label == rows[0];
  }
  return !is_one_class;
}

PERJOULE_INLINE bool are_of_two_kinds(View<double> rows) {
  std::size_t positives = 0;
  for (std::size_t i = 1; i < rows.size(); i += 2) positives += rows[i] > 0.5 ? 1 : 0;
  return positives != 0 && 2 * positives != rows.size();
}

/// Returns the formulas of a metric of two columns; nothing for another metric.
PERJOULE_INLINE std::vector<ItemFormula> formulas_of_pairs(const Quality& quality,
                                                           View<double> rows) {
  const std::string_view metric = quality.metric;
  if (metric == "WER") return {error_rate_formula(TextUnit::word, rows)};
  if (metric == "CER") return {error_rate_formula(TextUnit::character, rows)};
  if (metric == "perplexity") return {surprisal_formula(Symbol::token)};
  if (metric == "bits-per-byte") return {surprisal_formula(Symbol::byte)};
  if (metric == "bits-per-character") return {surprisal_formula(Symbol::character)};
  if (metric == "rmse") return {regression_formula(RegressionKind::rmse)};
  if (metric == "mae") return {regression_formula(RegressionKind::mae)};
  if (metric == "r2") return {regression_formula(RegressionKind::r2)};
  if (metric == "pearson") return {correlation_formula(CorrelationKind::pearson)};
  if (metric == "spearman") return {correlation_formula(CorrelationKind::spearman)};
  if (metric == "average-precision") {
    return {ranking_formula(RankingKind::average_precision, rows)};
  }
  if (metric == "auroc") {
    ItemFormula formula = ranking_formula(RankingKind::auroc, rows);
    return {are_of_two_kinds(rows) ? formula : formula_without_value(formula.columns)};
  }
  if (metric == "ece") {
    const double bins = number_behind(option_of(quality.signature, "bins"), "");
    if (!(bins >= 1.0 && bins <= 1e6)) return {};
    const bool are_shares =
        std::all_of(rows.begin(), rows.end(), [](double x) { return x >= 0.0 && x <= 1.0; });
    ItemFormula formula = calibration_formula(bins);
    return {are_shares ? formula : formula_without_value(formula.columns)};
  }
  return confusion_formulas(quality, rows);
}

/// Returns the formula of a metric of three columns or more; nothing for another metric.
PERJOULE_INLINE std::vector<ItemFormula> formula_of_lists(const Quality& quality,
                                                          View<double> rows) {
  const std::string_view metric = quality.metric;
  if (metric == "auroc-one-vs-rest" || metric == "auroc-one-vs-one") {
    ItemFormula formula = class_ranking_formula(
        metric.ends_with("rest") ? ClassRankingKind::one_vs_rest : ClassRankingKind::one_vs_one,
        quality.columns);
    return {are_scored_classes(rows, quality.columns) ? formula
                                                      : formula_without_value(formula.columns)};
  }
  if (metric == "BLEU" && quality.columns == bleu_columns) {
    return {bleu_formula(bleu_options_of(quality.signature))};
  }
  if (const std::optional<DetectionRows> of = detection_rows_of(quality)) {
    return {detection_formula(*of, rows)};
  }
  if (quality.columns % 3 != 0) return {};
  const std::size_t thirds = quality.columns / 3;
  if (metric == "multilabel-micro-f1" && thirds == 1) {
    return {label_f1_formula(LabelAverage::micro, 1)};
  }
  if (metric == "multilabel-macro-f1") return {label_f1_formula(LabelAverage::macro, thirds)};
  if (metric == "mean-iou" || metric == "dice") {
    const double named = number_behind(option_of(quality.signature, "background"), "");
    const bool has_background = named >= 0.0 && named < static_cast<double>(thirds);
    return {overlap_formula(metric == "dice" ? OverlapKind::dice : OverlapKind::iou, thirds,
                            has_background ? static_cast<std::size_t>(named) : thirds)};
  }
  const double beta = number_behind(metric, "chrF");
  if (beta > 0.0 && thirds <= chrf_max_orders) return {chrf_formula(thirds, beta)};
  return {};
}

/// Returns the formula of a metric with weights: that of its items without them.
PERJOULE_INLINE std::vector<ItemFormula> formula_with_weights(const Quality& quality,
                                                              View<double> rows) {
  Quality plain = quality;
  plain.signature.resize(plain.signature.size() - weights_given.size());
  std::string& columns = plain.formula.columns;
  columns.resize(columns.size() - std::min(columns.size(), weight_column.size()));
  plain.items = rows.size() / quality.columns;  // whatever the record says
  --plain.columns;
  if (plain.signature.ends_with(weights_given)) return {};  // weights of weights
  std::vector<ItemFormula> found = recorded_formulas(plain, without_weights(rows, quality.columns));
  if (found.empty() && plain.columns == 1) found.push_back(mean_of_column(columns));
  for (ItemFormula& formula : found) {
    plain.formula = formula;
    formula = weighted_formula(plain, rows);
  }
  return found;
}

PERJOULE_INLINE std::vector<ItemFormula> recorded_formulas(const Quality& quality,
                                                           View<double> rows) {
  std::vector<ItemFormula> found;
  if (quality.columns >= 2 && quality.signature.ends_with(weights_given)) {
    found = formula_with_weights(quality, rows);
  } else if (quality.columns == 1) {
    found = formula_of_column(quality);
  } else if (quality.columns == 2) {
    found = formulas_of_pairs(quality, rows);
  } else {
    found = formula_of_lists(quality, rows);
  }
  const std::string& columns = quality.formula.columns;
  if (found.empty() || found[0].columns != columns) return {};  // somebody else's of the same name
  const bool are_finite =
      std::all_of(rows.begin(), rows.end(), [](double x) { return is_finite(x); });
  if (!are_finite) return {formula_without_value(columns)};
  return found;
}

PERJOULE_INLINE bool gives_value(const ItemFormula& formula, const Quality& quality,
                                 View<double> rows) {
  if (formula.value == nullptr) return true;
  const double value = formula.value(rows);
  return is_finite(value) &&
         std::abs(value - quality.value.value) <= 1e-9 * std::abs(quality.value.value);
}

PERJOULE_INLINE void restore_formula(Quality& quality, View<double> rows) {
  if (rows.empty() || !quality.value.is_known()) return;
  for (const ItemFormula& formula : recorded_formulas(quality, rows)) {
    if (!formula.is_exact && !gives_value(formula, quality, rows)) continue;
    quality.formula = formula;
    add_difference(quality.formula);
    return;
  }
}

}  // namespace perjoule::inline v0::detail

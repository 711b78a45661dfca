// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
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
#include "perjoule/quality/influences.hpp"
#include "perjoule/quality/language_model.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/multilabel.hpp"
#include "perjoule/quality/probability_metrics.hpp"
#include "perjoule/quality/recorded_formula.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/quality/segmentation.hpp"
#include "perjoule/quality/translation.hpp"
#include "perjoule/stats/item_mean.hpp"

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

using MetricFormula = std::function<double(View<double>)>;

PERJOULE_INLINE MetricFormula of_confusion(ConfusionFormula formula) {
  return [formula = std::move(formula)](View<double> rows) {
    return evaluate_confusion(formula, rows);
  };
}

/// Returns the formula of an F score, precision or recall; nothing for another metric.
PERJOULE_INLINE MetricFormula f_score_formula(std::string_view metric, std::size_t positive) {
  for (const Average average :
       {Average::binary, Average::micro, Average::macro, Average::weighted}) {
    const std::string_view prefix = name(average);
    if (!metric.starts_with(prefix) || metric.size() < prefix.size() + 2) continue;
    const std::string_view kind = metric.substr(prefix.size() + 1);
    const double beta = number_behind(kind, "f");
    FScoreKind of = FScoreKind::f;
    if (kind == "precision") {
      of = FScoreKind::precision;
    } else if (kind == "recall") {
      of = FScoreKind::recall;
    } else if (!(beta > 0.0)) {
      return {};
    }
    return of_confusion([average, of, beta, positive](View<ClassCount> classes) {
      return averaged_f_score(classes, average, of, of == FScoreKind::f ? beta : 1.0, positive);
    });
  }
  return {};
}

/// Tells whether rows are pairs of a label and an output, each the number of a class.
PERJOULE_INLINE bool are_classes(View<double> rows) {
  const double most = static_cast<double>(rows.size());
  return rows.size() % 2 == 0 && std::all_of(rows.begin(), rows.end(), [most](double place) {
           return place >= 0.0 && place < most && std::floor(place) == place;
         });
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

/// Returns the formula of a mean average precision; nothing for another metric, and for rows that
/// are not those of one.
PERJOULE_INLINE MetricFormula detection_formula(const Quality& quality, View<double> rows) {
  const std::optional<DetectionRows> of = detection_rows_of(quality);
  if (!of) return {};
  const std::size_t first = of->classes;
  const auto classes = static_cast<double>(first);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t column = i % quality.columns;
    const bool is_class = column >= first && (column - first) % 3 == 0;
    const double limit = is_class ? classes - 1.0 : 1e9;
    const bool may_be_any = column >= first && (column - first) % 3 == 1;  // a score
    if (!may_be_any && !(rows[i] >= (is_class ? -1.0 : 0.0) && rows[i] <= limit)) return {};
  }
  return [of = *of](View<double> drawn) { return mean_average_precision_of(drawn, of); };
}

/// Returns the formula that a metric's name, signature and columns stand for; nothing for a mean,
/// and for a metric that this version does not have.
/// @param positive  of a binary F score: the place of its class, which a record does not have
PERJOULE_INLINE MetricFormula formula_named(const Quality& quality, View<double> rows,
                                            std::size_t positive) {
  const std::string_view metric = quality.metric;
  const std::string_view columns = quality.formula.columns;
  if (quality.columns == 2) {
    if (columns == "edits,words" || columns == "edits,characters") return error_rate_of;
    if (columns == "nats,tokens") return perplexity_of;
    if (columns == "nats,bytes" || columns == "nats,characters") return bits_per_symbol;
    if (columns == "score,positive" && metric == "average-precision") return average_precision_of;
    if (columns == "output,reference" && metric == "rmse") {
      return static_cast<double (*)(View<double>)>(root_mean_square_error);
    }
    if (columns == "output,reference" && metric == "mae") {
      return static_cast<double (*)(View<double>)>(mean_absolute_error);
    }
    if (columns == "output,reference" && metric == "r2") return coefficient_of_determination;
    if (columns == "output,reference" && metric == "pearson") return pearson_of;
    if (columns == "output,reference" && metric == "spearman") return spearman_of;
    if (columns == "label,output" && are_classes(rows)) {
      if (metric == "balanced-accuracy") return of_confusion(mean_recall);
      if (metric == "mcc") return of_confusion(matthews);
      if (metric == "kappa") return of_confusion(kappa);
      return f_score_formula(metric, positive);
    }
    const double bins = number_behind(option_of(quality.signature, "bins"), "");
    const bool are_shares =
        std::all_of(rows.begin(), rows.end(), [](double x) { return x >= 0.0 && x <= 1.0; });
    if (metric == "ece" && bins >= 1.0 && bins <= 1e6 && are_shares) {
      return [bins](View<double> drawn) { return expected_calibration_error(drawn, bins); };
    }
  }
  if (metric == "BLEU" && quality.columns == bleu_columns) {
    return [options = bleu_options_of(quality.signature)](View<double> drawn) {
      return bleu_of(drawn, options);
    };
  }
  if (MetricFormula of_boxes = detection_formula(quality, rows)) return of_boxes;
  if (quality.columns >= 3 && quality.columns % 3 == 0) {
    const std::size_t thirds = quality.columns / 3;
    if (metric == "multilabel-micro-f1" && thirds == 1) return micro_f1;
    if (metric == "multilabel-macro-f1") {
      return [thirds](View<double> drawn) { return macro_f1(drawn, thirds); };
    }
    if (metric == "mean-iou" || metric == "dice") {
      const OverlapKind kind = metric == "dice" ? OverlapKind::dice : OverlapKind::iou;
      const double named = number_behind(option_of(quality.signature, "background"), "");
      const std::size_t background = named >= 0.0 && named < static_cast<double>(thirds)
                                         ? static_cast<std::size_t>(named)
                                         : thirds;
      return [kind, thirds, background](View<double> drawn) {
        return mean_overlap(drawn, kind, thirds, background);
      };
    }
  }
  const double beta = number_behind(metric, "chrF");
  if (beta > 0.0 && quality.columns >= 3 && quality.columns % 3 == 0) {
    return [orders = quality.columns / 3, beta](View<double> drawn) {
      return chrf_of(drawn, orders, beta);
    };
  }
  return {};
}

/// Returns what compares two models in a metric that has a formula of its value.
PERJOULE_INLINE decltype(ItemFormula::difference) difference_named(const Quality& quality) {
  const std::string_view metric = quality.metric;
  constexpr auto rmse = static_cast<double (*)(View<double>)>(root_mean_square_error);
  constexpr auto mae = static_cast<double (*)(View<double>)>(mean_absolute_error);
  constexpr auto r2 = coefficient_of_determination;
  if (metric == "average-precision") {
    return difference_by_influences(average_precision_of, average_precision_influences);
  }
  if (metric == "pearson") return difference_by_influences(pearson_of, pearson_influences);
  if (metric == "spearman") return difference_by_influences(spearman_of, spearman_influences);
  if (metric == "rmse") return difference_by_influences(rmse, root_mean_square_influences);
  if (metric == "mae") return difference_by_influences(mae, mean_absolute_influences);
  if (metric == "r2") return difference_by_influences(r2, determination_influences);
  if (const std::optional<DetectionRows> of = detection_rows_of(quality)) {
    return mean_average_precision_difference(*of);
  }
  return bootstrap_difference;
}

/// Returns what has the interval of a metric that has a formula of its value; nothing where items
/// are drawn for it.
PERJOULE_INLINE decltype(ItemFormula::estimate) estimate_named(const Quality& quality) {
  const std::string_view metric = quality.metric;
  const std::string_view columns = quality.formula.columns;
  if (metric == "average-precision") return average_precision_estimate;
  if (metric == "rmse") return root_mean_square_estimate;
  if (metric == "mae") return mean_absolute_estimate;
  if (metric == "r2") return determination_estimate;
  if (columns.starts_with("edits,")) {
    return [](View<double> rows) { return ratio_of_sums(rows); };
  }
  if (columns.starts_with("nats,")) {
    return [tokens = columns == "nats,tokens"](View<double> rows) {
      return surprisal_estimate(rows, tokens);
    };
  }
  if (const std::optional<DetectionRows> of = detection_rows_of(quality)) {
    return [of = *of](View<double> rows) { return mean_average_precision_estimate(rows, of); };
  }
  return {};
}

/// Tells whether each row is the number of a class, and then a score for each class.
PERJOULE_INLINE bool are_scored_classes(View<double> rows, std::size_t columns) {
  if (columns < 3 || rows.size() % columns != 0) return false;
  std::vector<double> labels;
  for (std::size_t i = 0; i < rows.size(); i += columns) labels.push_back(rows[i]);
  const auto most = static_cast<double>(columns - 1);
  return std::all_of(labels.begin(), labels.end(), [&](double label) {
    return label >= 0.0 && label < most && std::floor(label) == label;
  });
}

/// Gives back the difference of a metric that has no formula of its value. Tells whether it is one.
PERJOULE_INLINE bool restore_difference(Quality& quality, View<double> rows) {
  ItemFormula& formula = quality.formula;
  if (quality.metric == "auroc" && formula.columns == "score,positive" && quality.columns == 2) {
    std::size_t positives = 0;
    for (std::size_t i = 1; i < rows.size(); i += 2) positives += rows[i] != 0.0 ? 1 : 0;
    if (positives != 0 && 2 * positives != rows.size()) formula.difference = difference_of_aurocs;
    return true;
  }
  const bool of_rest = quality.metric == "auroc-one-vs-rest";
  if (of_rest || quality.metric == "auroc-one-vs-one") {
    if (are_scored_classes(rows, quality.columns)) {
      formula.difference = class_ranking_difference(of_rest ? ClassRankingKind::one_vs_rest
                                                            : ClassRankingKind::one_vs_one);
    }
    return true;
  }
  if (quality.metric != "largest-probability-change") return false;
  formula.difference = no_difference;
  return true;
}

PERJOULE_INLINE void restore_formula(Quality& quality, View<double> rows) {
  ItemFormula& formula = quality.formula;
  if (rows.empty() || !quality.value.is_known()) return;
  if (!std::all_of(rows.begin(), rows.end(), [](double x) { return is_finite(x); })) return;
  if (restore_difference(quality, rows)) return;
  const auto gives_value = [&](const MetricFormula& candidate) {
    const double value = candidate(rows);
    return is_finite(value) &&
           std::abs(value - quality.value.value) <= 1e-9 * std::abs(quality.value.value);
  };
  constexpr std::size_t most_classes = 2;  // of a binary score
  for (std::size_t positive = 0; positive < most_classes; ++positive) {
    const MetricFormula candidate = formula_named(quality, rows, positive);
    if (candidate == nullptr) return;
    if (!gives_value(candidate)) continue;
    formula.value = candidate;
    formula.difference = difference_named(quality);
    formula.estimate = estimate_named(quality);
    formula.uses_sums = formula.columns.starts_with("edits,") || quality.metric == "BLEU" ||
                        quality.metric.starts_with("chrF") ||
                        quality.metric.starts_with("multilabel") || quality.metric == "dice" ||
                        quality.metric == "mean-iou";
    return;
  }
}

}  // namespace perjoule::inline v0::detail

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/metric_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>

#include "perjoule/core/nan.hpp"

namespace perjoule::cli {

namespace {

constexpr double of_data = detail::quiet_nan();

constexpr MetricFacts known[] = {
    {"accuracy", true, "%,", 1.0},
    {"top-", true, "%,", 1.0},
    {"micro-f", true, "%,", 1.0},
    {"macro-f", true, "%,", 1.0},
    {"weighted-f", true, "%,", 1.0},
    {"binary-f", true, "%,", 1.0},
    {"micro-precision", true, "%,", 1.0},
    {"macro-precision", true, "%,", 1.0},
    {"weighted-precision", true, "%,", 1.0},
    {"binary-precision", true, "%,", 1.0},
    {"micro-recall", true, "%,", 1.0},
    {"macro-recall", true, "%,", 1.0},
    {"weighted-recall", true, "%,", 1.0},
    {"binary-recall", true, "%,", 1.0},
    {"balanced-accuracy", true, "%,", 1.0},
    {"mcc", true, ",", 1.0},
    {"kappa", true, ",", 1.0},
    {"auroc", true, "%,", 1.0},
    {"auroc-one-vs-rest", true, "%,", 1.0},
    {"auroc-one-vs-one", true, "%,", 1.0},
    {"average-precision", true, "%,", 1.0},
    {"log-loss", false, "nat,", 0.0},
    {"brier", false, ",", 0.0},
    {"ece", false, "%,", 0.0},
    {"kl-divergence", false, "nats,", 0.0},
    {"same-top", true, "%,", 1.0},
    {"mean-probability-change", false, "%,", 0.0},
    {"largest-probability-change", false, "%,", 0.0},
    {"multilabel-micro-f1", true, "%,", 1.0},
    {"multilabel-macro-f1", true, "%,", 1.0},
    {"multilabel-samples-f1", true, "%,", of_data},
    {"mean-iou", true, "%,", 1.0},
    {"dice", true, "%,", 1.0},
    {"AP50", true, "%,", 1.0},
    {"AP75", true, "%,", 1.0},
    {"mAP", true, "%,", 1.0},
    {"rmse", false, "", 0.0},
    {"mae", false, "", 0.0},
    {"r2", true, ",", 1.0},
    {"pearson", true, ",", 1.0},
    {"spearman", true, ",", 1.0},
    {"smape", false, "%,", 0.0},
    {"pinball-", false, "", 0.0},
    {"recall@", true, "%,", of_data},
    {"nDCG@", true, "%,", of_data},
    {"nDCG", true, "%,", of_data},
    {"MRR@", true, "%,", of_data},
    {"MRR", true, "%,", of_data},
    {"WER", false, "%,,", 0.0},
    {"CER", false, "%,,", 0.0},
    {"exact-match", true, "%,", 1.0},
    {"token-F1", true, "%,", 1.0},
    {"BLEU", true, ",", 100.0},
    {"chrF", true, ",", 100.0},
    {"ROUGE-", true, "%,", 1.0},
    {"perplexity", false, ",", 1.0},
    {"bits-per-byte", false, "bit,", 0.0},
    {"bits-per-character", false, "bit,", 0.0},
    {"pass@", true, "%,", 1.0},
};

/// A column of items, and what a number in it may be.
struct ColumnFacts {
  std::string_view name;
  double most;  ///< the least is 0
};

constexpr double unlimited = std::numeric_limits<double>::max();
constexpr ColumnFacts columns[] = {{"right", 1.0},
                                   {"same", 1.0},
                                   {"f1", 1.0},
                                   {"precision", 1.0},
                                   {"recall", 1.0},
                                   {"pass", 1.0},
                                   {"change", 1.0},
                                   {"confidence", 1.0},
                                   {"positive", 1.0},
                                   {"nats", unlimited},
                                   {"squares", unlimited},
                                   {"loss", unlimited},
                                   {"edits", unlimited},
                                   {"words", unlimited},
                                   {"tokens", unlimited},
                                   {"bytes", unlimited},
                                   {"characters", unlimited},
                                   {"weight", unlimited}};

[[nodiscard]] bool is_one_of(std::string_view unit, std::string_view units) {
  while (!units.empty()) {
    const std::size_t end = units.find(',');
    if (units.substr(0, end) == unit) return true;
    units.remove_prefix(end + 1);
  }
  return false;
}

/// Returns the names of columns; none if they are described in words.
[[nodiscard]] std::vector<std::string_view> names_of(const Quality& quality) {
  std::vector<std::string_view> names;
  std::string_view rest = quality.formula.columns;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    names.push_back(name);
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  return names.size() == quality.columns ? names : std::vector<std::string_view>();
}

}  // namespace

const MetricFacts* find_metric_facts(std::string_view metric) {
  const MetricFacts* longest = nullptr;
  for (const MetricFacts& of : known) {
    if (!metric.starts_with(of.name)) continue;
    // "recall@10", "micro-f0.5", "top-5-accuracy", "ROUGE-L-recall", "chrF2++"
    const std::string_view rest = metric.substr(of.name.size());
    const bool is_beginning = std::string_view("@-fF").find(of.name.back()) != metric.npos;
    const bool is_number = !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
    const bool is_same = rest.empty() || (is_beginning && (is_number || of.name == "ROUGE-"));
    if (is_same && (longest == nullptr || of.name.size() > longest->name.size())) longest = &of;
  }
  return longest;
}

std::vector<Finding> impossible_qualities(const Entry& entry, const std::string& pointer) {
  std::vector<Finding> found;
  for (std::size_t i = 0; i < entry.quality.size(); ++i) {
    const Quality& quality = entry.quality[i];
    const std::string place = fmt::format("{}/quality/{}", pointer, i);
    const auto add = [&](const char* code, const char* part, std::string why) {
      found.push_back({code, place + part, std::move(why)});
    };
    const View<double> rows = per_item_of(entry, i);
    // What a command told of itself may have any name.
    const MetricFacts* const facts = rows.empty() ? nullptr : find_metric_facts(quality.metric);
    if (facts != nullptr) {
      if (quality.is_direction_known && quality.higher_is_better != facts->higher_is_better) {
        add("metric-turned-round", "/higher_is_better",
            fmt::format("of {}, {} is better", quality.metric,
                        facts->higher_is_better ? "more" : "less"));
      }
      if (!facts->units.empty() && !is_one_of(quality.unit, facts->units)) {
        add("metric-of-another-unit", "/unit",
            fmt::format("{} is not in '{}'", quality.metric, quality.unit));
      }
      if (is_finite(facts->perfect) && is_finite(quality.perfect) &&
          quality.perfect != facts->perfect) {
        add("metric-with-another-perfect-value", "/perfect",
            fmt::format("a perfect {} is {}", quality.metric, facts->perfect));
      }
      const bool is_share = facts->units == "%,";
      if (is_share && is_finite(quality.trivial) &&
          (quality.trivial < 0.0 || quality.trivial > 1.0)) {
        add("trivial-value-out-of-range", "/trivial", "it is no share of all items");
      }
    }
    const double better = quality.higher_is_better ? quality.value.value - quality.perfect
                                                   : quality.perfect - quality.value.value;
    if (quality.value.is_known() && quality.is_direction_known && is_finite(quality.perfect) &&
        better > 1e-6) {
      add("value-beyond-perfect", "/value/value",
          fmt::format("it is {}, and a perfect one is {}", quality.value.value, quality.perfect));
    }
    const std::vector<std::string_view> names = names_of(quality);
    for (std::size_t column = 0; column < names.size() && facts != nullptr; ++column) {
      const auto* const of =
          std::find_if(std::begin(columns), std::end(columns),
                       [&](const ColumnFacts& each) { return each.name == names[column]; });
      if (of == std::end(columns)) continue;
      // With weights, a number is that many times as large; among counts, it is one.
      const bool is_weighted = names.size() == 2 && names[1] == "weight";
      const bool is_count = names.size() > 2;
      for (std::size_t k = column; k < rows.size(); k += names.size()) {
        double most = is_count ? unlimited : of->most;
        if (is_weighted && column == 0) most *= rows[k + 1] * (1.0 + 1e-9);
        if (!is_finite(rows[k]) || (rows[k] >= 0.0 && rows[k] <= most)) continue;
        add("item-out-of-range", "/per_item",
            fmt::format("item {} has {} in '{}'", k / names.size(), rows[k], of->name));
        break;
      }
    }
  }
  return found;
}

}  // namespace perjoule::cli

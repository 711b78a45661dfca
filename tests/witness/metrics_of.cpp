// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What perjoule's metrics say of cases that a second witness judges as well. Each line of the input
// is a case, `METRIC OPTION ITEMS CLASSES LABELS... OUTPUTS...`; each line of the output the value,
// or "none: " and the reason.
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <perjoule/all.hpp>
#include <string>
#include <vector>

namespace {

using perjoule::Average;
using perjoule::PerItem;
using perjoule::Quality;
using perjoule::View;

struct Case {
  std::string metric;
  std::string option;
  std::vector<double> labels;
  std::vector<double> outputs;  ///< [items, classes]
  std::size_t classes = 0;      ///< numbers that the model returns of an item

  friend std::istream& operator>>(std::istream& in, Case& one) {
    std::size_t items = 0;
    if (!(in >> one.metric >> one.option >> items >> one.classes)) return in;
    one.labels.resize(items);
    one.outputs.resize(items * one.classes);
    for (double& label : one.labels) in >> label;
    for (double& output : one.outputs) in >> output;
    return in;
  }
};

template <class Metric>
Quality of_classes(Metric metric, const Case& one) {
  for (std::size_t i = 0; i < one.labels.size(); ++i) {
    metric.add(static_cast<std::int64_t>(one.outputs[i]), static_cast<std::int64_t>(one.labels[i]));
  }
  return metric.result();
}

template <class Metric>
Quality of_numbers(Metric metric, const Case& one) {
  for (std::size_t i = 0; i < one.labels.size(); ++i) {
    metric.add(one.outputs[i], static_cast<std::int64_t>(one.labels[i]));
  }
  return metric.result();
}

template <class Metric>
Quality of_rows(Metric metric, const Case& one) {
  for (std::size_t i = 0; i < one.labels.size(); ++i) {
    metric.add(View<double>(one.outputs.data() + i * one.classes, one.classes),
               static_cast<std::int64_t>(one.labels[i]));
  }
  return metric.result();
}

Quality f_score(perjoule::detail::FKind kind, const Case& one) {
  perjoule::FScoreOptions options;
  for (const Average average :
       {Average::binary, Average::micro, Average::macro, Average::weighted}) {
    if (one.option == name(average)) options.average = average;
  }
  return of_classes(perjoule::FScore(kind, options), one);
}

Quality quality_of(const Case& one) {
  using namespace perjoule;
  using detail::AgreementKind;
  using detail::FKind;
  using detail::ProbabilityKind;
  using detail::RankingKind;
  using detail::RegressionKind;
  const std::string& metric = one.metric;
  if (metric == "accuracy") return of_rows(Accuracy(std::stoul(one.option)), one);
  if (metric == "f1") return f_score(FKind::f, one);
  if (metric == "precision") return f_score(FKind::precision, one);
  if (metric == "recall") return f_score(FKind::recall, one);
  if (metric == "balanced-accuracy") {
    return of_classes(ClassAgreement(AgreementKind::balanced_accuracy), one);
  }
  if (metric == "mcc") return of_classes(ClassAgreement(AgreementKind::matthews), one);
  if (metric == "kappa") return of_classes(ClassAgreement(AgreementKind::kappa), one);
  if (metric == "auroc") return of_numbers(BinaryRanking(RankingKind::auroc, 1), one);
  if (metric == "average-precision") {
    return of_numbers(BinaryRanking(RankingKind::average_precision, 1), one);
  }
  if (metric == "log-loss") return of_rows(ProbabilityLoss(ProbabilityKind::log_loss), one);
  if (metric == "brier") return of_numbers(ProbabilityLoss(ProbabilityKind::brier), one);
  if (metric == "ece") return of_rows(CalibrationError(std::stoul(one.option)), one);
  const RegressionKind kind = metric == "rmse"  ? RegressionKind::rmse
                              : metric == "mae" ? RegressionKind::mae
                                                : RegressionKind::r2;
  Regression regression(kind, "");
  for (std::size_t i = 0; i < one.labels.size(); ++i) {
    regression.add(one.outputs[i], one.labels[i]);
  }
  return regression.result();
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::cout.precision(17);
  for (Case one; std::cin >> one;) {
    try {
      const Quality quality = quality_of(one);
      if (quality.value.is_known()) {
        std::cout << quality.value.value << '\n';
      } else {
        std::cout << "none: " << quality.why_no_value << '\n';
      }
    } catch (const std::exception& error) {
      std::cout << "none: " << error.what() << '\n';
    }
  }
}

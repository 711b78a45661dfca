// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computes perjoule's metrics for cases that a second implementation judges as well. Each line of
// the input is a case, `METRIC OPTION ITEMS CLASSES LABELS... OUTPUTS...`; each line of the output
// is an answer (answer.hpp).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <perjoule/all.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "answer.hpp"

namespace {

using perjoule::Average;
using perjoule::View;

struct Case {
  std::string metric;
  std::string option;
  std::vector<double> labels;
  std::vector<double> outputs;  ///< [items, classes]
  std::size_t classes = 0;      ///< numbers that the model returns for an item

  explicit Case(const std::string& line) {
    std::istringstream in(line);
    std::size_t items = 0;
    in >> metric >> option >> items >> classes;
    labels.resize(items);
    outputs.resize(items * classes);
    for (double& label : labels) label = number(in);
    for (double& output : outputs) output = number(in);
  }

 private:
  /// Also accepts nan, inf and the numbers next to 0, which a stream refuses to read.
  static double number(std::istream& in) {
    std::string digits;
    in >> digits;
    return std::strtod(digits.c_str(), nullptr);
  }
};

template <class Metric>
std::string of_classes(Metric metric, const Case& one) {
  for (std::size_t i = 0; i < one.labels.size(); ++i) {
    metric.add(static_cast<std::int64_t>(one.outputs[i]), static_cast<std::int64_t>(one.labels[i]));
  }
  return answer_of(metric);
}

template <class Metric>
std::string of_numbers(Metric metric, const Case& one) {
  for (std::size_t i = 0; i < one.labels.size(); ++i) {
    metric.add(one.outputs[i], static_cast<std::int64_t>(one.labels[i]));
  }
  return answer_of(metric);
}

template <class Metric>
std::string of_rows(Metric metric, const Case& one) {
  for (std::size_t i = 0; i < one.labels.size(); ++i) {
    metric.add(View<double>(one.outputs.data() + i * one.classes, one.classes),
               static_cast<std::int64_t>(one.labels[i]));
  }
  return answer_of(metric);
}

std::string f_score(perjoule::detail::FScoreKind kind, const Case& one, double beta = 1.0) {
  perjoule::FScoreOptions options;
  options.beta = beta;
  for (const Average average :
       {Average::binary, Average::micro, Average::macro, Average::weighted}) {
    if (one.option == name(average)) options.average = average;
  }
  return of_classes(perjoule::FScore(kind, options), one);
}

std::string answer(const Case& one) {
  using namespace perjoule;
  using detail::AgreementKind;
  using detail::FScoreKind;
  using detail::ProbabilityKind;
  using detail::RankingKind;
  using detail::RegressionKind;
  const std::string& metric = one.metric;
  if (metric == "accuracy") return of_rows(Accuracy(std::stoul(one.option)), one);
  if (metric == "f1") return f_score(FScoreKind::f, one);
  if (metric == "f2") return f_score(FScoreKind::f, one, 2.0);
  if (metric == "precision") return f_score(FScoreKind::precision, one);
  if (metric == "recall") return f_score(FScoreKind::recall, one);
  if (metric == "balanced-accuracy") {
    return of_classes(ClassAgreement(AgreementKind::balanced_accuracy), one);
  }
  if (metric == "mcc") return of_classes(ClassAgreement(AgreementKind::matthews), one);
  if (metric == "kappa") return of_classes(ClassAgreement(AgreementKind::kappa), one);
  if (metric == "auroc") return of_numbers(BinaryRanking(RankingKind::auroc, 1), one);
  if (metric == "average-precision") {
    return of_numbers(BinaryRanking(RankingKind::average_precision, 1), one);
  }
  // The probability of class 1 only, or those of all classes.
  const auto loss = [&](ProbabilityKind kind) {
    return one.option == "one" ? of_numbers(ProbabilityLoss(kind), one)
                               : of_rows(ProbabilityLoss(kind), one);
  };
  if (metric == "log-loss") return loss(ProbabilityKind::log_loss);
  if (metric == "brier") return loss(ProbabilityKind::brier);
  if (metric == "ece") return of_rows(CalibrationError(std::stoul(one.option)), one);
  const RegressionKind kind = metric == "rmse"  ? RegressionKind::rmse
                              : metric == "mae" ? RegressionKind::mae
                                                : RegressionKind::r2;
  Regression regression(kind, "");
  for (std::size_t i = 0; i < one.labels.size(); ++i) {
    regression.add(one.outputs[i], one.labels[i]);
  }
  return answer_of(regression);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer_or_error([&] { return answer(Case(line)); }) << '\n';
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computes perjoule's intervals for samples that another program drew. Each line of the input is a
// sample, `METHOD SIZE_A SIZE_B NUMBERS...`; each line of the output is `LOW HIGH`, or `none`.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <perjoule/all.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

using perjoule::Interval;
using perjoule::PerItem;
using perjoule::Provenance;
using perjoule::View;

constexpr std::size_t resamples = 1000;

struct Sample {
  std::string method;
  std::size_t size_a = 0;
  std::vector<double> numbers;  ///< those of a, then those of b

  [[nodiscard]] View<double> a() const { return {numbers.data(), size_a}; }
  [[nodiscard]] View<double> b() const {
    return {numbers.data() + size_a, numbers.size() - size_a};
  }
};

perjoule::Estimate<double> mean(View<double> values) {
  return mean_of_independent(values, Provenance::measured);
}

/// Puts a one after each number, so that a mean is a quotient of sums.
std::vector<double> counted(View<double> values) {
  std::vector<double> rows;
  for (const double x : values) rows.insert(rows.end(), {x, 1.0});
  return rows;
}
double mean_of_sums(View<double> sums) { return sums[0] / sums[1]; }
double root_of_mean(View<double> sums) { return std::sqrt(sums[0] / sums[1]); }

/// The sample holds scores of positive items, then of negative ones.
Interval<double> area(const Sample& sample) {
  perjoule::BinaryRanking metric(perjoule::detail::RankingKind::auroc, 1);
  for (const double score : sample.a()) metric.add(score, 1);
  for (const double score : sample.b()) metric.add(score, 0);
  return metric.result().value_interval;
}

/// The sample holds scores, then labels.
Interval<double> average_precision(const Sample& sample) {
  perjoule::BinaryRanking metric(perjoule::detail::RankingKind::average_precision, 1);
  for (std::size_t i = 0; i < sample.size_a; ++i) {
    metric.add(sample.a()[i], static_cast<int>(sample.b()[i]));
  }
  return metric.result().value_interval;
}

/// The sample holds outputs of a model, then those of another one, then references.
/// @param Reference  their type
template <class Reference, class Metric>
Interval<double> difference(const Sample& sample, const Metric& empty) {
  Metric metrics[2] = {empty, empty};
  perjoule::Quality qualities[2];
  for (std::size_t model = 0; model < 2; ++model) {
    for (std::size_t i = 0; i < sample.size_a; ++i) {
      const double output = sample.numbers[model * sample.size_a + i];
      metrics[model].add(output, static_cast<Reference>(sample.b()[sample.size_a + i]));
    }
    qualities[model] = metrics[model].result();
    qualities[model].columns = 2;
  }
  return paired_difference(qualities[0], metrics[0].per_item(), qualities[1], metrics[1].per_item())
      .interval;
}

Interval<double> difference_of(const std::string& metric, const Sample& sample) {
  using namespace perjoule;
  if (metric == "average-precision") {
    return difference<int>(sample, BinaryRanking(detail::RankingKind::average_precision, 1));
  }
  if (metric == "pearson") {
    return difference<double>(sample, Correlation(detail::CorrelationKind::pearson));
  }
  if (metric == "spearman") {
    return difference<double>(sample, Correlation(detail::CorrelationKind::spearman));
  }
  const auto kind = metric == "rmse" ? detail::RegressionKind::rmse : detail::RegressionKind::r2;
  return difference<double>(sample, Regression(kind, ""));
}

/// The sample holds labels, then outputs.
template <class Metric>
Interval<double> of_classes(const Sample& sample, Metric metric) {
  for (std::size_t i = 0; i < sample.size_a; ++i) {
    metric.add(static_cast<int>(sample.b()[i]), static_cast<int>(sample.a()[i]));
  }
  return metric.result().value_interval;
}

/// The sample holds outputs, then references.
Interval<double> regression(const Sample& sample, perjoule::detail::RegressionKind kind) {
  perjoule::Regression metric(kind, "");
  for (std::size_t i = 0; i < sample.size_a; ++i) metric.add(sample.a()[i], sample.b()[i]);
  return metric.result().value_interval;
}

/// The sample holds probabilities of class 1, then labels.
Interval<double> probabilities(const Sample& sample, perjoule::detail::ProbabilityKind kind) {
  perjoule::ProbabilityLoss metric(kind);
  for (std::size_t i = 0; i < sample.size_a; ++i) {
    metric.add(sample.a()[i], static_cast<int>(sample.b()[i]));
  }
  return metric.result().value_interval;
}

/// The sample holds numerators, then denominators.
Interval<double> quotient_of_sums(const Sample& sample) {
  std::vector<double> rows;
  for (std::size_t i = 0; i < sample.size_a; ++i) {
    rows.insert(rows.end(), {sample.a()[i], sample.b()[i]});
  }
  return perjoule::ratio_of_sums(rows).interval;
}

/// The sample holds confidences, then whether each item is right.
Interval<double> calibration(const Sample& sample) {
  perjoule::CalibrationError metric(15);
  for (std::size_t i = 0; i < sample.size_a; ++i) {
    const double row[] = {sample.a()[i], 1.0 - sample.a()[i]};
    metric.add(View<double>(row, 2), sample.b()[i] > 0.5 ? 0 : 1);
  }
  return metric.result().value_interval;
}

/// The sample holds the number of classes and of detections, then rows.
Interval<double> mean_average_precision(const Sample& sample) {
  using namespace perjoule;
  const detail::DetectionRows of = {static_cast<std::size_t>(sample.a()[0]),
                                    static_cast<std::size_t>(sample.a()[1]),
                                    OverlapThresholds::all};
  return detail::mean_average_precision_estimate(sample.b(), of).interval;
}

/// The sample holds the number of labels or classes, outputs of all items, then references.
template <class Metric>
Interval<double> of_lists(const Sample& sample, Metric metric, std::size_t in_item) {
  const std::vector<int> outputs(sample.a().begin() + 1, sample.a().end());
  const std::vector<int> references(sample.b().begin(), sample.b().end());
  for (std::size_t i = 0; i < references.size(); i += in_item) {
    metric.add(View<int>(outputs.data() + i, in_item), View<int>(references.data() + i, in_item));
  }
  return metric.result().value_interval;
}

/// The sample holds the length of texts, then whether each of their words is right.
Interval<double> bleu(const Sample& sample) {
  perjoule::Bleu metric;
  const auto length = static_cast<std::size_t>(sample.a()[0]);
  for (std::size_t i = 1; i < sample.size_a; i += length) {
    std::string output;
    std::string reference;
    for (std::size_t k = 0; k < length; ++k) {
      const std::string word = "w" + std::to_string(k);
      reference += word + ' ';
      output += (sample.a()[i + k] > 0.5 ? word : "other") + ' ';
    }
    metric.add(output, reference);
  }
  return metric.result().value_interval;
}

/// The sample holds whether each item is right, then joules: the skill of two classes over them.
Interval<double> skill_per_joule(const Sample& sample) {
  std::size_t right = 0;
  for (const double x : sample.a()) right += x > 0.5 ? 1 : 0;
  perjoule::Quality quality;
  quality.items = sample.size_a;
  quality.trivial = 0.5;
  perjoule::detail::finish_proportion(quality, right, "");
  const perjoule::IntervalEstimate<double> skill{quality.skill, quality.skill_interval};
  return ratio(skill, mean(sample.b())).interval;
}

Interval<double> interval_of(const Sample& sample) {
  const std::string& method = sample.method;
  const View<double> a = sample.a();
  const View<double> b = sample.b();
  const auto count = [&](std::size_t i) { return static_cast<std::size_t>(sample.numbers[i]); };
  if (method == "wilson") return perjoule::wilson_interval(count(0), count(1));
  if (method == "clopper-pearson") return perjoule::clopper_pearson_interval(count(0), count(1));
  if (method == "student-t") return interval(mean(a));
  if (method == "ratio") return ratio(mean(a), mean(b)).interval;
  if (method == "fieller") return ratio_of_differences(mean(a), mean(b)).interval;
  if (method == "paired-ratio") return perjoule::paired_ratio(a, b, Provenance::measured).interval;
  if (method == "percentile") {
    return perjoule::percentile_interval(
        resample(counted(a), 2, mean_of_sums, 1, resamples).values);
  }
  if (method == "bca") return bca_interval(resample(counted(a), 2, mean_of_sums, 1, resamples));
  if (method == "paired-bootstrap") {
    return paired_bootstrap(counted(a), counted(b), 2, root_of_mean, 1, resamples).interval;
  }
  if (method == "delong") return area(sample);
  if (method == "mover") return skill_per_joule(sample);
  if (method == "tango") return perjoule::detail::paired_proportions(a, b, 0.95).interval;
  if (method == "windows") return interval(mean_of_windows(a, 0.0, Provenance::measured));
  if (method == "f1" || method == "macro-f1") {
    const auto average = method == "f1" ? perjoule::Average::binary : perjoule::Average::macro;
    return of_classes(sample,
                      perjoule::FScore(perjoule::detail::FScoreKind::f, {.average = average}));
  }
  if (method == "balanced-accuracy") {
    return of_classes(sample,
                      perjoule::ClassAgreement(perjoule::detail::AgreementKind::balanced_accuracy));
  }
  if (method == "rmse") return regression(sample, perjoule::detail::RegressionKind::rmse);
  if (method == "mae") return regression(sample, perjoule::detail::RegressionKind::mae);
  if (method == "r2") return regression(sample, perjoule::detail::RegressionKind::r2);
  if (method == "log-loss")
    return probabilities(sample, perjoule::detail::ProbabilityKind::log_loss);
  if (method == "brier") return probabilities(sample, perjoule::detail::ProbabilityKind::brier);
  if (method == "ratio-of-sums") return quotient_of_sums(sample);
  if (method == "shares") return perjoule::mean_of_shares(a).interval;
  if (method == "ece") return calibration(sample);
  if (method == "average-precision") return average_precision(sample);
  if (method == "mean-average-precision") return mean_average_precision(sample);
  if (method == "bleu") return bleu(sample);
  if (method == "multilabel-macro-f1") {
    return of_lists(sample, perjoule::MultiLabelF1({.average = perjoule::LabelAverage::macro}),
                    count(0));
  }
  if (method == "mean-iou") {
    constexpr std::size_t pixels = 16;
    return of_lists(sample, perjoule::Segmentation(perjoule::detail::OverlapKind::iou, count(0)),
                    pixels);
  }
  constexpr std::string_view of_difference = "difference-of-";
  if (method.starts_with(of_difference)) {
    return difference_of(method.substr(of_difference.size()), sample);
  }
  throw perjoule::Error("no such interval", method.c_str(), "see interval_of");
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  Sample sample;
  for (std::size_t size_b = 0; std::cin >> sample.method >> sample.size_a >> size_b;) {
    sample.numbers.resize(sample.size_a + size_b);
    for (double& x : sample.numbers) std::cin >> x;
    const Interval<double> found = interval_of(sample);
    if (found.is_known()) {
      std::printf("%.17g %.17g\n", found.low, found.high);
    } else {
      std::puts("none");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the result of a metric and the difference of two models on the same items take, with their
// intervals: CPU seconds, of 10,000 and of a million items.
//
//   metric_cost [ITEMS...]
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <perjoule/all.hpp>
#include <string>
#include <vector>

namespace {

using perjoule::Quality;
using perjoule::Random;

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// @param metrics  of two models, which have seen their items
template <class Metric>
void print_row(const Metric (&metrics)[2]) {
  double start = seconds();
  Quality of_a = metrics[0].result();
  const double result = seconds() - start;
  Quality of_b = metrics[1].result();
  of_a.columns = metrics[0].per_item().size() / of_a.items;
  of_b.columns = of_a.columns;
  start = seconds();
  const auto difference =
      paired_difference(of_a, metrics[0].per_item(), of_b, metrics[1].per_item());
  std::printf("| %s | %zu | %.2f | %.2f | %+.4f [%+.4f, %+.4f] |\n", of_a.metric.c_str(),
              of_a.items, result, seconds() - start, difference.estimate.value,
              difference.interval.low, difference.interval.high);
  std::fflush(stdout);
}

/// Prints the row of a metric of which one model is wrong a little more often.
/// @param add  called with the metric, the share of wrong outputs and the random numbers
template <class Metric, class Add>
void print_metric(const Metric& empty, std::size_t items, const Add& add) {
  Metric metrics[2] = {empty, empty};
  for (std::size_t model = 0; model < 2; ++model) {
    Random random(7);  // the same items
    const double wrong = model == 0 ? 0.2 : 0.21;
    for (std::size_t i = 0; i < items; ++i) add(metrics[model], wrong, random);
  }
  print_row(metrics);
}

void print_metrics(std::size_t items) {
  using namespace perjoule;
  const auto of_class = [](auto& metric, double wrong, Random& random) {
    const auto label = static_cast<int>(random.below(10));
    const auto other = static_cast<int>(random.below(10));
    metric.add(random.uniform() < wrong ? other : label, label);
  };
  const auto of_score = [](auto& metric, double wrong, Random& random) {
    const int label = random.below(10) == 0 ? 1 : 0;
    metric.add(random.uniform() + (1.0 - 3.0 * wrong) * label, label);
  };
  const auto of_number = [](auto& metric, double wrong, Random& random) {
    const double x = random.uniform();
    metric.add(x + wrong * (random.uniform() - 0.5), x);
  };
  const auto of_text = [](auto& metric, double wrong, Random& random) {
    std::string output;
    std::string reference;
    for (int k = 0; k < 10; ++k) {
      const std::string word = std::to_string(random.below(2000)) + ' ';
      reference += word;
      output += random.uniform() < wrong ? "other " : word;
    }
    metric.add(output, reference);
  };
  const auto of_scores = [](auto& metric, double wrong, Random& random) {
    const auto label = static_cast<std::size_t>(random.below(10));
    double shares[10];
    double sum = 0.0;
    for (std::size_t c = 0; c < 10; ++c) {
      sum += shares[c] = random.uniform() + (c == label ? 0.1 / wrong : 0.0);
    }
    for (double& share : shares) share /= sum;
    metric.add(View<double>(shares, 10), static_cast<int>(label));
  };
  const auto of_reference_model = [](auto& metric, double wrong, Random& random) {
    const double share = 0.1 + 0.8 * random.uniform();
    const double other = share + 0.1 * wrong * random.uniform();
    const double reference[] = {share, 1.0 - share};
    const double model[] = {other, 1.0 - other};
    metric.add(View<double>(model, 2), View<double>(reference, 2));
  };
  const auto of_flags = [](auto& metric, double wrong, Random& random) {
    int output[10];
    int reference[10];
    for (std::size_t label = 0; label < 10; ++label) {
      reference[label] = random.below(5) == 0 ? 1 : 0;
      output[label] = random.uniform() < wrong ? 1 - reference[label] : reference[label];
    }
    metric.add(View<int>(output, 10), View<int>(reference, 10));
  };
  const auto of_candidates = [](auto& metric, double wrong, Random& random) {
    double scores[10];
    int relevances[10];
    for (std::size_t i = 0; i < 10; ++i) {
      relevances[i] = random.below(4) == 0 ? 1 : 0;
      scores[i] = random.uniform() + (1.0 - wrong) * relevances[i];
    }
    metric.add(View<double>(scores, 10), View<int>(relevances, 10));
  };
  const auto of_pixels = [](auto& metric, double wrong, Random& random) {
    int output[16];
    int reference[16];
    for (std::size_t i = 0; i < 16; ++i) {
      reference[i] = static_cast<int>(random.below(5));
      output[i] = random.uniform() < wrong ? static_cast<int>(random.below(5)) : reference[i];
    }
    metric.add(View<int>(output, 16), View<int>(reference, 16));
  };
  const auto of_image = [](auto& metric, double wrong, Random& random) {
    Detection found[4];
    LabelledBox boxes[3];
    for (std::size_t i = 0; i < 3; ++i) {
      boxes[i] = {{40.0 * static_cast<double>(i), 0.0, 30.0, 30.0}, random.below(10)};
      found[i] = {boxes[i].box, boxes[i].label, random.uniform()};
      found[i].box.x += 30.0 * wrong * random.uniform();
    }
    found[3] = {{0.0, 100.0, 30.0, 30.0}, random.below(10), 0.5 * random.uniform()};
    metric.add(View<Detection>(found, 4), View<LabelledBox>(boxes, 3));
  };
  using detail::AgreementKind;
  using detail::CorrelationKind;
  using detail::FidelityKind;
  using detail::FScoreKind;
  using detail::RankingKind;
  using detail::RegressionKind;
  using detail::RetrievalKind;
  print_metric(Accuracy(), items, of_class);
  print_metric(FScore(FScoreKind::f, {.average = Average::macro}), items, of_class);
  print_metric(ClassAgreement(AgreementKind::balanced_accuracy), items, of_class);
  print_metric(ClassAgreement(AgreementKind::matthews), items, of_class);
  print_metric(BinaryRanking(RankingKind::auroc, 1), items, of_score);
  print_metric(BinaryRanking(RankingKind::average_precision, 1), items, of_score);
  print_metric(ClassRanking(detail::ClassRankingKind::one_vs_rest), items, of_scores);
  print_metric(ClassRanking(detail::ClassRankingKind::one_vs_one), items, of_scores);
  print_metric(ProbabilityLoss(detail::ProbabilityKind::log_loss), items, of_scores);
  print_metric(CalibrationError(15), items, of_scores);
  print_metric(Fidelity(FidelityKind::divergence), items, of_reference_model);
  print_metric(MultiLabelF1(), items, of_flags);
  print_metric(Regression(RegressionKind::rmse, ""), items, of_number);
  print_metric(Regression(RegressionKind::r2, ""), items, of_number);
  print_metric(Correlation(CorrelationKind::pearson), items, of_number);
  print_metric(Correlation(CorrelationKind::spearman), items, of_number);
  print_metric(Retrieval(RetrievalKind::ndcg, {}), items, of_candidates);
  print_metric(Segmentation(detail::OverlapKind::iou, 5), items, of_pixels);
  print_metric(MeanAveragePrecision(10, {.most = 4}), items, of_image);
  print_metric(ErrorRate(), items, of_text);
  print_metric(TokenF1(), items, of_text);
  print_metric(Rouge(2), items, of_text);
  print_metric(Bleu(), items, of_text);
  print_metric(Chrf(), items, of_text);
}

}  // namespace

int main(int argc, char** argv) {
  std::puts(
      "| metric | items | result (s) | paired difference (s) | difference |\n"
      "| ------ | ----: | ---------: | --------------------: | ---------: |");
  for (int i = 1; i < argc; ++i) print_metrics(std::strtoull(argv[i], nullptr, 10));
  if (argc > 1) return 0;
  print_metrics(10'000);
  print_metrics(1'000'000);
  return 0;
}

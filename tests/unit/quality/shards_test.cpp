// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/class_ranking.hpp"
#include "perjoule/quality/classification.hpp"
#include "perjoule/quality/code_generation.hpp"
#include "perjoule/quality/correlation.hpp"
#include "perjoule/quality/custom_metric.hpp"
#include "perjoule/quality/detection.hpp"
#include "perjoule/quality/error_rate.hpp"
#include "perjoule/quality/fidelity.hpp"
#include "perjoule/quality/forecast.hpp"
#include "perjoule/quality/language_model.hpp"
#include "perjoule/quality/metric_parts.hpp"
#include "perjoule/quality/multilabel.hpp"
#include "perjoule/quality/probability_metrics.hpp"
#include "perjoule/quality/question_answering.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/quality/retrieval.hpp"
#include "perjoule/quality/segmentation.hpp"
#include "perjoule/quality/summarization.hpp"
#include "perjoule/quality/translation.hpp"
#include "perjoule/quality/weighted_metric.hpp"

using namespace perjoule;

namespace {

constexpr std::size_t item_count = 60;

/// Numbers of items of shards: one to four of them, uneven ones, and an empty one anywhere.
const std::vector<std::vector<std::size_t>> shardings = {
    {60}, {30, 30}, {20, 20, 20}, {15, 15, 15, 15}, {1, 42, 17}, {0, 40, 20}, {40, 0, 20}, {60, 0}};

std::vector<std::uint64_t> bits_of(View<double> numbers) {
  std::vector<std::uint64_t> bits;
  for (const double number : numbers) bits.push_back(std::bit_cast<std::uint64_t>(number));
  return bits;
}

std::vector<std::uint64_t> bits_of(const Quality& q) {
  const std::vector<double> numbers{
      q.value.value,        q.value.random,        q.value.dof, q.value.common,
      q.value_interval.low, q.value_interval.high, q.trivial,   q.perfect,
      q.skill.value,        q.skill.random,        q.skill.dof, q.skill_interval.low,
      q.skill_interval.high};
  return bits_of(numbers);
}

/// Checks that a metric of shards is to the bit that of the whole, wherever the shards were
/// gathered.
template <class Metric, class Outputs, class References>
void check(const Metric& none, const Outputs& outputs, const References& references) {
  const auto gathered = [&](std::size_t first, std::size_t count) {
    Metric metric = none;
    for (std::size_t i = first; i < first + count; ++i) metric.add(outputs[i], references[i]);
    return metric;
  };
  const Metric whole = gathered(0, item_count);
  const Quality expected = whole.result();
  INFO(expected.metric);
  REQUIRE(expected.value.is_known());
  for (const std::vector<std::size_t>& sharding : shardings) {
    Metric pooled = none;
    std::size_t first = 0;
    for (const std::size_t count : sharding) {
      Metric here = gathered(first, count);
      // As another process gets it, whose own shard is another one.
      pooled.pool(detail::metric_from(gathered(0, 7), detail::bytes_of(here)));
      first += count;
    }
    const Quality found = pooled.result();
    CHECK(found.signature == expected.signature);
    CHECK(found.items == expected.items);
    CHECK(found.value_interval.method == expected.value_interval.method);
    CHECK(bits_of(found) == bits_of(expected));
    const auto rows = pooled.per_item();
    const auto expected_rows = whole.per_item();
    CHECK(bits_of(View<double>(rows)) == bits_of(View<double>(expected_rows)));
  }
}

/// Outputs and references of each kind, drawn.
struct Drawn {
  std::mt19937_64 engine{20261201};
  std::vector<int> labels, answers;
  std::vector<double> scores, truths, guesses;
  std::vector<std::vector<double>> probabilities, others;
  std::vector<std::string> texts, said;
  std::vector<std::vector<std::string>> several;
  std::vector<std::vector<int>> flags, flagged;

  double share() { return std::uniform_real_distribution<double>(0.0, 1.0)(engine); }
  std::size_t below(std::size_t n) {
    return static_cast<std::size_t>(share() * static_cast<double>(n));
  }
  std::vector<double> distribution(std::size_t classes) {
    std::vector<double> p(classes);
    double sum = 0.0;
    for (double& x : p) sum += x = 0.01 + share();
    for (double& x : p) x /= sum;
    return p;
  }
  std::string text() {
    static constexpr std::array words = {"the", "cat", "sat",   "on", "a",
                                         "mat", "and", "slept", "7"};
    std::string out;
    for (std::size_t i = 0, n = 1 + below(8); i < n; ++i) {
      out += (out.empty() ? "" : " ") + std::string(words[below(words.size())]);
    }
    return out;
  }

  Drawn() {
    for (std::size_t i = 0; i < item_count; ++i) {
      // Classes come late, come once, and are beyond those with a place of their own.
      labels.push_back(i == 50 ? 1000 : static_cast<int>(below(i < 20 ? 3 : 5)));
      answers.push_back(share() < 0.6 ? labels.back() : static_cast<int>(below(6)));
      scores.push_back(share());
      truths.push_back(10.0 * share());
      guesses.push_back(truths.back() + share());
      probabilities.push_back(distribution(4));
      others.push_back(distribution(4));
      texts.push_back(text());
      said.push_back(share() < 0.3 ? texts.back() : text());
      several.push_back({texts.back(), text()});
      flags.push_back({});
      flagged.push_back({});
      for (int label = 0; label < 5; ++label) {
        flags.back().push_back(share() < 0.4 ? 1 : 0);
        flagged.back().push_back(share() < 0.4 ? 1 : 0);
      }
    }
  }
  /// The labels as of `classes` classes.
  [[nodiscard]] std::vector<int> labels_below(int classes) const {
    std::vector<int> small;
    for (const int label : labels) small.push_back(label % classes);
    return small;
  }
};

}  // namespace

TEST_CASE("metrics of classes and probabilities are those of the whole, to the bit",
          "[quality][shards]") {
  const Drawn drawn;
  const std::vector<int> four = drawn.labels_below(4);
  const std::vector<int> two = drawn.labels_below(2);
  check(Accuracy(), drawn.answers, drawn.labels);
  check(Accuracy(2), drawn.probabilities, four);
  check(BinaryRanking(detail::RankingKind::auroc, 1), drawn.scores, two);
  check(BinaryRanking(detail::RankingKind::average_precision, 1), drawn.scores, two);
  check(ClassRanking(detail::ClassRankingKind::one_vs_rest), drawn.probabilities, four);
  check(ClassRanking(detail::ClassRankingKind::one_vs_one), drawn.probabilities, four);
  check(FScore(detail::FScoreKind::f, {.average = Average::macro}), drawn.answers, drawn.labels);
  check(FScore(detail::FScoreKind::f, {.average = Average::binary, .positive = 1000}),
        drawn.answers, drawn.labels);
  for (const auto kind : {detail::AgreementKind::balanced_accuracy, detail::AgreementKind::matthews,
                          detail::AgreementKind::kappa}) {
    check(ClassAgreement(kind), drawn.answers, drawn.labels);
  }
  check(ProbabilityLoss(detail::ProbabilityKind::log_loss), drawn.probabilities, four);
  check(ProbabilityLoss(detail::ProbabilityKind::brier), drawn.scores, two);
  check(CalibrationError(15), drawn.probabilities, four);
  for (const auto average : {LabelAverage::micro, LabelAverage::macro, LabelAverage::samples}) {
    check(MultiLabelF1({.average = average}), drawn.flagged, drawn.flags);
  }
  for (const auto kind :
       {detail::FidelityKind::divergence, detail::FidelityKind::same_top,
        detail::FidelityKind::mean_change, detail::FidelityKind::largest_change}) {
    check(Fidelity(kind), drawn.probabilities, drawn.others);
  }
}

TEST_CASE("metrics of numbers are those of the whole, to the bit", "[quality][shards]") {
  const Drawn drawn;
  for (const auto kind :
       {detail::RegressionKind::rmse, detail::RegressionKind::mae, detail::RegressionKind::r2}) {
    check(Regression(kind, "mm"), drawn.guesses, drawn.truths);
  }
  check(ForecastLoss(), drawn.guesses, drawn.truths);
  check(ForecastLoss(0.9, "mm"), drawn.guesses, drawn.truths);
  check(Correlation(detail::CorrelationKind::pearson), drawn.guesses, drawn.truths);
  check(Correlation(detail::CorrelationKind::spearman), drawn.guesses, drawn.truths);
  const auto near = [](double a, double b) { return a - b < 0.5 ? 1.0 : 0.0; };
  check(CustomMetric({.name = "near"}, near), drawn.guesses, drawn.truths);
}

TEST_CASE("metrics of texts are those of the whole, to the bit", "[quality][shards]") {
  const Drawn drawn;
  check(ErrorRate(), drawn.said, drawn.texts);
  check(ExactMatch(), drawn.said, drawn.several);
  check(TokenF1(), drawn.said, drawn.several);
  check(Bleu(), drawn.said, drawn.several);
  check(Chrf(), drawn.said, drawn.texts);
  check(Rouge(1), drawn.said, drawn.several);
  check(Rouge(0), drawn.said, drawn.texts);
  check(TextSurprisal(detail::Symbol::byte), drawn.truths, drawn.texts);
  check(TextSurprisal(detail::Symbol::token), drawn.truths, drawn.flags);
  std::vector<AnswerCounts> counts;
  for (const int label : drawn.labels_below(4))
    counts.push_back({10, static_cast<std::size_t>(label)});
  check(PassAtK(3), counts, drawn.texts);
}

TEST_CASE("metrics of images and documents are those of the whole, to the bit",
          "[quality][shards]") {
  Drawn drawn;
  std::vector<std::vector<int>> masks, named;
  std::vector<std::vector<LabelledBox>> boxes;
  std::vector<std::vector<Detection>> found;
  std::vector<std::vector<std::int64_t>> ranked, relevant;
  for (std::size_t i = 0; i < item_count; ++i) {
    masks.emplace_back();
    named.emplace_back();
    for (int pixel = 0; pixel < 30; ++pixel) {
      masks.back().push_back(static_cast<int>(drawn.below(3)));
      named.back().push_back(drawn.share() < 0.7 ? masks.back().back()
                                                 : static_cast<int>(drawn.below(3)));
    }
    boxes.emplace_back();
    found.emplace_back();
    for (std::size_t box = 0, n = 1 + drawn.below(3); box < n; ++box) {
      const double x = 100.0 * drawn.share();
      const Box where{x, x, x + 20.0, x + 20.0};
      boxes.back().push_back({where, drawn.below(2)});
      const double off = 8.0 * drawn.share();
      found.back().push_back(
          {{x + off, x, x + off + 20.0, x + 20.0}, boxes.back().back().label, drawn.share()});
    }
    ranked.emplace_back();
    relevant.emplace_back();
    for (std::int64_t document = 0; document < 20; ++document) {
      if (drawn.share() < 0.4) ranked.back().push_back(document);
      if (drawn.share() < 0.2) relevant.back().push_back(document);
    }
  }
  check(Segmentation(detail::OverlapKind::iou, 3), named, masks);
  check(Segmentation(detail::OverlapKind::dice, 3, {.background = 0}), named, masks);
  check(MeanAveragePrecision(2), found, boxes);
  for (const auto kind : {detail::RetrievalKind::recall, detail::RetrievalKind::ndcg,
                          detail::RetrievalKind::reciprocal_rank}) {
    check(Retrieval(kind, {.k = 5, .candidates = 20}), ranked, relevant);
  }
}

TEST_CASE("a metric with its references pools those of the next shard", "[quality][shards]") {
  const std::vector<int> first{0, 1, 1}, second{2, 2};
  const auto same = [](int y) { return y; };
  const auto metric_of = [&](const std::vector<double>& weights, const std::vector<int>& labels) {
    return weighted(weights, of(same, accuracy(labels)));
  };
  auto here = metric_of({1.0, 2.0, 1.0}, first);
  auto there = metric_of({4.0, 1.0}, second);
  for (std::size_t i = 0; i < first.size(); ++i) here.add(i, 1);
  there.add(0, 2);
  CHECK_THROWS_WITH(here.pool(there),
                    "perjoule: 1 outputs for 2 references: result() of a metric; "
                    "add an output for each reference before");
  there.add(1, 0);
  here.pool(there);
  CHECK(here.result().items == 5);
  CHECK(here.result().value.value == Approx((2.0 + 1.0 + 4.0) / 9.0).epsilon(1e-14));
}

TEST_CASE("what another process has gathered of another metric is refused", "[quality][shards]") {
  const Drawn drawn;
  Accuracy accuracy;
  for (std::size_t i = 0; i < item_count; ++i) accuracy.add(drawn.answers[i], drawn.labels[i]);
  const std::string bytes = detail::bytes_of(accuracy);
  const char* const refusal =
      "perjoule: what another process has gathered is of another metric: a metric of shards; run "
      "one build of the program, with the same metrics in the same order, everywhere";
  CHECK_THROWS_WITH(detail::metric_from(TokenF1(), bytes), refusal);
  for (std::size_t size = 0; size < bytes.size(); size += 97) {
    CHECK_THROWS_WITH(detail::metric_from(Accuracy(), bytes.substr(0, size)), refusal);
  }
  CHECK_THROWS_WITH(detail::metric_from(Accuracy(), bytes + 'x'), refusal);
}

TEST_CASE("a sum of shards is that of the whole in any order", "[quality][shards]") {
  detail::ExactSum forward, backward, groups;
  std::vector<double> numbers;
  Drawn drawn;
  for (int i = 0; i < 1000; ++i) numbers.push_back(std::ldexp(drawn.share(), i % 40 - 20));
  double sum = 0.0;
  for (const double x : numbers) sum += x;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    forward.add(numbers[i]);
    backward.add(numbers[numbers.size() - 1 - i]);
  }
  for (std::size_t i = 0; i < numbers.size(); i += 100) {
    detail::ExactSum group;
    for (std::size_t j = i; j < i + 100; ++j) group.add(numbers[j]);
    groups.pool(group);
  }
  CHECK(forward.value() == backward.value());
  CHECK(forward.value() == groups.value());
  CHECK(forward.value() == Approx(sum).epsilon(1e-14));
}

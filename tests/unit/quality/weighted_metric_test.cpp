// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/weighted_metric.hpp"

#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/error_rate.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/stats/proportion_interval.hpp"

using namespace perjoule;

namespace {

const std::vector<int> labels = {0, 1, 1, 0, 1, 0, 1, 1};
const std::vector<int> predictions = {0, 1, 0, 0, 1, 1, 1, 1};
const std::vector<double> weights = {1, 2, 0.5, 1, 4, 1, 3, 2};

}  // namespace

TEST_CASE("items count as much as their weights say, as in scikit-learn 1.2.1",
          "[quality][weighted]") {
  // accuracy_score(labels, predictions, sample_weight=weights): 13/14.5.
  const Quality quality = evaluate(weighted(weights, accuracy(labels)), predictions);
  CHECK(agrees(quality.value.value, 0.8965517241379310));
  CHECK(quality.signature == "top-k:1|ties:first|trivial:most-frequent|weights:given");
  CHECK(quality.value_interval.method == IntervalMethod::wilson);
  CHECK(surrounds_value(quality));
  CHECK_FALSE(quality.skill.is_known());
  CHECK(mentions(quality.why_no_skill, "not known"));
}

TEST_CASE("equal weights change neither value nor interval", "[quality][weighted]") {
  const std::vector<double> alike(8, 2.5);
  const Quality plain = evaluate(accuracy(labels), predictions);
  const Quality same = evaluate(weighted(alike, accuracy(labels)), predictions);
  CHECK(agrees(same.value.value, plain.value.value));
  CHECK(same.value_interval.low == Approx(plain.value_interval.low).epsilon(1e-5));
  CHECK(same.value_interval.high == Approx(plain.value_interval.high).epsilon(1e-5));
  // Of pooled counts, too.
  const std::vector<std::string> texts = {"a b c", "d e", "f g h i", "j"};
  const std::vector<std::string> said = {"a b c", "d x", "f g i", "j"};
  const std::vector<int> ones(4, 1);
  const Quality rate = evaluate(word_error_rate(texts), said);
  const Quality of_ones = evaluate(weighted(ones, word_error_rate(texts)), said);
  CHECK(agrees(of_ones.value.value, rate.value.value));
  CHECK(agrees(of_ones.value_interval.high, rate.value_interval.high));
}

TEST_CASE("a weighted rate is the rate of texts that are repeated", "[quality][weighted][wer]") {
  // One edit of two words twice, and one of four: 3 of 3 + 4 + 4 + 1 words.
  const std::vector<std::string> texts = {"a b c", "d e", "f g h i", "j"};
  const std::vector<std::string> said = {"a b c", "d x", "f g i", "j"};
  const std::vector<int> twice = {1, 2, 1, 1};
  auto metric = weighted(twice, word_error_rate(texts));
  const Quality quality = evaluate(metric, said);
  CHECK(agrees(quality.value.value, 3.0 / 12.0));
  CHECK(quality.columns == 3);
  CHECK(quality.formula.columns == "edits,words,weight");
  CHECK(metric.per_item() == std::vector<double>{0, 3, 1, 2, 4, 2, 1, 4, 1, 0, 1, 1});
}

TEST_CASE("few items with most of the weight leave a wide interval", "[quality][weighted]") {
  // (9 + 15 x .1)^2/(81 + 15 x .01) = 1.3585 items, all of them right.
  std::vector<double> one_counts(16, 0.1);
  one_counts[0] = 9.0;
  const std::vector<int> all(16, 1);
  const Quality quality = evaluate(weighted(one_counts, accuracy(all)), all);
  CHECK(quality.value.value == Approx(1.0));
  CHECK(quality.value_interval.low ==
        Approx(1.3585 / (1.3585 + 1.959964 * 1.959964)).epsilon(1e-4));
  CHECK(wilson_interval(16, 16).low > 0.8);
}

TEST_CASE("weighted models are compared item by item", "[quality][weighted][paired]") {
  auto first = weighted(weights, accuracy(labels));
  auto second = weighted(weights, accuracy(labels));
  const Quality a = evaluate(first, labels);
  const Quality b = evaluate(second, predictions);
  const std::vector<double> rows_a = first.per_item();
  const std::vector<double> rows_b = second.per_item();
  const IntervalEstimate<double> found = paired_difference(a, rows_a, b, rows_b);
  CHECK(found.estimate.value == Approx(1.5 / 14.5).epsilon(1e-12));
  CHECK(found.interval.low < found.estimate.value);
}

TEST_CASE("what cannot be weighed is refused", "[quality][weighted][error]") {
  const auto of = [](const std::vector<double>& given) {
    return complaint([&] { (void)weighted(given, accuracy(labels)); });
  };
  CHECK(mentions(of({1, 2}), "2 weights for 8 references"));
  CHECK(mentions(of({1, 2, 1, -1, 1, 1, 1, 1}), "item 3: -1"));
  CHECK(mentions(of({1, not_a_number(), 1, 1, 1, 1, 1, 1}), "item 1"));
  CHECK(mentions(of(std::vector<double>(8, 0.0)), "no item has a weight"));
  const std::vector<double> scores = {0.1, 0.9, 0.4, 0.2, 0.8, 0.6, 0.7, 0.9};
  CHECK(mentions(complaint([&] { (void)evaluate(weighted(weights, auroc(labels)), scores); }),
                 "this metric has no weights"));
  CHECK(mentions(complaint([&] {
                   (void)evaluate(weighted(weights, accuracy(labels, 1, PerItem::drop)),
                                  predictions);
                 }),
                 "keeps none"));
}

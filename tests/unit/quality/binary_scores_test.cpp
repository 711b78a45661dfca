// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/binary_scores.hpp"

#include <vector>

#include "catch.hpp"
#include "judge.hpp"

using namespace perjoule;
using detail::RankingKind;

namespace {

using Scores = std::vector<double>;
using Classes = std::vector<int>;

Quality judged(RankingKind kind, const Scores& scores, const Classes& labels) {
  return judge(BinaryRanking(kind, 1), scores, labels);
}

// The example of scikit-learn's documentation.
const Classes four_labels = {0, 0, 1, 1};
const Scores four_scores = {0.1, 0.4, 0.35, 0.8};

}  // namespace

TEST_CASE("AUROC is what scikit-learn 1.2.1 gives", "[quality][auroc]") {
  CHECK(agrees(judged(RankingKind::auroc, four_scores, four_labels).value.value, 0.75));
}

TEST_CASE("average precision is what scikit-learn 1.2.1 gives", "[quality][average_precision]") {
  const BinaryRanking metric =
      seen(BinaryRanking(RankingKind::average_precision, 1), four_scores, four_labels);
  CHECK(agrees(detail::precision_over_recall(metric.per_item(), nullptr), 0.8333333333333333));
}

TEST_CASE("equal scores count half in AUROC, and are found together in average precision",
          "[quality][auroc][average_precision]") {
  // Pairs of a positive (.5, .9) with a negative one (.5, .1): .5, 1, 1, 1 of 4.
  const Scores scores = {0.5, 0.5, 0.1, 0.9};
  const Classes labels = {1, 0, 0, 1};
  CHECK(agrees(judged(RankingKind::auroc, scores, labels).value.value, 3.5 / 4.0));
  // At .9 the first of one, at .5 the second of three: (1/1 + 2/3)/2.
  const BinaryRanking metric =
      seen(BinaryRanking(RankingKind::average_precision, 1), scores, labels);
  CHECK(agrees(detail::precision_over_recall(metric.per_item(), nullptr), 5.0 / 6.0));
}

TEST_CASE("scores that are all alike have no skill", "[quality][auroc][average_precision]") {
  const Scores same(40, 0.3);
  Classes labels(40, 0);
  for (std::size_t i = 0; i < 10; ++i) labels[i] = 1;
  const Quality area = judged(RankingKind::auroc, same, labels);
  CHECK(area.trivial == 0.5);
  if (area.value.is_known()) {
    CHECK(agrees(area.value.value, 0.5));
    CHECK(agrees(area.skill.value, 0.0));
  }
  const Quality mean = judged(RankingKind::average_precision, same, labels);
  CHECK(agrees(mean.value.value, 0.25));
  CHECK(agrees(mean.trivial, 0.25));
  CHECK(agrees(mean.skill.value, 0.0));
}

TEST_CASE("scores that part the classes are perfect, and their interval ends there",
          "[quality][auroc][average_precision]") {
  Scores scores(40);
  Classes labels(40, 0);
  for (std::size_t i = 0; i < 40; ++i) {
    scores[i] = static_cast<double>(i);
    labels[i] = i >= 20 ? 1 : 0;
  }
  for (const RankingKind kind : {RankingKind::auroc, RankingKind::average_precision}) {
    const Quality quality = judged(kind, scores, labels);
    CHECK(quality.value.value == 1.0);
    CHECK(quality.skill.value == 1.0);
    CHECK(quality.value_interval.low < 1.0);
    CHECK(quality.value_interval.high == 1.0);
  }
}

TEST_CASE("AUROC and average precision say what they are", "[quality][auroc][average_precision]") {
  const Quality area = judged(RankingKind::auroc, four_scores, four_labels);
  CHECK(area.metric == "auroc");
  CHECK(area.signature == "ties:half|trivial:any-order");
  CHECK(area.value_interval.method == IntervalMethod::delong);
  CHECK(surrounds_value(area));
  const Quality mean = judged(RankingKind::average_precision, four_scores, four_labels);
  CHECK(mean.metric == "average-precision");
  CHECK(mean.signature == "steps:all|trivial:prevalence");
  CHECK(mean.higher_is_better);
}

TEST_CASE("AUROC takes its labels from the caller, and any class for the positive one",
          "[quality][auroc][average_precision]") {
  const Classes labels = {7, 7, 9, 9};
  auto area = auroc(labels, 9, PerItem::drop);
  auto other_way = auroc(labels, 7);
  auto mean = average_precision(labels, 9);
  for (std::size_t i = 0; i < 4; ++i) {
    area.add(i, four_scores[i]);
    other_way.add(i, four_scores[i]);
    mean.add(i, four_scores[i]);
  }
  CHECK(agrees(area.result().value.value, 0.75));
  CHECK(agrees(other_way.result().value.value, 0.25));
  CHECK(area.per_item().empty());
  CHECK(mean.per_item().size() == 8);
}

TEST_CASE("what leaves no AUROC is an error", "[quality][auroc]") {
  for (const RankingKind kind : {RankingKind::auroc, RankingKind::average_precision}) {
    CHECK(mentions(complaint([&] { (void)judged(kind, {}, {}); }), "no items"));
    CHECK(mentions(complaint([&] {
                     (void)judged(kind, {0.5, 0.1}, {0, 0});
                   }),
                   "no label is of the positive class"));
    CHECK(mentions(complaint([&] {
                     (void)judged(kind, {0.5, 0.1}, {1, 1});
                   }),
                   "all labels are of the positive class"));
    CHECK(mentions(complaint([&] {
                     (void)judged(kind, {0.5, not_a_number()}, {0, 1});
                   }),
                   "not a finite number"));
    CHECK(mentions(complaint([&] {
                     (void)judged(kind, {infinite(), 0.5}, {0, 1});
                   }),
                   "not a finite number"));
  }
}

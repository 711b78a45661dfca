// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/class_ranking.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/delong.hpp"

using namespace perjoule;
using detail::ClassRankingKind;

namespace {

using Scores = std::vector<std::vector<double>>;
using Labels = std::vector<int>;

const ClassRankingKind both_averages[] = {ClassRankingKind::one_vs_rest,
                                          ClassRankingKind::one_vs_one};

Quality judged(ClassRankingKind kind, const Scores& scores, const Labels& labels) {
  return evaluate(ClassRanking(kind), scores, labels);
}

// Class 0: .8 beats 4 of 5 others, .4 beats 3. Class 1: .4 beats 4 of 5, .6 all. Class 2: all.
const Labels labels = {0, 0, 1, 1, 2, 2, 2};
const Scores scores = {{.8, .1, .1}, {.4, .5, .1}, {.5, .4, .1}, {.1, .6, .3},
                       {.3, .3, .4}, {.2, .2, .6}, {.9, .05, .7}};

/// Scores of two classes that sum up to 1.
Scores complements(const std::vector<double>& of_one) {
  Scores both;
  for (const double score : of_one) both.push_back({1.0 - score, score});
  return both;
}

}  // namespace

TEST_CASE("each class is ranked against all others", "[quality][class-ranking]") {
  CHECK(agrees(judged(ClassRankingKind::one_vs_rest, scores, labels).value.value,
               (0.7 + 0.9 + 1.0) / 3.0));
}

TEST_CASE("each class is ranked against each other one, however frequent it is",
          "[quality][class-ranking]") {
  // 0 against 1: 3 of 4, against 2: 4 of 6; 1 against 0: 3 of 4; all others are right.
  CHECK(agrees(judged(ClassRankingKind::one_vs_one, scores, labels).value.value,
               (0.75 + 2.0 / 3.0 + 0.75 + 3.0) / 6.0));
}

TEST_CASE("equal scores of two classes count half", "[quality][class-ranking]") {
  const Scores equal(7, {.2, .2, .2});
  for (const ClassRankingKind kind : both_averages) {
    const Quality quality = judged(kind, equal, labels);
    CHECK(agrees(quality.value.value, 0.5));
    CHECK(surrounds_value(quality));
    CHECK(std::fabs(quality.skill.value) < 1e-12);
  }
}

TEST_CASE("of two classes it is AUROC with DeLong's variance", "[quality][class-ranking]") {
  const Labels two = {1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
  const std::vector<double> of_one = {.9, .4, .6, .5, .5, .2, .3, .7, .8, .1, .3};
  const Quality area = evaluate(BinaryRanking(detail::RankingKind::auroc, 1), of_one, two);
  bool positives[11];
  for (std::size_t i = 0; i < 11; ++i) positives[i] = two[i] == 1;
  const double u = detail::mean_placement(detail::placements(of_one, positives)).random;
  for (const ClassRankingKind kind : both_averages) {
    const Quality quality = judged(kind, complements(of_one), two);
    CHECK(agrees(quality.value.value, area.value.value));
    CHECK(agrees(quality.value.random, u));
    CHECK(quality.value_interval.method == IntervalMethod::delong);
    // The score test of A against either end is just z: (A - p)^2 = z^2 p (1 - p)/n, n = A(1 -
    // A)/u^2.
    const double a = quality.value.value;
    for (const double p : {quality.value_interval.low, quality.value_interval.high}) {
      CHECK(
          std::abs(a - p) ==
          Approx(1.959963984540054 * u * std::sqrt(p * (1.0 - p) / (a * (1.0 - a)))).epsilon(1e-6));
    }
  }
}

TEST_CASE("classes that no label has are left out", "[quality][class-ranking]") {
  Scores more = scores;
  for (std::vector<double>& of_item : more) of_item.push_back(.5);
  for (const ClassRankingKind kind : both_averages) {
    CHECK(agrees(judged(kind, more, labels).value.value, judged(kind, scores, labels).value.value));
  }
}

TEST_CASE("a model without a mistake is not sure to make none", "[quality][class-ranking]") {
  Scores best(7, {.1, .1, .1});
  for (std::size_t i = 0; i < 7; ++i) best[i][static_cast<std::size_t>(labels[i])] = .8;
  for (const ClassRankingKind kind : both_averages) {
    const Quality quality = judged(kind, best, labels);
    CHECK(quality.value.value == 1.0);
    CHECK(quality.value_interval.method == IntervalMethod::clopper_pearson);
    CHECK(quality.value_interval.low == Approx(std::sqrt(0.025)));  // of two pairs
    CHECK(quality.value.random > 0.0);
    for (std::vector<double>& of_item : best) {
      for (double& score : of_item) score = -score;
    }
    CHECK(judged(kind, best, labels).value.value == 0.0);
    for (std::vector<double>& of_item : best) {
      for (double& score : of_item) score = -score;
    }
  }
}

TEST_CASE("a class of a single item makes the interval wide", "[quality][class-ranking]") {
  const Labels rare = {0, 0, 0, 1, 1, 1, 2};
  for (const ClassRankingKind kind : both_averages) {
    const Quality quality = judged(kind, scores, rare);
    CHECK(quality.value_interval.method == IntervalMethod::clopper_pearson);
    CHECK(quality.value_interval.high - quality.value_interval.low > 0.9);
  }
}

TEST_CASE("two models' rankings are compared item by item", "[quality][class-ranking][paired]") {
  const Labels two = {1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
  const std::vector<double> first = {.9, .4, .6, .5, .5, .2, .3, .7, .8, .1, .3};
  const std::vector<double> second = {.9, .3, .6, .7, .5, .2, .4, .6, .8, .2, .3};
  const auto row_of = [&](const std::vector<double>& of_one, bool binary) {
    std::vector<double> rows;
    for (std::size_t i = 0; i < two.size(); ++i) {
      if (!binary)
        rows.insert(rows.end(), {static_cast<double>(two[i]), 1.0 - of_one[i], of_one[i]});
      if (binary) rows.insert(rows.end(), {of_one[i], static_cast<double>(two[i])});
    }
    return rows;
  };
  const auto difference = [&](auto metric, bool binary) {
    Quality a = metric(first);
    Quality b = metric(second);
    a.columns = b.columns = binary ? 2 : 3;
    return paired_difference(a, row_of(first, binary), b, row_of(second, binary));
  };
  const IntervalEstimate<double> expected = difference(
      [&](const std::vector<double>& of_one) {
        return evaluate(BinaryRanking(detail::RankingKind::auroc, 1), of_one, two);
      },
      true);
  REQUIRE(expected.interval.is_known());
  for (const ClassRankingKind kind : both_averages) {
    const IntervalEstimate<double> found = difference(
        [&](const std::vector<double>& of_one) { return judged(kind, complements(of_one), two); },
        false);
    CHECK(agrees(found.estimate.value, expected.estimate.value));
    CHECK(found.interval.low == Approx(expected.interval.low));
    CHECK(found.interval.high == Approx(expected.interval.high));
    Quality same = judged(kind, complements(first), two);
    same.columns = 3;
    const std::vector<double> rows = row_of(first, false);
    CHECK_FALSE(paired_difference(same, rows, same, rows).estimate.is_known());
  }
}

TEST_CASE("rankings of several classes say what they are", "[quality][class-ranking]") {
  auto rest = auroc_one_vs_rest(labels);
  auto each = auroc_one_vs_one(labels, PerItem::drop);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    rest.add(i, scores[i]);
    each.add(i, std::vector<float>(scores[i].begin(), scores[i].end()));
  }
  CHECK(rest.result().metric == "auroc-one-vs-rest");
  CHECK(each.result().metric == "auroc-one-vs-one");
  CHECK(rest.result().signature == "average:macro|classes:seen|ties:half|trivial:any-order");
  CHECK(rest.result().trivial == 0.5);
  CHECK(rest.per_item().size() == 28);
  CHECK(rest.per_item()[4] == 0.0);  // the label of the second item, and its scores
  CHECK(rest.per_item()[6] == .5);
  CHECK(each.per_item().empty());
}

TEST_CASE("what has no rank among classes is an error", "[quality][class-ranking]") {
  const auto complaint_of = [](const Scores& of_items, const Labels& of) {
    return complaint([&] { (void)judged(ClassRankingKind::one_vs_one, of_items, of); });
  };
  CHECK(mentions(complaint_of({}, {}), "no items"));
  CHECK(mentions(complaint_of({{.1, .2}, {.1, .3}}, {1, 1}), "all labels are of one class"));
  CHECK(mentions(complaint_of({{.1, .2}}, {2}), "a label has no score"));
  CHECK(mentions(complaint_of({{.1, .2}, {.1, .2, .3}}, {0, 1}), "different numbers of classes"));
  CHECK(mentions(complaint_of({{.1, not_a_number()}}, {0}), "a score is not a finite number"));
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/binary_ranking.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "evaluate.hpp"

using namespace perjoule;
using detail::RankingKind;

namespace {

using Scores = std::vector<double>;
using Classes = std::vector<int>;

Quality judged(RankingKind kind, const Scores& scores, const Classes& labels) {
  return evaluate(BinaryRanking(kind, 1), scores, labels);
}

// The example of scikit-learn's documentation.
const Classes four_labels = {0, 0, 1, 1};
const Scores four_scores = {0.1, 0.4, 0.35, 0.8};

// Seven positive items of twenty, with scores that one class shares with the other.
const Classes tied_labels = {1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0};
const Scores tied_scores = {0.9, 0.9, 0.8, 0.7, 0.7, 0.7, 0.6, 0.5, 0.5, 0.5,
                            0.5, 0.4, 0.4, 0.3, 0.3, 0.3, 0.3, 0.2, 0.1, 0.1};

/// Applies a function that keeps their order to each.
template <class F>
Scores each(const Scores& scores, F function) {
  Scores changed;
  for (const double score : scores) changed.push_back(function(score));
  return changed;
}

/// 34 positive items of 60, computed from numbers only, so that another program can make the same.
Classes sixty_labels() {
  Classes labels;
  for (int i = 0; i < 60; ++i) labels.push_back(i * i % 7 == 1 || i * i % 7 == 2 ? 1 : 0);
  return labels;
}
Scores sixty_scores() {
  const Classes labels = sixty_labels();
  Scores scores;
  for (int i = 0; i < 60; ++i) {
    const double shift = labels[static_cast<std::size_t>(i)] == 1 ? 0.35 : 0.0;
    scores.push_back(std::round(100.0 * ((i * 37 % 61) / 61.0 + shift)) / 100.0);
  }
  return scores;
}

}  // namespace

TEST_CASE("AUROC is what scikit-learn 1.2.1 gives", "[quality][auroc]") {
  CHECK(agrees(judged(RankingKind::auroc, four_scores, four_labels).value.value, 0.75));
}

TEST_CASE("average precision is what scikit-learn 1.2.1 gives", "[quality][average_precision]") {
  const Quality quality = judged(RankingKind::average_precision, four_scores, four_labels);
  CHECK(agrees(quality.value.value, 0.8333333333333333));
  CHECK(quality.trivial == 0.5);
  CHECK(agrees(quality.skill.value, 2.0 / 3.0));
}

TEST_CASE("ranking with many ties is what scikit-learn 1.2.1 gives",
          "[quality][auroc][average_precision]") {
  // roc_auc_score and average_precision_score of the scores, and of the scores with the
  // opposite sign.
  CHECK(
      agrees(judged(RankingKind::auroc, tied_scores, tied_labels).value.value, 0.6813186813186813));
  CHECK(agrees(judged(RankingKind::average_precision, tied_scores, tied_labels).value.value,
               0.5023100149150569));
  const Scores turned = each(tied_scores, [](double x) { return -x; });
  CHECK(agrees(judged(RankingKind::auroc, turned, tied_labels).value.value, 0.31868131868131866));
  CHECK(agrees(judged(RankingKind::average_precision, turned, tied_labels).value.value,
               0.29505186690060636));
}

TEST_CASE("ranking asks for the order of scores and for nothing else",
          "[quality][auroc][average_precision]") {
  const Scores logits = each(tied_scores, [](double p) { return std::log(p / (1.0 - p)); });
  const Scores tiny = each(tied_scores, [](double p) { return 1e-300 * p; });
  for (const RankingKind kind : {RankingKind::auroc, RankingKind::average_precision}) {
    const Quality quality = judged(kind, tied_scores, tied_labels);
    for (const Scores& scores : {logits, tiny}) {
      const Quality other = judged(kind, scores, tied_labels);
      CHECK(other.value.value == quality.value.value);
      CHECK(other.value_interval.low == quality.value_interval.low);
      CHECK(other.value_interval.high == quality.value_interval.high);
    }
  }
}

TEST_CASE("the order of the items does not count in ranking, however many are tied",
          "[quality][auroc][average_precision]") {
  const Scores scores(tied_scores.rbegin(), tied_scores.rend());
  const Classes labels(tied_labels.rbegin(), tied_labels.rend());
  for (const RankingKind kind : {RankingKind::auroc, RankingKind::average_precision}) {
    CHECK(agrees(judged(kind, scores, labels).value.value,
                 judged(kind, tied_scores, tied_labels).value.value));
  }
}

TEST_CASE("the interval of an AUROC has DeLong's variance and the shape of Wilson's",
          "[quality][auroc]") {
  // NumPy: A = .6813186813186813, the variances of the placements over 7 and over 13 items give
  // u = .1299269516310363 with 12.71487 degrees of freedom; Wilson's interval of A(1 - A)/u^2
  // items.
  const Quality quality = judged(RankingKind::auroc, tied_scores, tied_labels);
  CHECK(quality.value_interval.method == IntervalMethod::delong);
  CHECK(quality.value_interval.level == 0.95);
  CHECK(quality.value.random == Approx(0.1299269516310363).epsilon(1e-9));
  CHECK(quality.value_interval.low == Approx(0.38721838129471003).epsilon(1e-6));
  CHECK(quality.value_interval.high == Approx(0.878542182962061).epsilon(1e-6));
  CHECK(quality.value.common == 0.0);
  // Skill is 2 A - 1.
  CHECK(agrees(quality.skill.value, 0.3626373626373626));
  CHECK(quality.skill.random == Approx(2.0 * 0.1299269516310363).epsilon(1e-9));
  CHECK(quality.skill_interval.low == Approx(2.0 * 0.38721838129471003 - 1.0).epsilon(1e-6));
  CHECK(quality.skill_interval.high == Approx(2.0 * 0.878542182962061 - 1.0).epsilon(1e-6));
  CHECK(quality.skill_interval.method == IntervalMethod::delong);
}

TEST_CASE("the interval of an average precision is that of log odds, and close to SciPy's BCa",
          "[quality][average_precision]") {
  // Uncertainty: how fast scikit-learn 1.2.1's average_precision_score with sample_weight changes
  // with the weight of each item, by differences; SciPy's t of 33 degrees of freedom.
  // scipy.stats.bootstrap 1.10.1, method BCa, 50,000 resamples: .69192 to .91570, standard error
  // .053913.
  const Quality quality = judged(RankingKind::average_precision, sixty_scores(), sixty_labels());
  CHECK(agrees(quality.value.value, 0.8346743519266195));
  CHECK(quality.value_interval.method == IntervalMethod::logit);
  CHECK(quality.value_interval.low == Approx(0.6960384699887507).epsilon(1e-6));
  CHECK(quality.value_interval.high == Approx(0.9175674123065688).epsilon(1e-6));
  CHECK(quality.value.random == Approx(0.053624657431923996).epsilon(1e-6));
  CHECK(quality.value.dof == 33.0);
  CHECK(agrees(quality.trivial, 34.0 / 60.0));
  CHECK(agrees(quality.skill.value, (0.8346743519266195 - 34.0 / 60.0) / (1.0 - 34.0 / 60.0)));
  CHECK(agrees(judged(RankingKind::auroc, sixty_scores(), sixty_labels()).value.value,
               0.7777149321266968));
}

TEST_CASE("items influence average precision as fast as it changes with their weights",
          "[quality][average_precision]") {
  // Differences of scikit-learn 1.2.1's average_precision_score with sample_weight 1 +- 2e-5.
  const double expected[] = {1.777571,     -2.0770098,    1.53947576,   0.745824964,   -0.727803449,
                             -0.727803449, 0.711811358,   -0.256472059, -0.256472059,  0.202932482,
                             -0.256472059, -0.138408305,  -0.138408305, -0.0609747337, -0.138408305,
                             -0.138408305, -0.0609747337, 0.0,          0.0,           0.0};
  std::vector<double> rows;
  for (std::size_t i = 0; i < tied_scores.size(); ++i) {
    rows.insert(rows.end(), {tied_scores[i], static_cast<double>(tied_labels[i])});
  }
  const std::vector<double> found = detail::average_precision_influences(rows);
  REQUIRE(found.size() == std::size(expected));
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i] == Approx(expected[i]).margin(1e-7));
  }
}

TEST_CASE("a perfect average precision is as sure as its positive items are many",
          "[quality][average_precision]") {
  // Wilson's of 4 of 4, and not of 40 of 40: 4/(4 + 1.959964^2).
  Scores scores(40);
  Classes labels(40, 0);
  for (std::size_t i = 0; i < 40; ++i) scores[i] = static_cast<double>(i);
  for (std::size_t i = 36; i < 40; ++i) labels[i] = 1;
  const Quality quality = judged(RankingKind::average_precision, scores, labels);
  CHECK(quality.value.value == 1.0);
  CHECK(quality.value_interval.low == Approx(4.0 / (4.0 + 1.959963985 * 1.959963985)));
}

TEST_CASE("equal scores count half in AUROC, and are found together in average precision",
          "[quality][auroc][average_precision]") {
  // Pairs of a positive (.5, .9) with a negative one (.5, .1): .5, 1, 1, 1 of 4.
  const Scores scores = {0.5, 0.5, 0.1, 0.9};
  const Classes labels = {1, 0, 0, 1};
  CHECK(agrees(judged(RankingKind::auroc, scores, labels).value.value, 3.5 / 4.0));
  // At .9 the first of one, at .5 the second of three: (1/1 + 2/3)/2.
  CHECK(agrees(judged(RankingKind::average_precision, scores, labels).value.value, 5.0 / 6.0));
}

TEST_CASE("scores that are all alike have no skill", "[quality][auroc][average_precision]") {
  const Scores same(40, 0.3);
  Classes labels(40, 0);
  for (std::size_t i = 0; i < 10; ++i) labels[i] = 1;
  const Quality area = judged(RankingKind::auroc, same, labels);
  CHECK(area.value.value == 0.5);
  CHECK(area.trivial == 0.5);
  CHECK(area.skill.value == 0.0);
  CHECK(area.skill_interval.contains(0.0));
  const Quality mean = judged(RankingKind::average_precision, same, labels);
  CHECK(agrees(mean.value.value, 0.25));
  CHECK(agrees(mean.trivial, 0.25));
  CHECK(agrees(mean.skill.value, 0.0));
  CHECK(mean.skill_interval.contains(0.0));
}

TEST_CASE("scores that are all alike have an interval of as many pairs as can be made",
          "[quality][auroc]") {
  // Two of each class: Clopper-Pearson's of 1 of 2, by scipy.stats.beta 1.10.1.
  const Quality quality = judged(RankingKind::auroc, Scores(4, 0.3), four_labels);
  CHECK(quality.value.value == 0.5);
  CHECK(quality.value_interval.method == IntervalMethod::clopper_pearson);
  CHECK(quality.value_interval.low == Approx(0.01257911709342505).epsilon(1e-9));
  CHECK(quality.value_interval.high == Approx(0.9874208829065749).epsilon(1e-9));
  CHECK(quality.value.random ==
        Approx((0.9874208829 - 0.0125791171) / 2.0 / 1.959964).epsilon(1e-6));
}

TEST_CASE("scores that part the classes the wrong way round have the AUROC 0",
          "[quality][auroc][average_precision]") {
  const Quality area = judged(RankingKind::auroc, {0.9, 0.8, 0.2, 0.1}, four_labels);
  CHECK(area.value.value == 0.0);
  CHECK(area.skill.value == -1.0);
  CHECK(area.value_interval.low == 0.0);
  // 0 of 2 pairs without an item in common: 1 - .025^(1/2).
  CHECK(area.value_interval.high == Approx(1.0 - std::sqrt(0.025)).epsilon(1e-9));
  // Found third and fourth: (1/3 + 2/4)/2.
  const Quality mean = judged(RankingKind::average_precision, {0.9, 0.8, 0.2, 0.1}, four_labels);
  CHECK(agrees(mean.value.value, 5.0 / 12.0));
}

TEST_CASE("one positive item of forty has an AUROC, and no interval of its average precision",
          "[quality][auroc][average_precision]") {
  // It comes tenth.
  Scores scores;
  Classes labels(40, 0);
  for (int i = 0; i < 40; ++i) scores.push_back(i);
  labels[30] = 1;
  const Quality area = judged(RankingKind::auroc, scores, labels);
  CHECK(agrees(area.value.value, 30.0 / 39.0));
  CHECK(area.value_interval.method == IntervalMethod::clopper_pearson);
  CHECK(surrounds_value(area));
  const Quality mean = judged(RankingKind::average_precision, scores, labels);
  CHECK(agrees(mean.value.value, 1.0 / 10.0));
  CHECK_FALSE(mean.value_interval.is_known());
  CHECK(mean.why_no_interval == "one positive item does not tell how another would rank");
  CHECK(agrees(mean.trivial, 1.0 / 40.0));
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
  CHECK(mean.value_interval.method == IntervalMethod::logit);
  for (const Quality& quality : {area, mean}) {
    CHECK(quality.higher_is_better);
    CHECK(quality.perfect == 1.0);
    CHECK(quality.items == 4);
    CHECK(std::string(quality.unit) == "%");
    CHECK(std::string(quality.formula.columns) == "score,positive");
    CHECK(quality.value.provenance == Provenance::measured);
    CHECK(std::string(quality.why_no_value).empty());
    CHECK(std::string(quality.why_no_skill).empty());
  }
}

TEST_CASE("a score may be a float, and a label of an enumeration or 64 bits", "[quality][auroc]") {
  enum class Kind { rest, wanted };
  BinaryRanking metric(RankingKind::auroc, 1);
  metric.add(0.1F, Kind::rest);
  metric.add(0.4F, Kind::rest);
  metric.add(0.35F, Kind::wanted);
  metric.add(0.8F, Kind::wanted);
  CHECK(agrees(metric.result().value.value, 0.75));
  // As 32 bits, both are 5.
  const std::int64_t wanted = (std::int64_t{1} << 32U) + 5;
  BinaryRanking wide(RankingKind::auroc, wanted);
  wide.add(0.1, std::int64_t{5});
  wide.add(0.2, wanted);
  CHECK(wide.result().value.value == 1.0);
  CHECK(wide.per_item()[1] == 0.0);
  CHECK(wide.per_item()[3] == 1.0);
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

TEST_CASE("the message of a score that is no number names its item", "[quality][auroc]") {
  const auto said = [](double score) {
    return complaint([&] { (void)judged(RankingKind::auroc, {0.5, score, 0.1}, {0, 1, 1}); });
  };
  CHECK(said(0.3).empty());
  CHECK(mentions(said(not_a_number()), "item 1, class 0"));
  CHECK(mentions(said(infinite()), "item 1"));
  CHECK(mentions(said(-infinite()), "item 1"));
  BinaryRanking narrow(RankingKind::auroc, 1);
  const float nan = static_cast<float>(not_a_number());
  CHECK(mentions(complaint([&] { narrow.add(nan, 1); }), "not a finite number"));
  CHECK(narrow.items() == 0);
}

TEST_CASE("ranking needs an output for each label", "[quality][auroc][average_precision]") {
  const Classes none;
  CHECK(mentions(complaint([&] { (void)auroc(none); }), "no items"));
  CHECK(mentions(complaint([&] { (void)average_precision(none); }), "no items"));
  auto metric = auroc(four_labels);
  metric.add(0, 0.1);
  CHECK(mentions(complaint([&] { (void)metric.result(); }), "1 outputs for 4 references"));
  const volatile std::size_t out_of_turn = 0;
  CHECK_FALSE(abort_message([&] { metric.add(out_of_turn, 0.1); }).empty());
  for (std::size_t i = 1; i < 4; ++i) metric.add(i, 0.1);
  const volatile std::size_t beyond = 4;
  CHECK_FALSE(abort_message([&] { metric.add(beyond, 0.1); }).empty());
}

TEST_CASE("what is dropped of each item changes neither value nor interval of a ranking",
          "[quality][auroc][average_precision]") {
  for (const RankingKind kind : {RankingKind::auroc, RankingKind::average_precision}) {
    const BinaryRanking dropped =
        seen(BinaryRanking(kind, 1, PerItem::drop), tied_scores, tied_labels);
    const Quality kept = judged(kind, tied_scores, tied_labels);
    CHECK(dropped.per_item().empty());
    CHECK(dropped.items() == 20);
    CHECK(dropped.result().value.value == kept.value.value);
    CHECK(dropped.result().value_interval.low == kept.value_interval.low);
    CHECK(dropped.result().value_interval.high == kept.value_interval.high);
  }
}

TEST_CASE("one positive item tells no difference in average precision",
          "[quality][average_precision]") {
  Scores scores(40);
  Scores others(40);
  for (std::size_t i = 0; i < 40; ++i) scores[i] = others[39 - i] = static_cast<double>(i);
  for (const std::size_t positives : {std::size_t{1}, std::size_t{2}}) {
    Classes labels(40, 0);
    for (std::size_t i = 0; i < positives; ++i) labels[39 - 10 * i] = 1;
    const auto a = seen(BinaryRanking(RankingKind::average_precision, 1), scores, labels);
    const auto b = seen(BinaryRanking(RankingKind::average_precision, 1), others, labels);
    Quality of_a = a.result();
    Quality of_b = b.result();
    of_a.columns = of_b.columns = 2;
    const auto found = paired_difference(of_a, a.per_item(), of_b, b.per_item());
    CHECK(found.interval.is_known() == (positives == 2));
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/probability_metrics.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "evaluate.hpp"

using namespace perjoule;
using detail::ProbabilityKind;

namespace {

using Classes = std::vector<int>;
using Rows = std::vector<std::vector<double>>;

template <class Outputs>
Quality judged(ProbabilityKind kind, const Outputs& outputs, const Classes& labels) {
  return evaluate(ProbabilityLoss(kind), outputs, labels);
}

const Classes four_labels = {0, 1, 1, 0};
const std::vector<double> four_probabilities = {0.1, 0.9, 0.8, 0.3};

constexpr ProbabilityKind both_scores[] = {ProbabilityKind::log_loss, ProbabilityKind::brier};

// Two of eight are wrong outright, one is called impossible for what it is not.
const Classes eight_labels = {0, 1, 2, 1, 0, 2, 2, 1};
const Rows eight_rows = {{0.7, 0.2, 0.1},   {0.1, 0.8, 0.1}, {0.05, 0.15, 0.8}, {0.3, 0.3, 0.4},
                         {0.9, 0.05, 0.05}, {0.2, 0.5, 0.3}, {0.0, 0.1, 0.9},   {0.6, 0.4, 0.0}};
const Classes eight_of_two = {0, 1, 1, 0, 1, 0, 0, 1};
const std::vector<double> eight_of_one = {0.1, 0.9, 0.8, 0.3, 0.45, 0.5, 0.02, 0.97};

}  // namespace

TEST_CASE("log loss of the example of scikit-learn 1.2.1's documentation", "[quality][log_loss]") {
  // ["spam", "ham", "ham", "spam"] with classes in their order: ham 0, spam 1.
  const Rows outputs = {{0.1, 0.9}, {0.9, 0.1}, {0.8, 0.2}, {0.35, 0.65}};
  const Quality quality = judged(ProbabilityKind::log_loss, outputs, {1, 0, 0, 1});
  // -(2 ln .9 + ln .8 + ln .65)/4; documented as 0.21616..., and run.
  CHECK(agrees(quality.value.value, 0.21616187468057912));
  CHECK(agrees(quality.value.value, -(2.0 * std::log(0.9) + std::log(0.8) + std::log(0.65)) / 4.0));
  CHECK(quality.value.value == Approx(0.21616).margin(5e-6));
}

TEST_CASE("Brier score of the example of scikit-learn 1.2.1's documentation", "[quality][brier]") {
  // (.01 + .01 + .04 + .09)/4 = .0375, as documented.
  CHECK(
      agrees(judged(ProbabilityKind::brier, four_probabilities, four_labels).value.value, 0.0375));
}

TEST_CASE("losses of three classes are what scikit-learn 1.2.1 and NumPy give",
          "[quality][log_loss][brier]") {
  // sklearn.metrics.log_loss, and of a model that always says 2/8, 3/8 and 3/8.
  const Quality log = judged(ProbabilityKind::log_loss, eight_rows, eight_labels);
  CHECK(agrees(log.value.value, 0.542239927301104));
  CHECK(agrees(log.trivial, 1.0821955300387673));
  CHECK(agrees(log.skill.value, 1.0 - 0.542239927301104 / 1.0821955300387673));
  // ((p - one_hot)**2).sum(1).mean(), and the same of that model.
  const Quality brier = judged(ProbabilityKind::brier, eight_rows, eight_labels);
  CHECK(agrees(brier.value.value, 0.3175));
  CHECK(agrees(brier.trivial, 0.65625));
  CHECK(agrees(brier.skill.value, 1.0 - 0.3175 / 0.65625));
}

TEST_CASE("losses of one of two classes are what scikit-learn 1.2.1 gives",
          "[quality][log_loss][brier]") {
  // log_loss and brier_score_loss of a probability of class 1, and of .5 for each.
  const Quality log = judged(ProbabilityKind::log_loss, eight_of_one, eight_of_two);
  CHECK(agrees(log.value.value, 0.29160703976856744));
  CHECK(agrees(log.trivial, 0.6931471805599453));
  const Quality brier = judged(ProbabilityKind::brier, eight_of_one, eight_of_two);
  CHECK(agrees(brier.value.value, 0.087975));
  CHECK(agrees(brier.trivial, 0.25));
  // Of hard answers it is the share of wrong ones, two of eight.
  CHECK(agrees(
      judged(ProbabilityKind::brier, std::vector<double>{0, 1, 1, 0, 1, 0, 1, 0}, eight_of_two)
          .value.value,
      0.25));
}

TEST_CASE("probabilities that rounding made sum up to more than 1 are divided by their sum",
          "[quality][log_loss][brier]") {
  // Sums 1.0005 and .9995: log_loss of scikit-learn 1.2.1, which does so too.
  const Rows rows = {{0.7, 0.2, 0.1005}, {0.1, 0.8, 0.0995}};
  CHECK(agrees(judged(ProbabilityKind::log_loss, rows, {0, 1}).value.value, 0.2899091226264554));
  // Either is (.5, .5), whose Brier score is .5.
  CHECK(agrees(
      judged(ProbabilityKind::brier, Rows{{0.5004, 0.5004}, {0.4996, 0.4996}}, {0, 1}).value.value,
      0.5));
  // The first sum whose error is too large.
  CHECK(mentions(complaint([] {
                   (void)judged(ProbabilityKind::brier, Rows{{0.6, 0.4}, {0.6, 0.4011}}, {0, 1});
                 }),
                 "probabilities do not sum up to 1: item 1: 1.0011"));
}

TEST_CASE("a softmax of half precision is accepted, and its sum divided out",
          "[quality][log_loss][brier]") {
  // Rounded to bfloat16's 8 bits: .7 is 179/256, .2 is 205/1024, .1 is 205/2048: the sum is off by
  // 1/2048.
  const std::vector<float> half = {179.0F / 256.0F, 205.0F / 1024.0F, 205.0F / 2048.0F};
  ProbabilityLoss log(ProbabilityKind::log_loss);
  log.add(half, 0);
  // Divided by the sum: 1432/2047.
  CHECK(log.per_item()[0] == Approx(-std::log(1432.0 / 2047.0)).epsilon(1e-12));
  const std::vector<float> far = {0.6015625F, 0.40234375F};  // 154/256 and 103/256: 257/256
  ProbabilityLoss brier(ProbabilityKind::brier);
  brier.add(far, 0);
  CHECK(brier.items() == 1U);
  // The same sum of numbers with more digits, and two units of half precision too much, are wrong.
  CHECK(mentions(complaint([] {
                   ProbabilityLoss loss(ProbabilityKind::brier);
                   loss.add(std::vector<float>{0.6015F, 0.4024F}, 0);
                 }),
                 "do not sum up to 1"));
  CHECK(mentions(complaint([] {
                   ProbabilityLoss loss(ProbabilityKind::brier);
                   loss.add(std::vector<float>{0.60546875F, 0.40234375F}, 0);
                 }),
                 "do not sum up to 1"));
}

TEST_CASE("a float that is impossible costs what scikit-learn 1.2.1 takes for it",
          "[quality][log_loss]") {
  // -log(np.finfo(np.float32).eps) = 15.942385; of a double 36.04365.
  const auto loss_of = [](auto zero, auto one) {
    ProbabilityLoss loss(ProbabilityKind::log_loss);
    loss.add(std::vector{zero, one}, 0);
    loss.add(std::vector{zero, one}, 0);
    return loss;
  };
  const auto of_float = loss_of(0.0F, 1.0F);
  CHECK(of_float.per_item()[0] == Approx(15.942385152878742).epsilon(1e-12));
  CHECK(of_float.result().signature == "clip:1.2e-7|trivial:label-shares");
  const auto of_double = loss_of(0.0, 1.0);
  CHECK(of_double.per_item()[0] == Approx(36.04365338911715).epsilon(1e-12));
  CHECK(of_double.result().signature == "clip:2.2e-16|trivial:label-shares");
}

TEST_CASE("Brier score over all classes is twice that of one of two", "[quality][brier]") {
  Rows both;
  for (const double p : four_probabilities) both.push_back({1.0 - p, p});
  const Quality quality = judged(ProbabilityKind::brier, both, four_labels);
  CHECK(agrees(quality.value.value, 0.075));
  CHECK(agrees(quality.trivial, 0.5));
  CHECK(agrees(judged(ProbabilityKind::brier, four_probabilities, four_labels).trivial, 0.25));
}

TEST_CASE("who gives each class its share of the labels has no skill",
          "[quality][log_loss][brier]") {
  const Rows shares(8, {0.5, 0.25, 0.25});
  const Classes labels = {0, 0, 0, 0, 1, 1, 2, 2};
  // The entropy of 1/2, 1/4, 1/4 is 1.5 bits.
  const Quality log = judged(ProbabilityKind::log_loss, shares, labels);
  CHECK(agrees(log.value.value, 1.5 * std::log(2.0)));
  CHECK(agrees(log.trivial, 1.5 * std::log(2.0)));
  CHECK(std::fabs(log.skill.value) < 1e-12);
  // 1 - (1/4 + 1/16 + 1/16)
  const Quality brier = judged(ProbabilityKind::brier, shares, labels);
  CHECK(agrees(brier.trivial, 0.625));
  CHECK(std::fabs(brier.skill.value) < 1e-12);
}

TEST_CASE("who is sure and right is perfect, with room for an error not yet seen",
          "[quality][log_loss][brier]") {
  const Rows sure = repeated(Rows{{1, 0}, {0, 1}, {0, 1}, {1, 0}}, 25);
  const Quality brier = judged(ProbabilityKind::brier, sure, repeated(four_labels, 25));
  CHECK(brier.value.value == 0.0);
  CHECK(brier.skill.value == 1.0);
  CHECK(brier.value_interval.low == 0.0);
  CHECK(brier.value_interval.high > 0.0);
}

TEST_CASE("what a model calls impossible costs 36 nats, as scikit-learn 1.2.1 gives",
          "[quality][log_loss]") {
  // -ln 2^-52 = 52 ln 2, and next to nothing for the other: 18.021826694558577.
  const Quality quality = judged(ProbabilityKind::log_loss, Rows{{0, 1}, {0, 1}}, {0, 1});
  CHECK(agrees(quality.value.value, 26.0 * std::log(2.0)));
  CHECK(agrees(quality.value.value, 18.021826694558577));
  // Of three classes, one item of three: (36.04... - ln .6 - ln .7)/3.
  const Rows three = {{0, 0.5, 0.5}, {0.2, 0.6, 0.2}, {0.1, 0.2, 0.7}};
  CHECK(
      agrees(judged(ProbabilityKind::log_loss, three, {0, 1, 2}).value.value, 12.303717985607292));
  // Of class 1 alone: log_loss([0, 1], [1., 0.]) and the other way round.
  const std::vector<double> sure = {1.0, 0.0};
  CHECK(agrees(judged(ProbabilityKind::log_loss, sure, {0, 1}).value.value, 36.04365338911715));
  const double right = judged(ProbabilityKind::log_loss, sure, {1, 0}).value.value;
  CHECK(right >= 0.0);
  CHECK(right < 1e-15);
}

TEST_CASE("the intervals of losses are those of rare losses", "[quality][log_loss][brier]") {
  // NumPy and scipy.stats.chi2 1.10.1, of the eight losses 13 times.
  const Rows rows = repeated(eight_rows, 13);
  const Classes labels = repeated(eight_labels, 13);
  const Quality log = judged(ProbabilityKind::log_loss, rows, labels);
  CHECK(log.value_interval.method == IntervalMethod::gamma);
  CHECK(log.value_interval.low == Approx(0.4584376357087837).epsilon(1e-6));
  CHECK(log.value_interval.high == Approx(0.647602955054904).epsilon(1e-6));
  CHECK(log.value.random == Approx(0.04455145115882951).epsilon(1e-9));
  CHECK(log.value.dof == 103.0);
  const Quality brier = judged(ProbabilityKind::brier, rows, labels);
  CHECK(brier.value_interval.low == Approx(0.25617168676978297).epsilon(1e-6));
  CHECK(brier.value_interval.high == Approx(0.394548701177312).epsilon(1e-6));
  // Skill is 1 - value/trivial: the high end of one is the low end of the other.
  for (const Quality& quality : {log, brier}) {
    CHECK(agrees(quality.skill_interval.low, 1.0 - quality.value_interval.high / quality.trivial));
    CHECK(agrees(quality.skill_interval.high, 1.0 - quality.value_interval.low / quality.trivial));
    CHECK(agrees(quality.skill.random, quality.value.random / quality.trivial));
    CHECK(quality.skill_interval.method == IntervalMethod::gamma);
  }
}

TEST_CASE("of fewer than a hundred items a loss of probabilities has no interval",
          "[quality][log_loss][brier]") {
  for (const ProbabilityKind kind : both_scores) {
    const auto of = [&](std::size_t times) {
      return judged(kind, repeated(four_probabilities, times), repeated(four_labels, times));
    };
    const Quality few = of(24);
    CHECK(few.value.is_known());
    CHECK_FALSE(few.value_interval.is_known());
    CHECK_FALSE(is_finite(few.value.random));
    CHECK(few.value.dof == 0.0);
    CHECK(few.skill.is_known());
    CHECK_FALSE(few.skill_interval.is_known());
    CHECK(mentions(few.why_no_interval, "fewer than 100"));
    CHECK(of(25).value_interval.is_known());
    CHECK(of(25).why_no_interval.empty());
  }
}

TEST_CASE("a constant probability has no skill, at any share of labels",
          "[quality][log_loss][brier]") {
  // Three of four are 1, and .75 is said of each: scikit-learn 1.2.1 gives .5623351446188083 and
  // .1875.
  const Classes labels = repeated(Classes{0, 1, 1, 1}, 25);
  const std::vector<double> share(100, 0.75);
  const Quality log = judged(ProbabilityKind::log_loss, share, labels);
  CHECK(agrees(log.value.value, 0.5623351446188083));
  CHECK(agrees(log.trivial, 0.5623351446188083));
  const Quality brier = judged(ProbabilityKind::brier, share, labels);
  CHECK(agrees(brier.value.value, 0.1875));
  CHECK(agrees(brier.trivial, 0.1875));
  for (const Quality& quality : {log, brier}) {
    CHECK(std::fabs(quality.skill.value) < 1e-12);
    CHECK(quality.skill_interval.contains(0.0));
  }
  // More confident predictions that are no better informed are below 0.
  for (const ProbabilityKind kind : both_scores) {
    CHECK(judged(kind, std::vector<double>(100, 0.95), labels).skill.value < 0.0);
    CHECK(judged(kind, std::vector<double>(100, 0.5), labels).skill.value < 0.0);
  }
}

TEST_CASE("losses of probabilities say what they are", "[quality][log_loss][brier]") {
  const Quality log =
      judged(ProbabilityKind::log_loss, Rows{{0.6, 0.4}, {0.2, 0.8}}, Classes{0, 1});
  CHECK(log.metric == "log-loss");
  CHECK(log.signature == "clip:2.2e-16|trivial:label-shares");
  CHECK(std::string(log.unit) == "nat");
  CHECK_FALSE(log.higher_is_better);
  const Quality one = judged(ProbabilityKind::brier, four_probabilities, four_labels);
  CHECK(one.metric == "brier");
  CHECK(one.signature == "classes:one|trivial:label-shares");
  CHECK(judged(ProbabilityKind::brier, Rows{{0.6, 0.4}, {0.2, 0.8}}, Classes{0, 1}).signature ==
        "classes:all|trivial:label-shares");
  CHECK(std::string(one.unit).empty());
  CHECK_FALSE(one.higher_is_better);
  CHECK(std::string(log.formula.columns) == "nats");
  CHECK(std::string(one.formula.columns) == "squares");
  for (const Quality& quality : {log, one}) {
    CHECK(quality.perfect == 0.0);
    CHECK(quality.value.provenance == Provenance::measured);
    CHECK(quality.value.common == 0.0);
    CHECK(std::string(quality.why_no_value).empty());
    CHECK(std::string(quality.why_no_skill).empty());
  }
  CHECK(log.items == 2);
  CHECK(one.items == 4);
}

TEST_CASE("losses take their labels from the caller", "[quality][log_loss][brier]") {
  auto log = log_loss(four_labels, PerItem::drop);
  auto brier = brier_score(four_labels);
  for (std::size_t i = 0; i < 4; ++i) {
    log.add(i, four_probabilities[i]);
    brier.add(i, static_cast<float>(four_probabilities[i]));
  }
  CHECK(agrees(log.result().value.value,
               -(2.0 * std::log(0.9) + std::log(0.8) + std::log(0.7)) / 4.0));
  CHECK(brier.result().value.value == Approx(0.0375).epsilon(1e-6));
  CHECK(log.per_item().empty());
  CHECK(brier.per_item().size() == 4);
}

TEST_CASE("labels of one class leave nothing to be skilled at", "[quality][log_loss]") {
  const Quality quality = judged(ProbabilityKind::log_loss, Rows{{0.6, 0.4}, {0.7, 0.3}}, {0, 0});
  CHECK(quality.value.is_known());
  CHECK_FALSE(quality.skill.is_known());
  CHECK(mentions(quality.why_no_skill, "one class"));
}

TEST_CASE("losses that are all alike are not known for sure", "[quality][log_loss][brier]") {
  // Labels of one class have no entropy, so that there is no scale to tell a scatter by.
  for (const ProbabilityKind kind : {ProbabilityKind::log_loss, ProbabilityKind::brier}) {
    for (const std::size_t n : {100U, 300U}) {
      const Quality quality = judged(kind, Rows(n, {0.6, 0.4}), Classes(n, 0));
      CHECK_FALSE(quality.value.is_known());
      CHECK(mentions(quality.why_no_value, "too few items"));
      CHECK(mentions(quality.why_no_skill, "one class"));
    }
  }
  // Of two classes it is their Brier score, .25, of which 100 right ones of 100 leave
  // 1 - 100/(100 + 1.959964^2) = .0369935.
  const Quality quality = judged(ProbabilityKind::brier, repeated(std::vector{0.6, 0.4}, 50),
                                 repeated(Classes{1, 0}, 50));
  CHECK(agrees(quality.value.value, 0.16));
  CHECK(quality.value_interval.low == Approx(0.16 - 0.25 * 0.0369935).epsilon(1e-5));
  CHECK(quality.value_interval.high == Approx(0.16 + 0.25 * 0.0369935).epsilon(1e-5));
}

TEST_CASE("what is no probability is an error", "[quality][log_loss][brier]") {
  const auto of_one = [](double p, int label = 1) {
    return complaint(
        [&] { (void)judged(ProbabilityKind::brier, std::vector<double>{p}, Classes{label}); });
  };
  CHECK(mentions(of_one(1.5), "not between 0 and 1"));
  CHECK(mentions(of_one(-0.1), "not between 0 and 1"));
  CHECK(mentions(of_one(not_a_number()), "not between 0 and 1"));
  CHECK(mentions(of_one(infinite()), "not between 0 and 1"));
  CHECK(mentions(of_one(0.5, 2), "neither 0 nor 1"));
  const auto of_row = [](const std::vector<double>& row, int label) {
    return complaint([&] { (void)judged(ProbabilityKind::log_loss, Rows{row}, Classes{label}); });
  };
  CHECK(mentions(of_row({0.5, 0.6}, 0), "sum up to 1"));
  CHECK(mentions(of_row({0.5, 0.5}, 2), "a label has no probability"));
  CHECK(mentions(of_row({0.5, 0.5}, -1), "a label has no probability"));
  CHECK(mentions(of_row({}, 0), "a label has no probability"));
  CHECK(mentions(of_row({0.5, not_a_number()}, 0), "not between 0 and 1"));
  CHECK(mentions(of_row({not_a_number(), 0.5}, 1), "not between 0 and 1"));
  CHECK(mentions(of_row({infinite(), 0.0}, 0), "not between 0 and 1"));
  CHECK(mentions(of_row({-infinite(), 1.0}, 1), "not between 0 and 1"));
  CHECK(mentions(of_row({1.1, -0.1}, 0), "not between 0 and 1"));
  CHECK(mentions(of_row({-0.1, 1.1}, 1), "not between 0 and 1"));
  CHECK(mentions(of_one(-infinite()), "not between 0 and 1"));
  CHECK(mentions(of_one(0.5, -1), "neither 0 nor 1"));
  CHECK(of_one(0.0).find("not between 0 and 1") == std::string::npos);
  CHECK(of_one(1.0).find("not between 0 and 1") == std::string::npos);
  CHECK(mentions(complaint([] { (void)ProbabilityLoss(ProbabilityKind::brier).result(); }),
                 "no items"));
}

TEST_CASE("a loss that is refused names its item and counts for nothing",
          "[quality][log_loss][brier]") {
  for (const ProbabilityKind kind : both_scores) {
    ProbabilityLoss metric = seen(ProbabilityLoss(kind), eight_rows, eight_labels);
    const Quality before = metric.result();
    CHECK(mentions(complaint([&] { metric.add(std::vector<double>{0.5, 1.5}, 0); }), "item 8"));
    CHECK(mentions(complaint([&] { metric.add(std::vector<double>{0.5, 0.5}, 2); }), "item 8"));
    CHECK(mentions(complaint([&] { metric.add(std::vector<float>{0.5F, 0.6F}, 0); }), "item 8"));
    CHECK(mentions(complaint([&] { metric.add(-0.5, 0); }), "item 8"));
    CHECK(mentions(complaint([&] { metric.add(0.5, 2); }), "item 8"));
    CHECK(metric.items() == 8);
    CHECK(metric.result().value.value == before.value.value);
    CHECK(metric.result().trivial == before.trivial);
    CHECK(metric.result().signature == before.signature);
  }
}

TEST_CASE("losses need an output for each label", "[quality][log_loss][brier]") {
  const Classes none;
  CHECK(mentions(complaint([&] { (void)log_loss(none); }), "no items"));
  CHECK(mentions(complaint([&] { (void)brier_score(none); }), "no items"));
  CHECK(mentions(complaint([] { (void)ProbabilityLoss(ProbabilityKind::log_loss).result(); }),
                 "no items"));
  auto metric = log_loss(four_labels);
  metric.add(0, 0.1);
  metric.add(1, 0.9);
  CHECK(mentions(complaint([&] { (void)metric.result(); }), "2 outputs for 4 references"));
  const volatile std::size_t out_of_turn = 4;
  CHECK_FALSE(abort_message([&] { metric.add(out_of_turn, 0.1); }).empty());
}

TEST_CASE("what is dropped of each item changes neither value nor interval of a loss",
          "[quality][log_loss][brier]") {
  for (const ProbabilityKind kind : both_scores) {
    const Rows rows = repeated(eight_rows, 13);
    const Classes labels = repeated(eight_labels, 13);
    const ProbabilityLoss dropped = seen(ProbabilityLoss(kind, PerItem::drop), rows, labels);
    const Quality kept = judged(kind, rows, labels);
    CHECK(dropped.per_item().empty());
    CHECK(dropped.items() == 104);
    CHECK(dropped.result().value.value == kept.value.value);
    CHECK(dropped.result().value_interval.low == kept.value_interval.low);
    CHECK(dropped.result().value_interval.high == kept.value_interval.high);
  }
  // What is kept are the losses themselves: (.3^2 + .2^2 + .1^2), and -ln .8.
  CHECK(agrees(
      seen(ProbabilityLoss(ProbabilityKind::brier), eight_rows, eight_labels).per_item()[0], 0.14));
  CHECK(agrees(
      seen(ProbabilityLoss(ProbabilityKind::log_loss), eight_rows, eight_labels).per_item()[1],
      -std::log(0.8)));
}

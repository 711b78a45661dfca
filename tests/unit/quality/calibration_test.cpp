// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/probability_metrics.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

using Classes = std::vector<int>;
using Rows = std::vector<std::vector<double>>;

Quality judged(std::size_t bins, const Rows& outputs, const Classes& labels) {
  return evaluate(CalibrationError(bins), outputs, labels);
}

/// Outputs for two classes, the first with this confidence.
Rows with_confidence(const std::vector<double>& confidences) {
  Rows rows;
  for (const double c : confidences) rows.push_back({c, 1.0 - c});
  return rows;
}

// Some confidences are ends of fifteenths, one is a tie.
const std::vector<double> many_confidences = {0.6,
                                              0.5,
                                              0.625,
                                              0.975,
                                              0.805,
                                              0.775,
                                              0.6666666666666666,
                                              0.5,
                                              0.865,
                                              0.735,
                                              0.745,
                                              0.895,
                                              0.7333333333333333,
                                              0.955,
                                              0.865,
                                              0.915,
                                              0.5,
                                              0.775,
                                              0.8,
                                              0.535,
                                              0.625,
                                              0.855,
                                              0.565,
                                              0.5};
const Classes many_labels = {0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0,
                             0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0};

}  // namespace

TEST_CASE("ECE is the gap between confidence and accuracy, bin by bin", "[quality][ece]") {
  // 15 bins: .95 and .95 in one, one of two right: gap .45; .6 and .65, in (.6, .667] and its
  // neighbour: right and wrong, gaps .4 and .65. Each weighs as many items as it has.
  const Quality quality = judged(15, with_confidence({0.95, 0.95, 0.6, 0.65}), Classes{0, 1, 0, 1});
  CHECK(agrees(quality.value.value, (2 * 0.45 + 0.4 + 0.65) / 4.0));
}

TEST_CASE("ECE of 24 items is equation 3 of Guo et al. 2017 in NumPy", "[quality][ece]") {
  // Bins by numpy.searchsorted of numpy.linspace(0, 1, M + 1), each |mean confidence - accuracy|
  // weighted by its share of the items.
  const Rows outputs = with_confidence(many_confidences);
  CHECK(agrees(judged(1, outputs, many_labels).value.value, 0.05458333333333343));
  CHECK(agrees(judged(2, outputs, many_labels).value.value, 0.054583333333333386));
  CHECK(agrees(judged(5, outputs, many_labels).value.value, 0.18124999999999997));
  CHECK(agrees(judged(10, outputs, many_labels).value.value, 0.18125000000000002));
  CHECK(agrees(judged(15, outputs, many_labels).value.value, 0.19708333333333333));
  CHECK(agrees(judged(20, outputs, many_labels).value.value, 0.24944444444444447));
}

TEST_CASE("ECE of several classes asks for the one that is named, and for no other",
          "[quality][ece]") {
  // Confidences .7, .8 and .5 in bins of their own, right, right, wrong: (.3 + .2 + .5)/3.
  const Rows outputs = {{0.7, 0.2, 0.1}, {0.1, 0.8, 0.1}, {0.2, 0.5, 0.3}};
  CHECK(agrees(judged(15, outputs, {0, 1, 2}).value.value, 1.0 / 3.0));
  CHECK(agrees(judged(15, outputs, {0, 1, 0}).value.value, 1.0 / 3.0));
  // The first of equal ones is predicted: .4 and right, .4 and wrong.
  CHECK(agrees(judged(15, {{0.4, 0.4, 0.2}}, {0}).value.value, 0.6));
  CHECK(agrees(judged(15, {{0.4, 0.4, 0.2}}, {1}).value.value, 0.4));
}

TEST_CASE("gaps within a bin cancel, and those of two bins do not", "[quality][ece]") {
  // .6 right and .6 wrong: |1.2 - 1|/2. Of .6 right and .7 wrong in two bins: (.4 + .7)/2.
  CHECK(agrees(judged(15, with_confidence({0.6, 0.6}), {0, 1}).value.value, 0.1));
  CHECK(agrees(judged(15, with_confidence({0.6, 0.7}), {0, 1}).value.value, 0.55));
  CHECK(agrees(judged(1, with_confidence({0.6, 0.7}), {0, 1}).value.value, 0.15));
}

TEST_CASE("the fifteen bins end at fifteenths", "[quality][ece]") {
  // 8/15, 9/15, ..., 15/15 in a bin each, right and wrong in turn: NumPy gives .5333333333333333.
  Rows ends;
  for (const double end : {0.5333333333333333, 0.6, 0.6666666666666666, 0.7333333333333333, 0.8,
                           0.8666666666666667, 0.9333333333333333, 1.0}) {
    ends.push_back({end, 1.0 - end});
  }
  CHECK(agrees(judged(15, ends, {0, 1, 0, 1, 0, 1, 0, 1}).value.value, 0.5333333333333333));
  // One bin from 8/15 to 9/15: |.6 + .55 - 1|/2; the next begins just above.
  CHECK(agrees(judged(15, with_confidence({0.6, 0.55}), {0, 1}).value.value, 0.075));
  CHECK(agrees(judged(15, with_confidence({std::nextafter(0.6, 1.0), 0.55}), {0, 1}).value.value,
               0.475));
}

TEST_CASE("the upper end of a bin belongs to it", "[quality][ece]") {
  // Four bins: .75 in (.5, .75], with .6; .8 apart. One right and one wrong of the first two:
  // |1.35 - 1| = .35, then .2 of a right one.
  const Quality quality = judged(4, with_confidence({0.75, 0.6, 0.8}), Classes{0, 1, 0});
  CHECK(agrees(quality.value.value, (0.35 + 0.2) / 3.0));
  // One bin: |2.15 - 2|/3.
  CHECK(agrees(judged(1, with_confidence({0.75, 0.6, 0.8}), {0, 1, 0}).value.value, 0.05));
}

TEST_CASE("each upper end belongs to its bin, for any number of bins", "[quality][ece]") {
  // Of m/M in double precision, as numpy.linspace(0, 1, M + 1) has it; (7/100) x 100 is more
  // than 7.
  for (const std::size_t bins : {1U, 7U, 10U, 15U, 49U, 100U, 1000U}) {
    // Volatile, so that -ffast-math really divides and does not multiply by a reciprocal.
    const volatile auto count = static_cast<double>(bins);
    for (std::size_t m = 1; m <= bins; ++m) {
      const double end = static_cast<double>(m) / count;
      CAPTURE(bins, m);
      CHECK(detail::calibration_bin(end, count) == m - 1);
      CHECK(detail::calibration_bin(std::nextafter(end, 0.0), count) == m - 1);
      if (m < bins) CHECK(detail::calibration_bin(std::nextafter(end, 1.0), count) == m);
    }
    CHECK(detail::calibration_bin(0.0, count) == 0);
    CHECK(detail::calibration_bin(1.0005, count) == bins - 1);  // from rows read from a record
  }
}

TEST_CASE("a confidence that rounding put above 1 counts as 1", "[quality][ece]") {
  // Probabilities may sum up to 1.001. An ECE may not.
  const Rows above(4, {1.0005, 0.0});
  const Quality wrong = judged(15, above, Classes(4, 1));
  CHECK(wrong.value.value == 1.0);
  CHECK(surrounds_value(wrong));
  CHECK(judged(15, above, Classes(4, 0)).value.value == 0.0);
}

TEST_CASE("who is sure and always right is calibrated; who is sure and wrong is not at all",
          "[quality][ece]") {
  const Rows sure(30, {1.0, 0.0});
  const Quality right = judged(15, sure, Classes(30, 0));
  CHECK(right.value.value == 0.0);
  CHECK(right.value_interval.low == 0.0);
  // No error was seen: (1 + sqrt(3/4)) (sqrt(2/pi) + 1.959964 sqrt(1 - 2/pi))/30.
  CHECK(right.value_interval.high == Approx(1.8660254 * 1.9793716 / 30.0).epsilon(1e-6));
  const Quality wrong = judged(15, sure, Classes(30, 1));
  CHECK(agrees(wrong.value.value, 1.0));
  CHECK(wrong.value_interval.low < 1.0);
  CHECK(wrong.value_interval.high == 1.0);
}

TEST_CASE("ECE is known to what its bins' gaps may add up to by chance", "[quality][ece]") {
  // Two bins, one with 50 items of confidence .6, 30 right: squares 30 x .16 + 20 x .36 = 12, as
  // .6 x .4 x 50. The sum of 50 answers varies by sqrt(50)/2 at most, which is less than what a
  // Poisson number may be above 12, so u = sqrt(50)/2/50. The other bin has none.
  std::vector<double> confidences(50, 0.6);
  Classes labels(50, 0);
  for (std::size_t i = 0; i < 20; ++i) labels[i] = 1;
  const Quality quality = judged(2, with_confidence(confidences), labels);
  // sqrt(2/pi) u + 1.959964 sqrt(1 - 2/pi) u, with u = .0707107.
  CHECK(std::fabs(quality.value.value) < 1e-12);
  CHECK(quality.value_interval.low == 0.0);
  CHECK(quality.value_interval.high == Approx(0.0707107 * 1.9793716).epsilon(1e-5));
  // All 50 right: gaps of .4, squares 8, and still the 12 of a calibrated model.
  const Quality all_right = judged(2, with_confidence(confidences), Classes(50, 0));
  CHECK(agrees(all_right.value.value, 0.4));
  CHECK(all_right.value_interval.high - 0.4 == Approx(quality.value_interval.high).epsilon(1e-6));
}

TEST_CASE("a model that is too sure and seldom wrong is within the bound", "[quality][ece]") {
  // Nine of ten such test sets of 50 hold no error at all, or one: true ECE .009, and .029.
  const struct {
    double confidence;
    double right;
    int items;
  } settings[] = {{0.999, 0.99, 50}, {0.999, 0.97, 100}, {0.99999, 0.999, 200}};
  Random random(31);
  for (const auto& setting : settings) {
    const double truth = setting.confidence - setting.right;
    int covered = 0;
    for (int trial = 0; trial < 1000; ++trial) {
      CalibrationError metric(15, PerItem::drop);
      for (int i = 0; i < setting.items; ++i) {
        const double row[] = {setting.confidence, 1.0 - setting.confidence};
        metric.add(row, random.uniform() < setting.right ? 0 : 1);
      }
      covered += metric.result().value_interval.contains(truth) ? 1 : 0;
    }
    CHECK(covered >= 950);
  }
}

TEST_CASE("the bound of an ECE adds up over bins", "[quality][ece]") {
  // NumPy 1.24.2, with mean and variance of scipy.stats.halfnorm 1.10.1, of each bin's u.
  const Quality fifteen = judged(15, with_confidence(many_confidences), many_labels);
  const double half = 0.3582402643163628;
  CHECK(fifteen.value_interval.low == 0.0);
  CHECK(fifteen.value_interval.high == Approx(0.19708333333333333 + half).epsilon(1e-9));
  CHECK(fifteen.value.random == Approx(half / 1.959964).epsilon(1e-5));
  CHECK(fifteen.value_interval.level == 0.95);
  const Quality two = judged(2, with_confidence(many_confidences), many_labels);
  CHECK(two.value_interval.high ==
        Approx(0.054583333333333386 + 0.22816864853240415).epsilon(1e-9));
}

TEST_CASE("ECE says what it is, and that it tells no skill", "[quality][ece]") {
  const Quality quality =
      judged(15, with_confidence({0.95, 0.95, 0.6, 0.65, 0.9, 0.7}), Classes{0, 1, 0, 1, 0, 0});
  CHECK(quality.metric == "ece");
  CHECK(quality.signature == "bins:15|norm:l1|confidence:top|trivial:none");
  CHECK_FALSE(quality.higher_is_better);
  CHECK(quality.perfect == 0.0);
  CHECK_FALSE(quality.skill.is_known());
  CHECK_FALSE(quality.skill_interval.is_known());
  CHECK(mentions(quality.why_no_skill, "calibrated"));
  CHECK(std::string(quality.why_no_value).empty());
  CHECK(std::string(quality.unit) == "%");
  CHECK(std::string(quality.formula.columns) == "confidence,right");
  CHECK(quality.items == 6);
  CHECK(quality.value.provenance == Provenance::measured);
  CHECK(quality.value.common == 0.0);
  CHECK(surrounds_value(quality));
}

TEST_CASE("who always says how frequent the most frequent label is, is calibrated",
          "[quality][ece]") {
  // Thirty of forty, said of each: no gap, and no skill that could be told from none.
  Classes labels(40, 0);
  for (std::size_t i = 0; i < 10; ++i) labels[i] = 1;
  const Quality constant = judged(15, Rows(40, {0.75, 0.25}), labels);
  CHECK(std::fabs(constant.value.value) < 1e-12);
  CHECK_FALSE(constant.skill.is_known());
  CHECK(constant.value_interval.low == 0.0);
  CHECK(constant.value_interval.high > 0.0);
}

TEST_CASE("a single item has an ECE, which may be anything", "[quality][ece]") {
  const Quality quality = judged(15, {{0.6, 0.4}}, {0});
  CHECK(agrees(quality.value.value, 0.4));
  CHECK(quality.value_interval.low == 0.0);
  CHECK(quality.value_interval.high == 1.0);
}

TEST_CASE("ECE takes its labels from the caller", "[quality][ece]") {
  const Classes labels = {0, 1, 0, 1};
  auto kept = calibration_error(labels);
  auto dropped = calibration_error(labels, 10, PerItem::drop);
  const Rows outputs = with_confidence({0.95, 0.95, 0.6, 0.65});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    kept.add(i, outputs[i]);
    dropped.add(i, outputs[i]);
  }
  CHECK(kept.per_item().size() == 8);
  CHECK(dropped.per_item().empty());
  CHECK(mentions(dropped.result().signature, "bins:10"));
  CHECK(kept.result().signature == "bins:15|norm:l1|confidence:top|trivial:none");
  CHECK(agrees(kept.result().value.value, (2 * 0.45 + 0.4 + 0.65) / 4.0));
  CHECK(kept.per_item()[0] == 0.95);
  CHECK(kept.per_item()[1] == 1.0);
  CHECK(kept.per_item()[3] == 0.0);
  const CalibrationError without = seen(CalibrationError(15, PerItem::drop), outputs, labels);
  CHECK(without.items() == 4);
  CHECK(without.result().value.value == kept.result().value.value);
  CHECK(without.result().value_interval.high == kept.result().value_interval.high);
}

TEST_CASE("confidences of single precision are taken as they are", "[quality][ece]") {
  CalibrationError metric(4);
  metric.add(std::vector<float>{0.75F, 0.25F}, 0);
  metric.add(std::vector<float>{0.125F, 0.875F}, 0);
  // .75 and right, .875 and wrong, in two bins.
  CHECK(agrees(metric.result().value.value, (0.25 + 0.875) / 2.0));
}

TEST_CASE("ECE needs an output for each label, and a bin", "[quality][ece]") {
  const Classes none;
  CHECK(mentions(complaint([&] { (void)calibration_error(none); }), "no items"));
  const Classes labels = {0, 1};
  auto metric = calibration_error(labels);
  metric.add(0, std::vector<double>{0.6, 0.4});
  CHECK(mentions(complaint([&] { (void)metric.result(); }), "1 outputs for 2 references"));
  const volatile std::size_t out_of_turn = 0;
  const std::vector<double> output = {0.6, 0.4};
  CHECK_FALSE(abort_message([&] { metric.add(out_of_turn, output); }).empty());
  const volatile std::size_t no_bins = 0;
  CHECK_FALSE(abort_message([&] { (void)CalibrationError(no_bins); }).empty());
}

TEST_CASE("what is no probability has no calibration", "[quality][ece]") {
  CHECK(mentions(complaint([] { (void)judged(15, {}, {}); }), "no items"));
  const auto said = [](const std::vector<double>& row) {
    return complaint([&] { (void)judged(15, {{0.9, 0.1}, row}, {0, 0}); });
  };
  CHECK(said({0.1, 0.9}).empty());
  CHECK(mentions(said({0.9, 0.9}), "sum up to 1: item 1"));
  CHECK(mentions(said({0.5, 0.4}), "sum up to 1: item 1"));
  CHECK(mentions(said({2.0, -1.0}), "not between 0 and 1: item 1"));
  CHECK(mentions(said({-0.1, 1.1}), "not between 0 and 1: item 1"));
  CHECK(mentions(said({0.9, not_a_number()}), "not a finite number: item 1, class 1"));
  CHECK(mentions(said({not_a_number(), 0.9}), "not a finite number: item 1, class 0"));
  CHECK(mentions(said({infinite(), 0.0}), "not a finite number: item 1, class 0"));
  CHECK(mentions(said({}), "no scores: item 1"));
}

TEST_CASE("a label without a probability has no calibration", "[quality][ece]") {
  // Classes that are counted from 1 would be judged as wrong answers without any message.
  const auto said = [](int label) {
    return complaint([&] { (void)judged(15, {{0.9, 0.1}, {0.2, 0.8}}, {0, label}); });
  };
  CHECK(said(1).empty());
  CHECK(mentions(said(2), "a label has no score: item 1"));
  CHECK(mentions(said(-1), "a label has no score: item 1"));
}

TEST_CASE("a bin that scatters less than its confidences promise is as unsure as they are",
          "[quality][ece]") {
  // 100 times .9, all right: .9 x .1 x 100 = 9, where 100 x .1^2 = 1 was seen. u = 1 + sqrt(9.75),
  // and (sqrt(2/pi) + 1.95996 sqrt(1 - 2/pi)) u/100 = .0815996.
  std::vector<double> rows;
  for (int i = 0; i < 100; ++i) rows.insert(rows.end(), {0.9, 1.0});
  CHECK(detail::calibration_halfwidth(rows, 15.0) == Approx(0.0815996).epsilon(1e-6));
}

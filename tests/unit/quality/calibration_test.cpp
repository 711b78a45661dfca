// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/calibration.hpp"

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "judge.hpp"

using namespace perjoule;

namespace {

using Classes = std::vector<int>;
using Rows = std::vector<std::vector<double>>;

Quality judged(std::size_t bins, const Rows& outputs, const Classes& labels) {
  return judge(CalibrationError(bins), outputs, labels);
}

/// Of two classes, the first with this confidence.
Rows with_confidence(const std::vector<double>& confidences) {
  Rows rows;
  for (const double c : confidences) rows.push_back({c, 1.0 - c});
  return rows;
}

}  // namespace

TEST_CASE("ECE is the gap between confidence and accuracy, bin by bin", "[quality][ece]") {
  // 15 bins: .95 and .95 in one, one of two right: gap .45; .6 and .65, in (.6, .667] and its
  // neighbour: right and wrong, gaps .4 and .65. Each weighs as many items as it has.
  const Quality quality = judged(15, with_confidence({0.95, 0.95, 0.6, 0.65}), Classes{0, 1, 0, 1});
  CHECK(agrees(quality.value.value, (2 * 0.45 + 0.4 + 0.65) / 4.0));
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
    // Volatile, so that -ffast-math divides as it is told and multiplies by no reciprocal.
    const volatile auto count = static_cast<double>(bins);
    for (std::size_t m = 1; m <= bins; ++m) {
      const double end = static_cast<double>(m) / count;
      CAPTURE(bins, m);
      CHECK(detail::calibration_bin(end, count) == m - 1);
      CHECK(detail::calibration_bin(std::nextafter(end, 0.0), count) == m - 1);
      if (m < bins) CHECK(detail::calibration_bin(std::nextafter(end, 1.0), count) == m);
    }
    CHECK(detail::calibration_bin(0.0, count) == 0);
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
  // Wilson's interval of 30 of 30 begins at 30/(30 + 1.959964^2) = .886494.
  CHECK(right.value_interval.high == Approx(0.113506).epsilon(1e-4));
  const Quality wrong = judged(15, sure, Classes(30, 1));
  CHECK(agrees(wrong.value.value, 1.0));
  CHECK(wrong.value_interval.low < 1.0);
  CHECK(wrong.value_interval.high == 1.0);
}

TEST_CASE("ECE is known to what its bins' gaps may add up to by chance", "[quality][ece]") {
  // Two bins, one with 50 items of confidence .6, 30 right: squares 30 x .16 + 20 x .36 = 12, as
  // .6 x .4 x 50; one with 50 of .4 beside it named otherwise: none, so a single u = sqrt(12)/50.
  std::vector<double> confidences(50, 0.6);
  Classes labels(50, 0);
  for (std::size_t i = 0; i < 20; ++i) labels[i] = 1;
  const Quality quality = judged(2, with_confidence(confidences), labels);
  // sqrt(2/pi) u + 1.644854 sqrt(1 - 2/pi) u, with u = .0692820.
  CHECK(std::fabs(quality.value.value) < 1e-12);
  CHECK(quality.value_interval.low == 0.0);
  CHECK(quality.value_interval.high ==
        Approx(0.0692820 * (0.7978846 + 1.644854 * 0.6028103)).epsilon(1e-5));
  // All 50 right: gaps of .4, squares 8, and still the 12 of a calibrated model.
  const Quality all_right = judged(2, with_confidence(confidences), Classes(50, 0));
  CHECK(agrees(all_right.value.value, 0.4));
  CHECK(all_right.value_interval.high - 0.4 == Approx(quality.value_interval.high).epsilon(1e-6));
}

TEST_CASE("ECE says what it is, and that it tells no skill", "[quality][ece]") {
  const Quality quality =
      judged(15, with_confidence({0.95, 0.95, 0.6, 0.65, 0.9, 0.7}), Classes{0, 1, 0, 1, 0, 0});
  CHECK(quality.metric == "ece");
  CHECK(quality.signature == "bins:15|norm:l1|confidence:top|trivial:none");
  CHECK_FALSE(quality.higher_is_better);
  CHECK(quality.perfect == 0.0);
  CHECK_FALSE(quality.skill.is_known());
  CHECK(mentions(quality.why_no_skill, "calibrated"));
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
  CHECK(mentions(dropped.result().signature.chars, "bins:10"));
}

TEST_CASE("what is no probability has no calibration", "[quality][ece]") {
  CHECK(mentions(complaint([] { (void)judged(15, {}, {}); }), "no items"));
  CHECK(mentions(complaint([] { (void)judged(15, {{0.9, 0.9}}, {0}); }), "sum up to 1"));
  CHECK(mentions(complaint([] { (void)judged(15, {{2.0, -1.0}}, {0}); }), "between 0 and 1"));
  CHECK(mentions(complaint([] {
                   (void)judged(15, {{0.9, not_a_number()}}, {0});
                 }),
                 "not a finite number"));
}

TEST_CASE("a label without a probability has no calibration", "[quality][ece]") {
  // Classes that are counted from 1 would come out as wrong answers, all but silently.
  const auto said = [](int label) {
    return complaint([&] { (void)judged(15, {{0.9, 0.1}, {0.2, 0.8}}, {0, label}); });
  };
  CHECK(said(1).empty());
  CHECK(mentions(said(2), "a label has no score: item 1"));
  CHECK(mentions(said(-1), "a label has no score: item 1"));
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/classification.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "class_samples.hpp"
#include "evaluate.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;
using detail::ClassCount;
using detail::Confusion;

namespace {

/// Returns how often a class was right, predicted or actual.
double count_of(const std::vector<double>& rows, int of_class, int which) {
  const auto at = static_cast<std::size_t>(of_class);
  const auto read = [&](View<ClassCount> classes) {
    if (at >= classes.size()) return -1.0;
    return which == 0 ? classes[at].right : which == 1 ? classes[at].predicted : classes[at].actual;
  };
  return detail::evaluate_confusion(read, rows);
}

/// Returns the share of items that are right, over all classes.
double share_right(View<ClassCount> classes) {
  double right = 0.0;
  double items = 0.0;
  for (const ClassCount& count : classes) {
    right += count.right;
    items += count.actual;
  }
  return right / items;
}

/// The smallest metric of a confusion matrix.
class ShareRight : public Confusion {
 public:
  explicit ShareRight(PerItem keep = PerItem::keep) : Confusion(keep) {}
  [[nodiscard]] Quality result() const { return result_beside(classes()); }
  /// The result compared with a predictor that always returns this class.
  [[nodiscard]] Quality result_beside_class(std::int64_t number) const {
    return result_beside(index_of(number));
  }
  using Confusion::classes;
  using Confusion::index_of;

 private:
  [[nodiscard]] Quality result_beside(std::size_t always) const {
    Quality quality;
    quality.metric = "share-right";
    finish(quality, {share_right}, always);
    return quality;
  }
};

std::vector<double> rows_of(const Confusion& confusion) {
  return {confusion.per_item().begin(), confusion.per_item().end()};
}

}  // namespace

TEST_CASE("classes are numbered in the order in which they come, the label before the output",
          "[quality][confusion]") {
  // 7 and -2 by the first item, 5 by the second; then all are known.
  const ShareRight metric =
      seen(ShareRight(), std::vector<int>{-2, 7, -2, 5}, std::vector<int>{7, 5, -2, 7});
  CHECK(rows_of(metric) == std::vector<double>{0, 1, 2, 0, 1, 1, 0, 2});
  CHECK(metric.items() == 4);
  CHECK(metric.classes() == 3);
  CHECK(metric.index_of(7) == 0);
  CHECK(metric.index_of(-2) == 1);
  CHECK(metric.index_of(5) == 2);
  // Classes that never occur all get the next index.
  CHECK(metric.index_of(0) == 3);
}

TEST_CASE("a class has so many right ones, outputs and labels", "[quality][confusion]") {
  // As (label, output): 0 0, 0 1, 1 1, 2 0, 2 2, 2 2.
  const std::vector<double> rows = {0, 0, 0, 1, 1, 1, 2, 0, 2, 2, 2, 2};
  const double expected[][3] = {{1, 2, 2}, {1, 2, 1}, {2, 2, 3}};
  for (int at = 0; at < 3; ++at) {
    for (int which = 0; which < 3; ++which) {
      CAPTURE(at, which);
      CHECK(count_of(rows, at, which) == expected[at][which]);
    }
  }
  // And the rows have room for no class after the last one that occurred.
  CHECK(count_of(rows, 3, 0) == -1.0);
}

TEST_CASE("a class that only outputs or only labels name is counted", "[quality][confusion]") {
  const std::vector<double> rows = {0, 2, 1, 1};
  CHECK(count_of(rows, 0, 1) == 0.0);
  CHECK(count_of(rows, 0, 2) == 1.0);
  CHECK(count_of(rows, 2, 0) == 0.0);
  CHECK(count_of(rows, 2, 1) == 1.0);
  CHECK(count_of(rows, 2, 2) == 0.0);
}

TEST_CASE("counts of twenty items are those of scikit-learn 1.2.1's confusion matrix",
          "[quality][confusion]") {
  // Diagonal 5 2 2 0 0, sums of its columns 9 4 5 0 2 and of its rows 8 5 5 2 0. Classes come as
  // 0, 1, 2, 4, 3.
  const ClassSample twenty = twenty_classes();
  const std::vector<double> rows = rows_of(seen(ShareRight(), twenty.outputs, twenty.labels));
  const double expected[][3] = {{5, 9, 8}, {2, 4, 5}, {2, 5, 5}, {0, 2, 0}, {0, 0, 2}};
  for (int at = 0; at < 5; ++at) {
    for (int which = 0; which < 3; ++which) {
      CAPTURE(at, which);
      CHECK(count_of(rows, at, which) == expected[at][which]);
    }
  }
}

TEST_CASE("the trivial predictor names the most frequent label, or the class that is asked for",
          "[quality][confusion]") {
  // Labels: 9 twice, 4 three times, 6 once; 6 is the most frequent output, which does not count.
  const std::vector<int> labels = {9, 4, 4, 6, 4, 9};
  const std::vector<int> outputs = {6, 6, 6, 6, 4, 9};
  const ShareRight metric = seen(ShareRight(), outputs, labels);
  CHECK(metric.result().trivial == 0.5);
  CHECK(metric.result().value.value == 0.5);
  CHECK(metric.result().skill.value == 0.0);
  CHECK(agrees(metric.result_beside_class(9).trivial, 1.0 / 3.0));
  CHECK(agrees(metric.result_beside_class(6).trivial, 1.0 / 6.0));
  CHECK(agrees(metric.result_beside_class(9).skill.value, (0.5 - 1.0 / 3.0) / (2.0 / 3.0)));
}

TEST_CASE("scores name the class of the largest, and of equal ones the first",
          "[quality][confusion]") {
  ShareRight metric;
  metric.add(std::vector<double>{0.1, 0.7, 0.2}, 1);
  metric.add(std::vector<double>{0.4, 0.2, 0.4}, 0);
  metric.add(std::vector<float>{-3.0F, -1.0F, -1.0F}, 2);
  const double plain[] = {0.0, 0.0, 1.0};
  metric.add(plain, 2);
  // 1 named 1; 0 named 0; 2 named 1; 2 named 2: places 0, 1, 2 of classes 1, 0, 2.
  CHECK(rows_of(metric) == std::vector<double>{0, 0, 1, 1, 2, 0, 2, 2});
  CHECK(metric.result().value.value == 0.75);
}

TEST_CASE("classes may be any whole numbers and enumerations, and none are mixed up",
          "[quality][confusion]") {
  enum class Kind : unsigned char { none, some };
  ShareRight metric;
  metric.add(Kind::some, 1);
  metric.add(static_cast<unsigned char>(200), 200);
  metric.add(true, Kind::some);
  CHECK(metric.result().value.value == 1.0);
  CHECK(metric.classes() == 2);
  // One number as 32 bits, and one as doubles.
  ShareRight wide;
  wide.add(std::int64_t{5}, (std::int64_t{1} << 32U) + 5);
  wide.add(std::int64_t{1} << 53U, (std::int64_t{1} << 53U) + 1);
  CHECK(wide.classes() == 4);
  CHECK(wide.result().value.value == 0.0);
}

TEST_CASE("a thousand classes are told apart", "[quality][confusion]") {
  ShareRight metric;
  for (int i = 0; i < 1000; ++i) metric.add(7919 * i, i % 4 == 0 ? 7919 * i : -1);
  // 250 labels by themselves; -1 is the label of 750, and no output.
  CHECK(metric.classes() == 1001);
  const std::vector<double> rows = rows_of(metric);
  double right = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += 2) right += rows[i] == rows[i + 1] ? 1.0 : 0.0;
  CHECK(right == 250.0);
  CHECK(count_of(rows, static_cast<int>(metric.index_of(-1)), 2) == 750.0);
  CHECK(count_of(rows, static_cast<int>(metric.index_of(-1)), 1) == 0.0);
}

TEST_CASE("labels far apart are found again, though many want the same slot",
          "[quality][confusion]") {
  detail::LabelIndex index;
  Random random(1);
  std::vector<std::int64_t> labels(10'000);
  for (std::int64_t& label : labels) label = static_cast<std::int64_t>(random.bits());
  for (const int times : {1, 2}) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      CAPTURE(times);
      if (index.add(labels[i]) != i) FAIL("label " << i);
    }
  }
  CHECK(index.entries().size() == labels.size());
}

TEST_CASE("a formula of counts is resampled over items", "[quality][confusion]") {
  // 42 of 60 right; the bootstrap's scatter is that of a share: sqrt(.7 x .3/60).
  const ClassSample sixty = sixty_classes();
  const ShareRight metric = seen(ShareRight(), sixty.outputs, sixty.labels);
  const Quality quality = metric.result();
  CHECK(agrees(quality.value.value, 0.7));
  CHECK(agrees(quality.trivial, 31.0 / 60.0));
  CHECK(quality.value_interval.method == IntervalMethod::bca);
  CHECK(quality.value.random == Approx(std::sqrt(0.7 * 0.3 / 60.0)).epsilon(0.06));
  CHECK(quality.value_interval.contains(0.7));
  CHECK(std::string(quality.formula.columns) == "label,output");
  // The rows alone give the value again, as a paired test requires.
  CHECK(quality.formula.value(metric.per_item()) == quality.value.value);
  CHECK_FALSE(quality.formula.uses_sums);
}

TEST_CASE("what is dropped of each item is there for the interval", "[quality][confusion]") {
  const ClassSample sixty = sixty_classes();
  const ShareRight kept = seen(ShareRight(), sixty.outputs, sixty.labels);
  const ShareRight dropped = seen(ShareRight(PerItem::drop), sixty.outputs, sixty.labels);
  CHECK(kept.per_item().size() == 120);
  CHECK(dropped.per_item().empty());
  CHECK(dropped.items() == 60);
  CHECK(dropped.result().value_interval.low == kept.result().value_interval.low);
  CHECK(dropped.result().value_interval.high == kept.result().value_interval.high);
}

TEST_CASE("labels of one class leave nothing to be skilled at, whatever is named",
          "[quality][confusion]") {
  const Quality quality =
      evaluate(ShareRight(), std::vector<int>{3, 4, 3, 3}, std::vector<int>{3, 3, 3, 3});
  CHECK(quality.value.value == 0.75);
  CHECK(quality.trivial == 1.0);
  CHECK_FALSE(quality.skill.is_known());
  CHECK(std::string(quality.why_no_skill) ==
        "a predictor that always names one class does as well as a perfect one, which leaves "
        "nothing to be skilled at");
}

TEST_CASE("what can't be counted is refused, and counts for nothing", "[quality][confusion]") {
  CHECK(mentions(complaint([] { (void)ShareRight().result(); }),
                 "a metric of no items: share-right"));
  ShareRight metric;
  metric.add(0, 0);
  const auto said = [&](const std::vector<double>& scores, int label) {
    return complaint([&] { metric.add(scores, label); });
  };
  CHECK(mentions(said({}, 0), "no scores: item 1"));
  CHECK(mentions(said({0.1, not_a_number()}, 0), "not a finite number: item 1, class 1"));
  CHECK(mentions(said({infinite(), 0.1}, 0), "not a finite number: item 1, class 0"));
  CHECK(mentions(said({0.1, 0.9}, 2), "a label has no score: item 1"));
  CHECK(mentions(said({0.1, 0.9}, -1), "a label has no score: item 1"));
  CHECK(metric.items() == 1);
  CHECK(metric.classes() == 1);
}

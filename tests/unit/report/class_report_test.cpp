// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/class_report.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/classification.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/stats/proportion_interval.hpp"

using namespace perjoule;

namespace {

/// An entry of a model that was judged by its accuracy, which keeps no classes, and by its F score.
Entry judged(const std::vector<int>& outputs, const std::vector<int>& labels) {
  Entry entry;
  entry.inputs = labels.size();
  Accuracy accuracy;
  FScore f_score(detail::FScoreKind::f, {});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    accuracy.add(outputs[i], labels[i]);
    f_score.add(outputs[i], labels[i]);
  }
  entry.quality = {accuracy.result(), f_score.result()};
  entry.quality[0].columns = 1;
  entry.quality[1].columns = 2;
  for (const double right : accuracy.per_item()) entry.per_item.push_back(right);
  for (const double place : f_score.per_item()) entry.per_item.push_back(place);
  return entry;
}

// Class 9 comes first, and class 7 is named once though no item is of it.
const std::vector<int> labels = {9, 9, 9, 9, -1, -1, 3, 3};
const std::vector<int> outputs = {9, 9, 9, 3, -1, 9, 3, 7};

}  // namespace

TEST_CASE("a confusion matrix counts the outputs of each label", "[report][classes]") {
  const ConfusionMatrix matrix = confusion_matrix(judged(outputs, labels), labels);
  CHECK(matrix.classes == std::vector<std::string>{"-1", "3", "9", "no label (1)"});
  CHECK(matrix.counts == std::vector<std::size_t>{1, 0, 1, 0,  // -1
                                                  0, 1, 0, 1,  // 3
                                                  0, 1, 3, 0,  // 9
                                                  0, 0, 0, 0});
  CHECK(markdown(confusion_table(matrix)) ==
        "| label \\ output |  -1 |   3 |   9 | no label (1) |\n"
        "| -------------- | --: | --: | --: | -----------: |\n"
        "| -1             |   1 |   0 |   1 |            0 |\n"
        "| 3              |   0 |   1 |   0 |            1 |\n"
        "| 9              |   0 |   1 |   3 |            0 |\n"
        "| no label (1)   |   0 |   0 |   0 |            0 |\n");
}

TEST_CASE("a report has precision, recall and F1 of each class", "[report][classes]") {
  ConfusionMatrix matrix = confusion_matrix(judged(outputs, labels), labels);
  matrix.classes[2] = "cat";
  const Table report = class_report(matrix);
  REQUIRE(report.rows() == 5);
  REQUIRE(report.columns() == 5);
  CHECK(report.at(0, 2) == "precision (%)");
  CHECK(report.cell(0, 2).better == Direction::higher);
  CHECK(report.at(3, 0) == "cat");
  CHECK(report.at(3, 1) == "4");
  // 3 of 4 named and of 4 there; 3 of the 5 that are either: F1 2 x 3/8. Wilson 3/4: 30 to 95;
  // 3/5: 23 to 88, which is 2 x .2307/1.2307 = .3749 to 2 x .882/1.882 = .938.
  CHECK(report.at(3, 2) == "75 [30, 95]");
  CHECK(report.at(3, 3) == "75 [30, 95]");
  CHECK(report.at(3, 4) == "75 [37, 94]");
  // Of no item that there is, a recall is no number.
  CHECK(report.at(4, 1) == "0");
  CHECK(report.at(4, 3) == "n/a");
  CHECK(report.at(4, 4).substr(0, 2) == "0 ");
}

TEST_CASE("F1 of a class is a share of the items that have it as either", "[report][classes]") {
  const IntervalEstimate<double> found = detail::class_score(30, 50, true);
  CHECK(found.estimate.value == Approx(2 * 30.0 / (50 + 30)));
  const Interval<double> share = wilson_interval(30, 50);
  CHECK(found.interval.low == Approx(2 * share.low / (1 + share.low)));
  CHECK(found.interval.high == Approx(2 * share.high / (1 + share.high)));
  CHECK(found.estimate.random == Approx((found.interval.high - found.interval.low) / 3.919928));
  CHECK_FALSE(detail::class_score(0, 0, true).estimate.is_known());
}

TEST_CASE("labels of another test set are refused", "[report][classes]") {
  const Entry entry = judged(outputs, labels);
  CHECK(complaint([&] {
          (void)confusion_matrix(entry, std::vector<int>{9, 9});
        }).find("2 labels, and 8 items") != std::string::npos);
  std::vector<int> others = labels;
  others[2] = 3;
  CHECK(complaint([&] { (void)confusion_matrix(entry, others); }).find("item 2") !=
        std::string::npos);
  Entry without = entry;
  without.quality[1].columns = 0;
  CHECK(complaint([&] {
          (void)confusion_matrix(without, labels);
        }).find("no metric keeps the classes") != std::string::npos);
  Entry foreign = entry;
  foreign.per_item[9] = 0.5;
  CHECK(complaint([&] { (void)confusion_matrix(foreign, labels); }).find("no class") !=
        std::string::npos);
}

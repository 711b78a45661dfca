// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/projected_metric.hpp"

#include <array>
#include <string>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/binary_ranking.hpp"

using namespace perjoule;

namespace {

const std::vector<int> labels = {0, 1, 1, 0};
const std::vector<double> probabilities = {0.2, 0.9, 0.4, 0.5};

template <class Metric, class Output>
Quality judged(Metric metric, const std::vector<Output>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) metric.add(i, outputs[i]);
  return metric.result();
}

}  // namespace

TEST_CASE("a metric of a part of each output judges that part", "[quality][projected]") {
  struct Output {
    int label;
    std::string words;
  };
  const std::vector<Output> outputs = {{0, "a"}, {1, "b"}, {0, "c"}, {0, "d"}};
  const auto metric = of([](const Output& y) { return y.label; }, accuracy(labels));
  static_assert(QualityMetric<std::remove_cv_t<decltype(metric)>, Output>);
  static_assert(!QualityMetric<std::remove_cv_t<decltype(metric)>, std::string>);
  const Quality found = judged(metric, outputs);
  CHECK(found.value.value == 0.75);
  CHECK(found.metric == "accuracy");
  CHECK(found.signature == judged(accuracy(labels), std::vector<int>{0, 1, 0, 0}).signature);
}

TEST_CASE("a probability is an answer from a threshold on", "[quality][projected]") {
  const Quality half = judged(accuracy(labels, 0.5), probabilities);  // 0, 1, 0, 1
  CHECK(half.value.value == 0.5);
  CHECK(half.signature == "threshold:0.5");
  CHECK(judged(accuracy(labels, 0.3), probabilities).value.value == 0.75);  // 0, 1, 1, 1
  CHECK(judged(accuracy(labels, 0.95F), probabilities).value.value == 0.5);
  CHECK(complaint([] {
          (void)judged(accuracy(labels, 0.5), std::vector<double>{detail::quiet_nan()});
        }).find("not a finite number") != std::string::npos);
  // A whole number is how many guesses count.
  CHECK(
      judged(accuracy(labels, 2), std::vector<std::array<double, 2>>(4, {0.1, 0.9})).value.value ==
      1.0);
}

TEST_CASE("one binary classifier serves accuracy and AUROC together", "[quality][projected]") {
  Session session{NoMeter()};
  const auto forward = [](const double& p) { return p; };
  const Entry entry = session.measure({.budget = Seconds(0.05)}, forward, probabilities,
                                      accuracy(labels, 0.5), auroc(labels));
  REQUIRE(entry.quality.size() == 2);
  CHECK(entry.quality[0].value.value == 0.5);
  // Of the four pairs (.9, .4) x (.2, .5), three are in order.
  CHECK(entry.quality[1].value.value == 0.75);
  const auto scores = [](const double& p) { return std::array<double, 2>{1.0 - p, p}; };
  const Entry both = session.measure({.budget = Seconds(0.05)}, scores, probabilities,
                                     accuracy(labels), auroc(labels));
  CHECK(both.quality[0].value.value == 0.75);  // .5 and .5: the first class
  CHECK(both.quality[1].value.value == 0.75);
}

TEST_CASE("an AUROC takes two scores, and no other number of them", "[quality][projected]") {
  const std::vector<int> twos = {0, 0, 1, 1};
  const std::vector<std::vector<double>> logits = {{2.0, 1.0}, {1.0, 1.5}, {0.0, 0.25}, {0.0, 3.0}};
  // Differences -1, .5, .25, 3; of the other class, they are 1, -.5, ...
  CHECK(judged(auroc(twos), logits).value.value == 0.75);
  CHECK(judged(auroc(twos, 0), logits).value.value == 0.75);
  const std::vector<std::vector<double>> three = {{0.0, 1.0, 2.0}};
  CHECK(complaint([&] { (void)judged(auroc(twos), three); }).find("two scores") !=
        std::string::npos);
  CHECK(complaint([&] { (void)judged(auroc(twos, 2), logits); }).find("two scores") !=
        std::string::npos);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/quality_result.hpp"

#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/regression.hpp"

using namespace perjoule;

namespace {

using Numbers = std::vector<double>;

/// Returns the session's result for a metric that has seen its items.
struct Judged {
  Quality quality;
  std::vector<double> rows;

  template <class Metric>
  explicit Judged(const Metric& metric) : quality(metric.result()) {
    for (const double x : metric.per_item()) rows.push_back(x);
    quality.columns = rows.size() / quality.items;
  }
};

IntervalEstimate<double> difference_of(const Judged& a, const Judged& b) {
  return paired_difference(a.quality, a.rows, b.quality, b.rows);
}

Judged rmse(const Numbers& outputs, const Numbers& references) {
  return Judged(seen(Regression(detail::RegressionKind::rmse, ""), outputs, references));
}

}  // namespace

TEST_CASE("two accuracies on the same items differ by Tango's interval of paired shares",
          "[quality][paired]") {
  const std::vector<int> labels(10, 1);
  const std::vector<int> nine = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0};
  const std::vector<int> seven = {0, 1, 1, 1, 1, 0, 1, 1, 1, 0};
  const IntervalEstimate<double> found = difference_of(Judged(seen(Accuracy(), nine, labels)),
                                                       Judged(seen(Accuracy(), seven, labels)));
  CHECK(agrees(found.estimate.value, 0.2));
  // Two of ten only by the first: the ends by SciPy's brentq for the statistic of Tango 1998.
  CHECK(found.interval.low == Approx(-0.13303935983546705).epsilon(1e-9));
  CHECK(found.interval.high == Approx(0.5098375284633583).epsilon(1e-9));
  CHECK(found.interval.method == IntervalMethod::tango);
  CHECK(found.estimate.random == Approx(0.16400221977795415).epsilon(1e-6));
}

TEST_CASE("two models that agree on all items are not certain to be equal", "[quality][paired]") {
  // z^2/(n + z^2) with n = 8.
  const double end = 3.841458820694124 / 11.841458820694124;
  const std::vector<int> labels = {1, 0, 1, 0, 1, 1, 0, 0};
  const std::vector<int> outputs = {1, 0, 0, 0, 1, 1, 0, 0};
  const Judged right(seen(Accuracy(), outputs, labels));
  const IntervalEstimate<double> shares = difference_of(right, right);
  CHECK(shares.estimate.value == 0.0);
  CHECK(shares.estimate.random > 0.0);
  CHECK(shares.interval.low == Approx(-end).epsilon(1e-9));
  CHECK(shares.interval.high == Approx(end).epsilon(1e-9));
  // Of a mean of shares, such as token F1, another item differs by 1 at most.
  Quality parts = right.quality;
  const Numbers rows = {.5, 1, .25, 0, .5, 1, 1, .75};
  CHECK(paired_difference(parts, rows, parts, rows).interval.high == Approx(end).epsilon(1e-9));
  // Of another metric nothing bounds it.
  parts.unit = "nat";
  CHECK_FALSE(paired_difference(parts, rows, parts, rows).estimate.is_known());
  const Judged off = rmse({0.1, 1.2, 2, 3, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7});
  CHECK_FALSE(difference_of(off, off).estimate.is_known());
  // A stranger's record may call its rows nothing.
  parts.columns = 0;
  CHECK_FALSE(paired_difference(parts, rows, parts, rows).estimate.is_known());
}

TEST_CASE("items that are hard for both models make no difference less sure", "[quality][paired]") {
  // b is off by .1 more wherever a is off, by 0 to 40: compared separately, the RMSEs
  // overlap widely.
  Numbers references;
  Numbers of_a;
  Numbers of_b;
  for (int i = 0; i < 200; ++i) {
    references.push_back(i);
    of_a.push_back(i + 0.2 * (i % 50) + 0.01 * (i % 7));
    of_b.push_back(of_a.back() + 0.1);
  }
  const Judged a = rmse(of_a, references);
  const Judged b = rmse(of_b, references);
  CHECK(a.quality.value_interval.high > b.quality.value_interval.low);
  const IntervalEstimate<double> found = difference_of(b, a);
  CHECK(agrees(found.estimate.value, b.quality.value.value - a.quality.value.value));
  CHECK(found.interval.low > 0.0);
  CHECK(found.interval.high < 0.1);
}

TEST_CASE("two AUROCs differ with DeLong's covariance", "[quality][paired]") {
  std::vector<int> labels;
  Numbers of_a;
  Numbers of_b;
  for (int i = 0; i < 60; ++i) {
    labels.push_back(i % 2);
    of_a.push_back(i % 2 + 0.03 * ((i * 7) % 60));
    of_b.push_back(0.5 * (i % 2) + 0.03 * ((i * 7) % 60));
  }
  const auto area = [&](const Numbers& scores) {
    return Judged(seen(BinaryRanking(detail::RankingKind::auroc, 1), scores, labels));
  };
  const Judged a = area(of_a);
  const Judged b = area(of_b);
  const IntervalEstimate<double> found = difference_of(a, b);
  CHECK(agrees(found.estimate.value, a.quality.value.value - b.quality.value.value));
  CHECK(found.interval.low < found.estimate.value);
  CHECK(found.interval.high > found.estimate.value);
}

TEST_CASE("what is no pair has no difference", "[quality][paired]") {
  const std::vector<int> labels = {1, 0, 1, 0};
  const std::vector<int> outputs = {1, 0, 0, 0};
  const Judged a(seen(Accuracy(), outputs, labels));
  SECTION("other items") {
    const Judged b(seen(Accuracy(), std::vector<int>{1, 0, 1}, std::vector<int>{1, 0, 1}));
    CHECK_FALSE(difference_of(a, b).estimate.is_known());
  }
  SECTION("none kept") {
    const Judged b(seen(Accuracy(1, PerItem::drop), outputs, labels));
    CHECK_FALSE(difference_of(a, b).estimate.is_known());
    CHECK_FALSE(difference_of(b, b).estimate.is_known());
  }
  SECTION("another metric") {
    const Judged b = rmse({1, 0, 0, 0}, {1, 0, 1, 0});
    CHECK_FALSE(difference_of(a, b).estimate.is_known());
  }
  SECTION("another signature") {
    Judged b = a;
    b.quality.signature = "top-k:1|ties:last";
    CHECK_FALSE(difference_of(a, b).estimate.is_known());
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/delong.hpp"

#include <cmath>
#include <cstddef>
#include <string>

#include "aborts.hpp"
#include "catch.hpp"
#include "complaint.hpp"
#include "normal.hpp"
#include "perjoule/stats/distributions.hpp"

using namespace perjoule;

namespace {

const bool labels[] = {false, false, true, true,  false, true,
                       false, true,  true, false, false, true};
const double scores_a[] = {.1, .4, .35, .8, .2, .9, .5, .5, .7, .3, .6, .65};
const double scores_b[] = {.2, .6, .3, .7, .1, .6, .55, .4, .9, .5, .4, .45};

}  // namespace

TEST_CASE("AUROC and its variance are those of all pairs", "[stats][delong]") {
  // scikit-learn 1.2.1 roc_auc_score: .875 and .6944444; the variance by numpy 1.24.2 from the
  // 6 x 6 table of comparisons, its row means and column means. Of a the expected variance is
  // larger, .1086977^2. Wilson's interval of A(1 - A)/u^2 items, with Welch's 8.961460 degrees of
  // freedom, by scipy 1.10.1.
  const Auroc a = delong(scores_a, labels);
  CHECK(a.value.value == Approx(0.875).epsilon(1e-14));
  CHECK(a.value.random == Approx(0.10869774890623979).epsilon(1e-12));
  CHECK(a.value.common == 0.0);
  CHECK(a.value.dof == Approx(8.961460446247463).epsilon(1e-10));
  CHECK(a.interval.low == Approx(0.503010050506862).epsilon(1e-9));
  CHECK(a.interval.high == Approx(0.9797626402678805).epsilon(1e-9));
  CHECK(a.interval.method == IntervalMethod::delong);
  const Auroc b = delong(scores_b, labels, 0.9);
  CHECK(b.value.value == Approx(0.6944444444444444).epsilon(1e-14));
  CHECK(b.value.random == Approx(0.1657381543352922).epsilon(1e-12));
  CHECK(b.interval.level == 0.9);
  CHECK(b.interval.low > 0.3192642);  // the end at .95
}

TEST_CASE("AUROC is that of scikit-learn's example", "[stats][delong]") {
  // roc_auc_score([0, 0, 1, 1], [.1, .4, .35, .8]) = .75. Wins of positives 1 and 2 of 2, their
  // variance .5/4 = .125; of negatives 2 and 1: u^2 = .125/2 + .125/2.
  const bool positive[] = {false, false, true, true};
  const double scores[] = {0.1, 0.4, 0.35, 0.8};
  const Auroc found = delong(scores, positive);
  CHECK(found.value.value == 0.75);
  CHECK(found.value.random == Approx(std::sqrt(0.125)).epsilon(1e-14));
}

TEST_CASE("the difference of two AUROCs takes their covariance into account", "[stats][delong]") {
  // numpy 1.24.2: cov() of both models' row means over 6, and column means over 6.
  const AurocDifference found = delong_difference(scores_a, scores_b, labels);
  CHECK(found.value.value == Approx(0.18055555555555558).epsilon(1e-12));
  CHECK(found.value.random == Approx(0.12880025688188476).epsilon(1e-12));
  CHECK(found.interval.low == Approx(-0.07188830913244582).epsilon(1e-5));
  CHECK(found.interval.high == Approx(0.432999420243557).epsilon(1e-5));
  CHECK(found.p_value == Approx(0.16096719697115147).epsilon(1e-9));
  CHECK(delong_difference(scores_b, scores_a, labels).value.value < 0.0);
}

TEST_CASE("an AUROC of 1 or 0 has the width that its smaller class leaves", "[stats][delong]") {
  // Three positives above five negatives: p^3 = .025 at the lower end.
  const bool positive[] = {true, true, true, false, false, false, false, false};
  const double right[] = {9, 8, 7, 1, 2, 3, 4, 5};
  const double wrong[] = {0, 0, 0, 1, 2, 3, 4, 5};
  const double least = std::pow(0.025, 1.0 / 3.0);
  const Auroc best = delong(right, positive);
  CHECK(best.value.value == 1.0);
  CHECK(best.interval.low == Approx(least).epsilon(1e-10));
  CHECK(best.interval.high == 1.0);
  CHECK(best.interval.method == IntervalMethod::clopper_pearson);
  CHECK(best.value.random == Approx((1.0 - least) / (2.0 * 1.9599640)).epsilon(1e-7));
  const Auroc worst = delong(wrong, positive);
  CHECK(worst.value.value == 0.0);
  CHECK(worst.interval.low == 0.0);
  CHECK(worst.interval.high == Approx(1.0 - least).epsilon(1e-10));
}

TEST_CASE("equal scores and a single item have an interval too", "[stats][delong]") {
  // Half of 3 successes: scipy 1.10.1 beta.ppf(.025, 1.5, 2.5) = .0387476.
  const bool positive[] = {true, true, true, false, false, false, false};
  const double same[] = {1, 1, 1, 1, 1, 1, 1};
  const Auroc found = delong(same, positive);
  CHECK(found.value.value == 0.5);
  CHECK(found.interval.low == Approx(0.038747617785165174).epsilon(1e-9));
  CHECK(found.interval.high == Approx(0.9612523822148348).epsilon(1e-9));
  const bool one[] = {true, false, false, false};
  const double scores[] = {2.5, 1, 2, 3};
  CHECK(delong(scores, one).interval.method == IntervalMethod::clopper_pearson);
  CHECK(delong(scores, one).value.value == Approx(2.0 / 3.0));
}

TEST_CASE("two models that rank alike, or make no mistake, are not shown to be equal",
          "[stats][delong][missing]") {
  CHECK_FALSE(delong_difference(scores_a, scores_a, labels).value.is_known());
  CHECK_FALSE(delong_difference(scores_a, scores_a, labels).interval.is_known());
  CHECK_FALSE(is_finite(delong_difference(scores_a, scores_a, labels).p_value));
  const bool one[] = {true, false, false, false};
  const double a[] = {2.5, 1, 2, 3};
  const double b[] = {0.5, 1, 2, 3};
  CHECK_FALSE(delong_difference(a, b, one).value.is_known());
}

TEST_CASE("what has no AUROC is told", "[stats][delong]") {
  const bool all[] = {true, true};
  const bool none[] = {false, false};
  const bool both[] = {false, true};
  const double two[] = {1.0, 2.0};
  const double odd[] = {1.0, detail::quiet_nan()};
  CHECK(complaint([&] { (void)delong(two, all); }).find("all items are") != std::string::npos);
  CHECK(complaint([&] { (void)delong(two, none); }).find("no item is") != std::string::npos);
  CHECK(complaint([&] { (void)delong({}, {}); }).find("no item is") != std::string::npos);
  CHECK(complaint([&] { (void)delong(scores_a, both); }).find("12 scores and 2 labels") !=
        std::string::npos);
  CHECK(complaint([&] { (void)delong(odd, both); }).find("item 1") != std::string::npos);
  CHECK_FALSE(abort_message([&] { (void)delong(two, both, 1.0); }).empty());
}

TEST_CASE("AUROC's interval covers about 95 of 100 true values, with few items too",
          "[stats][delong][simulation]") {
  // Normal scores whose means differ by d: AUROC = Phi(d/sqrt(2)), .5, .76, .9615 and .98. Of 2000
  // five standard errors of a share of .95 are .024.
  struct Setting {
    double apart;
    int positives;
    int negatives;
    double least;
  };
  for (const Setting& setting :
       {Setting{0.0, 20, 40, 0.925}, Setting{1.0, 20, 40, 0.925}, Setting{2.5, 40, 40, 0.925},
        Setting{2.5, 5, 10, 0.925}, Setting{2.9, 10, 190, 0.925}}) {
    Normal normal(8);
    constexpr int trials = 2000;
    const double truth = normal_probability(setting.apart / std::sqrt(2.0));
    int covered = 0;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<double> scores;
      bool positive[200] = {};
      const auto items = static_cast<std::size_t>(setting.positives + setting.negatives);
      for (int i = 0; i < setting.positives + setting.negatives; ++i) {
        positive[i] = i < setting.positives;
        scores.push_back(normal(i < setting.positives ? setting.apart : 0.0, 1.0));
      }
      covered += delong(scores, View<bool>(positive, items)).interval.contains(truth) ? 1 : 0;
    }
    INFO("AUROC " << truth << ", " << setting.positives << " positives, covered " << covered);
    CHECK(covered > setting.least * trials);
  }
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/equivalence.hpp"

#include <cmath>
#include <cstddef>
#include <string>

#include "aborts.hpp"
#include "catch.hpp"
#include "complaint.hpp"
#include "normal.hpp"
#include "perjoule/stats/summary.hpp"

using namespace perjoule;

namespace {

double power_of(double effect, std::size_t pairs) {
  return non_inferiority_power({effect, 0.0, 1.0}, pairs);
}

}  // namespace

TEST_CASE("the power of non-inferiority is that of the noncentral t", "[stats][power]") {
  // statsmodels 0.13.5 TTestPower().power(effect, n, .05, alternative="larger"), which is exact.
  const auto about = [](double x, double margin) { return Approx(x).epsilon(0.0).margin(margin); };
  CHECK(power_of(0.5, 27) == about(0.8118315517081681, 0.0005));
  CHECK(power_of(0.2, 155) == about(0.7979057437010172, 0.0001));
  CHECK(power_of(1.0, 8) == about(0.8150194415641823, 0.003));
  CHECK(power_of(2.0, 4) == about(0.9084466626164175, 0.008));
  CHECK(power_of(0.05, 2500) == about(0.8035775812088384, 0.0001));
  CHECK(power_of(0.5, 10) == about(0.42728982677207394, 0.003));
  CHECK(power_of(0.0, 20) == about(0.05, 0.0005));
  // Only the sum of margin and difference counts, in standard deviations.
  CHECK(non_inferiority_power({3.0, -1.0, 4.0}, 27) == power_of(0.5, 27));
}

TEST_CASE("the pairs that non-inferiority needs are those of the noncentral t", "[stats][power]") {
  // The first n whose power by scipy 1.10.1 nct.sf(t.ppf(1 - alpha, n - 1), n - 1, effect sqrt(n))
  // is enough. (z + z)^2/effect^2 would be 24.7 for the first, without a correction.
  CHECK(non_inferiority_sample_size({0.5, 0.0, 1.0}) == 27);
  CHECK(non_inferiority_sample_size({0.1, 0.1, 1.0, 0.025}, 0.9) == 265);
  CHECK(non_inferiority_sample_size({1.5, 0.0, 1.0}) == 5);
}

TEST_CASE("the power of equivalence is that of simulated tests", "[stats][power]") {
  // numpy 1.24.2: a million pairs of a normal mean and a chi-squared variance each.
  const auto about = [](double x) { return Approx(x).epsilon(0.0).margin(0.003); };
  CHECK(equivalence_power({0.5, 0.0, 1.0}, 36) == about(0.805785));
  CHECK(equivalence_power({0.5, 0.1, 1.0}, 55) == about(0.897779));
  CHECK(equivalence_power({0.5, -0.1, 1.0}, 55) == about(0.897779));
  CHECK(equivalence_power({1.0, 0.2, 1.0}, 12) == about(0.816949));
  CHECK(equivalence_power({0.5, 0.0, 1.0}, 20) == about(0.3925));  // .394 simulated, too small
  CHECK(equivalence_power({0.5, 0.0, 1.0}, 4) == 0.0);
}

TEST_CASE("the pairs that equivalence needs are those of two noncentral t", "[stats][power]") {
  // As above, nct.sf of both sides less 1.
  CHECK(equivalence_sample_size({0.5, 0.0, 1.0}) == 36);
  CHECK(equivalence_sample_size({0.5, 0.1, 1.0}, 0.9) == 56);
  CHECK(equivalence_sample_size({0.1, 0.02, 1.0, 0.025}) == 1263);
}

TEST_CASE("accuracies are planned by the items that only one model gets right", "[stats][power]") {
  // .06 + .04 - .02^2 = .0996. By scipy as above: a model that is better by .02 needs 686 items to
  // show that it is no worse by .01.
  const double deviation = paired_proportions_deviation(0.06, 0.04);
  CHECK(deviation == Approx(0.31559467676119).epsilon(1e-12));
  CHECK(paired_proportions_deviation(0.04, 0.06) == deviation);
  CHECK(non_inferiority_sample_size({0.01, 0.02, deviation}) == 686);
}

TEST_CASE("a test passes as often as its plan says", "[stats][power][simulation]") {
  Normal normal(11);
  constexpr int trials = 2000;
  const PairedDesign plan{0.2, 0.1, 0.5};
  const std::size_t pairs = non_inferiority_sample_size(plan);
  int shown = 0;
  for (int i = 0; i < trials; ++i) {
    std::vector<double> sample(pairs);
    for (double& x : sample) x = normal(plan.difference, plan.standard_deviation);
    const Estimate<double> mean = mean_of_independent(sample, Provenance::measured);
    shown += non_inferiority(mean, plan.margin).verdict == WithinMargin::shown ? 1 : 0;
  }
  INFO(pairs << " pairs");
  CHECK(shown == Approx(trials * non_inferiority_power(plan, pairs)).margin(90));  // 5 deviations
}

TEST_CASE("a claim that no number of items shows is told", "[stats][power]") {
  CHECK(complaint([] {
          (void)non_inferiority_sample_size({0.1, -0.1, 1.0});
        }).find("no number of items") != std::string::npos);
  CHECK(complaint([] {
          (void)equivalence_sample_size({0.1, 0.1, 1.0});
        }).find("wider margin") != std::string::npos);
  CHECK_FALSE(complaint([] { (void)equivalence_sample_size({0.1, -0.2, 1.0}); }).empty());
  CHECK_FALSE(complaint([] { (void)non_inferiority_sample_size({1e-9, 0.0, 1.0}); }).empty());
}

TEST_CASE("a plan that cannot be is a bug of the caller", "[stats][power]") {
  CHECK_FALSE(abort_message([] { (void)non_inferiority_power({0.1, 0.0, 1.0}, 1); }).empty());
  CHECK_FALSE(abort_message([] { (void)non_inferiority_power({0.1, 0.0, 0.0}, 9); }).empty());
  CHECK_FALSE(abort_message([] { (void)equivalence_power({-0.1, 0.0, 1.0}, 9); }).empty());
  CHECK_FALSE(abort_message([] { (void)equivalence_power({0.1, 0.0, 1.0, 0.5}, 9); }).empty());
  CHECK_FALSE(abort_message([] { (void)equivalence_power({0.1, 0.0, 1.0, 0.0}, 9); }).empty());
  CHECK_FALSE(abort_message([] { (void)equivalence_sample_size({0.1, 0.0, 1.0}, 1.0); }).empty());
  CHECK_FALSE(abort_message([] { (void)equivalence_sample_size({0.1, 0.0, 1.0}, 0.4); }).empty());
  CHECK_FALSE(abort_message([] { (void)paired_proportions_deviation(0.6, 0.6); }).empty());
}

TEST_CASE("a design that nobody filled in has neither difference nor scatter", "[stats][power]") {
  CHECK(PairedDesign{}.difference == 0.0);
  CHECK(PairedDesign{}.standard_deviation == 0.0);
}

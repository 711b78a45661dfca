// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/equivalence.hpp"

#include <string>

#include "aborts.hpp"
#include "catch.hpp"
#include "normal.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/summary.hpp"

using namespace perjoule;

namespace {

const double differences[] = {.3, -.1, .2, .05, .4, -.2, .15, .1};

Estimate<double> mean_of(View<double> sample) {
  return mean_of_independent(sample, Provenance::measured);
}

Estimate<double> shifted(Estimate<double> estimate, double by) {
  estimate.value += by;
  return estimate;
}

}  // namespace

TEST_CASE("two one-sided tests are those of statsmodels", "[stats][equivalence]") {
  // statsmodels 0.13.5 ttost_paired(d, 0, -.3, .3) and (d, 0, -.1, .1)
  const MarginTest wide = equivalence(mean_of(differences), 0.3);
  CHECK(wide.p_lower == Approx(0.00029978551466261515).epsilon(1e-9));
  CHECK(wide.p_upper == Approx(0.015729709623886666).epsilon(1e-9));
  CHECK(wide.p_value == wide.p_upper);
  CHECK(wide.verdict == WithinMargin::shown);
  const MarginTest narrow = equivalence(mean_of(differences), 0.1);
  CHECK(narrow.p_lower == Approx(0.009432547022937034).epsilon(1e-9));
  CHECK(narrow.p_value == Approx(0.5684138392204103).epsilon(1e-9));
  CHECK(narrow.verdict == WithinMargin::inconclusive);
  // Shifted by 1: (2.3e-9, .9999960577211697)
  const MarginTest beyond = equivalence(shifted(mean_of(differences), 1.0), 0.3);
  CHECK(beyond.p_value == Approx(0.9999960577211697).epsilon(1e-12));
  CHECK(beyond.verdict == WithinMargin::refuted);
  CHECK(equivalence(shifted(mean_of(differences), -1.0), 0.3).verdict == WithinMargin::refuted);
}

TEST_CASE("non-inferiority looks at one side only", "[stats][equivalence]") {
  const MarginTest found = non_inferiority(mean_of(differences), 0.1);
  CHECK(found.p_value == Approx(0.009432547022937034).epsilon(1e-9));  // as above
  CHECK(found.p_lower == found.p_value);
  CHECK_FALSE(is_finite(found.p_upper));
  CHECK(found.verdict == WithinMargin::shown);
  CHECK(non_inferiority(mean_of(differences), 0.1, 0.005).verdict == WithinMargin::inconclusive);
  CHECK(non_inferiority(shifted(mean_of(differences), 1.0), 0.1).verdict == WithinMargin::shown);
  CHECK(non_inferiority(shifted(mean_of(differences), -1.0), 0.1).verdict == WithinMargin::refuted);
  CHECK(non_inferiority(mean_of(differences), 0.0).verdict == WithinMargin::inconclusive);
}

TEST_CASE("the verdict is that of the interval at 1 - 2 alpha", "[stats][equivalence]") {
  for (double value = -0.6; value < 0.6; value += 0.013) {
    const Estimate<double> difference{value, 0.08, 6.0, 0.05, Provenance::measured};
    const Interval<double> at_90 = interval(difference, 0.9);
    const WithinMargin both = at_90.low > -0.3 && at_90.high < 0.3   ? WithinMargin::shown
                              : at_90.low > 0.3 || at_90.high < -0.3 ? WithinMargin::refuted
                                                                     : WithinMargin::inconclusive;
    const WithinMargin one = at_90.low > -0.3    ? WithinMargin::shown
                             : at_90.high < -0.3 ? WithinMargin::refuted
                                                 : WithinMargin::inconclusive;
    CAPTURE(value);
    CHECK(equivalence(difference, 0.3).verdict == both);
    CHECK(non_inferiority(difference, 0.3).verdict == one);
  }
}

TEST_CASE("a counted difference is within the margin or not", "[stats][equivalence]") {
  CHECK(equivalence(exact(0.1), 0.2).p_value == 0.0);
  CHECK(equivalence(exact(0.1), 0.2).verdict == WithinMargin::shown);
  CHECK(equivalence(exact(0.3), 0.2).p_value == 1.0);
  CHECK(equivalence(exact(0.3), 0.2).verdict == WithinMargin::refuted);
  CHECK(non_inferiority(exact(-0.2), 0.2).verdict == WithinMargin::refuted);
}

TEST_CASE("a missing difference gives a missing verdict", "[stats][equivalence][missing]") {
  CHECK(equivalence({}, 0.2).verdict == WithinMargin::missing);
  CHECK(non_inferiority({}, 0.2).verdict == WithinMargin::missing);
  CHECK_FALSE(is_finite(equivalence({}, 0.2).p_value));
  CHECK_FALSE(is_finite(non_inferiority({}, 0.2).p_value));
}

TEST_CASE("verdicts have names", "[stats][equivalence]") {
  CHECK(std::string(name(WithinMargin::shown)) == "shown");
  CHECK(std::string(name(WithinMargin::inconclusive)) == "inconclusive");
  CHECK(std::string(name(WithinMargin::refuted)) == "refuted");
  CHECK(std::string(name(WithinMargin::missing)) == "missing");
}

TEST_CASE("a difference on the margin is taken for smaller in one of twenty cases",
          "[stats][equivalence][simulation]") {
  Normal normal(10);
  constexpr int trials = 4000;
  int equivalent = 0;
  int no_worse = 0;
  for (int i = 0; i < trials; ++i) {
    double sample[10];
    for (double& x : sample) x = normal(-0.5, 0.4);
    equivalent += equivalence(mean_of(sample), 0.5).verdict == WithinMargin::shown ? 1 : 0;
    no_worse += non_inferiority(mean_of(sample), 0.5).verdict == WithinMargin::shown ? 1 : 0;
  }
  CHECK(equivalent == Approx(200).margin(69));  // five deviations
  CHECK(no_worse == Approx(200).margin(69));
}

TEST_CASE("a margin or an alpha that cannot be is a bug of the caller", "[stats][equivalence]") {
  CHECK_FALSE(abort_message([] { (void)equivalence(exact(0.1), 0.0); }).empty());
  CHECK_FALSE(abort_message([] { (void)non_inferiority(exact(0.1), -0.1); }).empty());
  CHECK_FALSE(abort_message([] { (void)equivalence(exact(0.1), 0.2, 0.5); }).empty());
  CHECK_FALSE(abort_message([] { (void)equivalence(exact(0.1), 0.2, 0.0); }).empty());
  CHECK_FALSE(abort_message([] { (void)non_inferiority(exact(0.1), 0.2, 0.0); }).empty());
  CHECK_FALSE(abort_message([] { (void)non_inferiority(exact(0.1), 0.2, 0.5); }).empty());
}

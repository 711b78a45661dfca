// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/correlation_interval.hpp"

#include "catch.hpp"

using namespace perjoule;

TEST_CASE("a correlation's interval is symmetric on Fisher's scale", "[stats][correlation]") {
  // atanh .5 = .549306, 1/sqrt(25) = .2: .549306 -+ .391993 = .157313 and .941299.
  const Interval<double> found = fisher_z_interval(0.5, pearson_z_uncertainty(28));
  CHECK(found.low == Approx(0.156028).epsilon(1e-5));
  CHECK(found.high == Approx(0.735818).epsilon(1e-4));
  CHECK(found.method == IntervalMethod::fisher_z);
  // At 90 %: -+ .2 x 1.644854.
  const Interval<double> narrower = fisher_z_interval(0.5, pearson_z_uncertainty(28), 0.9);
  CHECK(narrower.level == 0.9);
  CHECK(narrower.low == Approx(0.216838).epsilon(1e-4));
  const Interval<double> negative = fisher_z_interval(-0.5, 0.2);
  CHECK(negative.low == -found.high);
  CHECK(negative.high == -found.low);
}

TEST_CASE("a correlation of ranks is less sure where it is large", "[stats][correlation]") {
  CHECK(spearman_z_uncertainty(0.0, 28) == Approx(0.2));
  CHECK(spearman_z_uncertainty(0.5, 28) == Approx(0.2121320344));  // sqrt(1.125)/5
}

TEST_CASE("a correlation of 1 has no interval", "[stats][correlation]") {
  CHECK_FALSE(fisher_z_interval(1.0, 0.2).is_known());
  CHECK_FALSE(fisher_z_interval(-1.0, 0.2).is_known());
  CHECK_FALSE(fisher_z_interval(1.0 - 1e-16, 0.2).is_known());
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/moderated_variance.hpp"

#include "catch.hpp"

using namespace perjoule;
using detail::GroupScatter;
using detail::moderated_variance;

TEST_CASE("a group without scatter is moderated by the others", "[stats][moderated]") {
  // Per item: (25 x .04 + 4 x 0)/(4 + 1) = .2. The first group then has (5 x .04 + 4 x .2/5)/8 =
  // .045, the second one (0 + 4 x .2/2)/5 = .08.
  const GroupScatter groups[] = {{0.04, 5.0}, {0.0, 2.0}};
  const detail::ModeratedVariance found = moderated_variance(groups);
  CHECK(found.added == Approx(0.005 + 0.08));
  CHECK(found.dof == Approx(0.125 * 0.125 / (0.045 * 0.045 / 8.0 + 0.08 * 0.08 / 5.0)));
}

TEST_CASE("one group keeps its variance, but for the mean that it took", "[stats][moderated]") {
  const GroupScatter one[] = {{0.09, 10.0}};
  // (100 x .09/9) per item, so .1 for the mean: drawn to itself.
  const detail::ModeratedVariance found = moderated_variance(one);
  CHECK(found.added == Approx(0.1 - 0.09));
  CHECK(found.dof == Approx(13.0));
}

TEST_CASE("no variance is made smaller", "[stats][moderated]") {
  const GroupScatter groups[] = {{0.5, 3.0}, {0.001, 1000.0}};
  CHECK(moderated_variance(groups).added >= 0.0);
}

TEST_CASE("single items tell nothing", "[stats][moderated]") {
  const GroupScatter groups[] = {{0.5, 1.0}, {0.25, 1.0}};
  CHECK(moderated_variance(groups).dof == 0.0);
  CHECK(moderated_variance({}).dof == 0.0);
}

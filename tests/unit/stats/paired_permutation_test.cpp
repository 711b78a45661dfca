// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/hypothesis_tests.hpp"

#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "complaint.hpp"
#include "normal.hpp"

using namespace perjoule;

namespace {

/// Darwin's 15 pairs of maize plants, in eighths of an inch (Fisher 1935, table 3).
const std::vector<double> maize = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};

}  // namespace

TEST_CASE("of Darwin's maize 1726 of 32768 patterns are as far from zero", "[stats][permutation]") {
  // Fisher 1935, section 21: 5.267 %. scipy 1.10.1 permutation_test(permutation_type="samples",
  // n_resamples=inf): .05267333984375.
  const PairedPermutation found = paired_permutation(maize, 1);
  CHECK(found.p_value == 1726.0 / 32768.0);
  CHECK(found.mean == Approx(20.0 + 14.0 / 15.0));
  CHECK(found.is_exact);
}

TEST_CASE("pairs that are alike change nothing but the mean", "[stats][permutation]") {
  std::vector<double> with_zeros = maize;
  with_zeros.insert(with_zeros.begin(), 15, 0.0);
  const PairedPermutation found = paired_permutation(with_zeros, 1);
  CHECK(found.p_value == 1726.0 / 32768.0);
  CHECK(found.mean == Approx(314.0 / 30.0));
  CHECK(found.is_exact);
  CHECK(paired_permutation(std::vector<double>(40, 0.0), 1).p_value == 1.0);
}

TEST_CASE("sums that differ by rounding only are equal", "[stats][permutation]") {
  // .1 + .2 + .3 and its negative of 8 patterns, in whichever order they are added.
  const double three[] = {0.1, 0.2, 0.3};
  CHECK(paired_permutation(three, 1).p_value == 0.25);
  // Of 2, 1, 7 and 8 tenths only 8 + 1 - 7 - 2 and its negative are nearer to zero than 2.
  const double four[] = {0.2, -0.1, -0.7, 0.8};
  CHECK(paired_permutation(four, 1).p_value == 14.0 / 16.0);
}

TEST_CASE("of more than 16 pairs patterns are drawn", "[stats][permutation]") {
  // 13 up and 4 down: as far where at most 4 of 17 differ from the others, which is
  // 2 (1 + 17 + 136 + 680 + 2380)/2^17 = 6428/131072 = .04904.
  std::vector<double> values(13, 1.0);
  values.insert(values.end(), 4, -1.0);
  const PairedPermutation found = paired_permutation(values, 2, 20'000);
  CHECK_FALSE(found.is_exact);
  CHECK(found.p_value == Approx(6428.0 / 131072.0).epsilon(0.0).margin(0.0077));  // five deviations
  CHECK(paired_permutation(values, 2, 20'000).p_value == found.p_value);
  CHECK(paired_permutation(values, 3, 20'000).p_value != found.p_value);
  // All patterns of sixteen are tried: 4 of 16 and 12: |sum| >= 8: 2 (1 + 16 + 120 + 560
  // + 1820)/2^16.
  values.erase(values.begin());
  CHECK(paired_permutation(values, 2).p_value == 5034.0 / 65536.0);
}

TEST_CASE("a p-value that was drawn is never zero", "[stats][permutation]") {
  // 200 pairs take four words of signs; none of 999 draws comes near.
  const std::vector<double> clear(200, 1.0);
  CHECK(paired_permutation(clear, 1, 999).p_value == 0.001);
}

TEST_CASE("signs of all pairs are drawn, also of those about the 64th", "[stats][permutation]") {
  // Two are as far as they can be in half of all draws, and the others, of which half are
  // up and half down, add nothing or more in .5 + .5 comb(98, 49)/2^98 = .5402 of those.
  std::vector<double> values(100, 1e-6);
  for (std::size_t i = 0; i < 49; ++i) values[i] = -1e-6;
  values[63] = values[64] = 1.0;
  CHECK(paired_permutation(values, 1, 4000).p_value == Approx(0.2701).epsilon(0.0).margin(0.035));
}

TEST_CASE("without a difference one of twenty tests finds one",
          "[stats][permutation][simulation]") {
  Normal normal(9);
  constexpr int trials = 2000;
  int found = 0;
  for (unsigned trial = 0; trial < trials; ++trial) {
    std::vector<double> values(20);
    for (double& x : values) x = normal(0.0, 1.0) * normal(1.0, 1.0);
    found += paired_permutation(values, trial, 199).p_value <= 0.05 ? 1 : 0;
  }
  CHECK(found == Approx(100).margin(49));  // five deviations
}

TEST_CASE("what cannot be tested is told", "[stats][permutation]") {
  CHECK(complaint([] { (void)paired_permutation({}, 1); }).find("no differences") !=
        std::string::npos);
  const double odd[] = {1.0, detail::quiet_nan()};
  CHECK(complaint([&] { (void)paired_permutation(odd, 1); }).find("item 1") != std::string::npos);
  CHECK_FALSE(abort_message([] { (void)paired_permutation(maize, 1, 99); }).empty());
}

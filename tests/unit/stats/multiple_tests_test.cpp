// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/hypothesis_tests.hpp"

#include <cstddef>

#include "aborts.hpp"
#include "catch.hpp"
#include "perjoule/core/nan.hpp"

using namespace perjoule;

namespace {

// statsmodels 0.13.5 multipletests(p, method="holm") and method="fdr_bh"
const double p_values[] = {0.01, 0.04, 0.03, 0.005, 0.6, 0.03, 0.0, 1.0, 0.2};
const double of_holm[] = {0.07, 0.18, 0.18, 0.04, 1.0, 0.18, 0.0, 1.0, 0.6};
const double of_benjamini_hochberg[] = {
    0.03, 0.06, 0.054, 0.0225, 0.675, 0.054, 0.0, 1.0, 0.2571428571428572};

}  // namespace

TEST_CASE("Holm's p-values are those of statsmodels, in the order of the input",
          "[stats][multiple_tests]") {
  const std::vector<double> found = holm(p_values);
  REQUIRE(found.size() == 9);
  for (std::size_t i = 0; i < 9; ++i) CHECK(found[i] == Approx(of_holm[i]).epsilon(1e-12));
}

TEST_CASE("Benjamini and Hochberg's p-values are those of statsmodels, in the order of the input",
          "[stats][multiple_tests]") {
  const std::vector<double> found = benjamini_hochberg(p_values);
  REQUIRE(found.size() == 9);
  for (std::size_t i = 0; i < 9; ++i) {
    CHECK(found[i] == Approx(of_benjamini_hochberg[i]).epsilon(1e-12));
  }
}

TEST_CASE("a single test is not adjusted, and none gives none", "[stats][multiple_tests]") {
  const double one[] = {0.04};
  CHECK(holm(one)[0] == 0.04);
  CHECK(benjamini_hochberg(one)[0] == 0.04);
  CHECK(holm({}).empty());
  CHECK(benjamini_hochberg({}).empty());
}

TEST_CASE("a p-value that is none is a bug of the caller", "[stats][multiple_tests]") {
  for (const double odd : {-0.1, 1.1, detail::quiet_nan()}) {
    const double p[] = {0.5, odd};
    CHECK_FALSE(abort_message([&] { (void)holm(p); }).empty());
    CHECK_FALSE(abort_message([&] { (void)benjamini_hochberg(p); }).empty());
  }
}

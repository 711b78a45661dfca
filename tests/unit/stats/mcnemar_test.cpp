// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/hypothesis_tests.hpp"

#include "catch.hpp"

using namespace perjoule;

TEST_CASE("McNemar's exact test is that of a coin", "[stats][mcnemar]") {
  // 2 (1 + 9)/2^9 = .0390625, less 9/2^9 for the half of what was seen.
  CHECK(mcnemar(1, 8).exact == Approx(0.0390625).epsilon(1e-12));
  CHECK(mcnemar(1, 8).mid_p == Approx(0.0390625 - 0.017578125).epsilon(1e-12));
  // statsmodels 0.13.5 mcnemar(exact=True); scipy 1.10.1 binomtest; the one term as comb/2^n.
  CHECK(mcnemar(12, 5).exact == Approx(0.143463134765625).epsilon(1e-12));
  CHECK(mcnemar(12, 5).mid_p == Approx(0.143463134765625 - 0.047210693359375).epsilon(1e-12));
  CHECK(mcnemar(59, 6).exact == Approx(4.964650327128616e-12).epsilon(1e-9));
  CHECK(mcnemar(1200, 1000).exact == Approx(2.181702640791419e-05).epsilon(1e-9));
  CHECK(mcnemar(1200, 1000).mid_p ==
        Approx(2.181702640791419e-05 - 1.9006098433126745e-06).epsilon(1e-9));
}

TEST_CASE("McNemar's mid-p is that of its authors' example", "[stats][mcnemar]") {
  // Fagerland and others 2013, Bentur's 21 children: 1 and 7 changed. 2 (1 + 8)/256, less 8/256.
  CHECK(mcnemar(1, 7).exact == Approx(0.0703125).epsilon(1e-12));
  CHECK(mcnemar(7, 1).mid_p == Approx(0.0390625).epsilon(1e-12));
}

TEST_CASE("an even outcome rejects nothing", "[stats][mcnemar]") {
  // 7 of 14 is one outcome: comb(14, 7)/2^14 = .20947265625.
  CHECK(mcnemar(7, 7).exact == 1.0);
  CHECK(mcnemar(7, 7).mid_p == Approx(1.0 - 0.5 * 0.20947265625).epsilon(1e-12));
  CHECK(mcnemar(0, 0).exact == 1.0);
  CHECK(mcnemar(0, 0).mid_p == 1.0);
  CHECK(mcnemar(0, 1).exact == Approx(1.0).epsilon(1e-14));
  CHECK(mcnemar(0, 1).mid_p == Approx(0.5).epsilon(1e-14));
}

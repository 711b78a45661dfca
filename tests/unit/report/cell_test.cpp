// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/to_string.hpp"

#include <string>

#include "catch.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

/// An estimate with infinite degrees of freedom: 1.96 random is the half-width.
Estimate<double> known(double value, double random) {
  return {value, random, infinite_dof, 0.0, Provenance::measured};
}

std::string cell(const Estimate<double>& estimate, double unit = 1.0) {
  return text::cell(estimate, unit);
}

}  // namespace

TEST_CASE("a symmetric interval is a half-width, which rounds both numbers", "[report][cell]") {
  CHECK(cell(known(12.3456, 0.2)) == "12.3 ± 0.4");    // 0.392: one digit
  CHECK(cell(known(12.3456, 0.1)) == "12.35 ± 0.20");  // 0.196: two
  CHECK(cell(known(1234.5, 100.0)) == "1230 ± 200");   // 196 to tens, since it begins with 1
  CHECK(cell(known(-0.004, 0.05)) == "0.00 ± 0.10");   // no minus before a zero
}

TEST_CASE("a cell is in the unit of its column", "[report][cell]") {
  CHECK(cell(known(0.0123456, 0.0002), 1e-3) == "12.3 ± 0.4");
  const Estimate<Joules> energy{Joules(0.0123456), Joules(0.0002), infinite_dof, 0_J,
                                Provenance::measured};
  CHECK(text::cell(energy, 1e-3) == "12.3 ± 0.4");
}

TEST_CASE("an uneven interval is shown by its ends, in the digits of the nearer one",
          "[report][cell]") {
  // Known within a factor of 3: ln 3/1.96 = 0.56052.
  const Estimate<double> modelled{4.9, 0.0, infinite_dof, 4.9 * 0.560516, Provenance::modelled};
  CHECK(cell(modelled) == "4.9 [1.6, 14.7]");
  CHECK(text::cell(known(0.75, 0.1), {0.7304, 0.7688, 0.95, IntervalMethod::wilson}, 0.01) ==
        "75.0 [73.0, 76.9]");
}

TEST_CASE("the nearer end may be the upper one", "[report][cell]") {
  // 1.5 above, to tenths as it begins with 1, and 6 below.
  CHECK(text::cell(known(10.0, 1.0), {4.0, 11.5, 0.95, IntervalMethod::box}) == "10.0 [4.0, 11.5]");
}

TEST_CASE("a value at the end of its interval is shown in the digits of its width",
          "[report][cell]") {
  // 20 of 20 right: Wilson's interval ends at 1, 16.1 above its low end.
  CHECK(text::cell(known(1.0, 0.04), {0.8389, 1.0, 0.95, IntervalMethod::wilson}, 0.01) ==
        "100 [84, 100]");
}

TEST_CASE("a missing number is n/a and never 0", "[report][cell]") {
  CHECK(cell({}) == "n/a");
  Estimate<double> missing = known(5.0, 0.1);
  missing.provenance = Provenance::missing;
  CHECK(cell(missing) == "n/a");
}

TEST_CASE("a counted number stands alone", "[report][cell]") {
  CHECK(cell(exact(400000.0), 1e3) == "400");
  CHECK(cell(exact(0.013)) == "0.013");
  CHECK(cell(exact(1.0)) == "1");
  CHECK(cell(exact(0.0)) == "0");
  CHECK(cell(exact(2.34567)) == "2.346");
  CHECK(text::cell(exact(1234_B), 1e3) == "1.234");
}

TEST_CASE("a value that nothing bounds says so", "[report][cell]") {
  CHECK(text::cell(known(38.4, 90.0), Interval<double>{}) == "38 [unbounded]");
}

TEST_CASE("an interval that was clipped at zero is shown as it is, and not as ±",
          "[report][cell]") {
  const Estimate<double> energy{4.0, 3.0, infinite_dof, 0.0, Provenance::measured};
  const Interval<double> clipped = nonnegative_interval(energy);
  CHECK(clipped.low == 0.0);
  CHECK(clipped.high == Approx(9.88).epsilon(0.001));
  CHECK(text::cell(energy, clipped) == "4 [0, 10]");
  CHECK(text::cell(energy, interval(energy)) == "4 ± 6");
  const Estimate<double> sure{4.0, 0.5, infinite_dof, 0.0, Provenance::measured};
  CHECK(text::cell(sure, nonnegative_interval(sure)) == "4.0 ± 1.0");
}

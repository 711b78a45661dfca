// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/confidence.hpp"

#include "catch.hpp"
#include "normal.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

TEST_CASE("both parts of the uncertainty add in squares", "[stats][confidence]") {
  CHECK(standard_uncertainty(Estimate<double>{10.0, 3.0, 2.0, 4.0, Provenance::measured}) == 5.0);
  CHECK(standard_uncertainty(Estimate<Joules>{Joules(10.0), Joules(5.0), 2.0, Joules(12.0),
                                              Provenance::measured}) == Joules(13.0));
}

TEST_CASE("a common part that is known raises the degrees of freedom", "[stats][confidence]") {
  // Welch-Satterthwaite: u^4/(random^4/dof) = 5^4/(3^4/2) = 625/40.5
  const Estimate<double> both{10.0, 3.0, 2.0, 4.0, Provenance::measured};
  CHECK(effective_dof(both) == Approx(15.4320987654).epsilon(1e-10));
  CHECK(effective_dof(Estimate<double>{10.0, 3.0, 2.0, 0.0, Provenance::measured}) == 2.0);
  CHECK(effective_dof(Estimate<Joules>{Joules(10.0), Joules(3.0), 2.0, Joules(4.0),
                                       Provenance::measured}) == Approx(15.4320987654));
}

TEST_CASE("degrees of freedom never exceed those of a known scatter", "[stats][confidence]") {
  CHECK(effective_dof(Estimate<double>{10.0, 0.0, 2.0, 4.0, Provenance::measured}) == infinite_dof);
  CHECK(effective_dof(Estimate<double>{10.0, 1e-3, 2.0, 4.0, Provenance::measured}) ==
        infinite_dof);
}

TEST_CASE("the half-width is t times the uncertainty, and t is that of so few windows",
          "[stats][confidence]") {
  CHECK(halfwidth(Estimate<double>{5.0, 0.1, 2.0, 0.0, Provenance::measured}) ==
        Approx(0.43026527).epsilon(1e-7));
  CHECK(halfwidth(Estimate<double>{5.0, 0.1, 30.0, 0.0, Provenance::measured}) ==
        Approx(0.20422725).epsilon(1e-7));
  CHECK(halfwidth(Estimate<double>{5.0, 0.1, infinite_dof, 0.0, Provenance::measured}) ==
        Approx(0.19599640).epsilon(1e-5));
  // 2.126263296 is t(.975) at 15.432 degrees of freedom.
  CHECK(halfwidth(Estimate<double>{10.0, 3.0, 2.0, 4.0, Provenance::measured}) ==
        Approx(5.0 * 2.126263296).epsilon(1e-7));
  CHECK(
      halfwidth(Estimate<Joules>{Joules(5.0), Joules(0.1), 2.0, Joules(0.0), Provenance::measured})
          .si() == Approx(0.43026527).epsilon(1e-7));
}

TEST_CASE("the half-width follows the level", "[stats][confidence]") {
  // t(.995) at 4 degrees of freedom is 4.6040949, t(.95) at 5 is 2.0150484.
  CHECK(halfwidth(Estimate<double>{5.0, 0.1, 4.0, 0.0, Provenance::measured}, 0.99) ==
        Approx(0.46040949).epsilon(1e-7));
  CHECK(halfwidth(
            Estimate<Joules>{Joules(5.0), Joules(0.1), 5.0, Joules(0.0), Provenance::measured}, 0.9)
            .si() == Approx(0.20150484).epsilon(1e-7));
}

TEST_CASE("the interval of a measured value lies evenly about it", "[stats][confidence]") {
  const auto found = interval(Estimate<double>{5.0, 0.1, 2.0, 0.0, Provenance::measured});
  CHECK(found.method == IntervalMethod::student_t);
  CHECK(found.level == 0.95);
  CHECK(found.low == Approx(4.56973473).epsilon(1e-8));
  CHECK(found.high == Approx(5.43026527).epsilon(1e-8));
}

TEST_CASE("the interval of a modelled value spans a factor and stays above zero",
          "[stats][confidence]") {
  // exp(1.9599640 x 3/10) = 1.8003646
  const Estimate<double> modelled{10.0, 0.0, infinite_dof, 3.0, Provenance::modelled};
  const auto found = interval(modelled);
  CHECK(found.method == IntervalMethod::lognormal);
  CHECK(found.low == Approx(5.5544305).epsilon(1e-5));
  CHECK(found.high == Approx(18.0036459).epsilon(1e-5));
  const Estimate<double> poor{1.0, 0.0, infinite_dof, 2.0, Provenance::modelled};
  CHECK(interval(poor).low > 0.0);
}

TEST_CASE("a modelled value below zero has an even interval, since it has no logarithm",
          "[stats][confidence]") {
  const auto found =
      interval(Estimate<double>{-10.0, 0.0, infinite_dof, 3.0, Provenance::modelled});
  CHECK(found.method == IntervalMethod::student_t);
  CHECK(found.low == Approx(-15.879892).epsilon(1e-5));
  CHECK(found.high == Approx(-4.120108).epsilon(1e-5));
}

TEST_CASE("a counted value has an interval without a width", "[stats][confidence]") {
  const auto found = interval(exact(Bytes(1234.0)), 0.9);
  CHECK(found.method == IntervalMethod::exact);
  CHECK(found.low == Bytes(1234.0));
  CHECK(found.high == Bytes(1234.0));
  CHECK(found.level == 0.9);
  CHECK(halfwidth(exact(Bytes(1234.0))) == Bytes(0.0));
}

TEST_CASE("a missing value has no half-width and no interval", "[stats][confidence][missing]") {
  CHECK_FALSE(is_finite(halfwidth(Estimate<double>{})));
  CHECK_FALSE(is_finite(halfwidth(Estimate<Joules>{}).si()));
  CHECK_FALSE(interval(Estimate<double>{}).is_known());
  CHECK_FALSE(interval(Estimate<Joules>{}).is_known());
  const Estimate<double> numbers_behind{1.0, 0.1, 5.0, 0.1, Provenance::missing};
  CHECK_FALSE(interval(numbers_behind).is_known());
  CHECK_FALSE(is_finite(halfwidth(numbers_behind)));
}

TEST_CASE("the interval of three windows covers 95 of 100 true values, not 81",
          "[stats][confidence][simulation]") {
  Normal normal(1);
  constexpr int trials = 4000;
  int covered = 0;
  for (int i = 0; i < trials; ++i) {
    const double windows[] = {normal(7.0, 0.5), normal(7.0, 0.5), normal(7.0, 0.5)};
    covered += interval(mean_of_windows(windows, 0.0, Provenance::measured)).contains(7.0) ? 1 : 0;
  }
  // Three standard errors of a share of .95 of 4000 are .0103.
  CHECK(covered > 0.935 * trials);
  CHECK(covered < 0.965 * trials);
}

TEST_CASE("an interval is one of 95 % where nothing else is asked for", "[stats][confidence]") {
  const Estimate<Joules> energy{Joules(2.0), Joules(0.1), infinite_dof, Joules(0.0),
                                Provenance::measured};
  CHECK(interval(energy).level == 0.95);
  CHECK(interval(detail::strip_unit(energy)).level == 0.95);
  CHECK(halfwidth(energy).si() == Approx(0.195996));  // 1.95996 standard deviations of the normal
}

TEST_CASE("a modelled value without uncertainty is not exact: nothing bounds it",
          "[stats][confidence][missing]") {
  const Estimate<double> sure{10.0, 0.0, infinite_dof, 0.0, Provenance::modelled};
  CHECK_FALSE(interval(sure).is_known());
  CHECK(interval(Estimate<double>{10.0, 0.0, infinite_dof, 0.0, Provenance::measured}).method ==
        IntervalMethod::exact);
}

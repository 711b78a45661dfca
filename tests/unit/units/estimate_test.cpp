// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/units/estimate.hpp"

#include <string>

#include "catch.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

TEST_CASE("an estimate is missing until it is given a number", "[units][estimate][missing]") {
  const Estimate<Joules> estimate;
  CHECK_FALSE(estimate.is_known());
  CHECK(estimate.provenance == Provenance::missing);
  CHECK_FALSE(is_finite(estimate.value.si()));
  CHECK_FALSE(is_finite(estimate.random.si()));
  CHECK_FALSE(is_finite(estimate.common.si()));
}

TEST_CASE("an estimate is known by its provenance, not by its number",
          "[units][estimate][missing]") {
  CHECK_FALSE(Estimate<double>{1.0, 0.1, 5.0, 0.0, Provenance::missing}.is_known());
  for (const Provenance provenance :
       {Provenance::measured, Provenance::estimated, Provenance::modelled, Provenance::simulated}) {
    CHECK(Estimate<double>{0.0, 0.0, 5.0, 0.0, provenance}.is_known());
  }
}

TEST_CASE("a counted value has no uncertainty", "[units][estimate]") {
  const Estimate<Bytes> size = exact(Bytes(1234.0));
  CHECK(size.value == Bytes(1234.0));
  CHECK(size.random == Bytes(0.0));
  CHECK(size.common == Bytes(0.0));
  CHECK(size.dof == 1e6);
  CHECK(size.provenance == Provenance::measured);
  CHECK(exact(0.5).value == 0.5);
}

TEST_CASE("an estimate keeps every part when its unit is taken off and put back",
          "[units][estimate]") {
  const Estimate<Joules> energy{Joules(1.0), Joules(2.0), 3.0, Joules(4.0), Provenance::modelled};
  const Estimate<double> bare = detail::strip_unit(energy);
  CHECK(bare.value == 1.0);
  CHECK(bare.random == 2.0);
  CHECK(bare.dof == 3.0);
  CHECK(bare.common == 4.0);
  CHECK(bare.provenance == Provenance::modelled);
  const Estimate<Joules> again = detail::with_unit<Joules>(bare);
  CHECK(again.value == Joules(1.0));
  CHECK(again.random == Joules(2.0));
  CHECK(again.dof == 3.0);
  CHECK(again.common == Joules(4.0));
  CHECK(again.provenance == Provenance::modelled);
}

TEST_CASE("an interval is missing until it is given ends, and then contains nothing",
          "[units][interval][missing]") {
  const Interval<double> interval;
  CHECK_FALSE(interval.is_known());
  CHECK_FALSE(interval.contains(0.0));
  const Interval<double> unnamed{-1.0, 1.0, 0.95, IntervalMethod::missing};
  CHECK_FALSE(unnamed.contains(0.0));
}

TEST_CASE("an interval contains its ends and what lies between them", "[units][interval]") {
  const Interval<Joules> interval{Joules(1.0), Joules(2.0), 0.95, IntervalMethod::student_t};
  CHECK(interval.is_known());
  CHECK(interval.contains(Joules(1.0)));
  CHECK(interval.contains(Joules(1.5)));
  CHECK(interval.contains(Joules(2.0)));
  CHECK_FALSE(interval.contains(Joules(0.999)));
  CHECK_FALSE(interval.contains(Joules(2.001)));
}

TEST_CASE("an interval keeps every part when it is given a unit", "[units][interval]") {
  const auto interval =
      detail::with_unit<Joules>(Interval<double>{1.0, 2.0, 0.9, IntervalMethod::box});
  CHECK(interval.low == Joules(1.0));
  CHECK(interval.high == Joules(2.0));
  CHECK(interval.level == 0.9);
  CHECK(interval.method == IntervalMethod::box);
}

TEST_CASE("each method of an interval has the name that stands in a record", "[units][interval]") {
  CHECK(std::string(name(IntervalMethod::missing)) == "missing");
  CHECK(std::string(name(IntervalMethod::exact)) == "exact");
  CHECK(std::string(name(IntervalMethod::student_t)) == "student-t");
  CHECK(std::string(name(IntervalMethod::lognormal)) == "lognormal");
  CHECK(std::string(name(IntervalMethod::wilson)) == "wilson");
  CHECK(std::string(name(IntervalMethod::tango)) == "tango");
  CHECK(std::string(name(IntervalMethod::mover)) == "mover");
  CHECK(std::string(name(IntervalMethod::bound)) == "bound");
  CHECK(std::string(name(IntervalMethod::log_delta)) == "log-delta");
  CHECK(std::string(name(IntervalMethod::fieller)) == "fieller");
  CHECK(std::string(name(IntervalMethod::box)) == "box");
  CHECK(std::string(name(IntervalMethod::bootstrap)) == "bootstrap-percentile");
  CHECK(std::string(name(IntervalMethod::bca)) == "bootstrap-bca");
  CHECK(std::string(name(IntervalMethod::clopper_pearson)) == "clopper-pearson");
  CHECK(std::string(name(IntervalMethod::delong)) == "delong-wilson");
  CHECK(std::string(name(IntervalMethod::fisher_z)) == "fisher-z");
  CHECK(std::string(name(IntervalMethod::logit)) == "logit");
  CHECK(std::string(name(IntervalMethod::gamma)) == "gamma");
}

TEST_CASE("an estimate and an interval begin without a number", "[units][estimate]") {
  CHECK_FALSE(Estimate<Joules>{}.is_known());
  CHECK(Estimate<Joules>{}.dof == 0.0);
  CHECK_FALSE(Interval<double>{}.is_known());
  CHECK(Interval<double>{}.level == 0.95);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/stats/propagate.hpp"

#include <concepts>

#include "aborts.hpp"
#include "catch.hpp"

using namespace perjoule;

namespace {

constexpr Estimate<Joules> package{Joules(10.0), Joules(3.0), 5.0, Joules(1.0),
                                   Provenance::measured};
constexpr Estimate<Joules> dram{Joules(2.0), Joules(4.0), 10.0, Joules(2.0), Provenance::estimated};

}  // namespace

TEST_CASE("parts of one meter add up, random parts in squares and common parts as they are",
          "[stats][propagate]") {
  const Estimate<Joules> sum = total(package, dram);
  CHECK(sum.value == Joules(12.0));
  CHECK(sum.random == Joules(5.0));
  CHECK(sum.common == Joules(3.0));
  CHECK(sum.provenance == Provenance::estimated);
}

TEST_CASE("a sum has the degrees of freedom of Welch and Satterthwaite", "[stats][propagate]") {
  // (9 + 16)^2/(9^2/5 + 16^2/10) = 625/(16.2 + 25.6) = 625/41.8
  CHECK(total(package, dram).dof == Approx(14.9521531100).epsilon(1e-10));
  CHECK(detail::combined_dof(3.0, 5.0, 4.0, 10.0) == Approx(14.9521531100).epsilon(1e-10));
  // Equal scatter and dof: twice the dof.
  CHECK(detail::combined_dof(2.0, 4.0, 2.0, 4.0) == Approx(8.0));
}

TEST_CASE("a part without scatter leaves the other's degrees of freedom", "[stats][propagate]") {
  CHECK(detail::combined_dof(0.0, 0.0, 4.0, 10.0) == Approx(10.0));
  CHECK(detail::combined_dof(3.0, 5.0, 0.0, 0.0) == Approx(5.0));
  CHECK(detail::combined_dof(0.0, 1.0, 0.0, 1.0) == infinite_dof);
  CHECK(detail::combined_dof(1.0, infinite_dof, 1.0, infinite_dof) == infinite_dof);
}

TEST_CASE("a sum with a missing part is missing", "[stats][propagate][missing]") {
  CHECK_FALSE(total(package, Estimate<Joules>{}).is_known());
  CHECK_FALSE(total(Estimate<Joules>{}, dram).is_known());
}

TEST_CASE("active energy is what idle power over the duration leaves", "[stats][propagate]") {
  const Estimate<Joules> energy{Joules(100.0), Joules(2.0), 9.0, Joules(3.0), Provenance::measured};
  const Estimate<Watts> idle{Watts(5.0), Watts(0.1), 4.0, Watts(0.15), Provenance::measured};
  const Estimate<Joules> found = active(energy, idle, Seconds(10.0));
  CHECK(found.value.si() == Approx(50.0));
  CHECK(found.random == Joules(2.0));
  CHECK(found.dof == 9.0);
  // 3, .15 x 10 = 1.5, and the idle scatter .1 x 10 = 1: sqrt(9 + 2.25 + 1) = 3.5
  CHECK(found.common.si() == Approx(3.5).epsilon(1e-10));
  CHECK(found.provenance == Provenance::measured);
}

TEST_CASE("active energy per item takes seconds per item", "[stats][propagate]") {
  const Estimate<JoulesPerItem> energy{JoulesPerItem(0.5), JoulesPerItem(0.01), 9.0,
                                       JoulesPerItem(0.0), Provenance::measured};
  const Estimate<Watts> idle{Watts(4.0), Watts(0.0), 4.0, Watts(0.0), Provenance::modelled};
  const Estimate<JoulesPerItem> found = active(energy, idle, SecondsPerItem(0.1));
  CHECK(found.value.si() == Approx(0.1));
  CHECK(found.random.si() == Approx(0.01));
  CHECK(found.common.si() == Approx(0.0).margin(1e-15));
  CHECK(found.provenance == Provenance::modelled);
}

TEST_CASE("active energy below zero is shown as it is, not clamped", "[stats][propagate]") {
  const Estimate<Watts> idle{Watts(5.0), Watts(0.1), 4.0, Watts(0.0), Provenance::measured};
  CHECK(active(package, idle, Seconds(3.0)).value.si() == Approx(-5.0));
}

TEST_CASE("active energy without the energy or the idle power is missing",
          "[stats][propagate][missing]") {
  const Estimate<Watts> idle{Watts(5.0), Watts(0.1), 4.0, Watts(0.0), Provenance::measured};
  CHECK_FALSE(active(Estimate<Joules>{}, idle, Seconds(1.0)).is_known());
  CHECK_FALSE(active(package, Estimate<Watts>{}, Seconds(1.0)).is_known());
}

TEST_CASE("a total is shared out over its items, each part alike", "[stats][propagate]") {
  const auto found = per_item(package, Items(4.0));
  STATIC_REQUIRE(std::same_as<decltype(found), const Estimate<JoulesPerItem>>);
  CHECK(found.value == JoulesPerItem(2.5));
  CHECK(found.random == JoulesPerItem(0.75));
  CHECK(found.dof == 5.0);
  CHECK(found.common == JoulesPerItem(0.25));
  CHECK(found.provenance == Provenance::measured);
}

TEST_CASE("a missing total stays missing for each item", "[stats][propagate][missing]") {
  CHECK_FALSE(per_item(Estimate<Joules>{}, Items(4.0)).is_known());
}

TEST_CASE("a share of no items is a bug of the caller", "[stats][propagate]") {
  CHECK_FALSE(abort_message([] { (void)per_item(package, Items(0.0)); }).empty());
}

TEST_CASE("a single item may be all that was counted", "[stats][propagate]") {
  CHECK(per_item(package, Items(1.0)).value.si() == package.value.si());
}

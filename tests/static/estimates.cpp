// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes by compiling: tests the default state of an estimate, and what it can't do.
#include <concepts>

#include "perjoule/score/efficiency.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace {

using namespace perjoule;

template <class A, class B = A>
concept HasArithmetic = requires(A a, B b) {
  a + b;
}
|| requires(A a, B b) { a - b; }
|| requires(A a, B b) { a* b; }
|| requires(A a, B b) { a / b; };
template <class A, class B = A>
concept HasOrder = requires(A a, B b) {
  a < b;
};
template <class Skill, class Energy>
concept HasScore = requires(Skill skill, Energy energy) {
  per_joule(skill, energy);
};

// Missing is the state of an estimate, not a number in it.
static_assert(!Estimate<Joules>{}.is_known() && !Estimate<double>{}.is_known());
static_assert(Estimate<Joules>{}.provenance == Provenance::missing);
static_assert(!is_finite(Estimate<double>{}.value));
static_assert(!Interval<Joules>{}.is_known() && !Interval<Joules>{}.contains(Joules(0.0)));

// Each way to combine two estimates has its own formula and name: there are no operators.
static_assert(!HasArithmetic<Estimate<Joules>> && !HasArithmetic<Estimate<double>>);
static_assert(!HasArithmetic<Estimate<Joules>, Joules>);
static_assert(!HasArithmetic<Estimate<double>, double>);
static_assert(!HasArithmetic<double, Estimate<double>>);
static_assert(!HasOrder<Estimate<Joules>> && !HasOrder<Estimate<double>, double>);

// A bare number is not an estimate, nor an estimate a bare number.
static_assert(!std::convertible_to<double, Estimate<double>>);
static_assert(!std::convertible_to<Estimate<double>, double>);
static_assert(!std::convertible_to<Estimate<double>, bool>);

// A score takes the energy of an item, never that of a whole run, nor a number without a unit.
static_assert(HasScore<Estimate<double>, Estimate<JoulesPerItem>>);
static_assert(!HasScore<Estimate<double>, Estimate<Joules>>);
static_assert(!HasScore<Estimate<double>, Estimate<Watts>>);
static_assert(!HasScore<Estimate<double>, Estimate<SecondsPerItem>>);
static_assert(!HasScore<double, Estimate<JoulesPerItem>>);
static_assert(EnergyIsPerItem<JoulesPerItem> && !EnergyIsPerItem<Joules>);
static_assert(!EnergyIsPerItem<double>);

static_assert(exact(Bytes(4.0)).is_known() && exact(Bytes(4.0)).random == Bytes(0.0));

}  // namespace

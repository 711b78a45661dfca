// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes by compiling: tests which operations exist, and the units of their results.
#include <concepts>

#include "perjoule/units/quantity.hpp"

namespace {

using namespace perjoule;

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Subtractable = requires(A a, B b) {
  a - b;
};
template <class A, class B>
concept Ordered = requires(A a, B b) {
  a < b;
};
template <class A, class B>
concept EqualityComparable = requires(A a, B b) {
  a == b;
};
template <class A, class B>
concept AddAssignable = requires(A a, B b) {
  a += b;
};

// Within one dimension there is a sum, a difference and an order.
static_assert(Addable<Joules, Joules> && Subtractable<Joules, Joules>);
static_assert(Ordered<Joules, Joules> && EqualityComparable<Joules, Joules>);
static_assert(AddAssignable<Joules, Joules>);

// Between two dimensions there is none.
static_assert(!Addable<Joules, Seconds> && !Subtractable<Joules, Seconds>);
static_assert(!Ordered<Joules, Seconds> && !EqualityComparable<Joules, Seconds>);
static_assert(!AddAssignable<Joules, Seconds>);
static_assert(!Addable<Joules, JoulesPerItem> && !Ordered<Joules, JoulesPerItem>);
static_assert(!Addable<Bytes, Bits> && !Addable<Items, Operations>);
static_assert(!Addable<Bytes, Items> && !EqualityComparable<Bytes, Items>);

// Nor between a quantity and a plain number, which has no unit.
static_assert(!Addable<Joules, double> && !Addable<double, Joules>);
static_assert(!Ordered<Joules, double> && !EqualityComparable<Joules, double>);
static_assert(!std::convertible_to<double, Joules> && !std::convertible_to<Joules, double>);
static_assert(std::constructible_from<Joules, double>);
static_assert(!std::constructible_from<Joules, Seconds> && !std::assignable_from<Joules&, double>);

// Products and quotients have the dimension of physics.
static_assert(std::same_as<decltype(Watts() * Seconds()), Joules>);
static_assert(std::same_as<decltype(Joules() / Seconds()), Watts>);
static_assert(std::same_as<decltype(Joules() / Watts()), Seconds>);
static_assert(std::same_as<decltype(Joules() / Items()), JoulesPerItem>);
static_assert(std::same_as<decltype(Seconds() / Items()), SecondsPerItem>);
static_assert(std::same_as<decltype(JoulesPerItem() * Items()), Joules>);
static_assert(std::same_as<decltype(Watts() * SecondsPerItem()), JoulesPerItem>);
static_assert(std::same_as<decltype(1.0 / JoulesPerItem()), ItemsPerJoule>);
static_assert(std::same_as<decltype(1.0 / SecondsPerItem()), ItemsPerSecond>);
static_assert(std::same_as<decltype(1.0 / Bytes()), PerByte>);
static_assert(std::same_as<decltype(Joules() * 2.0), Joules>);
static_assert(std::same_as<decltype(2.0 * Joules()), Joules>);

// A quantity without any dimension left is a plain number.
static_assert(std::same_as<decltype(Bytes() / Bytes()), double>);
static_assert(std::same_as<decltype(JoulesPerItem() * ItemsPerJoule()), double>);

// A dimension multiplies and divides by its exponents.
static_assert(Joules::dimension * Seconds::dimension == Dimension{.joule = 1, .second = 1});
static_assert(Dimension{.byte = 1} / Dimension{.byte = 1} == Dimension{});
static_assert(Dimension{.gram = 1, .money = 2} / Dimension{.money = 1} ==
              Dimension{.gram = 1, .money = 1});
static_assert(SameDimension<Joules::dimension, Dimension{.joule = 1}>);
static_assert(!SameDimension<Joules::dimension, Seconds::dimension>);

static_assert(sizeof(Joules) == sizeof(double));
static_assert(2_J + 500_mJ == 2.5_J);

// The exponents are independent.
constexpr Dimension ones{1, 2, 3, 4, 5, 6, 7, 8};
constexpr Dimension tens{10, 20, 30, 40, 50, 60, 70, 80};
static_assert(ones * tens == Dimension{11, 22, 33, 44, 55, 66, 77, 88});
static_assert(tens / ones == Dimension{9, 18, 27, 36, 45, 54, 63, 72});
static_assert(Dimension{} == Dimension{0, 0, 0, 0, 0, 0, 0, 0});

}  // namespace

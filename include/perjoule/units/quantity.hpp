// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <compare>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Exponents of the base units. Joule is a base unit here, and items (inputs of the model), bytes,
/// bits and operations are counted, so "quality per joule" and "quality per byte" are different
/// types. A bit is a unit of information, and not an eighth of a byte, which is a unit of storage.
/// The currency of an amount of money is stored as text: no type knows the currencies of all users.
struct Dimension {
  int joule = 0;
  int second = 0;
  int byte = 0;
  int item = 0;
  int gram = 0;
  int money = 0;
  int operation = 0;
  int bit = 0;

  friend constexpr bool operator==(const Dimension&, const Dimension&) = default;
};

[[nodiscard]] constexpr Dimension operator*(Dimension a, Dimension b) noexcept {
  return {a.joule + b.joule, a.second + b.second, a.byte + b.byte,           a.item + b.item,
          a.gram + b.gram,   a.money + b.money,   a.operation + b.operation, a.bit + b.bit};
}

[[nodiscard]] constexpr Dimension operator/(Dimension a, Dimension b) noexcept {
  return {a.joule - b.joule, a.second - b.second, a.byte - b.byte,           a.item - b.item,
          a.gram - b.gram,   a.money - b.money,   a.operation - b.operation, a.bit - b.bit};
}

/// Requires that quantities are added and compared only within one dimension. The name of this
/// concept appears in the compiler's error when joules are added to seconds.
template <Dimension A, Dimension B>
concept SameDimension = (A == B);

/// A number with its dimension in the type. The number is in SI units (J, s, B, items, g, money),
/// so no prefix can get lost between two functions: prefixes exist only in literals and in text.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension dimension = D;

  constexpr Quantity() noexcept = default;
  /// @param si  number in SI units
  /// @unit  unit of the type
  constexpr explicit Quantity(double si) noexcept : si_(si) {}

  /// Returns the plain number, for text and files.
  /// @unit SI unit of the type
  [[nodiscard]] constexpr double si() const noexcept { return si_; }

  constexpr Quantity& operator+=(Quantity other) noexcept {
    si_ += other.si_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) noexcept {
    si_ -= other.si_;
    return *this;
  }
  [[nodiscard]] constexpr Quantity operator-() const noexcept { return Quantity(-si_); }

  friend constexpr auto operator<=>(Quantity, Quantity) noexcept = default;

 private:
  double si_ = 0.0;
};

template <Dimension A, Dimension B>
requires SameDimension<A, B>
[[nodiscard]] constexpr Quantity<A> operator+(Quantity<A> a, Quantity<B> b) noexcept {
  return Quantity<A>(a.si() + b.si());
}

template <Dimension A, Dimension B>
requires SameDimension<A, B>
[[nodiscard]] constexpr Quantity<A> operator-(Quantity<A> a, Quantity<B> b) noexcept {
  return Quantity<A>(a.si() - b.si());
}

template <Dimension D>
[[nodiscard]] constexpr Quantity<D> operator*(Quantity<D> quantity, double factor) noexcept {
  return Quantity<D>(quantity.si() * factor);
}

template <Dimension D>
[[nodiscard]] constexpr Quantity<D> operator*(double factor, Quantity<D> quantity) noexcept {
  return Quantity<D>(factor * quantity.si());
}

template <Dimension D>
[[nodiscard]] constexpr Quantity<D> operator/(Quantity<D> quantity, double divisor) noexcept {
  return Quantity<D>(quantity.si() / divisor);
}

template <Dimension D>
[[nodiscard]] constexpr Quantity<Dimension{} / D> operator/(double number,
                                                            Quantity<D> quantity) noexcept {
  return Quantity<Dimension{} / D>(number / quantity.si());
}

/// A product or quotient without dimension is a plain double.
template <Dimension A, Dimension B>
[[nodiscard]] constexpr auto operator*(Quantity<A> a, Quantity<B> b) noexcept {
  if constexpr (A * B == Dimension{}) {
    return a.si() * b.si();
  } else {
    return Quantity<A * B>(a.si() * b.si());
  }
}

/// @copydoc operator*(Quantity<A>, Quantity<B>)
template <Dimension A, Dimension B>
[[nodiscard]] constexpr auto operator/(Quantity<A> a, Quantity<B> b) noexcept {
  if constexpr (A == B) {
    return a.si() / b.si();
  } else {
    return Quantity<A / B>(a.si() / b.si());
  }
}

namespace detail {

/// Returns the plain number of a quantity, or a double unchanged, so that one function serves both
/// quantities and plain ratios such as an accuracy.
/// @unit SI unit of the argument's type
[[nodiscard]] constexpr double number(double x) noexcept { return x; }
template <Dimension D>
[[nodiscard]] constexpr double number(Quantity<D> x) noexcept {
  return x.si();
}

}  // namespace detail

using Joules = Quantity<Dimension{.joule = 1}>;
using Seconds = Quantity<Dimension{.second = 1}>;
using Bytes = Quantity<Dimension{.byte = 1}>;
using Items = Quantity<Dimension{.item = 1}>;
using Grams = Quantity<Dimension{.gram = 1}>;
using Money = Quantity<Dimension{.money = 1}>;
using Operations = Quantity<Dimension{.operation = 1}>;
using Bits = Quantity<Dimension{.bit = 1}>;

using Watts = Quantity<Dimension{.joule = 1, .second = -1}>;
using JoulesPerItem = Quantity<Dimension{.joule = 1, .item = -1}>;
using SecondsPerItem = Quantity<Dimension{.second = 1, .item = -1}>;
using ItemsPerJoule = Quantity<Dimension{.joule = -1, .item = 1}>;
using ItemsPerSecond = Quantity<Dimension{.second = -1, .item = 1}>;
using BytesPerItem = Quantity<Dimension{.byte = 1, .item = -1}>;
using ItemsPerByte = Quantity<Dimension{.byte = -1, .item = 1}>;
using PerByte = Quantity<Dimension{.byte = -1}>;
using OperationsPerItem = Quantity<Dimension{.item = -1, .operation = 1}>;
using ItemsPerOperation = Quantity<Dimension{.item = 1, .operation = -1}>;
using BitsPerItem = Quantity<Dimension{.item = -1, .bit = 1}>;
using BitsPerJoule = Quantity<Dimension{.joule = -1, .bit = 1}>;
using GramsPerItem = Quantity<Dimension{.item = -1, .gram = 1}>;
using GramsPerJoule = Quantity<Dimension{.joule = -1, .gram = 1}>;
using MoneyPerItem = Quantity<Dimension{.item = -1, .money = 1}>;
using MoneyPerJoule = Quantity<Dimension{.joule = -1, .money = 1}>;

inline namespace literals {

// Not consteval: clang 14 leaves a call behind in function templates, to a function that is never
// defined.
#define PERJOULE_LITERAL(suffix, type, factor)                                          \
  [[nodiscard]] constexpr type operator""##suffix(long double number) noexcept {        \
    return type(static_cast<double>(number) * (factor));                                \
  }                                                                                     \
  [[nodiscard]] constexpr type operator""##suffix(unsigned long long number) noexcept { \
    return type(static_cast<double>(number) * (factor));                                \
  }

PERJOULE_LITERAL(_J, Joules, 1.0)
PERJOULE_LITERAL(_mJ, Joules, 1e-3)
PERJOULE_LITERAL(_uJ, Joules, 1e-6)
PERJOULE_LITERAL(_W, Watts, 1.0)
PERJOULE_LITERAL(_mW, Watts, 1e-3)
PERJOULE_LITERAL(_s, Seconds, 1.0)
PERJOULE_LITERAL(_ms, Seconds, 1e-3)
PERJOULE_LITERAL(_us, Seconds, 1e-6)
PERJOULE_LITERAL(_B, Bytes, 1.0)
PERJOULE_LITERAL(_kB, Bytes, 1e3)
PERJOULE_LITERAL(_MB, Bytes, 1e6)
PERJOULE_LITERAL(_KiB, Bytes, 1024.0)
PERJOULE_LITERAL(_MiB, Bytes, 1048576.0)
PERJOULE_LITERAL(_percent, double, 0.01)

#undef PERJOULE_LITERAL

}  // namespace literals

/// Returns the SI unit of a dimension as text: "J/item", "W", "1/B"; empty for a plain number.
[[nodiscard]] std::string unit_symbol(Dimension dimension);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/units/quantity-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <compare>

#include "perjoule/units/dimension.hpp"

namespace perjoule::inline v0 {

/// Quantities are added and compared only within one dimension; the concept's name is what the
/// compiler prints when somebody adds joules to seconds.
template <Dimension A, Dimension B>
concept SameDimension = (A == B);

/// A number with its dimension in the type. The number is in SI units (J, s, B, items, g, money),
/// so no prefix can get lost between two functions: prefixes exist in literals and in text only.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension dimension = D;

  constexpr Quantity() noexcept = default;
  /// @param si  the number in SI units
  /// @unit  that of the type
  constexpr explicit Quantity(double si) noexcept : si_(si) {}

  /// The bare number, for text and files.
  /// @unit SI, that of the type
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

/// The bare number of a quantity, or of a double, which stands for itself: so that one function
/// serves quantities and plain ratios such as an accuracy.
/// @unit SI, that of the argument's type
[[nodiscard]] constexpr double number(double x) noexcept { return x; }
template <Dimension D>
[[nodiscard]] constexpr double number(Quantity<D> x) noexcept {
  return x.si();
}

}  // namespace detail

}  // namespace perjoule::inline v0

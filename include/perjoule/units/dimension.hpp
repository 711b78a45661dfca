// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// The exponents of the base units. Joule is a base unit here, and an item (one input of the
/// model), a byte, a bit and an operation are counted: so "quality per joule" and "quality per
/// byte" are different types. A bit is information and not an eighth of a byte, which is room for
/// it. Which money it is stands beside an amount as text: no type knows the currencies of all
/// users.
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

}  // namespace perjoule::inline v0

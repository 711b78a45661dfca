// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/score/knee.hpp"
#include "perjoule/score/pareto.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Choice knee(const Field& field) {
  if (field.axes().size() != 2) {
    detail::fail("a knee is of two axes", "knee", "make a field of one quality and one cost");
  }
  const Buffer<std::size_t> front = pareto_front(field);
  if (front.empty()) return {false, 0, "nobody is on the front"};
  Merits from = field.merits()[front[0]];
  Merits to = from;
  for (const std::size_t i : front) {
    for (int a = 0; a < 2; ++a) {
      const double merit = field.merits()[i].of[a];
      from.of[a] = merit < from.of[a] ? merit : from.of[a];
      to.of[a] = merit > to.of[a] ? merit : to.of[a];
    }
  }
  Choice choice{false, 0, "nobody on the front lies above the chord between its ends"};
  double highest = 1e-9;  // rounding puts nobody above the chord
  for (const std::size_t i : front) {
    double height = -1.0;
    for (int a = 0; a < 2; ++a) {
      const double length = to.of[a] - from.of[a];
      if (length > 0.0) height += (field.merits()[i].of[a] - from.of[a]) / length;
    }
    if (height > highest) {
      choice = {true, i, {}};
      highest = height;
    }
  }
  return choice;
}

}  // namespace perjoule::inline v0

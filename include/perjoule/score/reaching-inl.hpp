// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/reaching.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double worse_end(const Axis& axis, const Coordinate& coordinate, FloorFor what) {
  if (what == FloorFor::value) return coordinate.value.value;
  const Interval<double> known =
      coordinate.interval.is_known() ? coordinate.interval : interval(coordinate.value);
  if (!known.is_known()) return no_number();
  return axis.higher_is_better ? known.low : known.high;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Field reaching(const Field& field, std::size_t axis, double floor, FloorFor what) {
  PERJOULE_EXPECTS(axis < field.axes().size());
  const Axis& quality = field.axes()[axis];
  if (quality.role != AxisRole::quality) {
    detail::fail("a floor is of quality", quality.name.chars,
                 "name the axis that says how good the outputs are");
  }
  if (!is_finite(floor)) {
    detail::fail("a floor is not a number", quality.name.chars, "give the least that will do");
  }
  return field.over_floor([&quality, axis, floor, what](const Contender& contender) {
    const double reached = detail::worse_end(quality, contender.coordinates[axis], what);
    if (!is_finite(reached)) {
      return text::Name(text::format("nothing bounds its %s", quality.name.chars).c_str());
    }
    const bool enough = quality.higher_is_better ? reached >= floor : reached <= floor;
    if (enough) return text::Name();
    return text::Name(text::format("%s is%s %s %s", quality.name.chars,
                                   what == FloorFor::interval ? " not surely" : " not",
                                   quality.higher_is_better ? "at least" : "at most",
                                   text::shortest(floor).chars)
                          .c_str());
  });
}

PERJOULE_INLINE Choice cheapest(const Field& field, std::size_t axis) {
  PERJOULE_EXPECTS(axis < field.axes().size());
  const Axis& cost = field.axes()[axis];
  if (cost.role != AxisRole::cost) {
    detail::fail("what is cheapest is so by a cost", cost.name.chars, "name such an axis");
  }
  if (!field.has_floor()) {
    detail::fail("a model that knows nothing is the cheapest", cost.name.chars,
                 "ask among reaching(field, axis, floor of quality)");
  }
  if (field.size() == 0) return {false, 0, "nobody reaches the floor"};
  Choice choice{true, 0, {}};
  for (std::size_t i = 1; i < field.size(); ++i) {
    if (field.merits()[i].of[axis] > field.merits()[choice.contender].of[axis]) {
      choice.contender = i;
    }
  }
  return choice;
}

}  // namespace perjoule::inline v0

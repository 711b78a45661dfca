// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/contender.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// What of a contender must reach a floor.
enum class FloorFor : std::uint8_t {
  interval,  ///< the worse end of its 95 % interval: it surely reaches it
  value,  ///< the value, as MLPerf asks: half of those that lie at the floor only seem to reach it
};

/// A contender that was chosen, or why there is none.
struct Choice {
  bool is_made = false;
  std::size_t contender = 0;  ///< its number in the field
  text::Name why_not;         ///< "nobody reaches the floor"
};

namespace detail {

/// The end of the interval on the worse side; the value where that is asked for.
/// @unit   that of the axis
/// @error  not finite where nothing bounds the value
/// @source stats/confidence.hpp
[[nodiscard]] PERJOULE_COLD inline double worse_end(const Axis& axis, const Coordinate& coordinate,
                                                    FloorFor what) {
  if (what == FloorFor::value) return coordinate.value.value;
  const Interval<double> known =
      coordinate.interval.is_known() ? coordinate.interval : interval(coordinate.value);
  if (!known.is_known()) return no_number();
  return axis.higher_is_better ? known.low : known.high;
}

}  // namespace detail

/// The contenders that reach a floor of quality, each of the others left out with the reason. It is
/// what makes an order by cost mean something: cheapest(reaching(field, accuracy, .99 * full),
/// energy).
///
/// MLPerf's closed divisions ask for 99 % or 99.9 % of the quality of a reference model at full
/// precision, which is taken as a number without uncertainty, as it is here.
///
/// @param axis   one of quality
/// @param floor  the least that will do; the most, on an axis where less is better
/// @unit  floor: that of the axis
/// @throws Error  where the axis is none of quality, or the floor no number
/// @source Reddi et al., MLPerf Inference Benchmark, ISCA (2020)
[[nodiscard]] PERJOULE_COLD inline Field reaching(const Field& field, std::size_t axis,
                                                  double floor,
                                                  FloorFor what = FloorFor::interval) {
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

/// The contender with the least cost of those that reach a floor of quality; of two that cost the
/// same the one that was entered first. How sure it is, rank_ranges() of the same axis says: whose
/// range begins at 1 may be the cheapest as well.
/// @param field  of reaching()
/// @param axis   one of cost
/// @throws Error  where the field has no floor, or the axis is none of cost
[[nodiscard]] PERJOULE_COLD inline Choice cheapest(const Field& field, std::size_t axis) {
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

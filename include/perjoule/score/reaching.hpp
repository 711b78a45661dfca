// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/score/contender.hpp"
#include "perjoule/score/field.hpp"

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
[[nodiscard]] double worse_end(const Axis& axis, const Coordinate& coordinate, FloorFor what);

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
[[nodiscard]] Field reaching(const Field& field, std::size_t axis, double floor,
                             FloorFor what = FloorFor::interval);

/// The contender with the least cost of those that reach a floor of quality; of two that cost the
/// same the one that was entered first. How sure it is, rank_ranges() of the same axis says: whose
/// range begins at 1 may be the cheapest as well.
/// @param field  of reaching()
/// @param axis   one of cost
/// @throws Error  where the field has no floor, or the axis is none of cost
[[nodiscard]] Choice cheapest(const Field& field, std::size_t axis);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/reaching-inl.hpp"
#endif

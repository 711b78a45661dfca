// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/contender.hpp"
#include "perjoule/score/pareto.hpp"
#include "perjoule/score/router_hull.hpp"
#include "perjoule/stats/order.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<std::size_t> router_hull(const Field& field) {
  if (field.axes().size() != 2 || field.axes()[0].role == field.axes()[1].role) {
    detail::fail("a router trades a quality for a cost", "router_hull",
                 "make a field of one axis of each");
  }
  const std::size_t cost = field.axes()[0].role == AxisRole::cost ? 0 : 1;
  if (field.axes()[cost].higher_is_better) {
    detail::fail("a rate does not add up over items", field.axes()[cost].name.chars,
                 "use the cost of an item: seconds in the place of items per second");
  }
  const auto merit = [&field](std::size_t i, std::size_t axis) {
    const double value = field.contenders()[i].coordinates[axis].value.value;
    return field.axes()[axis].higher_is_better ? value : -value;
  };
  const Buffer<std::size_t> front = pareto_front(field);
  detail::Order order;
  order.reset(front.size());
  order.sort_by([&](std::size_t k) { return merit(front[k], cost); });

  Buffer<std::size_t> hull(front.size());
  std::size_t corners = 0;
  for (std::size_t k = 0; k < front.size(); ++k) {
    const std::size_t i = front[order[k]];
    const auto from_corner = [&](std::size_t corner, std::size_t axis) {
      return merit(i, axis) - merit(hull[corner], axis);
    };
    const std::size_t quality = 1 - cost;
    if (corners > 0 && from_corner(corners - 1, cost) == 0.0) continue;  // equal on the front
    // A corner goes where it gains no more for its cost than the chord past it.
    while (corners > 1 && from_corner(corners - 2, quality) * from_corner(corners - 1, cost) >=
                              from_corner(corners - 1, quality) * from_corner(corners - 2, cost)) {
      --corners;
    }
    hull[corners++] = i;
  }
  return Buffer<std::size_t>(View<std::size_t>(hull.data(), corners));
}

}  // namespace perjoule::inline v0

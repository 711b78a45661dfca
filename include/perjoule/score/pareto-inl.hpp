// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/score/pareto.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<std::size_t> pareto_front(const CandidateSet& field) {
  detail::FrontFinder finder;
  const View<char> on_front = finder.find(field.objectives());
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (on_front[i]) front.push_back(i);
  }
  return front;
}

PERJOULE_INLINE Choice knee(const CandidateSet& field) {
  if (field.axes().size() != 2) {
    detail::fail("a knee is of two axes", "knee", "make a field of one quality and one cost");
  }
  const std::vector<std::size_t> front = pareto_front(field);
  if (front.empty()) return {false, 0, "no candidate is on the front"};
  ObjectiveVector from = field.objectives()[front[0]];
  ObjectiveVector to = from;
  for (const std::size_t i : front) {
    for (int a = 0; a < 2; ++a) {
      const double objective = field.objectives()[i].values[a];
      from.values[a] = objective < from.values[a] ? objective : from.values[a];
      to.values[a] = objective > to.values[a] ? objective : to.values[a];
    }
  }
  Choice choice{false, 0, "no candidate on the front lies above the chord between its ends"};
  double highest = 1e-9;  // so that rounding puts no candidate above the chord
  for (const std::size_t i : front) {
    double height = -1.0;
    for (int a = 0; a < 2; ++a) {
      const double length = to.values[a] - from.values[a];
      if (length > 0.0) height += (field.objectives()[i].values[a] - from.values[a]) / length;
    }
    if (height > highest) {
      choice = {true, i, {}};
      highest = height;
    }
  }
  return choice;
}

PERJOULE_INLINE std::vector<std::size_t> router_hull(const CandidateSet& field) {
  if (field.axes().size() != 2 || field.axes()[0].role == field.axes()[1].role) {
    detail::fail("a router trades a quality for a cost", "router_hull",
                 "make a field of one axis of each");
  }
  const std::size_t cost = field.axes()[0].role == AxisRole::cost ? 0 : 1;
  if (field.axes()[cost].higher_is_better) {
    detail::fail("a rate does not add up over items", field.axes()[cost].name,
                 "use the cost of an item: seconds in the place of items per second");
  }
  const auto objective = [&field](std::size_t i, std::size_t axis) {
    const double value = field.candidates()[i].coordinates[axis].value.value;
    return field.axes()[axis].higher_is_better ? value : -value;
  };
  const std::vector<std::size_t> front = pareto_front(field);
  detail::RadixArgsort order;
  order.reset(front.size());
  order.sort_by([&](std::size_t k) { return objective(front[k], cost); });

  std::vector<std::size_t> hull(front.size());
  std::size_t corners = 0;
  for (std::size_t k = 0; k < front.size(); ++k) {
    const std::size_t i = front[order[k]];
    const auto from_corner = [&](std::size_t corner, std::size_t axis) {
      return objective(i, axis) - objective(hull[corner], axis);
    };
    const std::size_t quality = 1 - cost;
    if (corners > 0 && from_corner(corners - 1, cost) == 0.0) continue;  // equal on the front
    // Remove a corner that gains no more for its cost than the chord past it.
    while (corners > 1 && from_corner(corners - 2, quality) * from_corner(corners - 1, cost) >=
                              from_corner(corners - 1, quality) * from_corner(corners - 2, cost)) {
      --corners;
    }
    hull[corners++] = i;
  }
  hull.resize(corners);
  return hull;
}

}  // namespace perjoule::inline v0

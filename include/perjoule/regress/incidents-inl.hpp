// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/regress/incidents.hpp"

namespace perjoule::inline v0::detail {

/// Groups changes of the same direction.
/// @param same  indices of these changes
inline void add_incidents(View<SeriesChange> changes, const std::vector<std::size_t>& same,
                          std::vector<Incident>& found) {
  // Every change votes for the nights of its range, and with the weight of four for the most likely
  // one: between two commits lie nights that are in the range of many changes, and first of few.
  constexpr std::size_t weight = 4;
  std::size_t nights = 0;
  for (const std::size_t i : same) nights = std::max(nights, changes[i].change.first_new + 1);
  std::vector<std::size_t> votes(nights);
  const auto contains = [&](std::size_t i, std::size_t night) {
    return changes[i].change.last_old < night && night <= changes[i].change.first_new;
  };
  const auto vote = [&](std::size_t i, std::size_t count) {
    const ChangePoint& change = changes[i].change;
    for (std::size_t night = change.last_old + 1; night <= change.first_new; ++night) {
      votes[night] += count;
    }
    votes[change.first] += (weight - 1) * count;
  };
  for (const std::size_t i : same) vote(i, 1);
  std::vector<std::size_t> chosen;
  for (std::vector<std::size_t> left = same; !left.empty();) {
    const auto most = std::max_element(votes.begin(), votes.end());
    const auto night = static_cast<std::size_t>(most - votes.begin());
    chosen.push_back(night);
    std::vector<std::size_t> others;
    for (const std::size_t i : left) {
      if (!contains(i, night)) others.push_back(i);
      if (contains(i, night)) vote(i, std::size_t{0} - 1);
    }
    left = others;
  }
  // A change belongs to the chosen night that most others point to, less by the square of the
  // distance to its own: a false alarm near a commit draws none of its changes away.
  std::vector<std::size_t> pointing(chosen.size());
  for (const std::size_t i : same) {
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      if (changes[i].change.first == chosen[k]) ++pointing[k];
    }
  }
  std::vector<Incident> incidents(chosen.size());
  for (const std::size_t i : same) {
    const ChangePoint& change = changes[i].change;
    double most = -1.0;
    std::size_t best = 0;
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      if (!contains(i, chosen[k])) continue;
      const double distance =
          std::abs(static_cast<double>(chosen[k]) - static_cast<double>(change.first));
      const double score = static_cast<double>(pointing[k]) / ((1.0 + distance) * (1.0 + distance));
      if (score <= most) continue;
      most = score;
      best = k;
    }
    Incident& incident = incidents[best];
    const bool is_first = incident.changes.empty();
    incident.changes.push_back(i);
    incident.last_old = std::max(incident.last_old, change.last_old);
    incident.first_new =
        is_first ? change.first_new : std::min(incident.first_new, change.first_new);
  }
  for (const Incident& incident : incidents) {
    if (!incident.changes.empty()) found.push_back(incident);
  }
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<Incident> incidents(View<SeriesChange> changes) {
  std::vector<Incident> found;
  for (const ChangeDirection direction :
       {ChangeDirection::worse, ChangeDirection::better, ChangeDirection::unknown}) {
    std::vector<std::size_t> same;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const ChangePoint& change = changes[i].change;
      PERJOULE_EXPECTS(change.last_old < change.first && change.first <= change.first_new);
      if (change.direction == direction) same.push_back(i);
    }
    detail::add_incidents(changes, same, found);
  }
  std::stable_sort(found.begin(), found.end(), [](const Incident& a, const Incident& b) {
    return a.first_new != b.first_new ? a.first_new < b.first_new : a.last_old < b.last_old;
  });
  return found;
}

}  // namespace perjoule::inline v0

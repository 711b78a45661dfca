// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/stats/confidence.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::string candidate_label(const Candidate& candidate, const Axis& axis) {
  return text::format("{}, {}", candidate.name, axis.name);
}

PERJOULE_INLINE void check_number(const Candidate& candidate, const Axis& axis, double value) {
  if (!is_finite(value)) {
    fail("a value is not a number", candidate_label(candidate, axis),
         "give its estimate the provenance missing where there is none");
  }
  if (axis.scale == AxisScale::logarithmic && value <= 0.0) {
    fail("a value is not above zero on a logarithmic axis", candidate_label(candidate, axis),
         "make the axis linear");
  }
}

PERJOULE_INLINE void check_value(const Candidate& candidate, const Axis& axis,
                                 const Coordinate& coordinate) {
  const Estimate<double>& e = coordinate.value;
  check_number(candidate, axis, e.value);
  const bool sure = is_finite(e.random) && e.random >= 0.0 && is_finite(e.common) &&
                    e.common >= 0.0 && (e.random <= 0.0 || (is_finite(e.dof) && e.dof >= 1.0));
  if (!sure) {
    fail("the uncertainty of a value is not a number", candidate_label(candidate, axis),
         "give random, its degrees of freedom, and common; exact() for a value that was counted");
  }
  for (const double drawn : coordinate.draws) check_number(candidate, axis, drawn);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CandidateSet::CandidateSet(View<Axis> axes, View<Candidate> candidates) {
  if (axes.empty() || axes.size() > 3) {
    detail::fail("a field has one to three axes", "CandidateSet",
                 "compare by fewer things at a time");
  }
  for (const Axis& axis : axes) axes_.push_back(axis);
  for (const Candidate& candidate : candidates) add(candidate);
}

PERJOULE_INLINE void CandidateSet::add(const Candidate& candidate) {
  if (candidate.coordinates.size() != axes_.size()) {
    detail::fail("a candidate has another number of coordinates than there are axes",
                 candidate.name, "give one for each; a default Coordinate is missing");
  }
  ObjectiveVector objectives;
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    const Coordinate& coordinate = candidate.coordinates[a];
    if (!coordinate.value.is_known()) {
      excluded_.push_back({candidate.name, text::format("{} is missing", axes_[a].name)});
      return;
    }
    if (!is_finite(coordinate.value.random) && coordinate.value.dof <= 0.0) {
      excluded_.push_back(
          {candidate.name, text::format("nothing tells how far its {} is off", axes_[a].name)});
      return;
    }
    detail::check_value(candidate, axes_[a], coordinate);
    objectives.values[a] = detail::objective(axes_[a], coordinate.value.value);
  }
  if (!candidates_.empty()) check_comparable(candidates_[0], candidate);
  candidates_.push_back(candidate);
  objectives_.push_back(objectives);
}

PERJOULE_INLINE void CandidateSet::check_comparable(const Candidate& a, const Candidate& b) const {
  if (a.scope != b.scope) {
    refuse(a, name(a.scope), b, name(b.scope),
           "measure both with the same meter, or rank each scope by itself");
  }
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const Provenance of_a = a.coordinates[i].value.provenance;
    const Provenance of_b = b.coordinates[i].value.provenance;
    if (detail::have_comparable_provenance(of_a, of_b)) continue;
    const std::string said_a = text::format("{} {}", axes_[i].name, name(of_a));
    const std::string said_b = text::format("{} {}", axes_[i].name, name(of_b));
    refuse(a, said_a, b, said_b, "measure both, or rank each kind by itself");
  }
}

PERJOULE_INLINE void CandidateSet::refuse(const Candidate& a, std::string_view is,
                                          const Candidate& b, std::string_view but,
                                          std::string_view next_step) {
  const std::string pair = text::format("{} ({}) and {} ({})", a.name, is, b.name, but);
  detail::fail("values of different kinds are not ranked together", pair, next_step);
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double worse_bound(const Axis& axis, const Coordinate& coordinate,
                                   FloorCriterion what) {
  if (what == FloorCriterion::value) return coordinate.value.value;
  const Interval<double> known =
      coordinate.interval.is_known() ? coordinate.interval : interval(coordinate.value);
  if (!known.is_known()) return quiet_nan();
  return axis.higher_is_better ? known.low : known.high;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CandidateSet with_quality_floor(const CandidateSet& field, std::size_t axis,
                                                double floor, FloorCriterion what) {
  PERJOULE_EXPECTS(axis < field.axes().size());
  const Axis& quality = field.axes()[axis];
  if (quality.role != AxisRole::quality) {
    detail::fail("a floor is of quality", quality.name,
                 "name the axis that says how good the outputs are");
  }
  if (!is_finite(floor)) {
    detail::fail("a floor is not a number", quality.name, "give the least that will do");
  }
  return field.filter_by_floor([&quality, axis, floor, what](const Candidate& candidate) {
    const double reached = detail::worse_bound(quality, candidate.coordinates[axis], what);
    if (!is_finite(reached)) {
      return std::string(text::format("nothing bounds its {}", quality.name).c_str());
    }
    const bool enough = quality.higher_is_better ? reached >= floor : reached <= floor;
    if (enough) return std::string();
    return std::string(text::format("{} is{} {} {}", quality.name,
                                    what == FloorCriterion::interval ? " not surely" : " not",
                                    quality.higher_is_better ? "at least" : "at most",
                                    text::shortest(floor))
                           .c_str());
  });
}

PERJOULE_INLINE Choice cheapest(const CandidateSet& field, std::size_t axis) {
  PERJOULE_EXPECTS(axis < field.axes().size());
  const Axis& cost = field.axes()[axis];
  if (cost.role != AxisRole::cost) {
    detail::fail("what is cheapest is so by a cost", cost.name, "name such an axis");
  }
  if (!field.has_quality_floor()) {
    detail::fail("a model that knows nothing is the cheapest", cost.name,
                 "ask among with_quality_floor(field, axis, floor of quality)");
  }
  if (field.size() == 0) return {false, 0, "no candidate reaches the floor"};
  Choice choice{true, 0, {}};
  for (std::size_t i = 1; i < field.size(); ++i) {
    if (field.objectives()[i].values[axis] > field.objectives()[choice.candidate].values[axis]) {
      choice.candidate = i;
    }
  }
  return choice;
}

}  // namespace perjoule::inline v0

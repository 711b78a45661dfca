// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

/// Role of an axis. A model that knows nothing has the lowest cost of all, so an order by cost
/// needs a floor of quality first: with_quality_floor().
enum class AxisRole : std::uint8_t {
  quality,  ///< quality of the outputs: accuracy, word error rate
  cost,     ///< cost of the outputs: energy, time, bytes, and also throughput
};

/// Scale on which differences along an axis are measured.
enum class AxisScale : std::uint8_t {
  linear,       ///< from .90 to .91 is as far as from .98 to .99
  logarithmic,  ///< from 1 to 2 J is as far as from 10 to 20 J
};

/// One criterion by which candidates are compared.
struct Axis {
  std::string name;  ///< "accuracy", "energy per item"
  AxisRole role = AxisRole::quality;
  bool higher_is_better = true;
  AxisScale scale = AxisScale::linear;
};

/// Returns an axis on which larger is better: accuracy, skill, BLEU.
[[nodiscard]] inline Axis quality_axis(std::string name) noexcept {
  return {name, AxisRole::quality, true, AxisScale::linear};
}

/// Returns an axis on which smaller is better and values span decades: energy, time, bytes.
[[nodiscard]] inline Axis cost_axis(std::string name) noexcept {
  return {name, AxisRole::cost, false, AxisScale::logarithmic};
}

/// Value of a candidate on one axis.
struct Coordinate {
  /// @unit  SI unit of the axis, the same for all candidates
  Estimate<double> value;
  /// Values that were drawn together with the values of the other candidates: draw k of each
  /// belongs to the same resample of the test items. With such a joint bootstrap, items that are
  /// hard for all models do not look like a difference between them. The draws contain the whole
  /// uncertainty of the value. Borrowed. Empty: drawn from `value`.
  /// @unit  same as the value
  /// @shape [draws], the same number for each coordinate that has draws
  View<double> draws;
  /// Interval, if a better one is known than the one from `value`: Wilson's for an accuracy.
  Interval<double> interval;
};

/// A model, or a variant of one, that is compared with others.
struct Candidate {
  std::string name;
  std::vector<Coordinate> coordinates;  ///< in the order of the axes
  Scope scope = Scope::none;            ///< scope of its energy
  /// Meter that counted its cost. An error of the meter's gain changes all values from that meter
  /// alike, so it does not change their order. Between two meters it can.
  std::string meter;
};

/// Values of a candidate with every axis oriented so that larger is better: a cost is negated, and
/// a logarithmic axis is in powers of ten. Axes that the field does not have are 0 for all
/// candidates.
struct ObjectiveVector {
  double values[3] = {};  ///< @unit unit of the axis, or its decimal logarithm

  friend constexpr bool operator==(const ObjectiveVector& a, const ObjectiveVector& b) noexcept {
    return a.values[0] == b.values[0] && a.values[1] == b.values[1] && a.values[2] == b.values[2];
  }
};

/// A candidate that is not ranked, with the reason.
struct ExcludedCandidate {
  std::string name;
  std::string reason;  ///< "energy is missing"
};

namespace detail {

/// @unit   unit of the axis, or its decimal logarithm
/// @source score/candidate_set.hpp, ObjectiveVector
[[nodiscard]] inline double objective(const Axis& axis, double value) noexcept {
  const double scaled = axis.scale == AxisScale::logarithmic ? std::log10(value) : value;
  return axis.higher_is_better ? scaled : -scaled;
}

/// Returns a label for errors, such as "cnn, energy".
[[nodiscard]] std::string candidate_label(const Candidate& candidate, const Axis& axis);

/// Checks that an axis can hold a number.
/// @throws Error  if it is not finite, or not above zero on a logarithmic axis
void check_number(const Candidate& candidate, const Axis& axis, double value);

/// @throws Error  if the value, its uncertainty or one of its draws is not a valid number
void check_value(const Candidate& candidate, const Axis& axis, const Coordinate& coordinate);

/// Tells whether two values may be compared on one axis. The uncertainty of an estimated value
/// includes its approximation of measured values, so measured and estimated values may be compared.
/// Values of any other provenance are only compared with values of the same provenance.
[[nodiscard]] inline bool have_comparable_provenance(Provenance a, Provenance b) noexcept {
  return a == b || (a <= Provenance::estimated && b <= Provenance::estimated);
}

}  // namespace detail

/// Set of candidates that may be compared with each other: on the same axes, counted for the same
/// part of a machine and in the same way. All ranking functions take one.
///
/// A candidate without a value on one of the axes is left out, with the reason: it is neither on a
/// front nor off it, and any position would be invented. So is one whose value is of one window,
/// since nothing tells how far the next would be from it. This is not an error, since one model of
/// twelve without a meter must not cost the other eleven their table. A table names the candidates
/// that were left out.
class CandidateSet {
 public:
  /// @param axes        one to three
  /// @param candidates  each with a coordinate for each axis; their draws are borrowed
  /// @throws Error  if two candidates may not be compared (energy of different scopes; measured
  ///         with modelled or simulated); if a number is not valid; if a value on a logarithmic
  ///         axis is not above zero
  CandidateSet(View<Axis> axes, View<Candidate> candidates);

  [[nodiscard]] std::size_t size() const noexcept { return candidates_.size(); }
  [[nodiscard]] const std::vector<Axis>& axes() const noexcept { return axes_; }
  /// Returns the candidates that are ranked. Candidate i of any result is the i-th of these.
  [[nodiscard]] View<Candidate> candidates() const noexcept { return candidates_; }
  [[nodiscard]] View<ObjectiveVector> objectives() const noexcept { return objectives_; }
  [[nodiscard]] View<ExcludedCandidate> excluded() const noexcept { return excluded_; }
  /// Tells whether each candidate reaches a floor of quality: see with_quality_floor().
  [[nodiscard]] bool has_quality_floor() const noexcept { return has_quality_floor_; }

  /// Returns a copy without the candidates for which `why_not(candidate)` gives a reason. The copy
  /// has a floor of quality.
  template <class WhyNot>
  [[nodiscard]] CandidateSet filter_by_floor(WhyNot why_not) const {
    CandidateSet kept;
    kept.axes_ = axes_;
    kept.excluded_ = excluded_;
    kept.has_quality_floor_ = true;
    for (std::size_t i = 0; i < size(); ++i) {
      const std::string reason = why_not(candidates_[i]);
      if (reason.empty()) {
        kept.candidates_.push_back(candidates_[i]);
        kept.objectives_.push_back(objectives_[i]);
      } else {
        kept.excluded_.push_back({candidates_[i].name, reason});
      }
    }
    return kept;
  }

 private:
  CandidateSet() = default;

  void add(const Candidate& candidate);

  void check_comparable(const Candidate& a, const Candidate& b) const;

  [[noreturn]] static void refuse(const Candidate& a, std::string_view is, const Candidate& b,
                                  std::string_view but, std::string_view next_step);

  std::vector<Axis> axes_;
  std::vector<Candidate> candidates_;
  std::vector<ObjectiveVector> objectives_;
  std::vector<ExcludedCandidate> excluded_;
  bool has_quality_floor_ = false;
};

/// Number of a candidate that must reach a floor.
enum class FloorCriterion : std::uint8_t {
  interval,  ///< worse end of its 95 % interval: the candidate reaches the floor with confidence
  value,     ///< value, as in MLPerf: half of the candidates at the floor only seem to reach it
};

/// A chosen candidate, or the reason why there is none.
struct Choice {
  bool is_made = false;
  std::size_t candidate = 0;  ///< index in the field
  std::string why_not;        ///< "no candidate reaches the floor"
};

namespace detail {

/// Returns the worse end of the interval, or the value if `what` selects it.
/// @unit   unit of the axis
/// @error  not finite if nothing bounds the value
/// @source stats/confidence.hpp
[[nodiscard]] double worse_bound(const Axis& axis, const Coordinate& coordinate,
                                 FloorCriterion what);

}  // namespace detail

/// Returns the candidates that reach a floor of quality. The others are left out, with the reason.
/// The floor makes an order by cost meaningful: cheapest(with_quality_floor(field, accuracy, .99 *
/// full), energy).
///
/// MLPerf's closed divisions require 99 % or 99.9 % of the quality of a reference model at full
/// precision. They take that quality as a number without uncertainty, and so does this function.
///
/// @param axis   an axis of quality
/// @param floor  smallest value that is accepted; the largest, on an axis where smaller is better
/// @unit  floor: unit of the axis
/// @throws Error  if the axis is not one of quality, or the floor is not finite
/// @source Reddi et al., MLPerf Inference Benchmark, ISCA (2020)
[[nodiscard]] CandidateSet with_quality_floor(const CandidateSet& field, std::size_t axis,
                                              double floor,
                                              FloorCriterion what = FloorCriterion::interval);

/// Returns the candidate with the lowest cost of the candidates that reach a floor of quality; of
/// two with the same cost, the first one. For the confidence of this choice, see rank_ranges() of
/// the same axis: any candidate whose range begins at 1 may be the cheapest as well.
/// @param field  result of with_quality_floor()
/// @param axis   an axis of cost
/// @throws Error  if the field has no floor, or the axis is not one of cost
[[nodiscard]] Choice cheapest(const CandidateSet& field, std::size_t axis);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/candidate_set-inl.hpp"
#endif

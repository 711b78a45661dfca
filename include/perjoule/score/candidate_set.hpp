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

/// What an axis is of. A model that knows nothing is the best of all in every cost, so what orders
/// by a cost wants a floor of quality first (score/candidate_set.hpp).
enum class AxisRole : std::uint8_t {
  quality,  ///< how good the outputs are: accuracy, word error rate
  cost,     ///< what they take: energy, time, bytes, and throughput too
};

/// How differences along an axis count.
enum class AxisScale : std::uint8_t {
  linear,       ///< from .90 to .91 is as far as from .98 to .99
  logarithmic,  ///< from 1 to 2 J is as far as from 10 to 20 J
};

/// One of the things by which candidates are compared.
struct Axis {
  std::string name;  ///< "accuracy", "energy per item"
  AxisRole role = AxisRole::quality;
  bool higher_is_better = true;
  AxisScale scale = AxisScale::linear;
};

/// What is better when it is larger: accuracy, skill, BLEU.
[[nodiscard]] inline Axis quality_axis(std::string name) noexcept {
  return {name, AxisRole::quality, true, AxisScale::linear};
}

/// What is better when it is less and spans decades: energy, time, bytes.
[[nodiscard]] inline Axis cost_axis(std::string name) noexcept {
  return {name, AxisRole::cost, false, AxisScale::logarithmic};
}

/// Where a candidate stands on one axis.
struct Coordinate {
  /// @unit  SI, that of the axis: one for all candidates
  Estimate<double> value;
  /// Values already drawn together with those of the other candidates: draw k of each is of the
  /// same resample of the test items, which is how a joint bootstrap keeps what is hard for all
  /// models from looking like a difference between them. They hold all that is not known of the
  /// value. Borrowed. Empty: drawn from `value`.
  /// @unit  that of the value
  /// @shape [draws], as many for each coordinate that has some
  View<double> draws;
  /// Where it is known better than from `value`: Wilson's, of an accuracy.
  Interval<double> interval;
};

/// A model, or any variant of one, as it stands among others.
struct Candidate {
  std::string name;
  std::vector<Coordinate> coordinates;  ///< in the order of the axes
  Scope scope = Scope::none;            ///< of its energy
  /// What counted its cost. An error of one meter's gain moves all that it counted alike, and
  /// moves nothing past another; of two meters it does.
  std::string meter;
};

/// A candidate with every axis turned so that more is better: a cost is negated, a logarithmic axis
/// in powers of ten. An axis that a field hasn't got is 0 for all.
struct ObjectiveVector {
  double values[3] = {};  ///< @unit that of the axis, or its decimal logarithm

  friend constexpr bool operator==(const ObjectiveVector& a, const ObjectiveVector& b) noexcept {
    return a.values[0] == b.values[0] && a.values[1] == b.values[1] && a.values[2] == b.values[2];
  }
};

/// A candidate that is not ranked, and why.
struct ExcludedCandidate {
  std::string name;
  std::string reason;  ///< "energy is missing"
};

namespace detail {

/// @unit   of the axis, or its decimal logarithm
/// @source score/candidate_set.hpp, ObjectiveVector
[[nodiscard]] inline double objective(const Axis& axis, double value) noexcept {
  const double scaled = axis.scale == AxisScale::logarithmic ? std::log10(value) : value;
  return axis.higher_is_better ? scaled : -scaled;
}

/// "cnn, energy": where an error is.
[[nodiscard]] std::string candidate_label(const Candidate& candidate, const Axis& axis);

/// A number that no axis can hold.
/// @throws Error  that says so
void check_number(const Candidate& candidate, const Axis& axis, double value);

/// @throws Error  where the value is no number or its uncertainty is none
void check_value(const Candidate& candidate, const Axis& axis, const Coordinate& coordinate);

/// Whether two values may stand on one axis. An estimated one says how much wider it is for being
/// an approximation of measured values, so the two are of one kind; the others are of none.
[[nodiscard]] inline bool have_comparable_provenance(Provenance a, Provenance b) noexcept {
  return a == b || (a <= Provenance::estimated && b <= Provenance::estimated);
}

}  // namespace detail

/// Candidates that may be compared with one another: on the same axes, counted for the same part of
/// a machine and in the same way. Everything that ranks takes one.
///
/// A candidate without a value on one of the axes is left out, with the reason: it is neither on a
/// front nor off it, and every position that a function could give it would be a number for what
/// nobody knows. It is no error, since one model of twelve without a meter must not cost the other
/// eleven their table; a table names who was left out.
class CandidateSet {
 public:
  /// @param axes        one to three
  /// @param candidates  each with a coordinate for each axis; their draws stay borrowed
  /// @throws Error  where two may not be compared (energy of different scopes; measured beside
  ///         modelled or simulated); where a number is none; where a logarithmic axis meets zero
  CandidateSet(View<Axis> axes, View<Candidate> candidates);

  [[nodiscard]] std::size_t size() const noexcept { return candidates_.size(); }
  [[nodiscard]] const std::vector<Axis>& axes() const noexcept { return axes_; }
  /// Those that are ranked: what is said of candidate i in any result is said of the i-th of these.
  [[nodiscard]] View<Candidate> candidates() const noexcept { return candidates_; }
  [[nodiscard]] View<ObjectiveVector> objectives() const noexcept { return objectives_; }
  [[nodiscard]] View<ExcludedCandidate> excluded() const noexcept { return excluded_; }
  /// Whether each candidate reaches a floor of quality: see with_quality_floor().
  [[nodiscard]] bool has_quality_floor() const noexcept { return has_quality_floor_; }

  /// The same without those for whom `why_not(candidate)` gives a reason, over a floor from now on.
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

/// What of a candidate must reach a floor.
enum class FloorCriterion : std::uint8_t {
  interval,  ///< the worse end of its 95 % interval: it surely reaches it
  value,  ///< the value, as MLPerf asks: half of those that lie at the floor only seem to reach it
};

/// A candidate that was chosen, or why there is none.
struct Choice {
  bool is_made = false;
  std::size_t candidate = 0;  ///< its number in the field
  std::string why_not;        ///< "nobody reaches the floor"
};

namespace detail {

/// The end of the interval on the worse side; the value where that is asked for.
/// @unit   that of the axis
/// @error  not finite where nothing bounds the value
/// @source stats/confidence.hpp
[[nodiscard]] double worse_bound(const Axis& axis, const Coordinate& coordinate,
                                 FloorCriterion what);

}  // namespace detail

/// The candidates that reach a floor of quality, each of the others left out with the reason. It is
/// what makes an order by cost mean something: cheapest(with_quality_floor(field, accuracy, .99 *
/// full), energy).
///
/// MLPerf's closed divisions ask for 99 % or 99.9 % of the quality of a reference model at full
/// precision, which is taken as a number without uncertainty, as it is here.
///
/// @param axis   one of quality
/// @param floor  the least that will do; the most, on an axis where less is better
/// @unit  floor: that of the axis
/// @throws Error  where the axis is none of quality, or the floor no number
/// @source Reddi et al., MLPerf Inference Benchmark, ISCA (2020)
[[nodiscard]] CandidateSet with_quality_floor(const CandidateSet& field, std::size_t axis,
                                              double floor,
                                              FloorCriterion what = FloorCriterion::interval);

/// The candidate with the least cost of those that reach a floor of quality; of two that cost the
/// same the one that was entered first. How sure it is, rank_ranges() of the same axis says: whose
/// range begins at 1 may be the cheapest as well.
/// @param field  of with_quality_floor()
/// @param axis   one of cost
/// @throws Error  where the field has no floor, or the axis is none of cost
[[nodiscard]] Choice cheapest(const CandidateSet& field, std::size_t axis);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/candidate_set-inl.hpp"
#endif

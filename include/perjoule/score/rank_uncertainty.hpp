// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Joint draws of the values of all candidates, as often as the data make them probable. A
/// statement that holds in a share of the draws holds with that probability.
///
/// A coordinate that has draws uses them: draw k of one coordinate goes with draw k of every other.
/// The other coordinates are drawn from their estimates. Their random parts are independent,
/// Student t with their degrees of freedom. Their common parts use one draw for all candidates of
/// one meter, scaled by each candidate's own `common`: if the meter reads 3 % too much, it does so
/// for all of them. On logarithmic axes, and for modelled values, both parts act on the logarithm.
///
/// @error  a probability from n draws has a standard error of sqrt(p(1 - p)/n): at most .011 with
///         2000. Random parts that are drawn as independent, although they come from the same test
///         items, make a difference wider than it is. Parts of `common` that are not the meter's
///         gain (the uncertainty of idle power) are drawn as if they were, which makes it narrower.
/// @source GUM Supplement 1 (JCGM 101:2008) 6.4.9.5 for t; stats/confidence.hpp for lognormal
///         values
class JointDraws {
 public:
  static constexpr std::size_t min_draws = 100;

  /// @param draws  at least 100; if candidates bring draws, their number is used instead
  /// @throws Error  if candidates bring different numbers of draws, or too few; if a modelled value
  ///         has no uncertainty, since nothing tells where else it may be
  JointDraws(const CandidateSet& field, std::uint64_t seed, std::size_t draws = 2000);

  /// Returns the number of draws.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t candidates() const noexcept { return candidates_; }
  [[nodiscard]] const std::vector<Axis>& axes() const noexcept { return axes_; }
  [[nodiscard]] bool has_quality_floor() const noexcept { return has_quality_floor_; }
  /// Returns all candidates in one draw.
  /// @shape [candidates]
  [[nodiscard]] View<ObjectiveVector> operator[](std::size_t draw) const noexcept {
    return {objectives_.data() + draw * candidates_, candidates_};
  }

 private:
  [[nodiscard]] std::size_t given(const CandidateSet& field) const;

  void draw(const CandidateSet& field, std::size_t axis, Random& random) {
    const std::vector<std::size_t> meters = meters_of(field);
    std::vector<double> shared(candidates_);  // one per meter, at its first candidate
    for (std::size_t k = 0; k < size_; ++k) {
      for (std::size_t i = 0; i < candidates_; ++i) {
        if (meters[i] == i) shared[i] = draw_student_t(random, infinite_dof);
      }
      for (std::size_t i = 0; i < candidates_; ++i) {
        const Coordinate& coordinate = field.candidates()[i].coordinates[axis];
        double& objective = objectives_[k * candidates_ + i].values[axis];
        if (!coordinate.draws.empty()) {
          objective = detail::objective(axes_[axis], coordinate.draws[k]);
        } else {
          objective = drawn(coordinate.value, axes_[axis], field.objectives()[i].values[axis],
                            shared[meters[i]], random);
        }
      }
    }
    for (std::size_t i = 0; i < candidates_; ++i) check_modelled(field.candidates()[i], axis);
  }

  /// Returns, for each candidate, the first candidate with the same meter.
  [[nodiscard]] static std::vector<std::size_t> meters_of(const CandidateSet& field);

  /// @unit same as the objective
  [[nodiscard]] static double drawn(const Estimate<double>& value, const Axis& axis,
                                    double objective, double shared, Random& random) {
    double error = value.common * shared;
    if (value.random > 0.0) error += value.random * draw_student_t(random, value.dof);
    if (axis.scale == AxisScale::logarithmic) {
      constexpr double decades_per_e = 0.43429448190325182765;
      error *= decades_per_e / value.value;
    } else if (value.provenance == Provenance::modelled && value.value > 0.0) {
      error = value.value * (std::exp(error / value.value) - 1.0);
    }
    return axis.higher_is_better ? objective + error : objective - error;
  }

  void check_modelled(const Candidate& candidate, std::size_t axis) const;

  std::vector<Axis> axes_;
  bool has_quality_floor_;
  std::size_t candidates_;
  std::size_t size_ = 0;
  std::vector<ObjectiveVector> objectives_;
};

/// Ranks that a candidate may have on one axis, 1 being the best.
struct RankRange {
  std::size_t best = 0;   ///< in any draw
  std::size_t low = 0;    ///< from here...
  std::size_t high = 0;   ///< ...to here with the requested probability
  std::size_t worst = 0;  ///< in any draw
};

/// Returns the ranks that each candidate may have on one axis. Two candidates whose ranges overlap
/// have no order. Candidates that are equal in a draw have all ranks that they share.
///
/// On an axis of cost, a model that knows nothing ranks first, so a cost only ranks candidates over
/// a floor of quality: with_quality_floor().
///
/// @param level  of each range by itself; the probability that all ranges hold is lower
/// @shape result: [candidates]
/// @error see JointDraws. A bootstrap of ranks is too confident if many candidates are nearly
///        equal: an error that moves one up moves another down.
/// @throws Error  if the axis is a cost and the field has no floor
/// @source Goldstein and Spiegelhalter, J. R. Statist. Soc. A 159 (1996) 385
[[nodiscard]] std::vector<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                                 double level = 0.95);

/// Returns, for each candidate, the probability that no other dominates it. Like the front, this
/// does not order candidates.
/// @unit   a share of 1
/// @shape  result: [candidates]
/// @error  see JointDraws
/// @source the share of draws in which it is on the front
[[nodiscard]] std::vector<double> probability_on_front(const JointDraws& draws);

/// Returns the probability that candidate `a` is as good as `b` on every axis and better on one.
/// @unit   a share of 1
/// @error  see JointDraws
/// @source the share of draws in which it is
[[nodiscard]] double probability_dominates(const JointDraws& draws, std::size_t a, std::size_t b);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/rank_uncertainty-inl.hpp"
#endif

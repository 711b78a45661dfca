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

/// Where all candidates of a field may as well stand together: as often as the data leave it
/// possible. What holds in a share of the draws holds with that probability.
///
/// A coordinate with draws of its own lends them: draw k of one goes with draw k of each other. The
/// others are drawn from their estimates. Their random parts are independent, Student t with their
/// degrees of freedom. Their common parts are one draw for all candidates of one meter, of each as
/// much as its own `common`: where the meter reads 3 % too much, it does so for all of them. On
/// logarithmic axes, and for modelled values, both parts move the logarithm.
///
/// @error  a probability from n draws has a standard error of sqrt(p(1 - p)/n): at most .011 with
///         2000. Random parts that are drawn as independent though the same test items made both
///         leave a difference wider than it is. Parts of `common` that are not the meter's gain
///         (what is not known of idle power) are drawn as if they were, which leaves it narrower.
/// @source GUM Supplement 1 (JCGM 101:2008) 6.4.9.5 for t; stats/confidence.hpp for lognormal
/// values
class JointDraws {
 public:
  static constexpr std::size_t min_draws = 100;

  /// @param draws  at least 100; where candidates bring draws, as many as they bring
  /// @throws Error  where candidates bring different numbers of draws, or too few; where a modelled
  ///         value has no uncertainty, since nothing says where else it may be
  JointDraws(const CandidateSet& field, std::uint64_t seed, std::size_t draws = 2000);

  /// How many draws.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t candidates() const noexcept { return candidates_; }
  [[nodiscard]] const std::vector<Axis>& axes() const noexcept { return axes_; }
  [[nodiscard]] bool has_quality_floor() const noexcept { return has_quality_floor_; }
  /// All candidates in one draw.
  /// @shape [candidates]
  [[nodiscard]] View<ObjectiveVector> operator[](std::size_t draw) const noexcept {
    return {objectives_.data() + draw * candidates_, candidates_};
  }

 private:
  [[nodiscard]] std::size_t given(const CandidateSet& field) const;

  void draw(const CandidateSet& field, std::size_t axis, Random& random) {
    const std::vector<std::size_t> meters = meters_of(field);
    std::vector<double> shared(candidates_);  // of each meter, at its first candidate
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

  /// The first candidate with the same meter, for each.
  [[nodiscard]] static std::vector<std::size_t> meters_of(const CandidateSet& field);

  /// @unit that of the objective
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

/// Which places a candidate may hold by one axis, 1 being the best.
struct RankRange {
  std::size_t best = 0;   ///< in any draw
  std::size_t low = 0;    ///< from here...
  std::size_t high = 0;   ///< ...to here with the probability that was asked for
  std::size_t worst = 0;  ///< in any draw
};

/// The places that each candidate may hold by one axis. Two whose ranges overlap are in no order.
/// Candidates that are equal in a draw hold all places that they share.
///
/// By a cost the first place goes to the model that knows nothing, so a cost ranks candidates over
/// a floor of quality only: with_quality_floor().
///
/// @param level  with which each range holds by itself; that all of them do is less probable
/// @shape result: [candidates]
/// @error see JointDraws. A bootstrap of ranks is too sure among many candidates that are nearly
///        equal: an error that moves one up moves another down.
/// @throws Error  where the axis is a cost and the field has no floor
/// @source Goldstein and Spiegelhalter, J. R. Statist. Soc. A 159 (1996) 385
[[nodiscard]] std::vector<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                                 double level = 0.95);

/// How probable it is of each candidate that none dominates it. Like the front it orders nobody.
/// @unit   a share of 1
/// @shape  result: [candidates]
/// @error  see JointDraws
/// @source the share of the draws in which it is on the front
[[nodiscard]] std::vector<double> probability_on_front(const JointDraws& draws);

/// How probable it is that candidate `a` is as good as `b` by every axis and better by one.
/// @unit   a share of 1
/// @error  see JointDraws
/// @source the share of the draws in which it does
[[nodiscard]] double probability_dominates(const JointDraws& draws, std::size_t a, std::size_t b);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/rank_uncertainty-inl.hpp"
#endif

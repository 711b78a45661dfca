// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/stats/radix_argsort.hpp"

namespace perjoule::inline v0 {

/// Whether a is at least as good as b by every axis and better by one. Of two that are equal,
/// neither dominates.
[[nodiscard]] inline bool dominates(const ObjectiveVector& a, const ObjectiveVector& b) noexcept {
  bool better = false;
  for (int i = 0; i < 3; ++i) {
    if (a.values[i] < b.values[i]) return false;
    better = better || a.values[i] > b.values[i];
  }
  return better;
}

namespace detail {

/// Finds fronts, one after the other in the same memory: a bootstrap asks for thousands.
///
/// Sorted from the best by the first axis, ties by the second and then the third, a candidate can
/// only be dominated by one that stands before it. It is, exactly where one of those before it that
/// are as good by the second axis is as good by the third. The best by the third axis among them
/// is kept in a tree over the places by the second axis (Fenwick's), so that a front takes
/// O(n log n) even where it holds all n. A staircase in an array would be moved up by each one that
/// enters, O(n^2) then.
///
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469, for the sweep; Fenwick, Software:
///         Practice and Experience 24 (1994) 327, for the tree
class FrontFinder {
 public:
  /// @return one for each: whether nothing dominates it; held until the next call
  /// @shape  objectives, result: [candidates]
  View<char> find(View<ObjectiveVector> objectives) {
    const std::size_t n = objectives.size();
    if (on_front_.size() != n) {
      rank_ = std::vector<std::size_t>(n);
      best_ = std::vector<double>(n);
      on_front_ = std::vector<char>(n);
    }
    bool third = false;
    for (const ObjectiveVector& m : objectives)
      third = third || m.values[2] != objectives[0].values[2];
    order_.reset(n);
    if (third) order_.sort_by([objectives](std::size_t i) { return objectives[i].values[2]; });
    order_.sort_by([objectives](std::size_t i) { return objectives[i].values[1]; });
    if (third) rank_by_second(objectives);
    order_.sort_by([objectives](std::size_t i) { return objectives[i].values[0]; });

    double best_second = none_;
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = order_[k];
      if (k > 0 && objectives[i] == objectives[order_[k - 1]]) {
        on_front_[i] = on_front_[order_[k - 1]];  // equal ones stand side by side
      } else if (third) {
        on_front_[i] = enter(rank_[i] + 1, objectives[i].values[2]);
      } else {
        on_front_[i] = objectives[i].values[1] > best_second;
        if (on_front_[i]) best_second = objectives[i].values[1];
      }
    }
    return on_front_;
  }

 private:
  static constexpr double none_ = -__DBL_MAX__;  // no infinity: -ffast-math assumes there is none

  /// From the order by the second axis: equal ones have the same rank.
  void rank_by_second(View<ObjectiveVector> objectives) {
    std::size_t rank = 0;
    for (std::size_t k = 0; k < order_.size(); ++k) {
      if (k == 0 || objectives[order_[k]].values[1] != objectives[order_[k - 1]].values[1])
        rank = k;
      rank_[order_[k]] = rank;
      best_[k] = none_;
    }
  }

  /// @return false where one before, as good by the second axis, is as good by the third
  bool enter(std::size_t rank_from_1, double third) noexcept {
    for (std::size_t k = rank_from_1; k > 0; k -= k & (0 - k)) {
      if (best_[k - 1] >= third) return false;
    }
    for (std::size_t k = rank_from_1; k <= best_.size(); k += k & (0 - k)) {
      if (best_[k - 1] < third) best_[k - 1] = third;
    }
    return true;
  }

  RadixArgsort order_;
  std::vector<std::size_t> rank_;
  std::vector<double> best_;
  std::vector<char> on_front_;
};

}  // namespace detail

/// The candidates that no other dominates: those of which one can't say that another is as good by
/// every axis and better by one. Of equal ones all are on it. It orders nobody: each of them is the
/// right choice for somebody, the one that knows nothing and costs nothing among them.
///
/// @return their numbers in the field, ascending
/// @error  of the values alone: how sure it is, probability_on_front() says
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469
[[nodiscard]] std::vector<std::size_t> pareto_front(const CandidateSet& field);

/// Where a front bends most: the candidate that lies highest above the chord between the front's
/// two ends, both axes from 0 to 1 between these.
///
/// It is a place to look at first and not the best candidate. The chord weighs both axes alike once
/// their ends are 0 and 1, so it moves when a candidate enters beyond an end, with the scale of an
/// axis, and with the values' noise; first_rank_acceptability() says what other weights would
/// choose. Where no candidate lies above the chord there is no knee.
///
/// @param field  with two axes
/// @error  of the values alone
/// @throws Error  where there are not two axes
/// @source Das, Structural Optimization 18 (1999) 107, for two objectives
[[nodiscard]] Choice knee(const CandidateSet& field);

/// The candidates that stay on the front once models may be mixed. A router that sends a share s of
/// the items to one model and the rest to another, blindly, takes s and 1 - s of their joules and
/// has s and 1 - s of their quality: every point of the chord between the two. Whoever lies below a
/// chord is beaten by the pair; what the result leaves of the front isn't.
///
/// The chord is straight in joules and quality as they are, so an axis' logarithmic scale is not
/// heeded: on it the same mixtures are a curve. It holds for a quality that is a mean over items
/// (accuracy, word error rate over items of equal length; no F1, BLEU or perplexity) and for costs
/// per item, with both models ready: a router that loads one when it is asked costs more, and the
/// router's own cost is taken as nothing. One that looks at the item can be better than the chord.
///
/// @param field  with two axes, one of quality and one of cost
/// @return numbers in the field of the corners, from the cheapest to the best; of equal ones the
///         first
/// @error  of the values alone
/// @throws Error  where the axes are others, or the cost is a rate
/// @source Provost and Fawcett, Machine Learning 42 (2001) 203, for classifiers; Andrew,
/// Information
///         Processing Letters 9 (1979) 216, for the hull
[[nodiscard]] std::vector<std::size_t> router_hull(const CandidateSet& field);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/pareto-inl.hpp"
#endif

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

/// Tells whether a is at least as good as b on every axis and better on one. Of two equal
/// candidates, neither dominates.
[[nodiscard]] inline bool dominates(const ObjectiveVector& a, const ObjectiveVector& b) noexcept {
  bool better = false;
  for (int i = 0; i < 3; ++i) {
    if (a.values[i] < b.values[i]) return false;
    better = better || a.values[i] > b.values[i];
  }
  return better;
}

namespace detail {

/// Finds fronts, reusing its memory from call to call, since a bootstrap finds thousands.
///
/// Candidates are sorted from the best on the first axis, ties by the second and then the third. A
/// candidate can then only be dominated by an earlier one. It is dominated exactly if one of the
/// earlier candidates is at least as good on both the second and the third axis. The best value on
/// the third axis is kept in a Fenwick tree over the ranks on the second axis. A front thus takes
/// O(n log n) even if it holds all n. A staircase in an array would be shifted by each candidate
/// that enters, which is O(n^2) in that case.
///
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469, for the sweep; Fenwick, Software:
///         Practice and Experience 24 (1994) 327, for the tree
class FrontFinder {
 public:
  /// @return for each candidate, whether nothing dominates it; valid until the next call
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
        on_front_[i] = on_front_[order_[k - 1]];  // equal candidates are neighbours
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
  static constexpr double none_ = -__DBL_MAX__;  // not infinity: -ffast-math assumes there is none

  /// Ranks candidates by their order on the second axis; equal values have the same rank.
  void rank_by_second(View<ObjectiveVector> objectives) {
    std::size_t rank = 0;
    for (std::size_t k = 0; k < order_.size(); ++k) {
      if (k == 0 || objectives[order_[k]].values[1] != objectives[order_[k - 1]].values[1])
        rank = k;
      rank_[order_[k]] = rank;
      best_[k] = none_;
    }
  }

  /// @return false if an earlier candidate that is as good on the second axis is as good on the
  ///         third
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

/// Returns the candidates that no other dominates: for each of them, no other is as good on every
/// axis and better on one. Equal candidates are all on the front. The front does not order
/// candidates: each of them is the right choice for some use, including the one that knows nothing
/// and costs nothing.
///
/// @return indices in the field, ascending
/// @error  of the values alone; see probability_on_front() for the confidence
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469
[[nodiscard]] std::vector<std::size_t> pareto_front(const CandidateSet& field);

/// Returns the knee of a front, where it bends most: the candidate that lies highest above the
/// chord between the two ends of the front, with both axes scaled from 0 to 1 between the ends.
///
/// The knee is a place to look at first, and not the best candidate. The chord weights both axes
/// alike once their ends are 0 and 1, so the knee changes when a candidate enters beyond an end,
/// with the scale of an axis, and with the noise of the values. first_rank_acceptability() shows
/// what other weights would choose. If no candidate lies above the chord, there is no knee.
///
/// @param field  with two axes
/// @error  of the values alone
/// @throws Error  if there are not two axes
/// @source Das, Structural Optimization 18 (1999) 107, for two objectives
[[nodiscard]] Choice knee(const CandidateSet& field);

/// Returns the candidates that stay on the front when models may be mixed. A router that sends a
/// random share s of the items to one model and the rest to another combines their joules and their
/// quality with weights s and 1 - s: it can reach every point of the chord between the two. A
/// candidate below a chord is worse than the pair. The candidates in the result are not.
///
/// The chord is straight in plain joules and quality, so the logarithmic scale of an axis is
/// ignored: on that scale, the same mixtures form a curve. The chord holds for a quality that is a
/// mean over items (accuracy, word error rate over items of equal length; not F1, BLEU or
/// perplexity). It holds for costs per item with both models ready: a router that loads a model on
/// demand costs more, and the cost of the router itself is taken as zero. A router that looks at
/// the item can be better than the chord.
///
/// @param field  with two axes, one of quality and one of cost
/// @return indices in the field of the corners, from the cheapest to the best; of equal candidates
///         the first
/// @error  of the values alone
/// @throws Error  if the axes are different, or the cost is a rate
/// @source Provost and Fawcett, Machine Learning 42 (2001) 203, for classifiers; Andrew,
///         Information Processing Letters 9 (1979) 216, for the hull
[[nodiscard]] std::vector<std::size_t> router_hull(const CandidateSet& field);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/pareto-inl.hpp"
#endif

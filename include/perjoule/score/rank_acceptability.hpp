// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/candidate_set.hpp"
#include "perjoule/score/pareto.hpp"
#include "perjoule/score/rank_uncertainty.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Computes the shares of weights for which each candidate has the highest weighted sum, reusing
/// its memory from call to call.
class WeightSweep {
 public:
  /// Adds `share` times the share of weights that each candidate wins.
  /// @unit shares: a share of 1, to which the result is added
  void add(View<ObjectiveVector> objectives, std::size_t axes, double share,
           std::vector<double>& shares) {
    normalise(objectives);
    if (axes < 3) {
      add_slice(0.0, share, shares);
      return;
    }
    // Cuts the triangle of weights into slices with a fixed third weight. Each slice is exact, and
    // its length is what the third weight leaves. The middle of a slice represents it, which is
    // exact unless the border between two regions has a corner within the slice.
    constexpr int slices = 400;
    for (int k = 0; k < slices; ++k) {
      const double third = (k + 0.5) / slices;
      add_slice(third, share * 2.0 * (1.0 - third) / slices, shares);
    }
  }

 private:
  struct Line {
    double at_0;   ///< sum where the second axis has all of the remaining weight
    double slope;  ///< towards the first axis
  };

  /// Scales each axis from 0 to 1 between the worst and the best on the front.
  void normalise(View<ObjectiveVector> objectives) {
    const View<char> on_front = finder_.find(objectives);
    front_ = {};
    index_ = {};
    for (std::size_t i = 0; i < objectives.size(); ++i) {
      if (!on_front[i]) continue;
      front_.push_back(objectives[i]);
      index_.push_back(i);
    }
    lines_ = std::vector<Line>(front_.size());
    for (int a = 0; a < 3; ++a) {
      double low = front_.empty() ? 0.0 : front_[0].values[a];
      double high = low;
      for (const ObjectiveVector& m : front_) {
        low = m.values[a] < low ? m.values[a] : low;
        high = m.values[a] > high ? m.values[a] : high;
      }
      for (ObjectiveVector& m : front_)
        m.values[a] = high > low ? (m.values[a] - low) / (high - low) : 0.0;
    }
  }

  /// Walks along the highest of the candidates' lines, over the first weight's share of the
  /// remaining weight, from 0 to 1.
  void add_slice(double third, double share, std::vector<double>& shares) {
    if (lines_.empty()) return;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const ObjectiveVector& m = front_[i];
      lines_[i] = {third * m.values[2] + (1.0 - third) * m.values[1],
                   (1.0 - third) * (m.values[0] - m.values[1])};
    }
    std::size_t at = 0;
    for (std::size_t i = 1; i < lines_.size(); ++i) {
      if (lines_[i].at_0 > lines_[at].at_0) at = i;
    }
    for (double from = 0.0; from < 1.0;) {
      double to = 1.0;
      std::size_t next = at;
      for (std::size_t i = 0; i < lines_.size(); ++i) {
        const double gain = lines_[i].slope - lines_[at].slope;
        if (gain <= 0.0) continue;
        const double crossing = (lines_[at].at_0 - lines_[i].at_0) / gain;
        const bool sooner = crossing < to;
        const bool steeper = crossing == to && next != at && lines_[i].slope > lines_[next].slope;
        if (sooner || steeper) {
          to = crossing;
          next = i;
        }
      }
      if (to > from) credit(at, share * (to - from), shares);
      if (next == at) break;
      from = to > from ? to : from;
      at = next;
    }
  }

  /// Credits a share to the winner; equal candidates split it.
  void credit(std::size_t winner, double share, std::vector<double>& shares) {
    double equals = 0.0;
    for (const ObjectiveVector& m : front_) equals += m == front_[winner] ? 1.0 : 0.0;
    for (std::size_t i = 0; i < front_.size(); ++i) {
      if (front_[i] == front_[winner]) shares[index_[i]] += share / equals;
    }
  }

  FrontFinder finder_;
  std::vector<ObjectiveVector> front_;
  std::vector<std::size_t> index_;
  std::vector<Line> lines_;
};

}  // namespace detail

/// Returns the share of all weights for which each candidate has the highest weighted sum. It is
/// meant for decisions where the worth of a joule in accuracy is unknown: all weights that sum to 1
/// count alike.
///
/// A single vector of weights gives no reliable order. Weights have a meaning only together with a
/// normalisation, and each normalisation depends on the set of candidates: with the same weights,
/// the order of a and b can reverse when a third candidate enters that is behind both (as with
/// Dynascore). Here each axis is scaled from 0 to 1 between the worst and the best on the front,
/// logarithmic axes in decades. So at least a candidate off the front changes nothing; one that
/// widens the front does. A candidate below a chord of the front wins for no weights, and may still
/// be the right one.
///
/// @unit   a share of 1; they sum to 1
/// @shape  result: [candidates]
/// @error  of the values alone; exact with two axes, within 1e-4 with three
/// @source Lahdelma, Hokkanen and Salminen, European J. Operational Research 106 (1998) 137: the
///         acceptability index, for the first place
[[nodiscard]] std::vector<double> first_rank_acceptability(const CandidateSet& field);

/// The same over all values that the data leave possible: the share of weights and draws.
/// @unit   a share of 1; they sum to 1
/// @shape  result: [candidates]
/// @error  see JointDraws
/// @source see first_rank_acceptability(const CandidateSet&)
[[nodiscard]] std::vector<double> first_rank_acceptability(const JointDraws& draws);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/rank_acceptability-inl.hpp"
#endif

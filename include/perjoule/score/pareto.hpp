// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/stats/order.hpp"

namespace perjoule::inline v0 {

/// Whether a is at least as good as b by every axis and better by one. Of two that are equal,
/// neither dominates.
[[nodiscard]] inline bool dominates(const Merits& a, const Merits& b) noexcept {
  bool better = false;
  for (int i = 0; i < 3; ++i) {
    if (a.of[i] < b.of[i]) return false;
    better = better || a.of[i] > b.of[i];
  }
  return better;
}

namespace detail {

/// Finds fronts, one after the other in the same memory: a bootstrap asks for thousands.
///
/// Sorted from the best by the first axis, ties by the second and then the third, a contender can
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
  /// @shape  merits, result: [contenders]
  View<bool> find(View<Merits> merits) {
    const std::size_t n = merits.size();
    if (on_front_.size() != n) {
      rank_ = Buffer<std::size_t>(n);
      best_ = Buffer<double>(n);
      on_front_ = Buffer<bool>(n);
    }
    bool third = false;
    for (const Merits& m : merits) third = third || m.of[2] != merits[0].of[2];
    order_.reset(n);
    if (third) order_.sort_by([merits](std::size_t i) { return merits[i].of[2]; });
    order_.sort_by([merits](std::size_t i) { return merits[i].of[1]; });
    if (third) rank_by_second(merits);
    order_.sort_by([merits](std::size_t i) { return merits[i].of[0]; });

    double best_second = none_;
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = order_[k];
      if (k > 0 && merits[i] == merits[order_[k - 1]]) {
        on_front_[i] = on_front_[order_[k - 1]];  // equal ones stand side by side
      } else if (third) {
        on_front_[i] = enter(rank_[i] + 1, merits[i].of[2]);
      } else {
        on_front_[i] = merits[i].of[1] > best_second;
        if (on_front_[i]) best_second = merits[i].of[1];
      }
    }
    return on_front_;
  }

 private:
  static constexpr double none_ = -__DBL_MAX__;  // no infinity: -ffast-math assumes there is none

  /// From the order by the second axis: equal ones have the same rank.
  void rank_by_second(View<Merits> merits) {
    std::size_t rank = 0;
    for (std::size_t k = 0; k < order_.size(); ++k) {
      if (k == 0 || merits[order_[k]].of[1] != merits[order_[k - 1]].of[1]) rank = k;
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

  Order order_;
  Buffer<std::size_t> rank_;
  Buffer<double> best_;
  Buffer<bool> on_front_;
};

}  // namespace detail

/// The contenders that no other dominates: those of which one can't say that another is as good by
/// every axis and better by one. Of equal ones all are on it. It orders nobody: each of them is the
/// right choice for somebody, the one that knows nothing and costs nothing among them.
///
/// @return their numbers in the field, ascending
/// @error  of the values alone: how sure it is, probability_on_front() says
/// @source Kung, Luccio and Preparata, J. ACM 22 (1975) 469
[[nodiscard]] Buffer<std::size_t> pareto_front(const Field& field);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/pareto-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/units/estimate.hpp"

// Means over items whose numbers are far from normal: losses, of which few are large, and shares,
// of which most are 1. Student's interval of such a mean is too short, and on the wrong side.
namespace perjoule::inline v0 {

/// Returns the quotient of two sums over items, for example edits over words.
///
/// Its interval is symmetric on the scale of logarithms, since what is many times too large is as
/// likely as what is many times too small. A few items decide the scatter of losses, so it is known
/// less well than n - 1 degrees of freedom say: these are of Box and Andersen, a third of them,
/// because a sample's kurtosis is smaller than that of heavy tails, and at least 2.
/// @unit   of a numerator over a denominator
/// @shape  rows: [items, 2]: a numerator of at least 0, and a denominator; their sum is above 0
/// @error  covers .93 where losses are squares of Student's t with 4 degrees of freedom,
///         from n = 20 on; where a loss is rare, so long as the items have some: see
///         docs/reference/validation.md. Missing for fewer than two items and without scatter
/// @source Cochran, Sampling Techniques (1977), 6.4 (uncertainty of a quotient); Box and Andersen,
///         J. Royal Stat. Soc. B 17 (1955) 1 (degrees of freedom); the third by simulation
[[nodiscard]] IntervalEstimate<double> ratio_of_sums(View<double> rows, double level = 0.95);

/// Returns the mean of losses, each at least 0: ratio_of_sums() of losses over items.
/// @unit   same as the losses
/// @error  see ratio_of_sums()
/// @source see ratio_of_sums()
[[nodiscard]] IntervalEstimate<double> mean_of_losses(View<double> losses, double level = 0.95);

/// Returns the mean of losses that few items have, such as the squared errors of a confident
/// classifier, or its log loss.
///
/// The interval is Fay and Feuer's for a weighted sum of rare events: a gamma distribution with the
/// mean and the variance of the losses below the value, and above it with one loss more, as large
/// as the largest.
/// @unit   same as the losses
/// @error  covers .93 and more from 100 items on, of which two or more are wrong on the average,
/// and
///         is at most 1.2 times as wide as need be: docs/reference/validation.md. Too short for
///         fewer. Missing without scatter, and of numbers below 0
/// @source Fay and Feuer, Statistics in Medicine 16 (1997) 791, with the variance about the mean
[[nodiscard]] IntervalEstimate<double> mean_of_rare_losses(View<double> losses,
                                                           double level = 0.95);

/// Returns the mean of shares, each from 0 to 1, such as F1 scores of answers.
///
/// The interval is Wilson's for as many right or wrong items as have the scatter of these, no wider
/// than for n of them: no shares scatter more.
/// @unit   a share of 1
/// @error  covers .94 and more at n = 20, where few shares differ from 1, too; missing without
///         scatter, unless all are 0 or all are 1
/// @source Korn and Graubard, Survey Methodology 24 (1998) 193 (effective number of items); Box and
///         Andersen as in ratio_of_sums()
[[nodiscard]] IntervalEstimate<double> mean_of_shares(View<double> shares, double level = 0.95);

/// Returns the estimate of a value with the influence of each item: how fast the value changes with
/// the item's weight. Their mean is 0, and the value is as uncertain as that mean.
/// @param value       over all items
/// @param influences  for example of spearman_influences()
/// @unit   same as the value
/// @shape  influences: [items]
/// @error  Student's interval, with the degrees of freedom of ratio_of_sums(), since a few items
///         may have most of the influence: see docs/reference/validation.md. Missing for fewer
///         than two items, without scatter, and where a number is not finite
/// @source Hampel, J. Amer. Statist. Assoc. 69 (1974) 383; Efron and Tibshirani, An Introduction to
///         the Bootstrap (1993), 21.3
[[nodiscard]] IntervalEstimate<double> estimate_from_influences(double value,
                                                                View<double> influences,
                                                                double level = 0.95);

namespace detail {

/// A quotient of two sums over items, and its scatter.
struct QuotientOfSums {
  /// @shape rows: [items, 2]: numerator and denominator
  explicit QuotientOfSums(View<double> rows);

  double items = 0.0;
  double value = 0.0;            ///< @unit of a numerator over a denominator
  double random = 0.0;           ///< its standard uncertainty. @unit as the value
  double dof = 0.0;              ///< of that: dof_of_variance(). @unit none
  double effective_items = 0.0;  ///< (sum of denominators)^2/sum of their squares. @unit items
  bool has_scatter = false;
};

/// Returns rows of these numbers over 1.
[[nodiscard]] std::vector<double> with_ones(View<double> numbers);

/// Returns a quotient of sums that is a share: of items with weights, the sum of weights of right
/// ones over that of all. mean_of_shares() is the same with weights of 1.
/// @unit   a share of 1
/// @shape  rows: [items, 2]: weight times share, and weight
/// @error  Wilson's of (sum w)^2/sum w^2 items, or as many as scatter like these
/// @source Kish, Survey Sampling (1965), 11.7; otherwise as mean_of_shares()
[[nodiscard]] IntervalEstimate<double> quotient_of_shares(View<double> rows, double level = 0.95);

/// Returns the degrees of freedom of a scatter of which a few items have most.
/// @param dof  dof_of_variance() of the items
/// @unit   none
/// @source see ratio_of_sums()
[[nodiscard]] double cautious_dof(double dof, double items) noexcept;

/// Returns the degrees of freedom of a variance that was estimated from these deviations from a
/// mean: n if they are normal, and fewer if a few of them are large.
/// @unit   none
/// @shape  at least two deviations, not all of them 0
/// @source Box and Andersen (1955): 2 n/(kurtosis - 1)
[[nodiscard]] double dof_of_variance(View<double> deviations);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/stats/item_mean-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/stats/radix_argsort.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// @shape  rows: [items, 2], output and reference
/// @unit   none; not finite if all outputs or all references are equal
/// @source Pearson, Proceedings of the Royal Society 58 (1895) 240
[[nodiscard]] double pearson_of(View<double> rows);

/// Returns the correlation of ranks, where equal numbers share the mean of their ranks.
/// @copydetails pearson_of
/// @source Spearman, American Journal of Psychology 15 (1904) 72; ties: Kendall, Biometrika 33
///         (1945) 239
[[nodiscard]] double spearman_of(View<double> rows);

/// Returns the rank of each number of a column, counted from 1; equal ones share their mean rank.
/// @shape  rows: [items, 2]
[[nodiscard]] std::vector<double> midranks(View<double> rows, std::size_t column);

/// Returns the influence of each item on pearson_of(): n - 1 times what leaving it out takes away.
/// Where few items weigh much, that is more than the influence at the limit of many items, which
/// is too short there.
/// @unit   none
/// @shape  rows: [items, 2]; returns [items], or nothing if the rows have no correlation
/// @source Tukey, Annals of Mathematical Statistics 29 (1958) 614 (abstract)
[[nodiscard]] std::vector<double> pearson_influences(View<double> rows);

/// Returns the influence of each item on spearman_of(): by its own ranks, and by those of the items
/// above it.
/// @copydetails pearson_influences
/// @source Croux and Dehon, Statistical Methods and Applications 19 (2010) 497, 3; ties: derived
[[nodiscard]] std::vector<double> spearman_influences(View<double> rows);

/// The numbers of a column as shares of numbers below them, of which equal ones count half.
struct RankShares {
  /// @shape rows: [items, 2]
  RankShares(View<double> rows, std::size_t column);
  /// Returns for each item the mean over all items of a number where their share is larger, of half
  /// of it where it is equal, and of 0 otherwise.
  /// @shape numbers: [items]
  /// @unit  that of the numbers
  [[nodiscard]] std::vector<double> mean_above(const std::vector<double>& numbers) const;

  std::vector<double> shares;  ///< @unit a share of 1
  RadixArgsort order;          ///< the largest first
  double variance = 0.0;       ///< of these shares. @unit none
};

enum class CorrelationKind : std::uint8_t { pearson, spearman };

/// Returns the standard uncertainty of atanh of a correlation by the jackknife: from its values
/// without one item each, or without one of 200 random groups of items each. More than 20,000 items
/// are represented by 20,000 of them.
/// @shape  rows: [items, 2]
/// @unit   none; not finite if a value without some items is 1, or if there is none
/// @source Hinkley, Biometrika 65 (1978) 13
[[nodiscard]] double jackknife_z_uncertainty(View<double> rows, double (*value_of)(View<double>));

/// Returns the value with fisher_z_interval(); missing for fewer than four items, and for -1 and 1.
/// @shape  rows: [items, 2]
/// @unit   none
/// @source see fisher_z_interval()
[[nodiscard]] IntervalEstimate<double> correlation_estimate(View<double> rows,
                                                            CorrelationKind kind);

[[nodiscard]] ItemFormula correlation_formula(CorrelationKind kind);

}  // namespace detail

/// Pearson's or Spearman's correlation. Made by `pearson_correlation` and `spearman_correlation`.
class Correlation {
 public:
  explicit Correlation(detail::CorrelationKind kind, PerItem keep = PerItem::keep)
      : kind_(kind), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  those of output and reference
  /// @shape [items, 2]: output,reference
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for a number that is not finite
  template <Arithmetic Output, Arithmetic Reference>
  void add(const Output& output, const Reference& reference) {
    add_numbers(static_cast<double>(output), static_cast<double>(reference));
  }

  /// @unit   none
  /// @error  see pearson_correlation and spearman_correlation
  /// @throws Error for no items
  /// @source see pearson_correlation and spearman_correlation
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Correlation& next) {
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(rows_);
  }

 private:
  void add_numbers(double output, double reference);

  detail::CorrelationKind kind_;
  ItemRows<2> rows_;
};

/// Product-moment correlation of outputs and references: how well a straight line through them
/// fits. Outputs need not be on the references' scale. Outputs in any order have 0.
/// @param references  one number for each input, in their order; borrowed, so a temporary is
/// refused
/// @param keep        whether each item's numbers go into the record, for paired tests
/// @unit   none, -1 to 1
/// @shape  references: [items]
/// @error  on Fisher's scale, with the larger of the uncertainties of Fisher, which holds for
///         normal pairs, and of the jackknife: covers 94 to 97 % for normal pairs from n = 10 on,
///         and 90 to 96 % for lognormal ones and for errors with long tails, where Fisher's alone
///         covers 60 to 94 %. Two models are compared by the influence of each item, which covers
///         90 to 97 %
/// @throws Error for no references; while running: for a number that is not finite
/// @source SciPy 1.10 stats.pearsonr
template <class References>
[[nodiscard]] auto pearson_correlation(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Correlation(detail::CorrelationKind::pearson, keep));
}

/// Correlation of the ranks of outputs and references: how well the outputs are in order. Equal
/// numbers share the mean of their ranks. Outputs in any order have 0.
/// @param references, keep  see pearson_correlation
/// @unit   none, -1 to 1
/// @shape  references: [items]
/// @error  on Fisher's scale, with the larger of the uncertainties of Bonett and Wright and of the
///         jackknife: covers 93 to 99 % from n = 10 on, where Bonett and Wright's alone covers 84
///         to 97 %. Two models are compared by the influence of each item, which covers 95 to 98 %
/// @throws see pearson_correlation
/// @source SciPy 1.10 stats.spearmanr
template <class References>
[[nodiscard]] auto spearman_correlation(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references),
                         Correlation(detail::CorrelationKind::spearman, keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/correlation-inl.hpp"
#endif

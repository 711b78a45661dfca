// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// What an interval allows.
/// @param interval  of a difference in which 0 is no change and less is better
/// @unit min_effect: that of the interval
[[nodiscard]] constexpr Verdict verdict_of(const Interval<double>& interval,
                                           double min_effect) noexcept {
  if (!interval.is_known()) return Verdict::unresolved;
  if (interval.low >= -min_effect && interval.high <= min_effect) return Verdict::same;
  if (interval.high < 0.0) return Verdict::better;
  if (interval.low > 0.0) return Verdict::worse;
  return Verdict::unresolved;
}

/// How many more pairs it takes until an interval is resolved that shrinks with their square root.
/// @param value, half, common, min_effect  of one unit; common: what pairs do not make smaller
[[nodiscard]] std::size_t pairs_to_resolve(std::size_t pairs, double value, double half,
                                           double common, double min_effect) noexcept;

/// A column per item, of windows with an uninterrupted slice; not finite for the others.
[[nodiscard]] std::vector<double> clean_window_values(const Samples& samples,
                                                      Samples::Column column);

/// The logarithms of the ratios of pairs, without those that have none.
[[nodiscard]] std::vector<double> log_ratios(View<double> first, View<double> variant);

/// The change that pairs of windows show.
/// @param common  standard uncertainty of the logarithm that all pairs share. @unit none
/// @unit  level, min_effect: a share of 1
/// @error the signed-rank interval of the logarithms, and z common, in squares
[[nodiscard]] Change change_of(View<double> log_ratios, double common, Provenance provenance,
                               double level, double min_effect);

/// The change between two counted numbers.
[[nodiscard]] Change exact_change(const Estimate<Bytes>& first, const Estimate<Bytes>& variant,
                                  double min_effect) noexcept;

/// The relative uncertainty of two energies that does not differ from pair to pair: of the ends of
/// windows, and for a modelled energy of its watts, which need not be equal for two variants.
/// @unit none
[[nodiscard]] double shared_relative_uncertainty(const Estimate<JoulesPerItem>& first,
                                                 const Estimate<JoulesPerItem>& variant) noexcept;

/// The change of the active energy. The idle power is one draw for all windows of both variants, so
/// that the amount by which its uncertainty moves the middle is common to all pairs.
[[nodiscard]] Change active_change(const Entry& first, const Entry& variant, double level,
                                   double min_effect);

/// The change of a quality.
[[nodiscard]] QualityChange quality_change(const Entry& first, const Entry& variant,
                                           std::size_t metric, double level);

/// Compares a variant with the first one.
/// @param level  of each single interval but those of quality, which are at 95 %
/// @unit  level, min_effect: a share of 1
[[nodiscard]] VariantChanges compare_entries(const Entry& first, const Entry& variant, double level,
                                             double min_effect);

/// The level of single intervals at which 95 % of comparisons have all of theirs right.
/// @unit   a share of 1
/// @source Bonferroni: time, CPU time, energy and active energy of each variant but the first
[[nodiscard]] constexpr double bonferroni_level(std::size_t variants) noexcept {
  return 1.0 - 0.05 / (4.0 * static_cast<double>(variants - 1));
}

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/changes-inl.hpp"
#endif

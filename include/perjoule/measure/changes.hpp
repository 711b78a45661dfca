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

/// Returns the verdict that an interval allows.
/// @param interval  interval of a difference, where 0 is no change and less is better
/// @unit min_effect: the unit of the interval
[[nodiscard]] constexpr Verdict verdict_of(const Interval<double>& interval,
                                           double min_effect) noexcept {
  if (!interval.is_known()) return Verdict::unresolved;
  if (interval.low >= -min_effect && interval.high <= min_effect) return Verdict::same;
  if (interval.high < 0.0) return Verdict::better;
  if (interval.low > 0.0) return Verdict::worse;
  return Verdict::unresolved;
}

/// Returns the number of additional pairs that resolve an interval whose width shrinks with the
/// square root of the number of pairs, or 0 if no number does.
/// @param value, half, common, min_effect  in one unit; common: the part that more pairs do not
///                                         reduce
[[nodiscard]] std::size_t pairs_to_resolve(std::size_t pairs, double value, double half,
                                           double common, double min_effect) noexcept;

/// Returns a column per item, window by window. Not finite for windows without an uninterrupted
/// slice.
[[nodiscard]] std::vector<double> clean_window_values(const Samples& samples,
                                                      Samples::Column column);

/// Returns the logarithms of the ratios of pairs. Pairs without a ratio are left out.
[[nodiscard]] std::vector<double> log_ratios(View<double> first, View<double> variant);

/// Returns the change that pairs of windows show.
/// @param common  standard uncertainty of the logarithm, shared by all pairs. @unit none
/// @unit  level, min_effect: a share of 1
/// @error the signed-rank interval of the logarithms, combined in quadrature with z common
[[nodiscard]] Change change_of(View<double> log_ratios, double common, Provenance provenance,
                               double level, double min_effect);

/// Returns the change between two counted numbers.
[[nodiscard]] Change exact_change(const Estimate<Bytes>& first, const Estimate<Bytes>& variant,
                                  double min_effect) noexcept;

/// Returns the part of the relative uncertainty of two energies that does not differ from pair to
/// pair. It comes from the ends of windows and, for a modelled energy, from its watts, which need
/// not be equal for two variants.
/// @unit none
[[nodiscard]] double shared_relative_uncertainty(const Estimate<JoulesPerItem>& first,
                                                 const Estimate<JoulesPerItem>& variant) noexcept;

/// Returns the change of the active energy. The idle power is a single measurement for all windows
/// of both variants, so the shift that its uncertainty causes is common to all pairs.
[[nodiscard]] Change active_change(const Entry& first, const Entry& variant, double level,
                                   double min_effect);

/// Returns the change of a quality.
[[nodiscard]] QualityChange quality_change(const Entry& first, const Entry& variant,
                                           std::size_t metric, double level);

/// Compares a variant with the first one.
/// @param level  level of each interval, except for those of quality, which are at 95 %
/// @unit  level, min_effect: a share of 1
[[nodiscard]] VariantChanges compare_entries(const Entry& first, const Entry& variant, double level,
                                             double min_effect);

/// Returns the level of single intervals at which 95 % of comparisons have all of their intervals
/// right.
/// @unit   a share of 1
/// @source Bonferroni: time, CPU time, energy and active energy of each variant but the first
[[nodiscard]] constexpr double bonferroni_level(std::size_t variants) noexcept {
  return 1.0 - 0.05 / (4.0 * static_cast<double>(variants - 1));
}

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/changes-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What is compared, and how long.
struct ComparePlan {
  /// Wall time for warm-up, idle and windows of all variants; it is spent as a whole.
  Seconds budget{10.0};
  /// Smaller changes interest nobody: below it two variants are the same.
  /// @unit a share of 1
  double min_effect = 0.01;
  /// Of the order of the inputs.
  std::uint64_t seed = 1;
};

/// What the data say of a variant beside the first one.
enum class Verdict : std::uint8_t {
  missing,     ///< there is no number
  unresolved,  ///< the interval allows for more than one of those below
  same,        ///< the whole interval is closer than the least effect of interest
  better,      ///< the whole interval is on the better side of no change
  worse,       ///< the same, on the other side
};

[[nodiscard]] constexpr const char* name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::unresolved:
      return "unresolved";
    case Verdict::same:
      return "same";
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
    case Verdict::missing:
      break;
  }
  return "missing";
}

/// How many times as much a variant takes as the first one.
struct Change {
  Estimate<double> ratio;  ///< random: a z-th of its half-width in logarithms. @unit none
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
  std::size_t windows = 0;  ///< pairs behind it
  /// As many pairs more would probably resolve it; 0: it is resolved, or no number would.
  std::size_t more_pairs = 0;
};

/// How much better a variant is, by one metric, over the same items.
struct QualityChange {
  text::Short metric;
  const char* unit = "";
  bool higher_is_better = true;
  std::size_t items = 0;
  Estimate<double> difference;  ///< variant less the first one. @unit that of the metric
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
};

/// A variant beside the first one.
struct VariantChanges {
  Change time;  ///< wall time of pieces that were left alone
  Change cpu_time;
  Change energy;
  Change active_energy;
  Change stored;
  Change resident;
  Few<QualityChange, max_metrics> quality;
};

/// Variants that ran in turns.
struct Comparison {
  ComparePlan plan;
  Few<Entry, max_variants> entries;  ///< as measure() gives them
  Few<VariantChanges, max_variants - 1>
      changes;  ///< changes[i] is entries[i + 1] beside entries[0]
};

namespace detail {

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

/// How many pairs more it takes until an interval that shrinks with their root is resolved.
/// @param value, half, common, min_effect  of one unit; common: what pairs do not make smaller
[[nodiscard]] std::size_t pairs_to_resolve(std::size_t pairs, double value, double half,
                                           double common, double min_effect) noexcept;

/// A column per item, of windows of which a piece was left alone; not finite for the others.
[[nodiscard]] Buffer<double> clean_window_values(const Samples& samples, Samples::Column column);

/// Logarithms of the quotients of pairs, without those that have none.
[[nodiscard]] Buffer<double> log_ratios(View<double> first, View<double> variant);

/// @param common  standard uncertainty of the logarithm that all pairs share. @unit none
/// @unit  level, min_effect: a share of 1
/// @error the signed-rank interval of the logarithms, and z common, in squares
[[nodiscard]] Change change_of(View<double> log_ratios, double common, Provenance provenance,
                               double level, double min_effect);

/// Of two counted numbers.
[[nodiscard]] Change exact_change(const Estimate<Bytes>& first, const Estimate<Bytes>& variant,
                                  double min_effect) noexcept;

/// What is not known of two energies and does not differ from pair to pair, as a part of each: the
/// ends of windows, and for a model its watts, which two variants need not share.
/// @unit none
[[nodiscard]] double shared_relative_uncertainty(const Estimate<JoulesPerItem>& first,
                                                 const Estimate<JoulesPerItem>& variant) noexcept;

/// Active energies of pairs. The idle power is one draw for all windows of both variants: what its
/// uncertainty moves the middle by is common to all pairs.
[[nodiscard]] Change active_change(const Entry& first, const Entry& variant, double level,
                                   double min_effect);

[[nodiscard]] QualityChange quality_change(const Entry& first, const Entry& variant,
                                           std::size_t metric, double level);

/// A variant beside the first one.
/// @param level  of each single interval but those of quality, which are of 95 %
/// @unit  level, min_effect: a share of 1
[[nodiscard]] VariantChanges compare_entries(const Entry& first, const Entry& variant, double level,
                                             double min_effect);

/// The level of each of so many intervals at which 95 % of comparisons have all of them right.
/// @unit   a share of 1
/// @source Bonferroni: time, CPU time, energy and active energy of each variant but the first
[[nodiscard]] constexpr double bonferroni_level(std::size_t variants) noexcept {
  return 1.0 - 0.05 / (4.0 * static_cast<double>(variants - 1));
}

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/comparison-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Options for Session::compare().
struct ComparePlan {
  /// Wall time for warm-up, idle and windows of all variants; all of it is spent.
  Seconds budget{10.0};
  /// Smallest change of interest: two variants that differ by less are the same.
  /// @unit a share of 1
  double min_effect = 0.01;
  /// Shuffles the inputs.
  std::uint64_t seed = 1;
};

/// Result of comparing a variant with the first one.
enum class Verdict : std::uint8_t {
  missing,     ///< there is no number
  unresolved,  ///< the interval allows more than one of the verdicts below
  same,        ///< the whole interval is within the smallest change of interest
  better,      ///< the whole interval is on the better side of no change
  worse,       ///< the whole interval is on the worse side of no change
};

[[nodiscard]] constexpr std::string_view name(Verdict verdict) noexcept {
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

/// Ratio of what a variant takes to what the first one takes.
struct Change {
  /// Its random uncertainty is the half-width of its logarithm over z, times the ratio. @unit none
  Estimate<double> ratio;
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
  std::size_t windows = 0;  ///< pairs of windows with a ratio
  /// Number of additional pairs that would probably resolve it; 0 if it is resolved or no number
  /// would.
  std::size_t more_pairs = 0;
};

/// Difference between a variant and the first one by a metric, on the same items.
struct QualityChange {
  std::string metric;
  std::string unit;
  bool higher_is_better = true;
  std::size_t items = 0;
  Estimate<double> difference;  ///< variant minus first one. @unit that of the metric
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
};

/// Changes of a variant relative to the first one.
struct VariantChanges {
  Change time;  ///< wall time, of uninterrupted slices where there are enough of them
  Change cpu_time;
  Change energy;
  Change active_energy;
  Change stored;
  Change resident;
  std::vector<QualityChange> quality;
};

/// Results of variants that ran in turns.
struct Comparison {
  // Defined once, since copying and destroying entries costs compile time in each file.
  Comparison();
  Comparison(const Comparison& other);
  Comparison(Comparison&& other) noexcept;
  Comparison& operator=(const Comparison& other);
  Comparison& operator=(Comparison&& other) noexcept;
  ~Comparison();

  ComparePlan plan;
  std::vector<Entry> entries;           ///< as measure() returns them
  std::vector<VariantChanges> changes;  ///< changes[i] compares entries[i + 1] with entries[0]
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/comparison-inl.hpp"
#endif

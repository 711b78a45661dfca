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

/// How variants are compared, and for how long.
struct ComparePlan {
  /// Wall time for warm-up, idle and windows of all variants; all of it is spent.
  Seconds budget{10.0};
  /// The least change of interest: two variants that differ by less are the same.
  /// @unit a share of 1
  double min_effect = 0.01;
  /// Shuffles the inputs.
  std::uint64_t seed = 1;
};

/// What the data say of a variant, compared with the first one.
enum class Verdict : std::uint8_t {
  missing,     ///< there is no number
  unresolved,  ///< the interval allows for more than one of those below
  same,        ///< the whole interval is within the least change of interest
  better,      ///< the whole interval is on the better side of no change
  worse,       ///< the same, on the other side
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

/// How many times as much a variant takes as the first one does.
struct Change {
  Estimate<double> ratio;  ///< random: the half-width of its logarithm over z. @unit none
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
  std::size_t windows = 0;  ///< pairs that it comes from
  /// How many more pairs would probably resolve it; 0: it is resolved, or no number would.
  std::size_t more_pairs = 0;
};

/// How much better a variant is than the first one by a metric, on the same items.
struct QualityChange {
  std::string metric;
  std::string unit;
  bool higher_is_better = true;
  std::size_t items = 0;
  Estimate<double> difference;  ///< variant less the first one. @unit that of the metric
  Interval<double> interval;
  Verdict verdict = Verdict::missing;
};

/// A variant, compared with the first one.
struct VariantChanges {
  Change time;  ///< wall time of slices that nothing interrupted
  Change cpu_time;
  Change energy;
  Change active_energy;
  Change stored;
  Change resident;
  std::vector<QualityChange> quality;
};

/// Variants that ran in turns.
struct Comparison {
  // Defined once, since copying and destroying entries costs a compiler time in each file.
  Comparison();
  Comparison(const Comparison& other);
  Comparison(Comparison&& other) noexcept;
  Comparison& operator=(const Comparison& other);
  Comparison& operator=(Comparison&& other) noexcept;
  ~Comparison();

  ComparePlan plan;
  std::vector<Entry> entries;           ///< as measure() gives them
  std::vector<VariantChanges> changes;  ///< changes[i] compares entries[i + 1] with entries[0]
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/comparison-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/regress/claim.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// How much worse a model may be than another one, and still be no worse.
struct Tolerance {
  /// More energy and time per item; where it is not given, a comparison's least effect.
  /// @unit a share of the other's
  double cost = detail::quiet_nan();
  /// Less quality, or more of what is better where it is smaller; where it is not given, as `cost`.
  /// @unit a share of the other's
  double quality = detail::quiet_nan();
  bool energy = true;  ///< false: energy is not looked at
  AcceptedEvidence accepted = {};
};

namespace detail {

/// Several claims that all have to hold, a line each.
class Claims {
 public:
  void add(const char* what, ClaimOutcome claim, const text::Long& found) noexcept;
  [[nodiscard]] ClaimOutcome all() const noexcept { return all_; }
  [[nodiscard]] text::Text& lines() noexcept { return lines_; }
  [[nodiscard]] Finding finding() const { return {all_, std::string(lines_.view())}; }

 private:
  ClaimOutcome all_ = ClaimOutcome::holds;
  text::Text lines_;
};

/// Numbers that two entries have, and may be compared or not.
struct Compatibility {
  const char* name;
  Provenance provenance;        ///< the worst of both
  text::Long why_inconclusive;  ///< why they may not; empty where they may
};

[[nodiscard]] Compatibility compatible(const Entry& entry, const Entry& baseline, bool of_energy,
                                       const AcceptedEvidence& accepted) noexcept;

/// A line for a cost, "time: no, 1.10 ± 0.02 times as much (measured)".
void add_cost(Claims& claims, const Compatibility& of, ClaimOutcome claim, double times,
              const Interval<double>& interval, const char* what_helps);

/// By how much the quality of an entry is better: item by item where both have each item's, else
/// all differences of two numbers in their intervals.
/// @unit  that of the metric
/// @error 95 %, or more where it is not item by item
[[nodiscard]] QualityChange quality_difference(const Entry& entry, const Entry& baseline,
                                               std::size_t metric);

/// A line for each metric of the baseline.
/// @unit allowed: a share of the baseline's quality
void add_quality(Claims& claims, const Entry& entry, const Entry& baseline, double allowed);

}  // namespace detail

/// What is claimed: "is no worse than fp32, to 3 %".
/// @param tolerance  `cost` must be given
[[nodiscard]] text::Long claim_text(const char* baseline, const Tolerance& tolerance) noexcept;

/// Whether an entry is no worse than another that was measured at another time: in energy and wall
/// time per item, and in each metric. All of them have to hold for the claim to hold, each by its
/// whole 95 % interval, and one that fails is enough for it to fail.
///
/// The intervals are those of two runs, and what the machine did in between is in neither: for
/// small tolerances compare in turns (Session::compare) and use none_worse().
///
/// @param tolerance  `cost` must be given
[[nodiscard]] Finding no_worse(const Entry& entry, const Entry& baseline,
                               const Tolerance& tolerance);

namespace detail {

/// One that is worse by its verdict is; one that is the same, or surely no worse by more than that
/// is allowed, is not.
/// @unit allowed: a share of 1
[[nodiscard]] constexpr ClaimOutcome no_worse_by_verdict(const Change& change,
                                                         double allowed) noexcept {
  const ClaimOutcome claim = at_most(change.interval, 1.0 + allowed);
  return claim != ClaimOutcome::holds && change.verdict == Verdict::worse ? ClaimOutcome::fails
                                                                          : claim;
}

}  // namespace detail

/// Whether none of the variants that ran in turns is worse than the first one, in energy, wall
/// time and quality. A verdict `worse` fails the claim where the interval is not within what is
/// allowed; one that leaves more than that open, or is missing, leaves the claim open.
[[nodiscard]] Finding none_worse(const Comparison& comparison, const Tolerance& tolerance = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/no_worse-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/regress/claim.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// Amount by which a model may be worse than another and still count as no worse.
struct Tolerance {
  /// Additional energy and time per item that is allowed; by default the minimum effect of a
  /// comparison.
  /// @unit share of the other model's
  double cost = detail::quiet_nan();
  /// Quality that may be lost; by default the same share as `cost`.
  /// @unit share of the other model's
  double quality = detail::quiet_nan();
  bool energy = true;  ///< whether energy is compared at all
  AcceptedEvidence accepted = {};
};

namespace detail {

/// Claims that must all hold: one line for each, and the joint outcome.
class Claims {
 public:
  void add(std::string_view what, ClaimOutcome claim, const std::string& found);
  /// Adds text that is not a claim.
  void add_text(std::string_view text) { finding_.text += text; }
  [[nodiscard]] const Finding& finding() const noexcept { return finding_; }

 private:
  Finding finding_ = {ClaimOutcome::holds, {}};
};

/// Whether a number of two entries can be compared.
struct Compatibility {
  std::string_view name;         ///< "energy"
  Provenance provenance;         ///< the worse of the two
  std::string why_inconclusive;  ///< reason why it can't; empty if it can
};

[[nodiscard]] Compatibility compatible(const Entry& entry, const Entry& baseline, bool of_energy,
                                       const AcceptedEvidence& accepted);

/// Adds the line of a cost: "time: no, 1.10 ± 0.02 times as much (measured)".
void add_cost(Claims& claims, const Compatibility& of, ClaimOutcome claim, double times,
              const Interval<double>& interval, std::string_view what_helps);

/// Returns the change in quality of an entry relative to a baseline. Uses paired items if both
/// entries kept them, otherwise the range of all differences between numbers in the two intervals.
/// @unit  same as the metric
/// @error a 95 % interval; wider if it is not from paired items
[[nodiscard]] QualityChange quality_difference(const Entry& entry, const Entry& baseline,
                                               std::size_t metric);

/// Adds a line for each metric of the baseline.
/// @unit allowed: share of the baseline's quality
void add_quality(Claims& claims, const Entry& entry, const Entry& baseline, double allowed);

}  // namespace detail

/// Returns the text of the claim: "is no worse than fp32, to 3 %".
/// @param tolerance  `cost` must be given
[[nodiscard]] std::string claim_text(std::string_view baseline, const Tolerance& tolerance);

/// Tells whether an entry is no worse than another that was measured at another time: in energy and
/// wall time per item, and in each metric. The claim holds if all of these hold by their whole 95 %
/// intervals, and fails if one of them fails.
///
/// Each interval comes from a single run, and neither covers how the machine changed in between.
/// For small tolerances, compare in turns (Session::compare) and use none_worse().
///
/// @param tolerance  `cost` must be given
[[nodiscard]] Finding no_worse(const Entry& entry, const Entry& baseline,
                               const Tolerance& tolerance);

namespace detail {

/// Holds if the change is within the allowed share; otherwise fails if its verdict is `worse`.
/// @unit allowed: a share of 1
[[nodiscard]] constexpr ClaimOutcome no_worse_by_verdict(const Change& change,
                                                         double allowed) noexcept {
  const ClaimOutcome claim = at_most(change.interval, 1.0 + allowed);
  return claim != ClaimOutcome::holds && change.verdict == Verdict::worse ? ClaimOutcome::fails
                                                                          : claim;
}

}  // namespace detail

/// Tells whether none of the variants measured in turns is worse than the first one, in energy,
/// wall time and quality. A verdict `worse` fails the claim unless the interval is within the
/// tolerance; a verdict that is unresolved or missing makes the claim inconclusive.
[[nodiscard]] Finding none_worse(const Comparison& comparison, const Tolerance& tolerance = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/no_worse-inl.hpp"
#endif

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

/// How much worse than another one a model may be, and still count as no worse.
struct Tolerance {
  /// How much more energy and time per item it may take; by default a comparison's least effect.
  /// @unit a share of the other's
  double cost = detail::quiet_nan();
  /// How much quality it may lose; by default as much as `cost`.
  /// @unit a share of the other's
  double quality = detail::quiet_nan();
  bool energy = true;  ///< whether energy is compared at all
  AcceptedEvidence accepted = {};
};

namespace detail {

/// Claims that all have to hold: a line each, and the outcome of all together.
class Claims {
 public:
  void add(std::string_view what, ClaimOutcome claim, const std::string& found);
  /// Adds a text that is no claim.
  void add_text(std::string_view text) { finding_.text += text; }
  [[nodiscard]] const Finding& finding() const noexcept { return finding_; }

 private:
  Finding finding_ = {ClaimOutcome::holds, {}};
};

/// Whether a number of two entries can be compared.
struct Compatibility {
  std::string_view name;         ///< "energy"
  Provenance provenance;         ///< the worse of both
  std::string why_inconclusive;  ///< why it can't; empty if it can
};

[[nodiscard]] Compatibility compatible(const Entry& entry, const Entry& baseline, bool of_energy,
                                       const AcceptedEvidence& accepted);

/// Adds the line of a cost: "time: no, 1.10 ± 0.02 times as much (measured)".
void add_cost(Claims& claims, const Compatibility& of, ClaimOutcome claim, double times,
              const Interval<double>& interval, std::string_view what_helps);

/// How much better the quality of an entry is: from paired items if both kept them, else the range
/// of all differences between numbers in the two intervals.
/// @unit  that of the metric
/// @error a 95 % interval; wider if it is not from paired items
[[nodiscard]] QualityChange quality_difference(const Entry& entry, const Entry& baseline,
                                               std::size_t metric);

/// Adds a line for each metric of the baseline.
/// @unit allowed: a share of the baseline's quality
void add_quality(Claims& claims, const Entry& entry, const Entry& baseline, double allowed);

}  // namespace detail

/// What is claimed: "is no worse than fp32, to 3 %".
/// @param tolerance  `cost` must be given
[[nodiscard]] std::string claim_text(std::string_view baseline, const Tolerance& tolerance);

/// Whether an entry is no worse than another that was measured at another time: in energy and wall
/// time per item, and in each metric. The claim holds if all of these hold by their whole 95 %
/// intervals, and fails if one of them fails.
///
/// Both intervals are those of single runs, and neither covers how the machine changed in between:
/// for small tolerances compare in turns (Session::compare) and use none_worse().
///
/// @param tolerance  `cost` must be given
[[nodiscard]] Finding no_worse(const Entry& entry, const Entry& baseline,
                               const Tolerance& tolerance);

namespace detail {

/// A change within the allowed share holds; else one whose verdict is `worse` fails.
/// @unit allowed: a share of 1
[[nodiscard]] constexpr ClaimOutcome no_worse_by_verdict(const Change& change,
                                                         double allowed) noexcept {
  const ClaimOutcome claim = at_most(change.interval, 1.0 + allowed);
  return claim != ClaimOutcome::holds && change.verdict == Verdict::worse ? ClaimOutcome::fails
                                                                          : claim;
}

}  // namespace detail

/// Whether none of the variants that ran in turns is worse than the first one, in energy, wall
/// time and quality. A verdict `worse` fails the claim unless the interval is within the tolerance;
/// one that is unresolved or missing makes the claim inconclusive.
[[nodiscard]] Finding none_worse(const Comparison& comparison, const Tolerance& tolerance = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/no_worse-inl.hpp"
#endif

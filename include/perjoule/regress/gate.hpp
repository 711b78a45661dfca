// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/regress/fail_rule.hpp"
#include "perjoule/regress/metric_comparison.hpp"
#include "perjoule/regress/observations.hpp"

namespace perjoule::inline v0 {

/// What a comparison shows of a benchmark, or of all of them: efficiency and quality together.
enum class GateVerdict : std::uint8_t {
  unchanged,         ///< everything that could be shown is equivalent
  improved,          ///< something improved, and nothing regressed
  inconclusive,      ///< something is shown neither way
  quality_unproven,  ///< efficiency improved, and no test shows that quality did not pay for it
  incomparable,      ///< something is not to be compared
  missing,           ///< something is missing
  traded,            ///< efficiency improved, and quality paid for it
  regressed,         ///< something regressed
};

[[nodiscard]] std::string_view name(GateVerdict verdict) noexcept;

/// How p-values of several numbers are adjusted.
enum class Correction : std::uint8_t {
  holm,                ///< bounds the chance of any false alarm
  benjamini_hochberg,  ///< bounds the expected share of false ones among all alarms
  none,                ///< each number by itself
};

/// Options of compare_observations().
struct GateOptions {
  /// Chance of a false alarm, for all numbers together under Holm's correction.
  /// @unit a share of 1
  double alpha = 0.01;
  /// Smallest change of interest: one that is shown to be smaller is equivalent, and one whose best
  /// estimate is smaller is no regression.
  /// @unit a share of 1; of quality in %, percentage points
  double min_effect = 0.01;
  Correction correction = Correction::holm;
  std::vector<FailRule> rules = {};  ///< for numbers of these names, instead of `min_effect`
  bool allow_missing = false;        ///< a missing number is no failure
  bool across_machines = false;      ///< compare times and energies of two machines
};

/// The comparison of one benchmark.
struct BenchmarkComparison {
  std::string benchmark;
  GateVerdict verdict = GateVerdict::unchanged;
  std::vector<MetricComparison> metrics;
};

/// The comparison of an old and a new version.
struct GateResult {
  GateVerdict verdict = GateVerdict::unchanged;  ///< the last in the order of GateVerdict
  std::vector<BenchmarkComparison> benchmarks;   ///< in the order of the old side
};

/// Compares what an old and a new version measured.
///
/// Times, energies and other numbers that scatter are compared by compare_processes(); at least
/// five processes a side are needed for a verdict at .01. Numbers that are counted and were the
/// same in each of several processes, old and new, are compared exactly. Qualities are compared
/// item by item; a loss is shown if the 95 % interval of the difference lies on its side, and
/// `traded` needs a p-value of .01: efficiency that improved is called a trade in at most 1 % of
/// the cases where quality did not change.
///
/// Modelled energy is no evidence: it is CPU time times a number, and CPU time is there.
///
/// @error  alpha bounds the chance of any false alarm of numbers that scatter; each quality whose
///         items changed has a chance of .025 of its own
/// @throws Error for a rule that no number can follow, and for sides that have nothing in common
/// @source docs/reference/formulas.md#processes
[[nodiscard]] GateResult compare_observations(const std::vector<Observations>& before,
                                              const std::vector<Observations>& after,
                                              const GateOptions& options = {});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/gate-inl.hpp"
#endif

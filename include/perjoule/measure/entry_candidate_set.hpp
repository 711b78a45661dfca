// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/score/candidate_set.hpp"

namespace perjoule::inline v0 {

/// Makes candidates of entries: the quality of each by one metric, and what it costs.
///
/// Where each entry kept its result for each item, the qualities are drawn jointly: the same items
/// for all, so that one that is hard for every model makes no difference between two. All must be
/// of the same test set in the same order, which cannot be checked here.
class EntryCandidateSet {
 public:
  /// @param entries  with equal metrics, in one order
  /// @param costs    one or two
  /// @param metric   index into the entries' quality
  /// @throws Error for entries that lack the metric or have another in its place; and, as
  ///         CandidateSet, for energies of different scopes or kinds
  explicit EntryCandidateSet(const Entries& entries, std::vector<Cost> costs = {Cost::energy},
                             std::size_t metric = 0);
  EntryCandidateSet(const EntryCandidateSet&) = delete;  // candidates borrow the draws
  EntryCandidateSet& operator=(const EntryCandidateSet&) = delete;

  [[nodiscard]] const CandidateSet& candidate_set() const noexcept { return candidates_; }

 private:
  [[nodiscard]] static const Quality& quality_of(const Entry& entry, std::size_t metric);

  /// The metric on the same resamples of the items for each entry, one entry after the other; empty
  /// where an entry did not keep its items, or a resample has no value.
  [[nodiscard]] static std::vector<double> joint_draws(const Entries& entries, std::size_t metric);
  [[nodiscard]] static double mean_of_rows(View<double> rows);

  [[nodiscard]] static CandidateSet candidates_of(const Entries& entries,
                                                  const std::vector<Cost>& costs,
                                                  std::size_t metric, std::vector<double>& draws);

  std::vector<double> draws_;
  CandidateSet candidates_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/entry_candidate_set-inl.hpp"
#endif

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

/// Candidates made from entries: the quality of each by one metric, and its costs.
///
/// Where every entry kept its per-item results, the qualities are drawn jointly: the same items are
/// drawn for all entries, so an item that is hard for every model makes no difference between two
/// of them. All entries must be of the same test set in the same order, which cannot be checked
/// here.
class EntryCandidateSet {
 public:
  /// @param entries  with equal metrics, in the same order
  /// @param costs    one or two
  /// @param metric   index into the entries' quality
  /// @throws Error for entries that lack the metric or have another in its place and, as
  ///         CandidateSet does, for energies of different scopes or kinds
  explicit EntryCandidateSet(const Entries& entries, std::vector<Cost> costs = {Cost::energy},
                             std::size_t metric = 0);
  EntryCandidateSet(const EntryCandidateSet&) = delete;  // candidates borrow the draws
  EntryCandidateSet& operator=(const EntryCandidateSet&) = delete;

  [[nodiscard]] const CandidateSet& candidate_set() const noexcept { return candidates_; }

  /// Returns an energy of which the part of the meter's gain that remains between two workloads is
  /// its own, and not shared with the other entries. A model's watts are taken to be shared.
  /// @unit  that of the energy
  /// @error the whole uncertainty is the same
  [[nodiscard]] static Estimate<double> with_own_gain(Estimate<double> energy,
                                                      const GainShare& gain);

 private:
  [[nodiscard]] static const Quality& quality_of(const Entry& entry, std::size_t metric);

  /// Returns the metric on the same resamples of the items for each entry, one entry after the
  /// other. Empty if an entry did not keep its items or a resample has no value.
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

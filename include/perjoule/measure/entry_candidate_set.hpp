// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/score/candidate_set.hpp"

namespace perjoule::inline v0 {

/// Entries as candidates: the quality of each by one metric, and what it costs.
///
/// Where each kept what it was right about, item by item, the qualities are drawn jointly: the same
/// items for all, so that one which is hard for every model makes no difference between two. They
/// must be of the same test set in the same order, which nothing here can know.
class EntryCandidateSet {
 public:
  /// @param entries  with as many metrics, in one order
  /// @param costs    one or two
  /// @param metric   index into the entries' quality
  /// @throws Error for entries that lack the metric or have another in its place, and what
  /// CandidateSet
  ///         throws: for energies of different scopes or kinds
  explicit EntryCandidateSet(const Entries& entries, Few<Cost, 2> costs = {Cost::energy},
                             std::size_t metric = 0);
  EntryCandidateSet(const EntryCandidateSet&) = delete;  // the field borrows the draws
  EntryCandidateSet& operator=(const EntryCandidateSet&) = delete;

  [[nodiscard]] const CandidateSet& candidate_set() const noexcept { return field_; }

 private:
  [[nodiscard]] static const Quality& quality_of(const Entry& entry, std::size_t metric);

  /// The metric on the same resamples of the items for each entry, one entry behind the other;
  /// empty where one entry did not keep them, or a resample has no value.
  [[nodiscard]] static Buffer<double> drawn(const Entries& entries, std::size_t metric);
  [[nodiscard]] static double mean_of_rows(View<double> rows, const double*);

  [[nodiscard]] static CandidateSet fielded(const Entries& entries, const Few<Cost, 2>& costs,
                                            std::size_t metric, Buffer<double>& draws);

  Buffer<double> draws_;
  CandidateSet field_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/entry_candidate_set-inl.hpp"
#endif

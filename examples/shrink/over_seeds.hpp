// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <perjoule/all.hpp>
#include <string>
#include <vector>

#include "gallery/findings.hpp"

namespace shrink {

/// Adds the seed to a name, unless there is only one.
[[nodiscard]] inline std::string with_seed(const std::string& name, int seed, int seeds) {
  return seeds == 1 ? name : name + " (seed " + std::to_string(seed) + ")";
}

/// Two models, for each seed, by one metric.
class OverSeeds {
 public:
  void add(const perjoule::Entry& after, const perjoule::Entry& before, std::size_t metric) {
    after_.push_back(judgement(after, metric));
    before_.push_back(judgement(before, metric));
    after_entries_.push_back(after);
    before_entries_.push_back(before);
  }

  /// Returns how much better or worse the metric became: "accuracy -0.6 ± 0.4 % (worse)".
  [[nodiscard]] std::string change() const { return gallery::change(after_, before_); }

  /// Returns what one takes beside the other: "0.43 ± 0.05 times the CPU time per item".
  [[nodiscard]] std::string cost() const { return gallery::cost(after_entries_, before_entries_); }

 private:
  static gallery::Judgement judgement(const perjoule::Entry& entry, std::size_t metric) {
    const perjoule::View<double> rows = perjoule::per_item_of(entry, metric);
    return {entry.quality[metric], {rows.begin(), rows.end()}};
  }

  std::vector<gallery::Judgement> after_;
  std::vector<gallery::Judgement> before_;
  std::vector<perjoule::Entry> after_entries_;
  std::vector<perjoule::Entry> before_entries_;
};

}  // namespace shrink

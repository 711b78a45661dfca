// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <initializer_list>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/plan.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// As many metrics can judge one pass.
inline constexpr std::size_t max_metrics = 8;

/// What one measurement of one model found: a plain value, to be copied, kept and compared.
struct Entry {
  Plan plan;
  std::size_t inputs = 0;

  Few<Quality, max_metrics> quality;
  Buffer<double> per_item;  ///< of the metrics that have it, one behind the other
  Estimate<SecondsPerItem> wall_time;
  Estimate<SecondsPerItem> cpu_time;      ///< of all threads of this process
  Estimate<JoulesPerItem> energy;         ///< total: with the machine's idle share
  Estimate<JoulesPerItem> active_energy;  ///< what comes on top of idle
  Footprint footprint;
  Few<Score, 5 * max_metrics> scores;

  Samples samples;  ///< each window, as it was read
  MeterDescription meter;
  AbsentMeter absent_meter;  ///< a better one that this machine lacks; or empty
  Environment environment;
  Build build{};
};

/// An entry that is somewhere else.
struct EntryRef {
  const Entry* entry;
  EntryRef(const Entry& of) noexcept : entry(&of) {}
};

/// Anything that holds entries side by side.
template <class Range>
concept EntryRange = requires(const Range& range) {
  View<Entry>(range);
};

/// Entries that are somewhere else, borrowed for a call: one, a list of them as in `{a, b}`, or
/// anything that holds them side by side. None is copied.
class Entries {
 public:
  Entries(const Entry& one) noexcept : side_by_side_(&one, 1) {}
  Entries(std::initializer_list<EntryRef> list) noexcept : listed_(list) {}
  template <EntryRange Range>
  Entries(const Range& entries) noexcept : side_by_side_(entries) {}

  [[nodiscard]] std::size_t size() const noexcept { return listed_.size() + side_by_side_.size(); }
  [[nodiscard]] const Entry& operator[](std::size_t i) const noexcept {
    return listed_.empty() ? side_by_side_[i] : *listed_[i].entry;
  }

 private:
  View<EntryRef> listed_;  // one of the two is empty
  View<Entry> side_by_side_;
};

/// What a metric found on each item, in the order of the inputs; empty where it keeps nothing.
/// @param metric  index into entry.quality
/// @unit  that of the metric's value
/// @shape [items]
[[nodiscard]] PERJOULE_COLD inline View<double> per_item_of(const Entry& entry,
                                                            std::size_t metric) noexcept {
  if (!entry.quality[metric].has_per_item) return {};
  std::size_t before = 0;
  for (std::size_t i = 0; i < metric; ++i) before += entry.quality[i].has_per_item ? 1 : 0;
  return {entry.per_item.data() + before * entry.inputs, entry.inputs};
}

/// What a reader must know before quoting the numbers of an entry.
using Caveats = Few<text::Long, 5>;

/// @copydoc Caveats
[[nodiscard]] PERJOULE_COLD inline Caveats caveats(const Entry& entry) noexcept {
  Caveats found;
  if (entry.energy.provenance != Provenance::measured) {
    found.push_back(text::format("energy is %s%s%s", name(entry.energy.provenance),
                                 entry.energy.is_known() ? "" : ": ",
                                 entry.energy.is_known() ? "" : entry.samples.why_dropped));
  }
  if (entry.samples.outcome == Outcome::few_windows) {
    found.push_back("fewer than 12 windows: raise .budget");
  }
  if (entry.samples.dropped != 0 && entry.energy.is_known()) {
    found.push_back(text::format("%zu of %zu windows have no energy: %s", entry.samples.dropped,
                                 entry.samples.windows() + entry.samples.unread,
                                 entry.samples.why_dropped));
  }
  if (!entry.meter.root.empty() && !(entry.meter.root == RaplPowercap::system_root)) {
    found.push_back(text::format("the meter was read below %s", entry.meter.root.chars));
  }
  if (!entry.build.optimized) found.push_back("compiled without optimisation: add -O2");
  return found;
}

}  // namespace perjoule::inline v0

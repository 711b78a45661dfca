// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <initializer_list>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_use.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/per_item.hpp"
#include "perjoule/engine/plan.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/memory/heap.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/find_meters.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

/// As many metrics can judge one pass.
inline constexpr std::size_t max_metrics = 8;

/// A number that follows from counted events and the rest of an entry.
struct Figure {
  const char* name = "";     ///< "instructions_per_cycle"
  const char* unit = "";     ///< "J"
  const char* formula = "";  ///< "instructions / cycles"
  Estimate<double> value;
  Interval<double> interval;
};

/// What one measurement of one model found: a plain value, to be copied, kept and compared.
struct Entry {
  Plan plan;
  std::size_t inputs = 0;
  bool prepared = false;  ///< what a pass was called with was made outside the windows

  Few<Quality, max_metrics> quality;
  Buffer<double> per_item;  ///< of the metrics that have it, one behind the other
  Estimate<SecondsPerItem> wall_time;
  Estimate<SecondsPerItem> cpu_time;      ///< of all threads of this process
  Estimate<JoulesPerItem> energy;         ///< total: with the machine's idle share
  Estimate<JoulesPerItem> active_energy;  ///< what comes on top of idle
  Footprint footprint;
  HeapUse heap;
  ProcessMemory process;  ///< once it was measured: with all else that is in the program
  const char* why_no_process = "it was not looked for";
  Estimate<Bytes> memory_limit;  ///< that its control group may take: of a container, a job
  const char* why_no_limit = "it was not looked for";
  EventUse events;
  Few<Figure, 6> figures;  ///< of events, energy and time
  Few<Score, 8 * max_metrics> scores;

  Samples samples;  ///< each window, as it was read
  MeterDescription meter;
  Buffer<AbsentMeter> absent_meters;  ///< better ones that this machine lacks
  Environment environment;
  Build build{};
  bool concurrent = false;  ///< other threads measured in the same session meanwhile
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

/// Whether other programs had so much of the CPU time that their joules count: a meter sees the
/// whole machine. A model of this process does not, and a simulated machine has no others.
[[nodiscard]] PERJOULE_COLD inline bool is_shared(const Entry& entry) noexcept {
  return entry.meter.scope != Scope::process && entry.meter.provenance != Provenance::simulated &&
         is_finite(entry.samples.others_share) && entry.samples.others_share > detail::most_others;
}

/// What a metric kept of each item, in the order of the inputs; empty where it keeps nothing.
/// @param metric  index into entry.quality
/// @unit  as the metric's columns say
/// @shape [items, columns], row-major
[[nodiscard]] PERJOULE_COLD inline View<double> per_item_of(const Entry& entry,
                                                            std::size_t metric) noexcept {
  const std::size_t columns = entry.quality[metric].columns;
  if (columns == 0) return {};
  std::size_t before = 0;
  for (std::size_t i = 0; i < metric; ++i) before += entry.quality[i].columns;
  return {entry.per_item.data() + before * entry.inputs, columns * entry.inputs};
}

/// Something that a reader must know before quoting the numbers of an entry.
struct Caveat {
  const char* flag = "";  ///< a word for programs: "shared"
  text::Long reason;
};
using Caveats = Few<Caveat, 10>;

/// All of them; empty where there is nothing to say.
[[nodiscard]] PERJOULE_COLD inline Caveats caveats(const Entry& entry) noexcept {
  Caveats found;
  const auto add = [&](const char* flag, const text::Long& reason) {
    found.push_back({flag, reason});
  };
  const Samples& samples = entry.samples;
  if (entry.energy.provenance != Provenance::measured) {
    add("not_measured", text::format("energy is %s%s%s", name(entry.energy.provenance),
                                     entry.energy.is_known() ? "" : ": ",
                                     entry.energy.is_known() ? "" : samples.why_dropped));
  }
  if (samples.outcome == Outcome::few_windows) {
    add("few_windows", "fewer than 12 windows: measure for longer");
  }
  if (samples.outcome == Outcome::unstable) {
    add("unstable",
        "time or energy changed while it was measured, and the interval covers its mean over that "
        "time only: stop other programs, let the machine settle, and measure again");
  }
  if (samples.pieces.all != 0 && detail::time_column(samples) == Samples::wall) {
    add("interrupted",
        text::format("%zu of %zu pieces of the windows were interrupted, too many to leave them "
                     "out: the time has other programs' turns in it; stop them",
                     samples.pieces.interrupted, samples.pieces.all));
  }
  if (samples.dropped != 0 && entry.energy.is_known()) {
    add("dropped_windows", text::format("%zu of %zu windows have no energy: %s", samples.dropped,
                                        samples.windows(), samples.why_dropped));
  }
  if (is_shared(entry)) {
    add("shared",
        text::format(
            "shared: other programs used %s %% of the CPU time, and the interval of energy "
            "is wider by as much; stop them",
            text::significant(100.0 * samples.others_share, 2).chars));
  }
  if (1.96 * samples.ends_share > entry.plan.relative_halfwidth && entry.energy.is_known()) {
    add("target_out_of_reach",
        text::format(
            "the meter's ticks alone leave +-%s %% of a window's energy unknown, more than "
            "the target: raise .budget, so that windows can be longer",
            text::significant(196.0 * samples.ends_share, 2).chars));
  }
  if (entry.heap.peak.is_known() && entry.heap.passes < entry.inputs / entry.plan.batch) {
    add("peak_of_some",
        text::format("the peak is that of %zu passes: raise .budget, so that all inputs have one",
                     entry.heap.passes));
  }
  if (entry.meter.is_foreign) {
    add("foreign_root", text::format("the meter was read below %s", entry.meter.root.chars));
  }
  if (entry.concurrent) {
    add("concurrent",
        "measured while this session measured in other threads: each has the joules "
        "of all");
  }
  const bool is_built_here = *entry.build.compiler != '\0';
  if (is_built_here && !entry.build.optimized)
    add("unoptimized", "compiled without optimisation: add -O2");
  return found;
}

}  // namespace perjoule::inline v0

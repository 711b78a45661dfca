// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/memory/heap.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// As many metrics can judge one pass.
inline constexpr std::size_t max_metrics = 8;

/// A number that follows from counted events and the rest of an entry.
struct DerivedMetric {
  const char* name = "";     ///< "instructions_per_cycle"
  const char* unit = "";     ///< "J"
  const char* formula = "";  ///< "instructions / cycles"
  Estimate<double> value;
  Interval<double> interval;
};

/// What one measurement of one model found: a plain value, to be copied, kept and compared.
struct Entry {
  MeasureOptions plan;
  std::size_t inputs = 0;
  bool prepared = false;  ///< what a pass was called with was made outside the windows

  Few<Quality, max_metrics> quality;
  Buffer<double> per_item;  ///< of the metrics that have it, one behind the other
  Estimate<SecondsPerItem> wall_time;
  Estimate<SecondsPerItem> cpu_time;      ///< of all threads of this process
  Estimate<JoulesPerItem> energy;         ///< total: with the machine's idle share
  Estimate<JoulesPerItem> active_energy;  ///< what comes on top of idle
  Footprint footprint;
  HeapUsage heap;
  ProcessMemory process;  ///< once it was measured: with all else that is in the program
  const char* why_no_process = "it was not looked for";
  Estimate<Bytes> memory_limit;  ///< that its control group may take: of a container, a job
  const char* why_no_limit = "it was not looked for";
  EventCounts events;
  Few<DerivedMetric, 6> derived_metrics;  ///< of events, energy and time
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
[[nodiscard]] bool is_machine_shared(const Entry& entry) noexcept;

/// What a metric kept of each item, in the order of the inputs; empty where it keeps nothing.
/// @param metric  index into entry.quality
/// @unit  as the metric's columns say
/// @shape [items, columns], row-major
[[nodiscard]] View<double> per_item_of(const Entry& entry, std::size_t metric) noexcept;

/// Something that a reader must know before quoting the numbers of an entry.
struct Caveat {
  const char* flag = "";  ///< a word for programs: "shared"
  text::Long reason;
};
using Caveats = Few<Caveat, 10>;

/// All of them; empty where there is nothing to say.
[[nodiscard]] Caveats caveats(const Entry& entry) noexcept;

/// What a model takes: of which it may have a budget, and by which it may stand beside others.
enum class Cost : std::uint8_t {
  energy,         ///< total, per item
  active_energy,  ///< what comes on top of idle, per item
  time,           ///< wall time per item
  stored,         ///< bytes of the model's files
  resident,       ///< bytes of the weights in memory
  peak,           ///< bytes of a pass, at their most
};

namespace detail {

/// What a cost is called, in which unit, and how much of it an entry takes.
struct CostEstimate {
  const char* name;
  const char* unit;
  Estimate<double> estimate;
};

[[nodiscard]] CostEstimate cost_of(const Entry& entry, Cost cost) noexcept;

/// Whether windows have nothing to do with it.
[[nodiscard]] constexpr bool is_in_bytes(Cost cost) noexcept { return cost >= Cost::stored; }

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/entry-inl.hpp"
#endif

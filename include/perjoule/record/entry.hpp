// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/answer_check.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/measured_span.hpp"
#include "perjoule/engine/team.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/memory/heap_usage.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/meter_options.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A number derived from counted events and other numbers of an entry.
struct DerivedMetric {
  std::string name;     ///< "instructions_per_cycle"
  std::string unit;     ///< "J"
  std::string formula;  ///< "instructions / cycles"
  Estimate<double> value;
  Interval<double> interval;
};

/// A fact that a reader must know before quoting the numbers of an entry.
enum class CaveatFlag : std::uint8_t {
  not_measured,         ///< energy was not read from an instrument
  few_windows,          ///< fewer windows than an interval needs
  unstable,             ///< time or energy changed while it was measured
  interrupted,          ///< other programs' turns are in the time
  dropped_windows,      ///< some windows have no energy
  shared,               ///< other programs used the machine
  target_out_of_reach,  ///< the meter's ticks are too coarse for the planned precision
  peak_of_some,         ///< not every input has a peak
  foreign_root,         ///< the meter was read below another root
  concurrent,           ///< other threads of the session measured at the same time
  answers_differ,       ///< while it was timed, the model gave other outputs than those judged
  repeats_shorter,      ///< the model answers inputs that it has seen before in less time
  incomplete,           ///< runs or ranks are missing
  unoptimized,          ///< compiled without optimisation
  other,                ///< known to another version alone
};

/// Returns the flag as it stands in a record: "few_windows".
[[nodiscard]] std::string_view name(CaveatFlag flag) noexcept;

/// A caveat in words.
struct Caveat {
  CaveatFlag flag;
  std::string reason;
};
using Caveats = std::vector<Caveat>;

/// The runs of a command under the meters.
struct CommandRuns {
  std::size_t runs_asked = 0;  ///< 0: the entry is of a model, and not of a command
  std::size_t runs = 0;        ///< that succeeded
  std::size_t exit_code = 0;   ///< of the last one
  bool was_interrupted = false;
  bool left_some_running = false;        ///< processes that it did not wait for
  std::vector<double> peak_memory;       ///< of each run. @unit B
  std::vector<double> context_switches;  ///< of each run. @unit none
  std::string why_fewer;                 ///< runs than were asked for; empty if all are there
  std::size_t part_of = 0;  ///< ranks that ran it, of which this is one; 0: this is all of them
};

/// Result of one measurement of one model: a plain value, to be copied, kept and compared.
struct Entry {
  // Defined in entry-inl.hpp: a program that links the definitions has the code that copies and
  // destroys forty members once, rather than in each of its files.
  Entry();
  Entry(const Entry& other);
  Entry(Entry&& other) noexcept;
  Entry& operator=(const Entry& other);
  Entry& operator=(Entry&& other) noexcept;
  ~Entry();

  MeasureOptions plan;
  std::size_t inputs = 0;
  /// Hash of the inputs and references, which is another one if the test set changed. Empty if they
  /// are neither numbers nor structures of whole numbers nor ranges of those, such as strings and
  /// images.
  std::string test_set_hash;
  bool prepared = false;  ///< the input of each pass was made outside the windows

  MeasuredSpan span;  ///< of the passes that were timed

  std::vector<Quality> quality;
  AnswerCheck answers;           ///< whether what was timed is what was judged
  std::vector<double> per_item;  ///< of the metrics that keep it, one after the other
  Estimate<SecondsPerItem> wall_time;
  Estimate<SecondsPerItem> cpu_time;      ///< of all threads of this process
  Estimate<JoulesPerItem> energy;         ///< total: includes the machine's idle share
  Estimate<JoulesPerItem> active_energy;  ///< energy on top of idle
  Footprint footprint;
  HeapUsage heap;
  ProcessMemory process;  ///< after the measurement: of the whole program, not of the model alone
  std::string why_no_process = "it was not looked for";
  Estimate<Bytes> memory_limit;  ///< of the control group: a container's or a job's
  std::string why_no_limit = "it was not looked for";
  EventCounts events;
  std::vector<DerivedMetric> derived_metrics;  ///< from events, energy and time
  ModelFiles attachments;                      ///< files beside the record: see attach()
  std::vector<Score> scores;

  Samples samples;  ///< all windows, as they were read
  MeterDescription meter;
  std::vector<AbsentMeter> absent_meters;  ///< better meters that this machine lacks
  Environment environment;
  Build build{};
  bool concurrent = false;  ///< other threads of the session measured at the same time
  CommandRuns command;

  std::size_t ranks = 1;    ///< processes that measured together
  std::size_t rank = 0;     ///< above 0: this entry is empty, since rank 0 has what was measured
  std::vector<Node> nodes;  ///< the machines of several ranks; empty for a single process

  // Of an entry that was read from a record:
  Caveats recorded_caveats;               ///< those that nothing else in it tells
  std::vector<std::string> ignored_keys;  ///< what this version does not know: JSON pointers
};

/// A reference to an entry, for use as an element of a list.
struct EntryRef {
  const Entry* entry;
  EntryRef(const Entry& of) noexcept : entry(&of) {}
};

/// A container that holds entries contiguously.
template <class Range>
concept EntryRange = requires(const Range& range) {
  View<Entry>(range);
};

/// Entries that a function borrows for one call: a single one, a list as in `{a, b}`, or a
/// container that holds them contiguously. None is copied.
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
  View<EntryRef> listed_;  // one of the two views is empty
  View<Entry> side_by_side_;
};

/// Returns whether other programs used so much CPU time that their joules matter, since a meter
/// counts the whole machine. That does not hold for a model of this process alone, nor for a
/// simulated machine, which runs nothing else.
[[nodiscard]] bool is_machine_shared(const Entry& entry) noexcept;

/// Returns whether an entry's time has other programs' turns in it: too many pieces of the windows
/// were interrupted to leave those out.
[[nodiscard]] bool is_interrupted(const Entry& entry);

/// Returns an energy of an entry as it is compared with others by the same meter: of the meter's
/// gain, it has only what remains between two workloads.
/// @param energy  entry.energy or entry.active_energy
/// @unit  J/item
/// @error as the energy, with another common part
[[nodiscard]] Estimate<JoulesPerItem> comparable_energy(const Entry& entry,
                                                        Estimate<JoulesPerItem> energy) noexcept;

/// Returns the per-item values retained by a metric, in the order of the inputs; empty if it keeps
/// none.
/// @param metric  index into entry.quality
/// @unit  as the metric's columns say
/// @shape [items, columns], row-major
[[nodiscard]] View<double> per_item_of(const Entry& entry, std::size_t metric) noexcept;

/// @throws Error if an entry is that of a rank other than 0, which has nothing to show
void expect_measured(Entries entries);

/// @throws as expect_measured(), and for a rank's part of a command that several ranks ran
void expect_whole(Entries entries);

/// Adds a file to what belongs to an entry, with its size and SHA-256: the words that a model
/// recognised, the references, a log. It is none of the model's bytes.
/// @param role  its purpose: "transcripts"
/// @throws Error if it cannot be read
void attach(Entry& entry, std::string_view role, const std::string& path);

/// Returns all caveats of an entry; empty if there are none.
[[nodiscard]] Caveats caveats(const Entry& entry);

/// A cost of a model: a budget limits one of these, and comparisons rank by one.
enum class Cost : std::uint8_t {
  energy,         ///< total, per item
  active_energy,  ///< energy on top of idle, per item
  time,           ///< wall time per item
  stored,         ///< bytes of the model's files
  resident,       ///< bytes of the weights in memory
  peak,           ///< the most bytes that a pass holds at once
};

namespace detail {

/// Name and unit of a cost, and an entry's estimate of it.
struct CostEstimate {
  std::string_view name;
  std::string_view unit;
  Estimate<double> estimate;
};

[[nodiscard]] CostEstimate cost_of(const Entry& entry, Cost cost) noexcept;

/// Returns whether a cost is counted in bytes, rather than measured in windows.
[[nodiscard]] constexpr bool is_in_bytes(Cost cost) noexcept { return cost >= Cost::stored; }

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/record/entry-inl.hpp"
#endif

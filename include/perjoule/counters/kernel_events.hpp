// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/core/perf_event.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/counters/event_source.hpp"

namespace perjoule::inline v0::detail {

/// An event, with the name that perf gives it.
struct KernelEvent {
  enum class Source : std::uint8_t {
    perf,
    task_clock,
    minor_faults,
    major_faults,
    faults,
    switches
  };
  std::string_view name;
  std::string_view alias;  ///< another name for it, or empty
  Source source;
  std::uint32_t type = 0;    ///< for perf: 0 hardware, 1 software, 3 cache
  std::uint64_t config = 0;  ///< for perf: the code
  EventKind kind = EventKind::other;
};

/// Returns a code for perf_event_open: cache | operation << 8 | 1 for misses << 16.
/// @unit none
constexpr std::uint64_t cache_event(std::uint64_t cache, std::uint64_t operation, bool misses) {
  return cache | operation << 8U | (misses ? std::uint64_t{1} << 16U : 0);
}

/// The events that are known by name.
/// @source linux/perf_event.h; software events except cpu-migrations from getrusage(2), which needs
///         no permission
inline constexpr KernelEvent kernel_events[] = {
    {"task-clock", "cpu-clock", KernelEvent::Source::task_clock},
    {"page-faults", "faults", KernelEvent::Source::faults},
    {"minor-faults", "", KernelEvent::Source::minor_faults},
    {"major-faults", "", KernelEvent::Source::major_faults},
    {"context-switches", "cs", KernelEvent::Source::switches},
    {"cpu-migrations", "migrations", KernelEvent::Source::perf, 1, 4},
    {"instructions", "", KernelEvent::Source::perf, 0, 1, EventKind::instructions},
    {"cycles", "cpu-cycles", KernelEvent::Source::perf, 0, 0, EventKind::cycles},
    {"ref-cycles", "", KernelEvent::Source::perf, 0, 9},
    {"branches", "branch-instructions", KernelEvent::Source::perf, 0, 4},
    {"branch-misses", "", KernelEvent::Source::perf, 0, 5},
    {"cache-references", "", KernelEvent::Source::perf, 0, 2},
    {"cache-misses", "", KernelEvent::Source::perf, 0, 3},
    {"stalled-cycles-frontend", "", KernelEvent::Source::perf, 0, 7},
    {"stalled-cycles-backend", "", KernelEvent::Source::perf, 0, 8},
    {"L1-dcache-loads", "", KernelEvent::Source::perf, 3, cache_event(0, 0, false)},
    {"L1-dcache-load-misses", "", KernelEvent::Source::perf, 3, cache_event(0, 0, true)},
    {"LLC-loads", "", KernelEvent::Source::perf, 3, cache_event(2, 0, false)},
    {"LLC-load-misses", "", KernelEvent::Source::perf, 3, cache_event(2, 0, true),
     EventKind::last_level_misses},
    {"LLC-store-misses", "", KernelEvent::Source::perf, 3, cache_event(2, 1, true)},
    {"dTLB-loads", "", KernelEvent::Source::perf, 3, cache_event(3, 0, false)},
    {"dTLB-load-misses", "", KernelEvent::Source::perf, 3, cache_event(3, 0, true)},
    {"iTLB-load-misses", "", KernelEvent::Source::perf, 3, cache_event(4, 0, true)},
};

/// Returns the names of all kernel events, separated by commas.
[[nodiscard]] std::string kernel_event_names();

/// Returns the event with this name.
/// @throws Error for a name that perf does not know
[[nodiscard]] KernelEvent find_kernel_event(std::string_view name);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

namespace detail {

/// Returns the reason why the kernel cannot count an event, and the fix.
[[nodiscard]] std::string event_error_message(int error_number);

[[nodiscard]] bool enable_perf_group(int leader) noexcept;

/// The system calls that count events; replaced in tests.
struct PerfCalls {
  int (*open)(const PerfAttributes& attributes, int process, int cpu, int group) = &open_perf_event;
  bool (*enable)(int leader) = &enable_perf_group;
};

}  // namespace detail

/// Events that the kernel counts, by their names in perf. Hardware events are counted through perf
/// events, in user mode only. Software events except cpu-migrations come from getrusage, which
/// needs no permission.
///
/// Hardware events count for all threads that the process has when they are opened, and for threads
/// that these start. Events that do not fit into the processor's registers at once are divided into
/// several sets. An event that cannot be counted here is missing, with the reason.
/// @error  none while an event has a register; see docs/reference/formulas.md#events if it has one
///         for part of the time
/// @source perf_event_open(2), getrusage(2)
class KernelEvents {
 public:
  /// The process whose events are counted.
  enum class Target : std::uint8_t {
    process,       ///< all threads of this process
    next_program,  ///< what this thread starts next, from its exec on, with all descendants
  };

  /// @throws Error for an unknown name
  KernelEvents(std::initializer_list<std::string_view> names, Target target = Target::process);
  /// @throws Error for an unknown name
  explicit KernelEvents(View<std::string> names, Target target = Target::process,
                        const detail::PerfCalls& calls = {});
  KernelEvents(const KernelEvents&) = delete;
  KernelEvents& operator=(const KernelEvents&) = delete;
  ~KernelEvents() = default;

  [[nodiscard]] const EventSourceDescription& description() const noexcept { return description_; }

  [[nodiscard]] bool open(std::size_t set);

  /// Opens all sets at once, which then take turns with the registers. This is for a program, which
  /// runs once and not pass by pass. For each next program the sets must be opened again.
  [[nodiscard]] bool open_all();

  /// Resizes the reading first if it is too small, which allocates.
  [[nodiscard]] bool read(EventReading& reading) noexcept;

  void close() noexcept;

 private:
  using Source = detail::KernelEvent::Source;
  static constexpr std::uint32_t software = 1;

  /// Events of one thread that are counted together and read at once. Events that need no register
  /// form a separate group, which never has to wait for its turn.
  struct Group {
    int leader = -1;
    std::vector<std::size_t> events;
  };

  [[nodiscard]] bool is_in_group(std::size_t i, std::size_t set, bool is_hardware) const noexcept {
    const Event& event = description_.events[i];
    return known_[i].source == Source::perf && event.why_missing.empty() && event.set == set &&
           event.is_hardware == is_hardware;
  }

  [[nodiscard]] int open_one(std::size_t i, int thread, int leader) const noexcept;

  /// Finds out which events the kernel counts, and which of them together.
  void form_sets();

  /// Returns 0, or the errno of an event that cannot be opened.
  [[nodiscard]] int open_set(std::size_t set, int thread);

  [[nodiscard]] int open_group(std::size_t set, bool is_hardware, int thread);

  [[nodiscard]] bool enable() const noexcept;

  [[nodiscard]] bool read_usage(EventReading& reading) const noexcept;
  [[nodiscard]] std::uint64_t count_of(Source source, const rusage& usage) const noexcept;
  /// @unit ns
  [[nodiscard]] std::uint64_t cpu_time(const rusage& usage) const noexcept;

  EventSourceDescription description_;
  std::vector<detail::KernelEvent> known_;
  detail::PerfCalls calls_;
  Target target_;
  bool needs_usage_ = false;
  std::vector<detail::FileDescriptor> files_;
  std::vector<Group> groups_;
  std::vector<std::uint64_t> numbers_;  ///< buffer for the values of the largest group
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/kernel_events-inl.hpp"
#endif

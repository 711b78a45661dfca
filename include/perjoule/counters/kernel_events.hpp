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

namespace perjoule::inline v0::detail {

struct PerfCalls;

/// Returns the names of all kernel events.
[[nodiscard]] std::vector<std::string_view> kernel_event_names();

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

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
  explicit KernelEvents(View<std::string> names, Target target = Target::process);
  KernelEvents(View<std::string> names, Target target, const detail::PerfCalls& calls);
  KernelEvents(const KernelEvents&) = delete;
  KernelEvents& operator=(const KernelEvents&) = delete;
  ~KernelEvents();

  [[nodiscard]] const EventSourceDescription& description() const noexcept;

  [[nodiscard]] bool open(std::size_t set);

  /// Opens all sets at once, which then take turns with the registers. This is for a program, which
  /// runs once and not pass by pass. For each next program the sets must be opened again.
  [[nodiscard]] bool open_all();

  /// Resizes the reading first if it is too small, which allocates.
  [[nodiscard]] bool read(EventReading& reading) noexcept;

  void close() noexcept;

 private:
  struct State;
  State* state_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/counters/kernel_events-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perjoule/counters/event_source.hpp"
#include "perjoule/counters/kernel_events.hpp"
#include "perjoule/engine/counted_passes.hpp"

namespace perjoule::cli {

/// Counts events of a command and of everything that it starts, run by run.
///
/// Hardware events are counted from the exec until they are read, also in processes that the
/// command leaves in the background. Software events are those of the command and of the children
/// that it waited for.
class ProgramEvents {
 public:
  /// @param names  as given: each may be several, separated by commas; without any, nothing is
  ///               counted
  /// @throws Error for a name that does not exist
  explicit ProgramEvents(const std::vector<std::string>& names);

  /// Prepares counting for the command that this thread starts next. Processes that an earlier run
  /// left in the background are no longer counted.
  void begin();
  /// Reads the counts, after the command has been waited for.
  void end();
  /// Adds the run between begin() and end() to the mean.
  void keep();

  /// Returns the mean over all runs that were kept.
  /// @param why_no_run  the reason if there are none
  [[nodiscard]] EventCounts mean_per_run(std::string_view why_no_run) const;

 private:
  bool are_asked_;
  KernelEvents events_;
  detail::EventBaseline before_;  // zero: reading another process adds nothing to its counts
  EventReading after_;
  bool was_opened_ = false;
  bool was_read_ = false;
  bool any_run_ = false;
  detail::EventAccumulator table_;
};

}  // namespace perjoule::cli

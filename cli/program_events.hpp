// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "perjoule/counters/event_source.hpp"
#include "perjoule/counters/kernel_events.hpp"
#include "perjoule/engine/counted_passes.hpp"

namespace perjoule::cli {

/// Events of a command and of all that it starts, run by run.
///
/// Hardware events begin with the exec and end when they are read, also in what runs on in the
/// background. Software ones are those of the command and of what was waited for.
class ProgramEvents {
 public:
  /// @param names  as given: each may be several with commas between; none counts nothing
  /// @throws Error for a name that there is not, or more than 16
  explicit ProgramEvents(const std::vector<std::string>& names);

  /// For the thread that starts the command next. What an earlier run left in the background is
  /// not counted any more.
  void begin();
  /// After the command was waited for.
  void end();
  /// The run between begin() and end() counts.
  void keep();

  /// The mean over all runs that count.
  /// @param why_no_run  where there is none
  [[nodiscard]] EventCounts mean_per_run(const char* why_no_run) const;

 private:
  bool are_asked_;
  KernelEvents events_;
  perjoule::detail::EventBaseline before_;  // a reading of another process costs it nothing
  EventReading after_;
  bool was_opened_ = false;
  bool was_read_ = false;
  bool any_run_ = false;
  detail::EventAccumulator table_;
};

}  // namespace perjoule::cli

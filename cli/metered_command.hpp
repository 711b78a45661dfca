// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <time.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/program_events.hpp"
#include "cli/run.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/team.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// The meter of some commands. While it lives, an interrupt ends the command that runs, and then
/// the measurement (InterruptHandler).
class CommandMeter {
 public:
  /// @throws Error, NoMeterError as find_meter()
  explicit CommandMeter(const MeterOptions& options);
  CommandMeter(const CommandMeter&) = delete;
  CommandMeter& operator=(const CommandMeter&) = delete;
  ~CommandMeter();

  /// Returns the power of the machine while no command runs. An interrupt ends this at once.
  detail::IdleBlock measure_idle(Seconds duration);

  FoundMeter found;
  SystemFiles files;

 private:
  struct Signals;
  std::unique_ptr<Signals> signals_;
};

/// A command whose runs are measured, each a window and a process of its own.
class MeteredCommand {
 public:
  /// @param team  the ranks of this machine that run it together: the first one reads the meter,
  ///              from before the first of them starts until the last has ended. Borrowed
  MeteredCommand(const RunOptions& options, CommandMeter& meter, Team& team);

  /// Runs it once. Returns whether it succeeded, with all ranks of this machine; a run that failed
  /// doesn't measure the command that works, and is not kept.
  /// @throws Error for a quality that the first run did not leave behind, CannotStart
  bool run();

  /// Returns whether this process reads a meter.
  [[nodiscard]] bool is_reader() const noexcept;

  /// Returns why a later run left no quality behind, which does not take away those before.
  [[nodiscard]] const std::optional<Error>& problem() const noexcept { return problem_; }

  /// Counts what options.count names, in one more run that is not measured.
  /// @throws Error if it cannot be counted
  void count();

  /// Returns the exit code of the last run; that of an interrupt if there was one.
  [[nodiscard]] int exit_code() const noexcept;
  [[nodiscard]] std::size_t runs() const noexcept { return entry_.command.runs; }

  /// Returns the entry of all runs so far, which are as many as it was asked for.
  /// @param idle      before and after the runs
  /// @param why_none  the reason if there is no idle power
  [[nodiscard]] Entry result(const Estimate<Watts>& idle, const std::string& why_none) const;

 private:
  /// Reads the qualities of a run, not finite where this rank left none behind. Returns why the run
  /// failed, or nothing.
  [[nodiscard]] std::string failure_of(const std::string& output, const timespec& started,
                                       std::vector<double>& values);
  /// Returns why the first rank of this machine failed whose run did.
  [[nodiscard]] std::string first_failure(const std::string& own);

  const RunOptions& options_;
  CommandMeter& meter_;
  Team& team_;
  std::string reader_;  ///< "rank 0"
  ProgramEvents events_;
  Entry entry_;
  detail::RunningSpan span_;
  std::vector<std::vector<double>> values_;  // of each quality, of each run
  std::vector<double> instructions_;         // of each counted run
  int exit_code_ = 0;
  std::optional<Error> problem_;
};

/// Returns the energy of a part's windows, of those that have one in the whole.
[[nodiscard]] Joules energy_of_all(const Samples& part, const Samples& whole);

/// Computes what follows from the windows, the events and the qualities of an entry.
void summarize_runs(Entry& entry);

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

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
  MeteredCommand(const RunOptions& options, CommandMeter& meter);

  /// Runs it once. Returns whether it succeeded; a run that failed doesn't measure the command that
  /// works, and is not kept.
  /// @throws Error for a quality that the first run did not leave behind, CannotStart
  bool run();

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
  const RunOptions& options_;
  CommandMeter& meter_;
  ProgramEvents events_;
  Entry entry_;
  detail::RunningSpan span_;
  std::vector<std::vector<double>> values_;  // of each quality, of each run
  std::vector<double> instructions_;         // of each counted run
  int exit_code_ = 0;
  std::optional<Error> problem_;
};

}  // namespace perjoule::cli

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/direction.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

/// A metric's result in one process, with what it kept of each item.
struct ObservedQuality {
  Quality quality;
  std::vector<double> rows;  ///< @shape [items, columns], row-major; empty if none were kept
};

/// The fields of a task, each with a name and its value: "batch", "8".
using TaskFields = std::vector<std::pair<std::string, std::string>>;

/// What one number of one benchmark was in each of several processes.
///
/// The process is the unit of replication: its memory layout, its place on the machine and its
/// start differ from those of the next one, and all of its windows share them. A thousand windows
/// of one process say less about the next process than five processes do.
struct Observations {
  std::string benchmark;  ///< the label of the entry: "mlp-int8"
  std::string metric;     ///< "time", "energy", "accuracy", "instructions"
  std::string unit;       ///< "s", "J", "B"; "%" for a share; empty for a number
  Direction better = Direction::lower;
  /// Whether it is a whole number of events or bytes, which may be the same in each process.
  bool is_counted = false;
  bool is_of_files = false;  ///< bytes of files, which are the same in each process
  Provenance provenance = Provenance::measured;  ///< the worst of all processes
  Scope scope = Scope::none;                     ///< of an energy
  std::string machine;                           ///< key of the machine; empty if not known
  std::string workload;        ///< changes with the task: see workload_key(); empty if not known
  TaskFields task;             ///< what the workload is made of; empty if not known
  std::vector<double> values;  ///< one for each process, in order of time
  /// When each process began, on a clock of all that are compared; empty if not known. @unit s
  std::vector<double> starts;
  /// For a metric of quality: one for each process, as the values.
  std::vector<ObservedQuality> qualities;
};

/// Returns what a model was asked to do: the data set, the inputs and references, batch, callers
/// and caches, and what is judged by which metrics on how many items.
[[nodiscard]] TaskFields task_fields(const Entry& entry);

/// Returns a hash of a task. Numbers of two workloads are not compared: a changed test set is no
/// regression.
[[nodiscard]] std::string workload_key(const TaskFields& task);

/// Returns each number of an entry that can get worse: metrics, time, CPU time, energy, bytes and
/// counted events. Scores are left out, since they rise when a model saves more energy than it
/// loses quality, and active energy, which may be negative. A number that is missing is absent.
///
/// An entry is of one process, unless it is of a command that was run several times.
[[nodiscard]] std::vector<Observations> observations_of(const Entry& entry);

/// Adds the processes of `more` to those of the same benchmark and number.
/// @throws Error if they ran on another machine, had another workload, or differ in unit, scope or
///         signature: the message names what differs
void add_processes(std::vector<Observations>& all, std::vector<Observations> more);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/regress/observations-inl.hpp"
#endif

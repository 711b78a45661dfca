// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/counters/event_source.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/training_stage.hpp"

namespace perjoule::inline v0 {

/// The state in which a pass finds the CPU's caches.
enum class CacheState : std::uint8_t {
  warm,     ///< as earlier passes left them, as in a server that does nothing else
  flushed,  ///< without the model's data, as if other programs ran since its last pass
};

[[nodiscard]] constexpr std::string_view name(CacheState caches) noexcept {
  return caches == CacheState::warm ? "warm" : "flushed";
}

/// A file of a model and its role: {"tokenizer", "vocab.txt"}.
struct NamedFile {
  std::string role = {};
  std::string path = {};
};

/// Something else that changes what a model does or takes: {"beam", "1e-60"}, {"threads", "1"},
/// {"libtorch", "1.13.1"}.
struct Setting {
  std::string name = {};
  std::string value = {};
};

/// The options of a measurement. Every member has a default, so set only what matters.
struct MeasureOptions {
  /// The model's name, as shown in tables.
  std::string name = {};
  /// The measurement stops early once the random half-widths of energy and time per item are no
  /// more than this share of the value.
  /// @unit a share of 1
  double relative_halfwidth = 0.01;
  /// Wall time for warm-up, idle and windows. The quality pass is extra, and so are up to eight of
  /// its passes that are repeated, and those in which allocations or events are counted. A single
  /// pass that takes longer than this is still finished. At most a year.
  Seconds budget{5.0};
  /// Number of inputs per pass, for a model that takes a View or std::span of them. Only whole
  /// batches are measured; quality is judged on all inputs. Time and energy are per item,
  /// percentiles per pass.
  std::size_t batch = 1;
  /// Number of threads that call the model at once, which must be safe. All their items share the
  /// energy of the machine and the time: with k threads and no queue, an item takes a k-th of a
  /// pass.
  std::size_t callers = 1;
  /// State in which a pass finds the caches, for a model that runs in one thread. If they are
  /// flushed, each pass is a window of its own, so a pass shorter than 5 ms or ten of the meter's
  /// update periods has no energy.
  CacheState caches = CacheState::warm;
  /// Whether to watch how far the resident set grows in a pass if allocations are not counted
  /// (integrations/heap_hook.hpp). This makes the kernel forget the process's own peak (VmHWM).
  bool watch_resident_peak = false;
  /// Source that counts the model's events, in separate passes: KernelEvents or PapiEvents.
  /// Borrowed for the call.
  EventSourceRef counters = {};
  /// File with the weights.
  std::string weights = {};
  /// Other files of the model, as in {{"tokenizer", "vocab.txt"}, {"code", "model.so"}}. Several
  /// files of weights have the role "weights". The stored bytes are the sum over all files.
  std::vector<NamedFile> files = {};
  /// Size of all files compressed together, as `perjoule footprint` prints it; 0 means "not given".
  Bytes compressed{0.0};
  /// Size of the weights in memory, from `resident_bytes(buffers...)`, or from `loaded_bytes(load)`
  /// where an engine keeps its buffers to itself; 0 means "not given".
  Bytes resident_weights{0.0};
  /// Number of parameters; 0 means "not given".
  std::uint64_t parameters = 0;
  /// Number of parameters that are not zero, from `parameters_of(buffers...)`; 0 means "not given",
  /// since no model consists of zeros alone.
  std::uint64_t non_zero_parameters = 0;
  /// Number format of the weights: "fp32", "int8".
  std::string format = {};
  /// What else it takes to repeat the measurement: settings, libraries, threads.
  std::vector<Setting> settings = {};
  /// Each step of making the model, from Session::train; empty: not given. A distilled model's
  /// teacher is one of them, unless the teacher was made for its own sake.
  std::vector<TrainingStage> training = {};
  /// Name of the data set.
  std::string dataset = {};
  /// Seed for shuffling the inputs.
  std::uint64_t seed = 1;

  /// Returns the model's name for messages and tables, which is never empty.
  [[nodiscard]] std::string_view label() const noexcept {
    return name.empty() ? std::string_view("unnamed model") : name;
  }
};

}  // namespace perjoule::inline v0

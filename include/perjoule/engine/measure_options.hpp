// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What a pass finds in the CPU's caches.
enum class CacheState : std::uint8_t {
  warm,     ///< what earlier passes left there, as in a server that does nothing else
  flushed,  ///< nothing of the model, as when other programs ran since its last pass
};

[[nodiscard]] constexpr std::string_view name(CacheState caches) noexcept {
  return caches == CacheState::warm ? "warm" : "flushed";
}

/// A file that a model is made of, and what it is for: {"tokenizer", "vocab.txt"}.
struct NamedFile {
  std::string role = {};
  std::string path = {};
};

/// What to measure, and for how long. Every member has a default: name those that matter.
struct MeasureOptions {
  /// The model's name, as it stands in tables.
  std::string name = {};
  /// The measurement stops early once the random half-widths of energy and time per item are this
  /// share of the value.
  /// @unit a share of 1
  double relative_halfwidth = 0.01;
  /// Wall time for warm-up, idle and windows. The quality pass comes on top, as do passes in which
  /// the allocator or events are counted. A single pass that is longer than this is still finished.
  Seconds budget{5.0};
  /// How many inputs a pass takes, for a model that takes a View or std::span of them. Only whole
  /// batches are measured; quality is judged on all inputs. Time and energy are per item,
  /// percentiles per pass.
  std::size_t batch = 1;
  /// How many threads call the model at once, which must be safe. All their items share the
  /// machine's energy and the time: with k threads and no queue an item takes a k-th of a pass.
  std::size_t callers = 1;
  /// What a pass finds in the caches, of a model that runs in one thread. Where they are flushed
  /// each pass is a window of its own, so that one shorter than 5 ms or ten of the meter's update
  /// periods has no energy.
  CacheState caches = CacheState::warm;
  /// Whether to watch how far the resident set grows in a pass, where the allocator is not counted
  /// (integrations/heap_hook.hpp). It makes the kernel forget the process's own peak (VmHWM).
  bool watch_resident_peak = false;
  /// What counts the model's events, in passes of their own: KernelEvents or PapiEvents. Borrowed
  /// for the call.
  EventSourceRef counters = {};
  /// The file of the weights.
  std::string weights = {};
  /// The other files of the model, as in {{"tokenizer", "vocab.txt"}, {"code", "model.so"}}.
  /// Several files of weights have the role "weights". The stored bytes are those of all files.
  std::vector<NamedFile> files = {};
  /// Bytes of all files compressed together, as `perjoule footprint` prints them; 0 is "not given".
  Bytes compressed{0.0};
  /// Bytes of the weights in memory, from `resident_bytes(buffers...)`; 0 is "not given".
  Bytes resident_weights{0.0};
  /// Number of parameters; 0 is "not given".
  std::uint64_t parameters = 0;
  /// How many of them are not zero, from `parameters_of(buffers...)`; 0 is "not given", since no
  /// model is made of zeros alone.
  std::uint64_t non_zero_parameters = 0;
  /// The number format of the weights: "fp32", "int8".
  std::string format = {};
  /// The name of the data set.
  std::string dataset = {};
  /// Shuffles the inputs.
  std::uint64_t seed = 1;

  /// The model's name for messages and tables, which is never empty.
  [[nodiscard]] std::string_view label() const noexcept {
    return name.empty() ? std::string_view("unnamed model") : name;
  }

  ~MeasureOptions();  // defined once: all else is that of an aggregate
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/measure_options-inl.hpp"
#endif

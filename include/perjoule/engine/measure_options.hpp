// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What a pass finds in the CPU's caches.
enum class CacheState : std::uint8_t {
  warm,     ///< what the passes before left there, as in a server that does nothing else
  flushed,  ///< nothing of a model of one thread, as when other programs ran since its last pass
};

[[nodiscard]] constexpr const char* name(CacheState caches) noexcept {
  return caches == CacheState::warm ? "warm" : "flushed";
}

namespace detail {

/// The largest cache that the first CPU reads through.
/// @unit   B; 0 where the system does not tell
/// @source Documentation/ABI/testing/sysfs-devices-system-cpu, cache/index*/size: "32K"
[[nodiscard]] Bytes largest_cache(const char* root) noexcept;

/// Fills the caches with other data.
class CacheFlusher {
 public:
  /// One that flushes nothing.
  CacheFlusher() = default;
  /// @param largest  cache. Twice as much is read: once would do if the line that was not used for
  ///                 longest always went first, which newer caches only approach. And 64 MiB at
  ///                 the least, for some systems keep their last level to themselves
  explicit CacheFlusher(Bytes largest);

  /// Only reads: lines that were written to would be written back during the pass.
  void flush() const noexcept;

 private:
  static constexpr Bytes least{33554432.0};

  Buffer<char> lines_;
};

}  // namespace detail

/// A file that a model is made of, and what it is there for: {"tokenizer", "vocab.txt"}.
struct NamedFile {
  text::Short role = {};
  text::Long path = {};
};

/// What is measured, and how long. Every member has a default: name those that matter.
struct MeasureOptions {
  /// The model's name, as it stands in tables.
  text::Name name = {};
  /// Stop early once the random half-widths of energy and time per item are this share of the
  /// value.
  /// @unit a share of 1
  double relative_halfwidth = 0.01;
  /// Wall time for warm-up, idle and windows. The quality pass comes on top, as do passes in which
  /// the allocator or events are counted, and a single pass that is longer than this still ends.
  Seconds budget{5.0};
  /// Inputs in a pass, for a model that takes a View or std::span of them. Only whole batches are
  /// measured; quality is judged on all inputs. Time and energy are per item, percentiles per pass.
  std::size_t batch = 1;
  /// Threads that call the model at once, which must stand that. The energy of the machine is
  /// shared by all their items, and the time per item is that of all: of k threads without a queue
  /// a k-th.
  std::size_t callers = 1;
  /// What a pass of a model of one thread finds in the caches. Where they are flushed each pass is
  /// a window of its own, so that a pass shorter than 5 ms or ten of the meter's update periods has
  /// no energy.
  CacheState caches = CacheState::warm;
  /// Where the allocator is not counted (integrations/heap_hook.hpp), watch how far the resident
  /// set grows in a pass. It makes the kernel forget the process's own peak (VmHWM) each time.
  bool watch_resident_peak = false;
  /// What counts the model's events, in passes of their own: KernelEvents, PapiEvents. Borrowed for
  /// the call.
  EventSourceRef counters = {};
  /// File of the weights.
  text::Long weights = {};
  /// What else belongs to the model, as in {{"tokenizer", "vocab.txt"}, {"code", "model.so"}}. A
  /// role of "weights" is for weights in several files. The stored bytes are those of all files.
  Few<NamedFile, 7> files = {};
  /// Bytes of all files together, compressed, as `perjoule footprint` tells them; 0 is "not given".
  Bytes compressed{0.0};
  /// Bytes of the weights in memory, from `resident_bytes(buffers...)`; 0 is "not given".
  Bytes resident_weights{0.0};
  /// Number of parameters; 0 is "not given".
  std::uint64_t parameters = 0;
  /// How many of them are not zero, from `parameters_of(buffers...)`; 0 is "not given", for a model
  /// of zeros alone is none.
  std::uint64_t non_zero_parameters = 0;
  /// Number format of the weights: "fp32", "int8".
  text::Short format = {};
  /// Name of the data set.
  text::Name dataset = {};
  /// Of the order of the inputs.
  std::uint64_t seed = 1;

  /// The model's name for messages and tables, which is never empty.
  [[nodiscard]] const char* label() const noexcept {
    return name.empty() ? "unnamed model" : name.c_str();
  }
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/measure_options-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/periodic_thread.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The last whole line of "seconds joules" that another program has written to a file or a pipe.
class ExternalLineReader {
 public:
  static void release(void* self);

  explicit ExternalLineReader(int file) noexcept : file_(file) {}
  ExternalLineReader(const ExternalLineReader&) = delete;
  ExternalLineReader& operator=(const ExternalLineReader&) = delete;

  /// Takes what is there. Lines that are none, go back in time or lose joules break the meter: from
  /// there on its readings fail.
  void poll() noexcept;

  /// False where the system gives no thread.
  [[nodiscard]] bool start() noexcept;

  /// Microjoules since the first line; false before it, and after a line that is none.
  static bool read_sum(const CounterSource& source, std::uint64_t& count) noexcept {
    const auto& lines = *static_cast<const ExternalLineReader*>(source.device);
    count = __atomic_load_n(&lines.microjoules_, __ATOMIC_RELAXED);
    return __atomic_load_n(&lines.is_good_, __ATOMIC_RELAXED);
  }

 private:
  ~ExternalLineReader() {
    thread_.stop();
    close(file_);
  }

  static void poll_all(void* self);

  void mark_broken() noexcept {
    broken_ = true;
    __atomic_store_n(&is_good_, false, __ATOMIC_RELAXED);
  }

  void parse_line(char* line) noexcept;

  int file_;
  char line_[512] = {};
  std::size_t used_ = 0;
  bool any_ = false;
  bool broken_ = false;
  double seconds_ = 0.0;
  double joules_ = 0.0;
  double first_ = 0.0;
  std::uint64_t microjoules_ = 0;
  bool is_good_ = false;
  PeriodicThread thread_;
};

/// A user's function, which tells joules.
[[nodiscard]] inline bool read_callback(const CounterSource& source,
                                        std::uint64_t& count) noexcept {
  double joules = 0.0;
  const auto call = reinterpret_cast<bool (*)(void*, double*)>(source.call);
  if (!call(source.device, &joules) || !(joules >= 0.0) || joules > 1e12) return false;
  count = static_cast<std::uint64_t>(joules * 1e6 + 0.5);
  return true;
}

[[nodiscard]] Zone external_zone(const char* name) noexcept;

}  // namespace detail

/// A meter of the user's own, as a function.
/// @param name    as it stands in the record: "yokogawa-wt310"
/// @param scope   what it measures: a wattmeter at the plug is Scope::psys
/// @param joules  puts the energy since some moment into its second argument and returns true;
/// false
///                for a reading that failed. Called between measurements and at both ends of a
///                window, by one thread at a time for each that measures; must not throw
/// @param context  handed on to `joules`
[[nodiscard]] CounterMeter external_meter(const char* name, Scope scope,
                                          bool (*joules)(void*, double*), void* context = nullptr);

/// A meter that another program reads: it writes lines of "seconds joules" to a file or a named
/// pipe, both since some moment and neither ever smaller than before.
/// @param path  an existing file of such lines, read from its begin, or a named pipe
/// @error a line counts from the moment when it is seen, up to 2 ms after it was written
[[nodiscard]] Probe<CounterMeter> open_external(const char* path);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/external-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/core/periodic_thread.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Microjoules since the first whole line of "seconds joules" that another program has written to a
/// file or a pipe. No reading succeeds before the first valid line, or after an invalid one.
class ExternalLineReader final : public CounterReader {
 public:
  explicit ExternalLineReader(FileDescriptor file) noexcept : file_(std::move(file)) {}

  /// Takes what is there. Lines that are none, go back in time or lose joules break the meter: from
  /// there on its readings fail.
  void poll();

  /// False where the system gives no thread.
  [[nodiscard]] bool start();

  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    count = microjoules_.load(std::memory_order_relaxed);
    return is_good_.load(std::memory_order_relaxed);
  }

 private:
  void mark_broken() noexcept;
  void parse_line(std::string_view line) noexcept;

  FileDescriptor file_;
  std::string rest_;  ///< the begin of a line whose end is still to come
  bool any_ = false;
  bool broken_ = false;
  double seconds_ = 0.0;
  double joules_ = 0.0;
  double first_ = 0.0;
  std::atomic<std::uint64_t> microjoules_ = 0;
  std::atomic<bool> is_good_ = false;
  PeriodicThread thread_;  // the last member: it ends first
};

}  // namespace detail

/// A meter of the user's own, as a function.
/// @param name    as it stands in the record: "yokogawa-wt310"
/// @param scope   what it measures: a wattmeter at the plug is Scope::psys
/// @param joules  gives the energy since some moment, or nothing for a reading that failed. Called
///                between measurements and at both ends of a window, by one thread at a time for
///                each that measures; must not throw
[[nodiscard]] CounterMeter external_meter(std::string_view name, Scope scope,
                                          std::function<std::optional<Joules>()> joules);

/// A meter that another program reads: it writes lines of "seconds joules" to a file or a named
/// pipe, both since some moment and neither ever smaller than before.
/// @param path  an existing file of such lines, read from its begin, or a named pipe
/// @error a line counts from the moment when it is seen, up to 2 ms after it was written
[[nodiscard]] Probe<CounterMeter> open_external(const std::string& path);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/external-inl.hpp"
#endif

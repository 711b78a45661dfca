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

/// Microjoules since the first complete line of "seconds joules" that another program has written
/// to a file or a pipe. Readings fail before the first valid line, and after an invalid one.
class ExternalLineReader final : public CounterReader {
 public:
  explicit ExternalLineReader(FileDescriptor file) noexcept : file_(std::move(file)) {}

  /// Reads the lines that are available. A line that is malformed, goes back in time or loses
  /// joules breaks the meter: all later readings fail.
  void poll();

  /// Starts a thread that polls. Returns false if the system provides none.
  [[nodiscard]] bool start();

  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    count = microjoules_.load(std::memory_order_relaxed);
    return is_good_.load(std::memory_order_relaxed);
  }

 private:
  void mark_broken() noexcept;
  void parse_line(std::string_view line) noexcept;

  FileDescriptor file_;
  std::string rest_;  ///< beginning of an incomplete line
  bool any_ = false;
  bool broken_ = false;
  double seconds_ = 0.0;
  double joules_ = 0.0;
  double first_ = 0.0;
  std::atomic<std::uint64_t> microjoules_ = 0;
  std::atomic<bool> is_good_ = false;
  PeriodicThread thread_;  // the last member, so that it ends first
};

}  // namespace detail

/// Makes a meter from a user's function.
/// @param name    as recorded: "yokogawa-wt310"
/// @param scope   what it measures: a wattmeter at the plug is Scope::psys
/// @param joules  returns the energy since some fixed moment, or nothing if the reading failed.
///                Called between measurements and at both ends of a window, by one thread at a time
///                for each measurement; must not throw
[[nodiscard]] CounterMeter external_meter(std::string_view name, Scope scope,
                                          std::function<std::optional<Joules>()> joules);

/// Opens a meter that another program reads. That program writes lines of "seconds joules" to a
/// file or a named pipe, both since some fixed moment and neither ever decreasing.
/// @param path  an existing file of such lines, which is read from its beginning, or a named pipe
/// @error a line counts from the moment when it is seen, up to 2 ms after it was written
[[nodiscard]] Probe<CounterMeter> open_external(const std::string& path);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/external-inl.hpp"
#endif

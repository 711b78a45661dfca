// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// Reads one counter, and owns what it is read from. Every back end is a list of these, so that a
/// total over several of them is one list.
class CounterReader {
 public:
  CounterReader() = default;
  CounterReader(const CounterReader&) = delete;
  CounterReader& operator=(const CounterReader&) = delete;
  virtual ~CounterReader() = default;

  /// False: this reading failed. Neither throws nor allocates; called by several threads at once.
  [[nodiscard]] virtual bool read(std::uint64_t& count) noexcept = 0;
};

/// A decimal number in a file of sysfs. One open file, read from its start again and again: a sixth
/// of the cost of opening it each time.
class DecimalFile final : public CounterReader {
 public:
  explicit DecimalFile(FileDescriptor file) noexcept : file_(std::move(file)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  FileDescriptor file_;
};

/// Adds up energy where a sensor tells power alone: a thread reads it now and then. To a meter it
/// is a counter that ticks at each sample.
/// @error power is taken to change along a straight line between two samples
class PowerIntegrator {
 public:
  /// Often enough for loads that last; seldom enough to cost nothing.
  static constexpr Seconds interval{0.02};

  PowerIntegrator();
  PowerIntegrator(const PowerIntegrator&) = delete;
  PowerIntegrator& operator=(const PowerIntegrator&) = delete;
  ~PowerIntegrator();

  /// Adds a sensor before the start; gives its counter of microjoules, which keeps the integrator
  /// alive.
  /// @param power            counts power instead of energy
  /// @param watts_per_count  @unit W
  [[nodiscard]] static std::unique_ptr<CounterReader> add(
      const std::shared_ptr<PowerIntegrator>& self, std::unique_ptr<CounterReader> power,
      double watts_per_count);

  [[nodiscard]] bool empty() const noexcept;

  /// False where the system gives no thread.
  [[nodiscard]] bool start();

  /// Reads each sensor once, and adds what was drawn since.
  void sample() noexcept;

 private:
  struct Sensor;
  struct Sum;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Reads counters of energy, whatever they are behind: files of sysfs, registers, events of the
/// kernel, functions of a driver's library. What differs is only where they are found: open_perf,
/// open_powercap, open_msr, open_hwmon, open_nvml, open_amd_smi, open_external.
///
/// A counter that starts again at 0 within minutes is read by a thread of the meter's own, often
/// enough that no wrap is missed in a window of hours.
///
/// @error see detail::counted_energy
class CounterMeter {
 public:
  /// @param source  "rapl-powercap"
  /// @param root    where its counters are; empty where there is no such place
  CounterMeter(std::string_view source, const std::string& root, std::string_view note);
  CounterMeter(CounterMeter&& other) noexcept;
  CounterMeter& operator=(CounterMeter&& other) noexcept;
  ~CounterMeter();

  /// Makes room in the reading first where it has too little, which allocates.
  [[nodiscard]] bool read(Reading& reading) noexcept;

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const;

  [[nodiscard]] const MeterDescription& description() const noexcept;
  [[nodiscard]] MeterDescription& description() noexcept;
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

  /// Adds a counter.
  void add(Zone zone, std::unique_ptr<detail::CounterReader> counter);

  /// Adds the counters of another meter: one total with its parts.
  void merge(CounterMeter other);

  /// Watches the counters for the time between two of their ticks, and how regular they are. It
  /// takes about ten periods; one that does not move keeps the period that it was added with.
  void measure_update_periods();

  /// Reads the counters often enough that no wrap of one is missed. After this, counters
  /// are added by `merge` alone.
  /// @param max_interval  for counters that must be read though they do not wrap
  void poll_for_wraps(Seconds max_interval = Seconds(1e6));

 private:
  struct State;
  std::unique_ptr<State> state_;
};

static_assert(EnergyMeter<CounterMeter>);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/counter_meter-inl.hpp"
#endif

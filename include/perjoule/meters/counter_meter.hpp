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

/// Reads one counter, and owns the source that it is read from. Every back end is a list of these,
/// so that a total over several back ends is one list.
class CounterReader {
 public:
  CounterReader() = default;
  CounterReader(const CounterReader&) = delete;
  CounterReader& operator=(const CounterReader&) = delete;
  virtual ~CounterReader() = default;

  /// Returns false if this reading failed. Neither throws nor allocates; called by several threads
  /// at once.
  [[nodiscard]] virtual bool read(std::uint64_t& count) noexcept = 0;
};

/// A decimal number in a file of sysfs. The file stays open and is read from its start each time,
/// at a sixth of the cost of opening it each time.
class DecimalFile final : public CounterReader {
 public:
  explicit DecimalFile(FileDescriptor file) noexcept : file_(std::move(file)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override;

 private:
  FileDescriptor file_;
};

/// Integrates energy from a sensor that reports only power. A thread reads the sensor at regular
/// intervals. For a meter, the result is a counter that ticks at each sample.
/// @error power is assumed to change along a straight line between two samples
class PowerIntegrator {
 public:
  /// Often enough for lasting loads, and seldom enough to cost almost nothing.
  static constexpr Seconds interval{0.02};

  PowerIntegrator();
  PowerIntegrator(const PowerIntegrator&) = delete;
  PowerIntegrator& operator=(const PowerIntegrator&) = delete;
  ~PowerIntegrator();

  /// Adds a sensor, which must happen before start(). Returns its counter of microjoules, which
  /// keeps the integrator alive.
  /// @param power            counts power instead of energy
  /// @param watts_per_count  @unit W
  [[nodiscard]] static std::unique_ptr<CounterReader> add(
      const std::shared_ptr<PowerIntegrator>& self, std::unique_ptr<CounterReader> power,
      double watts_per_count);

  [[nodiscard]] bool empty() const noexcept;

  /// Starts sampling. Returns false if the system provides no thread.
  [[nodiscard]] bool start();

  /// Reads each sensor once, and adds the energy since the last sample.
  void sample() noexcept;

 private:
  struct Sensor;
  struct Sum;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Reads energy counters of any kind: files of sysfs, registers, kernel events, or functions of a
/// driver's library. The back ends differ only in where the counters are found: open_perf,
/// open_powercap, open_msr, open_hwmon, open_nvml, open_amd_smi, open_external.
///
/// A counter that wraps within minutes is read by a thread of the meter, often enough that no wrap
/// is missed in a window of hours.
///
/// @error see detail::counted_energy
class CounterMeter {
 public:
  /// @param source  "rapl-powercap"
  /// @param root    where its counters are; empty if there is no such place
  CounterMeter(std::string_view source, const std::string& root, std::string_view note);
  CounterMeter(CounterMeter&& other) noexcept;
  CounterMeter& operator=(CounterMeter&& other) noexcept;
  ~CounterMeter();

  /// Resizes the reading first if it is too small, which allocates.
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

  /// Measures the time between two ticks of each counter, and how late they are shown. This takes 65
  /// periods, or 0.6 s. A counter that does not move keeps the period that it was added with.
  void measure_update_periods();

  /// Reads the counters often enough that no wrap is missed. After this, counters may only be added
  /// by `merge`.
  /// @param max_interval  for counters that must be read even if they do not wrap
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

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/periodic_thread.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/window_energy.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// How one counter is read: a function, and what it needs. Every back end is a list of these, so
/// that a total over several of them is one list.
struct CounterSource {
  /// False: this reading failed. Neither throws nor allocates; called by several threads at once.
  bool (*read)(const CounterSource& source, std::uint64_t& count) noexcept = nullptr;
  int file = -1;            ///< closed with the meter
  std::uint64_t place = 0;  ///< in the file
  void* device = nullptr;   ///< of a library, or whatever the function knows
  void* call = nullptr;     ///< into the library
  int second_file = -1;     ///< as the first, for a number that is made of two

  void close_files() const noexcept;
};

/// What is to be let go with the meter.
struct Cleanup {
  void (*release)(void*) = nullptr;
  void* what = nullptr;
};

/// A decimal number in a file of sysfs. One open file, read from its start again and again: a sixth
/// of the cost of opening it each time.
[[nodiscard]] inline bool read_decimal(const CounterSource& source, std::uint64_t& count) noexcept {
  char digits[32];
  ssize_t n = 0;
  do {
    n = pread(source.file, digits, sizeof digits - 1, 0);
  } while (n == -1 && errno == EINTR);
  if (n <= 0) return false;
  digits[n] = '\0';
  return text::parse_integer(digits, count);
}

}  // namespace detail

/// Reads counters of energy, whatever they are behind: files of sysfs, registers, events of the
/// kernel, functions of a driver's library. What differs is only where they are found: open_perf,
/// open_powercap, open_msr, open_hwmon, open_nvml, open_amd_smi, open_external.
///
/// A counter that starts again at 0 within minutes is read by a thread of the meter's own, often
/// enough that no turn is lost in a window of hours.
///
/// @error see detail::counted_energy
class CounterMeter {
 public:
  /// @param source  "rapl-powercap"
  /// @param root    where its counters are; empty where there is no such place
  CounterMeter(const char* source, const char* root, const char* note);
  CounterMeter(CounterMeter&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  CounterMeter& operator=(CounterMeter&&) = delete;
  ~CounterMeter() { delete state_; }

  [[nodiscard]] bool read(Reading& reading) noexcept { return state_->read(reading); }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const;

  [[nodiscard]] const MeterDescription& description() const noexcept { return state_->description; }
  [[nodiscard]] MeterDescription& description() noexcept { return state_->description; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

  /// One counter more, whose file is the meter's from here on. False where there is no room for it.
  bool add(const Zone& zone, const detail::CounterSource& source) noexcept;
  /// Something of a library that the counters need until the meter's end.
  void add_cleanup(const detail::Cleanup& release) noexcept { state_->releases.push_back(release); }

  /// The counters of another meter on top: one total with its parts. False where there is no room.
  [[nodiscard]] bool merge(CounterMeter other) noexcept;

  /// Watches the counters for the time between two of their ticks, and how regular they are. It
  /// takes about ten periods; one that does not move keeps the period that it was added with.
  void measure_update_periods() noexcept;

  /// Reads the counters in time where a turn of one would otherwise get lost. After this counters
  /// come by `merge` alone.
  /// @param max_interval  for counters that must be read though they do not wrap
  void poll_for_wraps(Seconds max_interval = Seconds(1e6)) noexcept;

 private:
  struct State {
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State();

    [[nodiscard]] bool read(Reading& reading) const noexcept {
      reading.begin = SystemClock::now();
      for (std::size_t i = 0; i < description.zones.size(); ++i) {
        if (!sources[i].read(sources[i], reading.counts[i])) return false;
      }
      reading.end = SystemClock::now();
      return true;
    }

    static void record_intermediate_reading(void* self);

    MeterDescription description;
    detail::CounterSource sources[max_zones];
    Few<detail::Cleanup, 8> releases;
    Buffer<detail::IntermediateReading> intermediate_readings;
    Seconds max_interval{1e6};
    detail::PeriodicThread watch;
  };

  State* state_;
};

static_assert(EnergyMeter<CounterMeter>);

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Energy where a sensor tells power alone: a thread reads it now and then and adds up. To a meter
/// it is a counter that ticks at each sample.
/// @error power is taken to change along a straight line between two samples
class PowerIntegrator {
 public:
  /// Often enough for loads that last; seldom enough to cost nothing.
  static constexpr Seconds interval{0.02};

  struct Sensor {
    CounterSource source;          ///< counts of power instead of energy
    double watts_per_count = 0.0;  ///< @unit W
    double watts = 0.0;            ///< when it was last read. @unit W
    Instant at;                    ///< and when that was; 0: never
    bool is_known = false;         ///< the last try succeeded
    double joules = 0.0;           ///< since it was added. @unit J
    std::uint64_t microjoules = 0;
  };

  /// @throws std::bad_alloc
  static PowerIntegrator* make();
  static void release(void* self);

  /// A source for a meter, of microjoules.
  CounterSource add(const CounterSource& source, double watts_per_count) noexcept;

  [[nodiscard]] bool empty() const noexcept { return sensors_.empty(); }

  /// False where the system gives no thread.
  [[nodiscard]] bool start() noexcept;

  /// Reads each sensor once, and adds what was drawn since.
  void sample() noexcept;

  PowerIntegrator(const PowerIntegrator&) = delete;
  PowerIntegrator& operator=(const PowerIntegrator&) = delete;

 private:
  PowerIntegrator() = default;
  ~PowerIntegrator() {
    thread_.stop();
    for (const Sensor& sensor : sensors_) sensor.source.close_files();
  }

  static bool read_sum(const CounterSource& source, std::uint64_t& count) noexcept {
    const Sensor& sensor = *static_cast<const Sensor*>(source.device);
    count = __atomic_load_n(&sensor.microjoules, __ATOMIC_RELAXED);
    return __atomic_load_n(&sensor.is_known, __ATOMIC_RELAXED);
  }
  static void sample_all(void* self);

  Few<Sensor, max_zones> sensors_;
  PeriodicThread thread_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/counter_meter-inl.hpp"
#endif

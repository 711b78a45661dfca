// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <time.h>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0 {

/// A point in time on a monotonic clock, in whole nanoseconds, so that differences stay exact on a
/// machine that has been up for years.
struct Instant {
  std::int64_t ns = 0;  ///< since an arbitrary start. @unit ns

  friend constexpr auto operator<=>(Instant, Instant) noexcept = default;
  friend constexpr Seconds operator-(Instant later, Instant earlier) noexcept {
    return Seconds(static_cast<double>(later.ns - earlier.ns) * 1e-9);
  }
  friend constexpr Instant operator+(Instant start, Seconds duration) noexcept {
    return {start.ns + static_cast<std::int64_t>(duration.si() * 1e9)};
  }
};

/// The machine's clock, for meters of the machine. A simulated meter provides its own clock.
struct SystemClock {
  /// Standard uncertainty of the time between two readings. Each is taken anywhere within the 50 ns
  /// that it lasts.
  /// @unit   s
  /// @source GUM (JCGM 100:2008) 4.3.7: 50 ns sqrt(2/12)
  static constexpr Seconds uncertainty{20e-9};

  /// @error 1 ns quantum, 50 ns to read
  [[nodiscard]] static Instant now() noexcept { return at(CLOCK_MONOTONIC); }

  /// Returns the CPU time of all threads of this process.
  [[nodiscard]] static Instant process_cpu() noexcept { return at(CLOCK_PROCESS_CPUTIME_ID); }

  /// Returns the CPU time of the calling thread.
  [[nodiscard]] static Instant thread_cpu() noexcept { return at(CLOCK_THREAD_CPUTIME_ID); }

  /// Sleeps for the given duration, which signals do not shorten.
  static void wait(Seconds duration) noexcept {
    if (duration <= Seconds(0.0)) return;
    const auto ns = static_cast<std::int64_t>(duration.si() * 1e9);
    timespec left{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
  }

 private:
  // Not inlined: a call costs a hundredth of reading the clock, and ten copies of the product below
  // took a fifth of the time that g++ spent on a user's whole file.
  [[nodiscard, gnu::noinline]] static Instant at(clockid_t clock) noexcept {
    timespec time{};
    clock_gettime(clock, &time);
    return {static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec};
  }
};

/// The modulus of a counter that does not wrap in any realistic time.
inline constexpr std::uint64_t never_wraps = ~std::uint64_t{0};

/// How far a counter's joule may be from a joule, as standard uncertainties: for RAPL, judged from
/// published comparisons with instruments. Not finite where nothing is known.
/// @source docs/reference/meters.md#gain
struct GainUncertainty {
  double share = detail::quiet_nan();  ///< alike in all windows of a run. @unit a share of 1
  Watts offset{0.0};                   ///< likewise
  double share_between =
      detail::quiet_nan();    ///< remains between two workloads. @unit a share of 1
  Watts offset_between{0.0};  ///< likewise

  /// Returns a gain of which all may differ between two workloads.
  [[nodiscard]] static constexpr GainUncertainty of(double share) noexcept {
    return {share, Watts(0.0), share, Watts(0.0)};
  }
  [[nodiscard]] constexpr bool is_known() const noexcept { return perjoule::is_finite(share); }
};

/// Highest power of any CPU package, its memory or a whole workstation. It distinguishes a wrap
/// from a counter that was reset, and limits how long a window may be before a second wrap could go
/// unnoticed.
inline constexpr Watts max_zone_power{2000.0};

/// One counter of a meter.
struct Zone {
  std::string name;                  ///< "package-0", "dram"
  std::string id;                    ///< "intel-rapl:0:1", the place below the root
  std::uint64_t modulus = 0;         ///< the counter wraps to 0 here. @unit counts
  Joules per_count{0.0};             ///< energy of one count
  Joules resolution{0.0};            ///< step in which the counter moves, one count or more
  Seconds update_period{0.0};        ///< time between two ticks; 0: it moves whenever it is read
  Seconds lateness{0.0};             ///< mean time from latching a count to showing it
  Seconds jitter{0.0};               ///< standard deviation of that time
  double jitter_dof = infinite_dof;  ///< degrees of freedom of `jitter`. @unit none
  bool allows_zero_counts = false;   ///< no counts means no energy, as for a process that sleeps
  Watts max_power = max_zone_power;  ///< a window with more has no energy
  GainUncertainty gain = {};
};

/// The description of a meter, as it is recorded.
struct MeterDescription {
  std::string source;       ///< "rapl-powercap"
  std::string root;         ///< where it was read; empty if there is no such place
  std::string note;         ///< what a reader of the results must know
  std::vector<Zone> zones;  ///< the zones that make up the total
  Scope scope = Scope::none;
  Provenance provenance = Provenance::missing;  ///< best provenance that a window can have
  Seconds update_period{0.0};                   ///< of the slowest zone
  bool has_foreign_root = false;                ///< not read in the system's own place
};

/// Returns whether the gain of all zones is known.
[[nodiscard]] bool has_known_gain(const MeterDescription& meter) noexcept;

/// The time when a counter last moved: not before `earliest`, and not after `latest`, apart from
/// the counter's own jitter.
struct Tick {
  Instant earliest;
  Instant latest;
  /// Size of the step, if it tells the power just before the tick; otherwise 0. It does if the tick
  /// was seen alone and nothing else than the machine's present work is in its period.
  std::uint64_t counts = 0;
  bool is_known = false;
  bool is_overdue = false;  ///< several periods have passed without a tick

  /// @unit s
  [[nodiscard]] constexpr Seconds width() const noexcept { return latest - earliest; }
  [[nodiscard]] constexpr Instant middle() const noexcept { return earliest + width() * 0.5; }
};

/// The counters at one moment, which lies between the two instants.
///
/// A reading for a window is sized in advance, since nothing may be allocated in the window.
struct Reading {
  /// Constructs a reading without counters. The first reading resizes it.
  Reading();
  /// Constructs a reading with space for all counters of a meter.
  explicit Reading(const MeterDescription& meter);

  /// Makes space for `zones` counters. Allocates only if there are more than before.
  void resize(std::size_t zones);

  Instant begin;
  Instant end;
  std::vector<std::uint64_t> counts;  ///< one per zone
  std::vector<Tick> ticks;            ///< ticks known from earlier readings: detail::update_ticks
};

/// What the gain of a meter leaves unknown of an energy, as standard uncertainties. It is 0 where
/// nothing is known of the gain: GainUncertainty.
struct GainShare {
  double whole = 0.0;  ///< of an absolute energy. @unit a share of it
  double between =
      0.0;  ///< of a ratio of two energies by one meter, from each. @unit a share of it
};

namespace detail {

/// Returns sqrt(whole^2 - part^2), 0 if the part is larger.
/// @unit   both in the same unit
/// @source GUM (JCGM 100:2008) 5.1.2
[[nodiscard]] double remaining_uncertainty(double whole, double part) noexcept;

}  // namespace detail

/// Returns the part of a common uncertainty that is not the gain's.
/// @param energy  whose common part includes the gain
/// @unit  unit of the energy
/// @error exact: the gain was added in squares
template <class Q>
[[nodiscard]] Q common_without_gain(const Estimate<Q>& energy, double gain_share) noexcept {
  return Q(detail::remaining_uncertainty(energy.common.si(), gain_share * energy.value.si()));
}

/// The energy between two readings, or the reason why it is missing.
struct WindowEnergy {
  Estimate<Joules> energy;  ///< its common part includes the whole gain
  std::string why_missing;
  GainShare gain = {};
};

/// A source of joules, with the clock that it uses. The clock belongs to the meter, so that a
/// simulated machine also simulates time, and the engine under test is the one that measures.
///
/// `read` neither throws nor allocates, and gets a reading with space for all of the meter's zones;
/// AnyMeter ensures this. It returns false if this reading failed. `energy` is pure and never
/// resets anything, so windows may overlap.
template <class M>
concept EnergyMeter = std::move_constructible<M> &&
    requires(M meter, const M& constant, Reading& reading, Seconds duration) {
  { meter.read(reading) }
  noexcept->std::same_as<bool>;
  { constant.energy(reading, reading) } -> std::same_as<WindowEnergy>;
  { constant.description() } -> std::same_as<const MeterDescription&>;
  { meter.now() }
  noexcept->std::same_as<Instant>;
  { meter.wait(duration) }
  noexcept;
};

/// A meter of any kind. Its virtual calls are made per window, never per pass, and are outside the
/// measured loop.
class AnyMeter {
 public:
  // The first half of the constraint is checked first. Otherwise, asking whether AnyMeter is a
  // meter would depend on whether it can be constructed from itself, in a circle.
  template <class M>
  requires(!std::same_as<M, AnyMeter>) && EnergyMeter<M> AnyMeter(M meter)
      : meter_(new Model<M>(std::move(meter))) {}
  AnyMeter(AnyMeter&& other) noexcept;
  AnyMeter& operator=(AnyMeter&& other) noexcept;
  ~AnyMeter();

  /// Resizes the reading first if it is too small, which allocates.
  [[nodiscard]] bool read(Reading& reading) noexcept {
    const std::size_t zones = description().zones.size();
    if (reading.counts.size() != zones) reading.resize(zones);
    return meter_->read(reading);
  }
  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return meter_->energy(before, after);
  }
  [[nodiscard]] const MeterDescription& description() const noexcept {
    return meter_->description();
  }
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }
  void wait(Seconds duration) noexcept { meter_->wait(duration); }

 private:
  struct Erased {
    Erased() = default;
    Erased(const Erased&) = delete;
    Erased& operator=(const Erased&) = delete;
    virtual ~Erased() = default;
    virtual bool read(Reading& reading) noexcept = 0;
    [[nodiscard]] virtual WindowEnergy energy(const Reading& before,
                                              const Reading& after) const = 0;
    [[nodiscard]] virtual const MeterDescription& description() const noexcept = 0;
    [[nodiscard]] virtual Instant now() noexcept = 0;
    virtual void wait(Seconds duration) noexcept = 0;
  };

  template <class M>
  struct Model final : Erased {
    explicit Model(M from) : meter(std::move(from)) {}
    bool read(Reading& reading) noexcept override { return meter.read(reading); }
    [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const override {
      return meter.energy(before, after);
    }
    [[nodiscard]] const MeterDescription& description() const noexcept override {
      return meter.description();
    }
    [[nodiscard]] Instant now() noexcept override { return meter.now(); }
    void wait(Seconds duration) noexcept override { meter.wait(duration); }

    M meter;
  };

  // Not a unique_ptr: <memory> would be a sixth of the compile time that this library adds to a
  // program.
  Erased* meter_;
};

/// No meter: time is measured, energy is missing.
class NoMeter {
 public:
  NoMeter();

  [[nodiscard]] static bool read(Reading& reading) noexcept {
    reading.begin = reading.end = SystemClock::now();
    return true;
  }
  [[nodiscard]] static WindowEnergy energy(const Reading&, const Reading&) {
    return {{}, "no meter was asked for"};
  }
  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

 private:
  MeterDescription description_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/meters/meter-inl.hpp"
#endif

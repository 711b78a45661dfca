// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/periodic.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/counted_energy.hpp"
#include "perjoule/meters/meter.hpp"

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

  PERJOULE_COLD void close_files() const noexcept {
    for (const int one : {file, second_file}) {
      if (one != -1) close(one);
    }
  }
};

/// What is to be let go with the meter.
struct Release {
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
  return text::read_integer(digits, count);
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
  PERJOULE_COLD CounterMeter(const char* source, const char* root, const char* note)
      : state_(new State) {
    state_->description.source = source;
    state_->description.root = root;
    state_->description.note = note;
    state_->description.provenance = Provenance::measured;
  }
  CounterMeter(CounterMeter&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  CounterMeter& operator=(CounterMeter&&) = delete;
  ~CounterMeter() { delete state_; }

  [[nodiscard]] bool read(Reading& reading) noexcept { return state_->read(reading); }

  [[nodiscard]] PERJOULE_COLD WindowEnergy energy(const Reading& before,
                                                  const Reading& after) const {
    state_->watch.lock();
    const WindowEnergy found =
        detail::counted_energy(state_->description, before, after, state_->waypoints);
    state_->watch.unlock();
    return found;
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return state_->description; }
  [[nodiscard]] MeterDescription& description() noexcept { return state_->description; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

  /// One counter more, whose file is the meter's from here on. False where there is no room for it.
  PERJOULE_COLD bool add(const Zone& zone, const detail::CounterSource& source) noexcept {
    MeterDescription& what = state_->description;
    if (what.zones.size() == max_zones) {
      source.close_files();
      return false;
    }
    state_->sources[what.zones.size()] = source;
    what.zones.push_back(zone);
    if (what.update_period < zone.update_period) what.update_period = zone.update_period;
    return true;
  }
  /// Something of a library that the counters need until the meter's end.
  void keep(const detail::Release& release) noexcept { state_->releases.push_back(release); }

  /// The counters of another meter on top: one total with its parts. False where there is no room.
  [[nodiscard]] bool join(CounterMeter other) noexcept;

  /// Watches the counters for the time between two of their ticks, and how regular they are. It
  /// takes about ten periods; one that does not move keeps the period that it was added with.
  void measure_update_periods() noexcept;

  /// Reads the counters in time where a turn of one would otherwise get lost. After this counters
  /// come by `join` alone.
  /// @param most_between  for counters that must be read though they do not wrap
  void watch_wraps(Seconds most_between = Seconds(1e6)) noexcept;

 private:
  struct State {
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    PERJOULE_COLD ~State() {
      watch.stop();
      for (const detail::CounterSource& source : sources) source.close_files();
      // A library goes after what it gave.
      for (std::size_t i = releases.size(); i-- > 0;) releases[i].release(releases[i].what);
    }

    [[nodiscard]] bool read(Reading& reading) const noexcept {
      reading.begin = SystemClock::now();
      for (std::size_t i = 0; i < description.zones.size(); ++i) {
        if (!sources[i].read(sources[i], reading.counts[i])) return false;
      }
      reading.end = SystemClock::now();
      return true;
    }

    PERJOULE_COLD static void note_waypoint(void* self) {
      State& state = *static_cast<State*>(self);
      Reading reading;
      if (!state.read(reading)) return;
      detail::Waypoint waypoint{reading.begin, reading.end, {}};
      for (std::size_t i = 0; i < max_zones; ++i) waypoint.counts[i] = reading.counts[i];
      state.waypoints.push_back(waypoint);
    }

    MeterDescription description;
    detail::CounterSource sources[max_zones];
    Few<detail::Release, 8> releases;
    Buffer<detail::Waypoint> waypoints;
    Seconds most_between{1e6};
    detail::Periodic watch;
  };

  State* state_;
};

PERJOULE_COLD inline bool CounterMeter::join(CounterMeter other) noexcept {
  State& from = *other.state_;
  MeterDescription& what = state_->description;
  if (what.zones.size() + from.description.zones.size() > max_zones) return false;
  state_->watch.stop();
  from.watch.stop();
  for (std::size_t i = 0; i < from.description.zones.size(); ++i) {
    add(from.description.zones[i], from.sources[i]);
    from.sources[i] = {};
  }
  for (const detail::Release& release : from.releases) keep(release);
  from.releases = {};
  what.source = text::format("%s + %s", what.source.chars, from.description.source.chars).chars;
  what.note = text::format("%s; %s", what.note.chars, from.description.note.chars).chars;
  what.provenance = worst(what.provenance, from.description.provenance);
  what.scope = with_gpu(what.scope);
  const Seconds its = from.most_between;
  watch_wraps(its < state_->most_between ? its : state_->most_between);
  return true;
}

PERJOULE_COLD inline void CounterMeter::measure_update_periods() noexcept {
  constexpr std::size_t most = 9;
  struct {
    Seconds between[most];  // ascending
    std::size_t seen = 0;
    int ticks = 0;
    Instant last;
  } zones[max_zones];
  Few<Zone, max_zones>& all = state_->description.zones;
  Reading before;
  if (!read(before)) return;
  const Instant start = before.end;
  std::size_t still = all.size();  // those that have not been seen often enough
  for (bool any = false; still != 0;) {
    Reading now;
    const Seconds spent = SystemClock::now() - start;
    if (spent > Seconds(any ? 0.6 : 0.25) || !read(now)) break;
    if (spent > Seconds(0.02)) SystemClock::wait(Seconds(50e-6));
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto& zone = zones[i];
      if (now.counts[i] == before.counts[i] || zone.seen == most) continue;
      any = true;
      if (zone.ticks++ > 0) {  // the first one began before we looked
        const Seconds between = now.end - zone.last;
        std::size_t place = zone.seen++;
        for (; place > 0 && zone.between[place - 1] > between; --place) {
          zone.between[place] = zone.between[place - 1];
        }
        zone.between[place] = between;
        if (zone.seen == most) --still;
      }
      zone.last = now.end;
    }
    before = now;
    // A counter that stands still while another is known must not hold up everybody for long.
    if (any && spent > Seconds(0.05) && still < all.size()) break;
  }
  Seconds& slowest = state_->description.update_period;
  slowest = Seconds(0.0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& zone = zones[i];
    if (zone.seen >= 3) {
      const Seconds median = zone.between[zone.seen / 2];
      const Seconds early = median - zone.between[1];
      const Seconds late = zone.between[zone.seen - 2] - median;
      all[i].update_period = median;
      all[i].jitter = early > late ? early : late;
    }
    if (all[i].update_period > slowest) slowest = all[i].update_period;
  }
}

PERJOULE_COLD inline void CounterMeter::watch_wraps(Seconds most_between) noexcept {
  Seconds between = state_->most_between = most_between;
  for (const Zone& zone : state_->description.zones) {
    const Seconds turn =
        static_cast<double>(zone.modulus) * zone.per_count / detail::most_a_zone_draws;
    if (turn * 0.5 < between) between = turn * 0.5;
  }
  if (between < Seconds(1e-3)) between = Seconds(1e-3);
  if (between >= Seconds(1e5)) return;  // a day
  // Without a thread, windows that are too long say so.
  (void)state_->watch.start(between.si(), &State::note_waypoint, state_);
}

static_assert(EnergyMeter<CounterMeter>);

}  // namespace perjoule::inline v0

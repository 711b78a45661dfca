// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <system_error>
#include <variant>
#include <vector>

// What a simulated machine consumes, as a function of time, and what its counter shows of it. Every
// energy has a closed form, so that any process that knows the epoch knows the truth at any time.
//
// Nothing here includes the library: the truth must not come from the code under test. Names
// therefore carry their units.
namespace sim {

/// Scrambles an index. Neighbouring indices give unrelated values, and no state has to be kept.
/// @source one step of splitmix64: Steele, Lea, Flood 2014, with the constants of Sebastiano Vigna
[[nodiscard]] constexpr std::uint64_t hash(std::uint64_t index) noexcept {
  std::uint64_t z = index + 0x9E37'79B9'7F4A'7C15U;
  z = (z ^ (z >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D0'49BB'1331'11EBU;
  return z ^ (z >> 31U);
}

/// @unit none; in [0, 1), a multiple of 2^-53, always the same for the same arguments
[[nodiscard]] constexpr double uniform(std::uint64_t seed, std::uint64_t index) noexcept {
  return static_cast<double>(hash(hash(seed) ^ index) >> 11U) * 0x1p-53;
}

// ---- The kinds of profiles. A function that jumps has its new value at the jump.

/// Constant power.
struct Constant {
  double watts = 0.0;
};

/// A sinusoid around a mean: a voltage regulator, or a loop of alternating work.
struct Ripple {
  double mean_w;
  double share;  ///< of the mean, to both sides; in [0, 1]
  double hertz;
};

/// High for the first `duty` of each period, then low.
struct Square {
  double low_w;
  double high_w;
  double period_s;
  double duty;  ///< in [0, 1]
};

/// One jump: a clock that is throttled, or a neighbour that wakes up.
struct Step {
  double before_w;
  double after_w;
  double at_s;
};

/// A telegraph signal: high or low at random in each slot. The sequence repeats after `slots`
/// slots, so that a table can hold the number of high slots before each.
struct Burst {
  static constexpr std::size_t slots = 4096;

  /// @param share  of the slots that are high on average; in [0, 1]
  Burst(double low, double high, double slot, double share, std::uint64_t seed)
      : low_w(low), high_w(high), slot_s(slot), high_before(slots + 1) {
    for (std::size_t i = 0; i < slots; ++i) {
      const std::uint32_t is_high = uniform(seed, i) < share ? 1 : 0;
      high_before[i + 1] = high_before[i] + is_high;
    }
  }

  double low_w;
  double high_w;
  double slot_s;
  std::vector<std::uint32_t> high_before;  ///< number of high slots before slot i of a cycle
};

/// Linear from one power to another, which then stays: a package that warms up.
struct Drift {
  double from_w;
  double to_w;
  double over_s;
};

using Profile = std::variant<Constant, Ripple, Square, Step, Burst, Drift>;

// ---- Power and energy. Time begins at 0; before that there is neither.

namespace detail {

/// The position of a time in a sequence of equal spans.
struct Place {
  double before;  ///< whole spans before it
  double inside;  ///< since the span began, in the unit of the time
};

[[nodiscard]] inline Place place(double time, double span) noexcept {
  const double before = std::floor(time / span);
  return {before, time - before * span};
}

/// The slot of the cycle, and the number of high slots before it since 0.
struct BurstPlace {
  bool is_high;
  double high_before;
  double inside;
};

[[nodiscard]] inline BurstPlace burst_place(const Burst& profile, double seconds) noexcept {
  const Place slot = place(seconds, profile.slot_s);
  const auto index = static_cast<std::uint64_t>(slot.before);
  const std::vector<std::uint32_t>& table = profile.high_before;
  const std::uint64_t high =
      index / Burst::slots * table[Burst::slots] + table[index % Burst::slots];
  const bool is_high = table[index % Burst::slots + 1] != table[index % Burst::slots];
  return {is_high, static_cast<double>(high), slot.inside};
}

struct Power {
  double seconds;

  [[nodiscard]] double operator()(const Constant& p) const noexcept { return p.watts; }
  [[nodiscard]] double operator()(const Ripple& p) const noexcept {
    const double turns = place(seconds * p.hertz, 1.0).inside;
    return p.mean_w * (1.0 + p.share * std::sin(2.0 * std::numbers::pi * turns));
  }
  [[nodiscard]] double operator()(const Square& p) const noexcept {
    const bool is_high = place(seconds, p.period_s).inside < p.duty * p.period_s;
    return is_high ? p.high_w : p.low_w;
  }
  [[nodiscard]] double operator()(const Step& p) const noexcept {
    return seconds < p.at_s ? p.before_w : p.after_w;
  }
  [[nodiscard]] double operator()(const Burst& p) const noexcept {
    return burst_place(p, seconds).is_high ? p.high_w : p.low_w;
  }
  [[nodiscard]] double operator()(const Drift& p) const noexcept {
    return p.from_w + (p.to_w - p.from_w) * std::fmin(seconds / p.over_s, 1.0);
  }
};

struct Energy {
  double seconds;

  [[nodiscard]] double operator()(const Constant& p) const noexcept { return p.watts * seconds; }
  [[nodiscard]] double operator()(const Ripple& p) const noexcept {
    // 1 - cos 2x = 2 sin^2 x keeps its digits where the angle is small, and whole periods cancel.
    const double half = std::sin(std::numbers::pi * place(seconds * p.hertz, 1.0).inside);
    return p.mean_w * (seconds + p.share * half * half / (std::numbers::pi * p.hertz));
  }
  [[nodiscard]] double operator()(const Square& p) const noexcept {
    const Place now = place(seconds, p.period_s);
    const double high_s = p.duty * p.period_s;
    const double spent_high_s = now.before * high_s + std::fmin(now.inside, high_s);
    return p.low_w * seconds + (p.high_w - p.low_w) * spent_high_s;
  }
  [[nodiscard]] double operator()(const Step& p) const noexcept {
    const double before_s = std::fmin(seconds, p.at_s);
    return p.before_w * before_s + p.after_w * (seconds - before_s);
  }
  [[nodiscard]] double operator()(const Burst& p) const noexcept {
    const BurstPlace now = burst_place(p, seconds);
    const double spent_high_s = now.high_before * p.slot_s + (now.is_high ? now.inside : 0.0);
    return p.low_w * seconds + (p.high_w - p.low_w) * spent_high_s;
  }
  [[nodiscard]] double operator()(const Drift& p) const noexcept {
    const double drift_s = std::fmin(seconds, p.over_s);
    const double half_slope = 0.5 * (p.to_w - p.from_w) / p.over_s;
    return (p.from_w + half_slope * drift_s) * drift_s + p.to_w * (seconds - drift_s);
  }
};

}  // namespace detail

/// @unit W
[[nodiscard]] inline double power(const Profile& profile, double seconds) {
  return seconds < 0.0 ? 0.0 : std::visit(detail::Power{seconds}, profile);
}

/// Returns the energy consumed since time 0: the exact integral of power(), except for rounding.
/// @unit J
[[nodiscard]] inline double energy(const Profile& profile, double seconds) {
  return seconds < 0.0 ? 0.0 : std::visit(detail::Energy{seconds}, profile);
}

// ---- The counter.

/// How RAPL counts, and how powercap shows it. The defaults are those of a server's package.
///
/// The hardware counts whole units in 32 bits. The kernel multiplies by the unit **cut to whole
/// nanojoules**: 61.03515625 uJ become 61.035, so that the file moves by 2.5 millionths less than
/// the energy, as it does on real machines.
/// @source Linux drivers/powercap/intel_rapl_common.c, rapl_unit_xlate and ENERGY_UNIT_SCALE
struct Counter {
  double period_s = 1e-3;        ///< between two steps
  double jitter_s = 20e-6;       ///< each step is late by up to this much; less than the period
  double unit_uj = 61.03515625;  ///< one count; at least 0.001
  /// `max_energy_range_uj`: the counter wraps one unit after it. Rounded up to whole units.
  std::uint64_t range_uj = 262'143'328'850;
  std::uint64_t first_uj = 0;  ///< shown at time 0, rounded down to whole units
  std::uint64_t seed = 1;      ///< of all that is drawn
  double since_s = 0.0;        ///< counts only energy consumed from here on, see reset_at()

  double lateness_s = 0.0;  ///< standard deviation of the time from a step to showing its count
  bool is_bimodal = false;  ///< counts are shown at either of two times
  double lost = 0.0;        ///< share of steps that never come, nor does their energy
  double doubled = 0.0;     ///< share of steps that come again 5 us later
  double gain = 1.0;        ///< joules counted for each joule
  double offset_w = 0.0;    ///< counted even if nothing is consumed
};

/// Returns when the counter steps for the k-th time. There is no step at time 0: k begins at 1.
/// @unit s
[[nodiscard]] inline double step_time(const Counter& counter, std::uint64_t k) noexcept {
  return static_cast<double>(k) * counter.period_s + counter.jitter_s * uniform(counter.seed, k);
}

/// Returns how long after the k-th step its count is shown: less than a period.
/// @unit s
[[nodiscard]] inline double lateness(const Counter& counter, std::uint64_t k) noexcept {
  if (counter.lateness_s <= 0.0) return 0.0;
  const double first = uniform(counter.seed + 1, k);
  const double second = uniform(counter.seed + 2, k);
  if (counter.is_bimodal) {
    // The variance is 1.915^2/4 + 1/12 = 1.
    return counter.lateness_s * ((first < 0.5 ? 0.0 : 1.915) + second);
  }
  // A normal variable: Box and Muller 1958.
  const double z =
      std::sqrt(-2.0 * std::log(1.0 - first)) * std::cos(2.0 * std::numbers::pi * second);
  const double late = counter.lateness_s * (2.5 + z);
  return std::fmin(std::fmax(late, 0.0), 0.95 * (counter.period_s - counter.jitter_s));
}

/// Returns how often the energy of the k-th step's period is counted: 0, 1 or 2 times.
[[nodiscard]] inline double times_counted(const Counter& counter, std::uint64_t k) noexcept {
  const double chance = uniform(counter.seed + 3, k);
  return chance < counter.lost ? 0.0 : chance < counter.lost + counter.doubled ? 2.0 : 1.0;
}

/// Returns the number of steps whose counts are shown.
[[nodiscard]] inline std::uint64_t steps_shown(const Counter& counter, double seconds) noexcept {
  if (seconds < counter.period_s) return 0;
  auto k = static_cast<std::uint64_t>(seconds / counter.period_s);
  while (k != 0 && seconds < step_time(counter, k) + lateness(counter, k)) --k;
  return k;
}

/// Returns when the step took place that is shown; 0 before the first.
/// @unit s
[[nodiscard]] inline double last_step(const Counter& counter, double seconds) noexcept {
  const std::uint64_t k = steps_shown(counter, seconds);
  return k == 0 ? 0.0 : step_time(counter, k);
}

namespace detail {

[[nodiscard]] inline std::uint64_t unit_nj(const Counter& counter) noexcept {
  // Adds a millionth: 1.001 uJ times 1000 is below 1001 by rounding.
  return static_cast<std::uint64_t>(counter.unit_uj * 1e3 + 1e-6);
}

/// Returns the largest count; 2^32 - 1 for the default.
[[nodiscard]] inline std::uint64_t last_count(const Counter& counter) noexcept {
  const std::uint64_t unit = unit_nj(counter);
  return (counter.range_uj * 1000 + unit - 1) / unit;
}

}  // namespace detail

/// Returns the content of `max_energy_range_uj`: the largest value that energy_uj ever shows.
/// @unit uJ
[[nodiscard]] inline std::uint64_t range_uj(const Counter& counter) noexcept {
  return detail::last_count(counter) * detail::unit_nj(counter) / 1000;
}

/// The energy counted until a step, kept from one reading to the next where steps are lost.
struct CountedSoFar {
  std::uint64_t steps = 0;
  double joules = 0.0;
};

namespace detail {

/// @unit J
[[nodiscard]] inline double joules_between(const Counter& counter, const Profile& profile,
                                           double from_s, double to_s) {
  if (to_s <= from_s) return 0.0;
  return counter.gain * (energy(profile, to_s) - energy(profile, from_s)) +
         counter.offset_w * (to_s - from_s);
}

/// Returns the energy of the k-th step's period.
/// @unit J
[[nodiscard]] inline double joules_of_step(const Counter& counter, const Profile& profile,
                                           std::uint64_t k) {
  const double from_s = k == 1 ? 0.0 : step_time(counter, k - 1);
  return joules_between(counter, profile, std::fmax(from_s, counter.since_s),
                        step_time(counter, k));
}

}  // namespace detail

/// Returns the energy that is counted and shown at a time.
/// @unit J
[[nodiscard]] inline double counted_joules(const Counter& counter, const Profile& profile,
                                           double seconds, CountedSoFar& so_far) {
  const std::uint64_t shown = steps_shown(counter, seconds);
  if (counter.lost + counter.doubled <= 0.0) {
    return detail::joules_between(counter, profile, counter.since_s, last_step(counter, seconds));
  }
  if (shown < so_far.steps) so_far = {};
  while (so_far.steps < shown) {
    const std::uint64_t k = ++so_far.steps;
    so_far.joules += times_counted(counter, k) * detail::joules_of_step(counter, profile, k);
  }
  const bool comes_again = shown != 0 && times_counted(counter, shown) > 1.5 &&
                           seconds < step_time(counter, shown) + lateness(counter, shown) + 5e-6;
  return so_far.joules - (comes_again ? detail::joules_of_step(counter, profile, shown) : 0.0);
}

/// Returns the content of `energy_uj`: the energy at the last step in whole units,
/// after `first_uj`.
/// @unit uJ
[[nodiscard]] inline std::uint64_t counter_uj(const Counter& counter, const Profile& profile,
                                              double seconds, CountedSoFar& so_far) {
  const std::uint64_t unit = detail::unit_nj(counter);
  const double joules = counted_joules(counter, profile, seconds, so_far);
  const std::uint64_t count =
      counter.first_uj * 1000 / unit + static_cast<std::uint64_t>(joules * 1e6 / counter.unit_uj);
  return count % (detail::last_count(counter) + 1) * unit / 1000;
}

/// The same for a single reading.
[[nodiscard]] inline std::uint64_t counter_uj(const Counter& counter, const Profile& profile,
                                              double seconds) {
  CountedSoFar so_far;
  return counter_uj(counter, profile, seconds, so_far);
}

/// Returns the same counter after it was set to 0 at a time, as on a machine after suspend. It
/// shows 0 until its next step.
[[nodiscard]] inline Counter reset_at(Counter counter, double seconds) noexcept {
  counter.first_uj = 0;
  counter.since_s = seconds;
  return counter;
}

// ---- Profiles as text.

namespace detail {

/// Reads exactly `count` numbers separated by commas. Does not depend on the locale.
[[nodiscard]] inline bool numbers(const char* text, double* values, std::size_t count) noexcept {
  // from_chars accepts "inf" and "nan", which are not powers.
  if (std::strspn(text, "0123456789.eE+-,") != std::strlen(text)) return false;
  const char* const end = text + std::strlen(text);
  for (std::size_t i = 0; i < count; ++i) {
    const auto [next, error] = std::from_chars(text, end, values[i]);
    const bool is_last = i + 1 == count;
    if (error != std::errc{} || (is_last ? next != end : *next != ',')) return false;
    text = next + 1;
  }
  return true;
}

[[nodiscard]] constexpr bool is_proportion(double value) noexcept {
  return value >= 0.0 && value <= 1.0;
}

/// Whether these are powers that a counter can follow: it never counts down.
[[nodiscard]] constexpr bool are_watts(double one, double other = 0.0) noexcept {
  return one >= 0.0 && one <= 1e6 && other >= 0.0 && other <= 1e6;
}

}  // namespace detail

/// Reads one of
///
///     constant:WATTS                          constant:65
///     ripple:MEAN_W,SHARE,HERTZ               ripple:65,0.2,700
///     square:LOW_W,HIGH_W,PERIOD_S,DUTY       square:30,90,0.2,0.5
///     step:BEFORE_W,AFTER_W,AT_S              step:40,90,1.5
///     burst:LOW_W,HIGH_W,SLOT_S,SHARE,SEED    burst:30,150,0.002,0.3,7
///     drift:FROM_W,TO_W,OVER_S                drift:60,62,10
///
/// A power lies in [0, 1e6], a share in [0, 1], a duration or frequency is positive (AT_S may be
/// 0), and a seed is a whole number below 2^53.
/// @return false, with `profile` as it was, where the text is none of these
[[nodiscard]] inline bool parse(const char* text, Profile& profile) {
  const char* const colon = std::strchr(text, ':');
  if (colon == nullptr) return false;
  const auto kind_is = [&](const char* kind) {
    const auto length = static_cast<std::size_t>(colon - text);
    return std::strlen(kind) == length && std::strncmp(text, kind, length) == 0;
  };
  double v[5] = {};
  const auto has = [&](std::size_t count) { return detail::numbers(colon + 1, v, count); };
  if (kind_is("constant") && has(1) && detail::are_watts(v[0])) {
    profile = Constant{v[0]};
    return true;
  }
  if (kind_is("ripple") && has(3) && detail::are_watts(v[0]) && detail::is_proportion(v[1]) &&
      v[2] > 0.0) {
    profile = Ripple{v[0], v[1], v[2]};
    return true;
  }
  if (kind_is("square") && has(4) && detail::are_watts(v[0], v[1]) && v[2] > 0.0 &&
      detail::is_proportion(v[3])) {
    profile = Square{v[0], v[1], v[2], v[3]};
    return true;
  }
  if (kind_is("step") && has(3) && detail::are_watts(v[0], v[1]) && v[2] >= 0.0) {
    profile = Step{v[0], v[1], v[2]};
    return true;
  }
  if (kind_is("burst") && has(5) && detail::are_watts(v[0], v[1]) && v[2] > 0.0 &&
      detail::is_proportion(v[3]) && v[4] >= 0.0 && v[4] < 0x1p53 && std::floor(v[4]) == v[4]) {
    profile = Burst(v[0], v[1], v[2], v[3], static_cast<std::uint64_t>(v[4]));
    return true;
  }
  if (kind_is("drift") && has(3) && detail::are_watts(v[0], v[1]) && v[2] > 0.0) {
    profile = Drift{v[0], v[1], v[2]};
    return true;
  }
  return false;
}

}  // namespace sim

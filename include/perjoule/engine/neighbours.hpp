// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/engine/pieces.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// The whole machine at one moment. What could not be read is not finite.
struct SystemState {
  Seconds busy{detail::no_number()};           ///< CPU time of all programs since boot
  Seconds steal{detail::no_number()};          ///< that a hypervisor gave to other guests
  double temperature_c = detail::no_number();  ///< of the CPU package. @unit degrees Celsius
  double frequency_hz = detail::no_number();   ///< of the first core. @unit Hz
  double throttled = detail::no_number();  ///< how often the CPU got too hot since boot. @unit none
};

/// What went on in the machine beside this process, between two moments. What is not known is not
/// finite.
struct Beside {
  Seconds others{detail::no_number()};         ///< CPU time of other programs
  Seconds steal{detail::no_number()};          ///< CPU time that a hypervisor gave to other guests
  double temperature_c = detail::no_number();  ///< in the end. @unit degrees Celsius
  double frequency_hz = detail::no_number();   ///< in the end. @unit Hz
  double throttled = detail::no_number();      ///< how often the CPU got too hot. @unit none
};

/// Where a machine tells its state. Empty: nowhere.
struct SystemFiles {
  text::Name stat;
  text::Name temperature;
  text::Name frequency;
  text::Name throttled;
  /// Of the calling thread, so far.
  ThreadUsage (*thread)() noexcept = nullptr;
};

namespace detail {

/// Reads the first line of /proc/stat.
/// @param stat     "cpu  user nice system idle iowait irq softirq steal guest guest_nice"
/// @param seconds  that one count stands for. @unit s
/// @source proc(5); guest time is part of user time
[[nodiscard]] SystemState parse_cpu_times(const char* stat, double seconds) noexcept;

/// A whole number in a file of sysfs, times a factor; not finite where it can't be read.
/// @unit that of factor
[[nodiscard]] double read_scaled(const text::Name& path, double factor) noexcept;

/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] SystemFiles find_system_files(const char* root = "") noexcept;

[[nodiscard]] SystemState read_system(const SystemFiles& files) noexcept;

/// The machine, and what of it was this process, at one moment.
struct Look {
  Instant at;
  Instant own;  ///< CPU time of this process
  SystemState system;
};

[[nodiscard]] Look look_around(const SystemFiles& files) noexcept;

/// @error others: rounded to about 30 ms, see others_share; not finite where it can't be known
[[nodiscard]] Beside beside(const Look& before, const Look& after) noexcept;

/// What part of the CPU time was not ours. It is taken of one core at least, so that a process that
/// waits does not make every daemon look big; and it is 0 below 30 ms, since /proc/stat rounds each
/// of its numbers to 10 ms.
/// @unit a share of 1; not finite where `others` is not
[[nodiscard]] constexpr double others_share(Seconds others, Seconds own, Seconds wall) noexcept {
  if (!is_finite(others.si())) return no_number();
  if (others < Seconds(0.03)) return 0.0;
  const Seconds all = own + others;
  return others / (all > wall ? all : wall);
}

/// Above this, somebody else's joules are in the sum.
/// @unit a share of 1
inline constexpr double most_others = 0.02;

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/neighbours-inl.hpp"
#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/unwrap.hpp"
#include "perjoule/meters/zones.hpp"

namespace perjoule::inline v0 {

/// Reads RAPL energy counters (Intel and AMD) through the kernel's powercap files.
///
/// @error the counter moves once in about 0.98 ms; see detail::counted_energy. The gain of RAPL
///        itself is not known and not part of any uncertainty here. With SGX or energy filtering
///        on, Intel adds noise on purpose.
/// @source Linux Documentation/power/powercap/powercap.rst; drivers/powercap/intel_rapl_common.c
class RaplPowercap {
 public:
  static constexpr const char* system_root = "/sys/class/powercap";

  /// @param root  the folder that holds `intel-rapl:0`; another one than the system's for tests, or
  ///              in a container that mounts the host's sysfs elsewhere
  [[nodiscard]] static Probe<RaplPowercap> open(const char* root = system_root) noexcept;

  RaplPowercap(RaplPowercap&& other) noexcept : description_(other.description_) {
    for (std::size_t i = 0; i < max_zones; ++i) {
      files_[i] = other.files_[i];
      other.files_[i] = -1;
    }
  }
  RaplPowercap& operator=(RaplPowercap&&) = delete;
  PERJOULE_COLD ~RaplPowercap() {
    for (const int file : files_) {
      if (file != -1) close(file);
    }
  }

  [[nodiscard]] bool read(Reading& reading) noexcept {
    reading.begin = SystemClock::now();
    for (std::size_t i = 0; i < description_.zones.size(); ++i) {
      if (!read_count(files_[i], reading.counts[i])) return false;
    }
    reading.end = SystemClock::now();
    return true;
  }

  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const noexcept {
    return detail::counted_energy(description_, before, after);
  }

  [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
  [[nodiscard]] static Instant now() noexcept { return SystemClock::now(); }
  static void wait(Seconds duration) noexcept { SystemClock::wait(duration); }

 private:
  RaplPowercap() noexcept {
    for (int& file : files_) file = -1;
  }

  [[nodiscard]] static bool read_count(int file, std::uint64_t& count) noexcept;
  static void find_zones(const char* root, int depth, detail::FoundZones& tree) noexcept;
  [[nodiscard]] static text::Long read_number(const text::Long& folder, const char* file,
                                              std::uint64_t& number) noexcept;
  [[nodiscard]] static text::Long read_zone(detail::FoundZone& found) noexcept;
  [[nodiscard]] text::Long open_zones(const detail::FoundZones& tree) noexcept;
  void measure_update_period() noexcept;

  MeterDescription description_;
  int files_[max_zones];
};

static_assert(EnergyMeter<RaplPowercap>);

/// One open file a zone, read from its start again and again: a sixth of the cost of opening it.
inline bool RaplPowercap::read_count(int file, std::uint64_t& count) noexcept {
  char digits[32];
  ssize_t n = 0;
  do {
    n = pread(file, digits, sizeof digits - 1, 0);
  } while (n == -1 && errno == EINTR);
  if (n <= 0) return false;
  digits[n] = '\0';
  return text::read_integer(digits, count);
}

/// The folders of zones below `root`: flat, as in /sys/class/powercap, or nested, as in
/// /sys/devices/virtual/powercap where the links of the former point. Each zone once.
PERJOULE_COLD inline void RaplPowercap::find_zones(const char* root, int depth,
                                                   detail::FoundZones& tree) noexcept {
  dirent** entries = nullptr;
  const int count = scandir(root, &entries, nullptr, &alphasort);
  for (int i = 0; i < count; ++i) {
    const char* const name = entries[i]->d_name;
    const bool is_zone = strchr(name, ':') != nullptr;
    if (is_zone || detail::begins(name, "intel-rapl") || detail::begins(name, "arm-scmi")) {
      detail::FoundZone found;
      found.folder = text::format("%s/%s", root, name);
      found.zone.id = name;
      bool known = !is_zone || tree.size() == detail::FoundZones::capacity();
      for (const detail::FoundZone& other : tree) known |= other.zone.id == name;
      if (!known) tree.push_back(found);
      if (depth < 3) find_zones(found.folder.c_str(), depth + 1, tree);
    }
    free(entries[i]);
  }
  free(entries);
}

/// Empty, or what is wrong.
PERJOULE_COLD inline text::Long RaplPowercap::read_number(const text::Long& folder,
                                                          const char* file,
                                                          std::uint64_t& number) noexcept {
  const text::Long path = text::format("%s/%s", folder.chars, file);
  char content[64];
  if (detail::read_small_file(path.c_str(), content, sizeof content) == -1) {
    return text::format("cannot read %s: %s", path.chars, detail::system_reason(errno).chars);
  }
  if (text::read_integer(content, number)) return {};
  return text::format("%s holds '%.40s' where a whole number is expected", path.chars, content);
}

/// Empty, or what is wrong.
PERJOULE_COLD inline text::Long RaplPowercap::read_zone(detail::FoundZone& found) noexcept {
  const text::Long path = text::format("%s/name", found.folder.chars);
  char* const name = found.zone.name.chars;
  if (detail::read_small_file(path.c_str(), name, sizeof found.zone.name.chars) == -1) {
    return text::format("cannot read %s: %s", path.chars, detail::system_reason(errno).chars);
  }
  std::uint64_t range = 0;
  text::Long problem = read_number(found.folder, "max_energy_range_uj", range);
  if (problem.empty()) problem = read_number(found.folder, "energy_uj", found.counts);
  if (!problem.empty()) return problem;
  if (range == 0) return text::format("%s/max_energy_range_uj is 0", found.folder.chars);
  // The file counts in uJ, the hardware below it in 2^32 units: its range is (2^32 - 1) units, so
  // it starts again one unit later. Where the range is no such multiple the unit is taken as 1 uJ.
  const double unit = static_cast<double>(range) / 4294967295.0;
  const double step = unit >= 1.0 ? unit : 1.0;
  found.zone.modulus = range + static_cast<std::uint64_t>(step + 0.5);
  found.zone.per_count = Joules(1e-6);
  found.zone.resolution = Joules(step * 1e-6);
  return {};
}

/// Watches the first zone for the time between two steps: the median of up to nine. A counter that
/// does not move three times in 50 ms keeps the period that RAPL is known for.
PERJOULE_COLD inline void RaplPowercap::measure_update_period() noexcept {
  description_.update_period = Seconds(0.976e-3);
  constexpr std::size_t most = 9;
  Seconds periods[most];  // ascending
  std::size_t seen = 0;
  std::uint64_t last = 0;
  Instant changed;
  const Instant start = SystemClock::now();
  for (int changes = -1; seen < most;) {
    const Instant now = SystemClock::now();
    std::uint64_t count = 0;
    if (now - start > Seconds(0.05) || !read_count(files_[0], count)) break;
    if (count == last) continue;
    if (changes > 0) {  // the first change seen began before we looked
      std::size_t place = seen++;
      for (; place > 0 && periods[place - 1] > now - changed; --place) {
        periods[place] = periods[place - 1];
      }
      periods[place] = now - changed;
    }
    ++changes;
    changed = now;
    last = count;
  }
  if (seen >= 3) description_.update_period = periods[seen / 2];
}

/// Empty, or what is wrong.
PERJOULE_COLD inline text::Long RaplPowercap::open_zones(const detail::FoundZones& tree) noexcept {
  for (const detail::FoundZone& found : tree) {
    if (!found.chosen) continue;
    if (description_.zones.size() == max_zones) return "more zones than a reading has room for";
    const text::Long path = text::format("%s/energy_uj", found.folder.chars);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file == -1) {
      return text::format("cannot open %s: %s", path.chars, detail::system_reason(errno).chars);
    }
    files_[description_.zones.size()] = file;
    description_.zones.push_back(found.zone);
  }
  if (description_.zones.empty()) return "neither a package nor a psys zone";
  return {};
}

PERJOULE_COLD inline Probe<RaplPowercap> RaplPowercap::open(const char* root) noexcept {
  detail::FoundZones tree;
  find_zones(root, 0, tree);
  if (tree.empty()) {
    return {text::format("%s holds no RAPL zone", root).chars,
            "run on bare metal with an Intel or AMD CPU ('modprobe intel_rapl_msr'), or in a "
            "container mount the host's /sys and set PERJOULE_POWERCAP_ROOT"};
  }
  for (detail::FoundZone& found : tree) {
    // One zone that can't be read would make the total silently smaller: then none is used.
    errno = 0;
    const text::Long problem = read_zone(found);
    if (problem.empty()) continue;
    const char* const fix =
        errno == EACCES
            ? "run 'sudo chgrp $(id -gn) %s/*/energy_uj; sudo chmod g+r %s/*/energy_uj' "
              "(until the next boot; for good: docs/how-to/permissions.md)"
            : "check that %s is the powercap tree of a running kernel";
    return {problem.chars, text::format(fix, root, root).chars};
  }
  RaplPowercap meter;
  MeterDescription& description = meter.description_;
  description.source = "rapl-powercap";
  description.root = root;
  description.scope = detail::choose_zones(tree);
  description.provenance = Provenance::measured;
  description.note = "the whole package is counted, other programs' share included";
  const text::Long problem = meter.open_zones(tree);
  if (!problem.empty()) {
    return {text::format("%s: %s", root, problem.chars).chars,
            "report the kernel version and the names of the zones"};
  }
  meter.measure_update_period();
  return meter;
}

}  // namespace perjoule::inline v0

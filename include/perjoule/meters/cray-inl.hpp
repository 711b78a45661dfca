// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/cray.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE bool parse_cray_joules(std::string_view text, std::uint64_t& joules) noexcept {
  std::uint64_t found = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), found);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (problem != std::errc() || !unit.starts_with(" J")) return false;
  if (unit.size() > 2 && unit[2] != ' ' && unit[2] != '\n') return false;
  joules = found;
  return true;
}

/// A file of pm_counters that stays open.
class CrayFile {
 public:
  explicit CrayFile(const std::string& path) : file_(open_regular(path)) {}
  [[nodiscard]] bool is_open() const noexcept { return file_.is_open(); }

  /// Reads the number at the beginning of the file, whatever follows it.
  [[nodiscard]] bool read_number(std::uint64_t& number) const noexcept {
    char text[64];
    const std::string_view read = read_text(text);
    return std::from_chars(read.data(), read.data() + read.size(), number).ec == std::errc();
  }
  [[nodiscard]] bool read_joules(std::uint64_t& joules) const noexcept {
    char text[64];
    return parse_cray_joules(read_text(text), joules);
  }

 private:
  template <std::size_t Size>
  [[nodiscard]] std::string_view read_text(char (&text)[Size]) const noexcept {
    ssize_t n = 0;
    do {
      n = pread(file_.get(), text, Size, 0);
    } while (n == -1 && errno == EINTR);
    return {text, n > 0 ? static_cast<std::size_t>(n) : 0};
  }

  FileDescriptor file_;
};

/// Joules of a node, as long as its counters are updated.
class CrayEnergy final : public CounterReader {
 public:
  explicit CrayEnergy(const std::string& folder)
      : energy_(folder + "/energy"),
        freshness_(folder + "/freshness"),
        generation_(folder + "/generation"),
        startup_(folder + "/startup") {}

  [[nodiscard]] bool is_open() const noexcept {
    return energy_.is_open() && freshness_.is_open() && generation_.is_open() && startup_.is_open();
  }

  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    State now;
    if (!freshness_.read_number(now.freshness) || !generation_.read_number(now.generation) ||
        !startup_.read_number(now.startup) || !energy_.read_joules(count)) {
      return false;
    }
    now.updated = SystemClock::now();
    const std::lock_guard lock(mutex_);
    const State before = std::exchange(last_, now);
    if (before.startup == never) return true;
    if (now.freshness == before.freshness) last_.updated = before.updated;
    // The window that a change is in has no energy; the next one has.
    return now.generation == before.generation && now.startup == before.startup &&
           now.updated - last_.updated <= Seconds(0.5);
  }

 private:
  static constexpr std::uint64_t never = ~std::uint64_t{0};
  struct State {
    std::uint64_t freshness = never;
    std::uint64_t generation = never;
    std::uint64_t startup = never;
    Instant updated;
  };

  CrayFile energy_;
  CrayFile freshness_;
  CrayFile generation_;
  CrayFile startup_;
  std::mutex mutex_;
  State last_;
};

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_cray(const std::string& root) {
  const std::string folder = root + "/sys/cray/pm_counters";
  const std::string path = folder + "/energy";
  const std::optional<std::string> content = detail::read_file(path);
  if (!content) {
    const int why = errno;
    return {text::format("cannot read {}: {}", path, detail::errno_message(why)),
            "run on a node of an HPE Cray EX or XC",
            why == EACCES || why == EPERM ? ProbeState::forbidden : ProbeState::absent};
  }
  std::uint64_t joules = 0;
  auto energy = std::make_unique<detail::CrayEnergy>(folder);
  const bool is_whole = detail::parse_cray_joules(*content, joules) && energy->is_open();
  if (!is_whole || !energy->read(joules)) {
    return {text::format("{} holds '{}', and freshness, generation or startup may be missing", path,
                         std::string_view(*content).substr(0, 40)),
            "check that it reads as '12345 J 1700000000 us'", ProbeState::broken};
  }
  Zone zone;
  zone.name = "node";
  zone.id = "energy";
  zone.modulus = never_wraps;
  zone.per_count = zone.resolution = Joules(1.0);
  zone.update_period = detail::cray_period;
  zone.max_power = Watts(20e3);  // of a node with accelerators
  const std::string hertz = detail::read_file(folder + "/raw_scan_hz").value_or("");
  std::uint64_t scans = 0;
  if (std::from_chars(hertz.data(), hertz.data() + hertz.size(), scans).ec == std::errc() &&
      scans >= 1 && scans <= 1000) {
    zone.update_period = Seconds(1.0 / static_cast<double>(scans));
  }
  CounterMeter meter("cray-pm", folder,
                     "the whole node as its controller counts it, accelerators and other "
                     "programs' share included");
  meter.description().scope = Scope::node;
  meter.add(std::move(zone), std::move(energy));
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

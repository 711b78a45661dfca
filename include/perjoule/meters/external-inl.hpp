// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <cstddef>
#include <memory>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/external.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void ExternalLineReader::poll() {
  constexpr std::size_t longest_line = 511;
  char more[4096];
  while (!broken_) {  // a device may go on forever
    const ssize_t n = ::read(file_.get(), more, sizeof more);
    if (n == -1 && errno == EINTR) continue;
    if (n <= 0) return;
    rest_.append(more, static_cast<std::size_t>(n));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = rest_.find('\n', begin)) != rest_.npos; begin = end + 1) {
      parse_line(std::string_view(rest_).substr(begin, end - begin));
    }
    rest_.erase(0, begin);
    if (rest_.size() >= longest_line) {  // no line is that long
      mark_broken();
      rest_.clear();
    }
  }
}

PERJOULE_INLINE bool ExternalLineReader::start() {
  return thread_.start(2e-3, [this] { poll(); });
}

PERJOULE_INLINE void ExternalLineReader::mark_broken() noexcept {
  broken_ = true;
  is_good_.store(false, std::memory_order_relaxed);
}

PERJOULE_INLINE void ExternalLineReader::parse_line(std::string_view line) noexcept {
  constexpr double most = 1e12;  // in J: far more than any meter counts, with room for microjoules
  const std::optional<double> seconds = take_number(line);
  const std::optional<double> joules = take_number(line);
  const bool is_none = !seconds || !joules || line.find_first_not_of(" \t\r") != line.npos ||
                       !is_finite(*seconds) || !is_finite(*joules) || std::abs(*joules) >= most;
  if (is_none || (any_ && (*seconds < seconds_ || *joules < joules_))) mark_broken();
  if (broken_) return;
  if (!any_) first_ = *joules;
  any_ = true;
  seconds_ = *seconds;
  joules_ = *joules;
  microjoules_.store(static_cast<std::uint64_t>((joules_ - first_) * 1e6 + 0.5),
                     std::memory_order_relaxed);
  is_good_.store(true, std::memory_order_relaxed);
}

/// A user's function that returns joules.
class ExternalFunction final : public CounterReader {
 public:
  explicit ExternalFunction(std::function<std::optional<Joules>()> joules)
      : joules_(std::move(joules)) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    const std::optional<Joules> joules = joules_();
    if (!joules || !is_finite(joules->si())) return false;
    if (*joules < Joules(0.0) || *joules > Joules(1e12)) return false;
    count = static_cast<std::uint64_t>(joules->si() * 1e6 + 0.5);
    return true;
  }

 private:
  std::function<std::optional<Joules>()> joules_;
};

PERJOULE_INLINE Zone external_zone(std::string_view name) {
  Zone zone;
  zone.name = name;
  zone.id = name;
  zone.modulus = never_wraps;
  zone.per_count = zone.resolution = Joules(1e-6);
  return zone;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter external_meter(std::string_view name, Scope scope,
                                            std::function<std::optional<Joules>()> joules) {
  CounterMeter meter("external", "", text::format("{}, a meter of the user's own", name));
  meter.description().scope = scope;
  meter.add(detail::external_zone(name),
            std::make_unique<detail::ExternalFunction>(std::move(joules)));
  meter.measure_update_periods();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_external(const std::string& path) {
  detail::FileDescriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) {
    const int why = errno;
    return {text::format("cannot read {}: {}", path, detail::errno_message(why)),
            "name a file or a pipe that another program writes lines of 'seconds joules' to",
            why == EACCES ? ProbeState::forbidden : ProbeState::absent};
  }
  auto lines = std::make_unique<detail::ExternalLineReader>(std::move(file));
  lines->poll();
  if (!lines->start()) {
    return {"the system gives no thread to read the meter", "raise 'ulimit -u'",
            ProbeState::broken};
  }
  const Instant start = SystemClock::now();
  for (std::uint64_t count = 0; !lines->read(count);) {
    if (SystemClock::now() - start > Seconds(3.0)) {
      return {text::format("{}: no line of 'seconds joules' within 3 s", path),
              "check that the other program is running and writes whole lines", ProbeState::broken};
    }
    SystemClock::wait(Seconds(5e-3));
  }
  CounterMeter meter("external", path, "read by another program");
  meter.description().scope = Scope::psys;
  meter.add(detail::external_zone(detail::base_name(path)), std::move(lines));
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

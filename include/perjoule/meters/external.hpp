// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/periodic.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/probe.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The last whole line of "seconds joules" that another program has written to a file or a pipe.
class ExternalLines {
 public:
  PERJOULE_COLD static void release(void* self) { delete static_cast<ExternalLines*>(self); }

  explicit ExternalLines(int file) noexcept : file_(file) {}
  ExternalLines(const ExternalLines&) = delete;
  ExternalLines& operator=(const ExternalLines&) = delete;

  /// Takes what is there. Lines that are none, go back in time or lose joules break the meter: from
  /// there on its readings fail.
  PERJOULE_COLD void take() noexcept {
    for (;;) {
      const ssize_t n = read(file_, line_ + used_, sizeof line_ - 1 - used_);
      if (n == -1 && errno == EINTR) continue;
      if (n <= 0) return;
      used_ += static_cast<std::size_t>(n);
      line_[used_] = '\0';
      char* begin = line_;
      for (char* end = strchr(begin, '\n'); end != nullptr; end = strchr(begin, '\n')) {
        *end = '\0';
        take_line(begin);
        begin = end + 1;
      }
      used_ -= static_cast<std::size_t>(begin - line_);
      memmove(line_, begin, used_ + 1);
      if (used_ == sizeof line_ - 1) {  // no line is that long
        break_off();
        used_ = 0;
      }
    }
  }

  /// False where the system gives no thread.
  [[nodiscard]] PERJOULE_COLD bool start() noexcept { return thread_.start(2e-3, &take_all, this); }

  /// Microjoules since the first line; false before it, and after a line that is none.
  static bool read_sum(const CounterSource& source, std::uint64_t& count) noexcept {
    const auto& lines = *static_cast<const ExternalLines*>(source.device);
    count = __atomic_load_n(&lines.microjoules_, __ATOMIC_RELAXED);
    return __atomic_load_n(&lines.is_good_, __ATOMIC_RELAXED);
  }

 private:
  ~ExternalLines() {
    thread_.stop();
    close(file_);
  }

  PERJOULE_COLD static void take_all(void* self) { static_cast<ExternalLines*>(self)->take(); }

  void break_off() noexcept {
    broken_ = true;
    __atomic_store_n(&is_good_, false, __ATOMIC_RELAXED);
  }

  PERJOULE_COLD void take_line(char* line) noexcept {
    char* end = line;
    const double seconds = to_number(line, &end);
    char* const second = end;
    const double joules = to_number(second, &end);
    constexpr double most = 1e12;  // J: far more than any meter counts, and room for microjoules
    const bool is_none = end == second || second == line || end[strspn(end, " \t\r")] != '\0' ||
                         !is_finite(seconds) || !(math::absolute(joules) < most);
    if (is_none || (any_ && (seconds < seconds_ || joules < joules_))) break_off();
    if (broken_) return;
    if (!any_) first_ = joules;
    any_ = true;
    seconds_ = seconds;
    joules_ = joules;
    __atomic_store_n(&microjoules_, static_cast<std::uint64_t>((joules - first_) * 1e6 + 0.5),
                     __ATOMIC_RELAXED);
    __atomic_store_n(&is_good_, true, __ATOMIC_RELAXED);
  }

  int file_;
  char line_[512] = {};
  std::size_t used_ = 0;
  bool any_ = false;
  bool broken_ = false;
  double seconds_ = 0.0;
  double joules_ = 0.0;
  double first_ = 0.0;
  std::uint64_t microjoules_ = 0;
  bool is_good_ = false;
  Periodic thread_;
};

/// A user's function, which tells joules.
[[nodiscard]] inline bool read_callback(const CounterSource& source,
                                        std::uint64_t& count) noexcept {
  double joules = 0.0;
  const auto call = reinterpret_cast<bool (*)(void*, double*)>(source.call);
  if (!call(source.device, &joules) || !(joules >= 0.0) || joules > 1e12) return false;
  count = static_cast<std::uint64_t>(joules * 1e6 + 0.5);
  return true;
}

[[nodiscard]] PERJOULE_COLD inline Zone external_zone(const char* name) noexcept {
  Zone zone;
  zone.name = name;
  zone.id = name;
  zone.modulus = never_wraps;
  zone.per_count = zone.resolution = Joules(1e-6);
  return zone;
}

}  // namespace detail

/// A meter of the user's own, as a function.
/// @param name    as it stands in the record: "yokogawa-wt310"
/// @param scope   what it measures: a wattmeter at the plug is Scope::psys
/// @param joules  puts the energy since some moment into its second argument and returns true;
/// false
///                for a reading that failed. Called between measurements and at both ends of a
///                window, by one thread at a time for each that measures; must not throw
/// @param context  handed on to `joules`
[[nodiscard]] PERJOULE_COLD inline CounterMeter external_meter(const char* name, Scope scope,
                                                               bool (*joules)(void*, double*),
                                                               void* context = nullptr) {
  CounterMeter meter("external", "", text::format("%s, a meter of the user's own", name).chars);
  meter.description().scope = scope;
  detail::CounterSource source;
  source.read = &detail::read_callback;
  source.device = context;
  source.call = reinterpret_cast<void*>(joules);
  meter.add(detail::external_zone(name), source);
  meter.measure_update_periods();
  return meter;
}

/// A meter that another program reads: it writes lines of "seconds joules" to a file or a named
/// pipe, both since some moment and neither ever smaller than before.
/// @param path  an existing file of such lines, read from its begin, or a named pipe
/// @error a line counts from the moment when it is seen, up to 2 ms after it was written
[[nodiscard]] PERJOULE_COLD inline Probe<CounterMeter> open_external(const char* path) {
  const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file == -1) {
    return {text::format("cannot read %s: %s", path, detail::system_reason(errno).chars).chars,
            "name a file or a pipe that another program writes lines of 'seconds joules' to",
            errno == EACCES ? ProbeState::forbidden : ProbeState::absent};
  }
  CounterMeter meter("external", path, "read by another program");
  meter.description().scope = Scope::psys;
  auto* const lines = new detail::ExternalLines(file);
  meter.keep({&detail::ExternalLines::release, lines});
  lines->take();
  detail::CounterSource source;
  source.read = &detail::ExternalLines::read_sum;
  source.device = lines;
  meter.add(detail::external_zone(detail::base_name(path)), source);
  std::uint64_t count = 0;
  if (!lines->start()) {
    return {"the system gives no thread to read the meter", "raise 'ulimit -u'",
            ProbeState::broken};
  }
  const Instant start = SystemClock::now();
  while (!source.read(source, count)) {
    if (SystemClock::now() - start > Seconds(3.0)) {
      return {text::format("%s: no line of 'seconds joules' within 3 s", path).chars,
              "check that the other program is running and writes whole lines", ProbeState::broken};
    }
    SystemClock::wait(Seconds(5e-3));
  }
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

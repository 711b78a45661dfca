// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/meters/external.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void ExternalLineReader::release(void* self) {
  delete static_cast<ExternalLineReader*>(self);
}

PERJOULE_INLINE void ExternalLineReader::poll() noexcept {
  for (;;) {
    const ssize_t n = read(file_, line_ + used_, sizeof line_ - 1 - used_);
    if (n == -1 && errno == EINTR) continue;
    if (n <= 0) return;
    used_ += static_cast<std::size_t>(n);
    line_[used_] = '\0';
    char* begin = line_;
    for (char* end = strchr(begin, '\n'); end != nullptr; end = strchr(begin, '\n')) {
      *end = '\0';
      parse_line(begin);
      begin = end + 1;
    }
    used_ -= static_cast<std::size_t>(begin - line_);
    memmove(line_, begin, used_ + 1);
    if (used_ == sizeof line_ - 1) {  // no line is that long
      mark_broken();
      used_ = 0;
    }
  }
}

PERJOULE_INLINE bool ExternalLineReader::start() noexcept {
  return thread_.start(2e-3, &poll_all, this);
}

PERJOULE_INLINE void ExternalLineReader::poll_all(void* self) {
  static_cast<ExternalLineReader*>(self)->poll();
}

PERJOULE_INLINE void ExternalLineReader::parse_line(char* line) noexcept {
  char* end = line;
  const double seconds = parse_double(line, &end);
  char* const second = end;
  const double joules = parse_double(second, &end);
  constexpr double most = 1e12;  // J: far more than any meter counts, and room for microjoules
  const bool is_none = end == second || second == line || end[strspn(end, " \t\r")] != '\0' ||
                       !is_finite(seconds) || !(math::absolute(joules) < most);
  if (is_none || (any_ && (seconds < seconds_ || joules < joules_))) mark_broken();
  if (broken_) return;
  if (!any_) first_ = joules;
  any_ = true;
  seconds_ = seconds;
  joules_ = joules;
  __atomic_store_n(&microjoules_, static_cast<std::uint64_t>((joules - first_) * 1e6 + 0.5),
                   __ATOMIC_RELAXED);
  __atomic_store_n(&is_good_, true, __ATOMIC_RELAXED);
}

PERJOULE_INLINE Zone external_zone(const char* name) noexcept {
  Zone zone;
  zone.name = name;
  zone.id = name;
  zone.modulus = never_wraps;
  zone.per_count = zone.resolution = Joules(1e-6);
  return zone;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE CounterMeter external_meter(const char* name, Scope scope,
                                            bool (*joules)(void*, double*), void* context) {
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

PERJOULE_INLINE Probe<CounterMeter> open_external(const char* path) {
  const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file == -1) {
    return {text::format("cannot read %s: %s", path, detail::errno_message(errno).chars).chars,
            "name a file or a pipe that another program writes lines of 'seconds joules' to",
            errno == EACCES ? ProbeState::forbidden : ProbeState::absent};
  }
  CounterMeter meter("external", path, "read by another program");
  meter.description().scope = Scope::psys;
  auto* const lines = new detail::ExternalLineReader(file);
  meter.add_cleanup({&detail::ExternalLineReader::release, lines});
  lines->poll();
  detail::CounterSource source;
  source.read = &detail::ExternalLineReader::read_sum;
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

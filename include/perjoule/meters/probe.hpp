// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <new>
#include <utility>

#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Whether a sensor can be used.
enum class ProbeState : std::uint8_t {
  found,
  absent,     ///< this machine has none
  forbidden,  ///< it is there, and this user may not read it
  broken,     ///< it is there, and what it says makes no sense
};

[[nodiscard]] constexpr const char* name(ProbeState state) noexcept {
  switch (state) {
    case ProbeState::found:
      return "found";
    case ProbeState::absent:
      return "absent";
    case ProbeState::forbidden:
      return "forbidden";
    case ProbeState::broken:
      break;
  }
  return "broken";
}

/// A sensor, or why this machine has none and how to mend that. A missing sensor is no error: most
/// machines lack most sensors.
template <class T>
class Probe {
 public:
  Probe(T found) noexcept : state_(ProbeState::found) { new (&found_) T(std::move(found)); }
  Probe(const char* reason, const char* fix, ProbeState state = ProbeState::absent) noexcept
      : state_(state), reason_(reason), fix_(fix) {}

  Probe(Probe&& other) noexcept : state_(other.state_), reason_(other.reason_), fix_(other.fix_) {
    if (is_found()) new (&found_) T(std::move(other.found_));
  }
  Probe& operator=(Probe&&) = delete;
  ~Probe() {
    if (is_found()) found_.~T();
  }

  [[nodiscard]] ProbeState state() const noexcept { return state_; }
  [[nodiscard]] bool is_found() const noexcept { return state_ == ProbeState::found; }
  [[nodiscard]] const text::Long& reason() const noexcept { return reason_; }  ///< why not
  [[nodiscard]] const text::Long& fix() const noexcept { return fix_; }        ///< the next step

  [[nodiscard]] T take() noexcept {
    PERJOULE_EXPECTS(is_found());
    return std::move(found_);
  }

 private:
  ProbeState state_ = ProbeState::absent;
  text::Long reason_;
  text::Long fix_;
  union {
    T found_;  // by hand: <optional> costs a user's file 0.07 s
  };
};

}  // namespace perjoule::inline v0

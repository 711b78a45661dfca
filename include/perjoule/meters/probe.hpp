// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "perjoule/core/error.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// The availability of a sensor.
enum class ProbeState : std::uint8_t {
  found,
  absent,     ///< this machine has no such sensor
  forbidden,  ///< it exists, but this user may not read it
  broken,     ///< it exists, but its values make no sense
};

[[nodiscard]] constexpr std::string_view name(ProbeState state) noexcept {
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

/// A sensor, or the reason why this machine has none and how to fix that. A missing sensor is not
/// an error: most machines lack most sensors.
template <class T>
class Probe {
 public:
  Probe(T found) : found_(std::move(found)), state_(ProbeState::found) {}
  Probe(std::string reason, std::string fix, ProbeState state = ProbeState::absent)
      : state_(state), reason_(std::move(reason)), fix_(std::move(fix)) {}

  [[nodiscard]] ProbeState state() const noexcept { return state_; }
  [[nodiscard]] bool is_found() const noexcept { return state_ == ProbeState::found; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }  ///< why not
  [[nodiscard]] const std::string& fix() const noexcept { return fix_; }        ///< the next step

  [[nodiscard]] T take() {
    PERJOULE_EXPECTS(is_found());
    return *std::move(found_);
  }

 private:
  std::optional<T> found_;
  ProbeState state_;
  std::string reason_;
  std::string fix_;
};

}  // namespace perjoule::inline v0

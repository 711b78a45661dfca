// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <new>
#include <utility>

#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// A sensor, or why this machine has none and how to mend that. A missing sensor is no error: most
/// machines lack most sensors.
template <class T>
class Probe {
 public:
  Probe(T found) noexcept : is_found_(true) { new (&found_) T(std::move(found)); }
  Probe(const char* reason, const char* fix) noexcept : reason_(reason), fix_(fix) {}

  Probe(Probe&& other) noexcept
      : is_found_(other.is_found_), reason_(other.reason_), fix_(other.fix_) {
    if (is_found_) new (&found_) T(std::move(other.found_));
  }
  Probe& operator=(Probe&&) = delete;
  ~Probe() {
    if (is_found_) found_.~T();
  }

  [[nodiscard]] bool is_found() const noexcept { return is_found_; }
  [[nodiscard]] const text::Long& reason() const noexcept { return reason_; }  ///< why not
  [[nodiscard]] const text::Long& fix() const noexcept { return fix_; }        ///< the next step

  [[nodiscard]] T take() noexcept {
    PERJOULE_EXPECTS(is_found_);
    return std::move(found_);
  }

 private:
  bool is_found_ = false;
  text::Long reason_;
  text::Long fix_;
  union {
    T found_;  // by hand: <optional> costs a user's file 0.07 s
  };
};

}  // namespace perjoule::inline v0

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#ifdef CONSUMER_HAS_THE_SINGLE_HEADER
#include "perjoule.hpp"
#else
#include <perjoule/perjoule.hpp>
#endif

/// A machine that exists in this program only, with a clock of its own.
struct Machine {
  perjoule::Seconds now{0.0};
  perjoule::Joules used{0.0};

  void work(perjoule::Seconds duration, perjoule::Watts power) noexcept {
    now += duration;
    used += power * duration;
  }
};

perjoule::Entry measure_threshold(Machine& machine);

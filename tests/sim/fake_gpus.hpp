// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <time.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

// The GPUs behind the stand-ins for libraries of GPU drivers: each draws constant power and counts
// its energy since CLOCK_MONOTONIC began, in steps. So any process on the machine can compute what
// a counter shows at any moment:
//
//     joules(t) = watts x floor(t / period) x period
//
// Environment variables describe the GPUs. They are read when the library is initialised:
//
//     PERJOULE_FAKE_GPU_WATTS      of each GPU, separated by commas; empty: no GPU (100)
//     PERJOULE_FAKE_GPU_PERIOD_MS  between two steps of the counters (20)
//     PERJOULE_FAKE_GPU_ENERGY     0: the GPUs have no counter of energy (1)
//     PERJOULE_FAKE_GPU_POWER      0: they report no power (1)
//     PERJOULE_FAKE_GPU_SOCKETS    AMD only: how many the GPUs are spread over (one socket each)
//     PERJOULE_FAKE_GPU_INIT       what the initialisation returns instead of 0
//
// Nothing here includes the library: the truth must not come from the code under test.
namespace fake {

struct Gpu {
  double watts = 0.0;

  friend bool operator==(const Gpu&, const Gpu&) = default;
};

struct Gpus {
  std::vector<Gpu> all;
  double period_s = 0.02;
  bool has_energy = true;
  bool has_power = true;
  std::size_t sockets = 0;  ///< of AMD only
  bool is_lost = false;     ///< all further readings fail
  int sessions = 0;         ///< initialised and not yet shut down
};

[[nodiscard]] inline double number(const char* variable, double otherwise) noexcept {
  const char* const text = getenv(variable);
  if (text == nullptr) return otherwise;
  double value = otherwise;
  std::from_chars(text, text + std::strlen(text), value);
  return value;
}

/// 0, or what the initialisation must return.
[[nodiscard]] inline int initialise(Gpus& gpus) {
  const int error = static_cast<int>(number("PERJOULE_FAKE_GPU_INIT", 0.0));
  if (error != 0) return error;
  const char* watts = getenv("PERJOULE_FAKE_GPU_WATTS");
  if (watts == nullptr) watts = "100";
  const char* const end = watts + std::strlen(watts);
  std::vector<Gpu> all;
  while (watts < end) {
    watts = std::from_chars(watts, end, all.emplace_back().watts).ptr + 1;
  }
  if (all != gpus.all) gpus.all = all;  // otherwise, handles already given stay valid
  gpus.period_s = number("PERJOULE_FAKE_GPU_PERIOD_MS", 20.0) * 1e-3;
  gpus.has_energy = number("PERJOULE_FAKE_GPU_ENERGY", 1.0) != 0.0;
  gpus.has_power = number("PERJOULE_FAKE_GPU_POWER", 1.0) != 0.0;
  const double sockets = number("PERJOULE_FAKE_GPU_SOCKETS", 0.0);
  gpus.sockets = sockets >= 1.0 && sockets < static_cast<double>(all.size())
                     ? static_cast<std::size_t>(sockets)
                     : all.size();
  gpus.is_lost = false;
  ++gpus.sessions;
  return 0;
}

[[nodiscard]] inline double monotonic_s() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Returns the index of a GPU by its handle, or the number of GPUs if there is no such handle.
[[nodiscard]] inline std::size_t place_of(const Gpus& gpus, const void* handle) noexcept {
  for (std::size_t i = 0; i < gpus.all.size(); ++i) {
    if (handle == &gpus.all[i]) return i;
  }
  return gpus.all.size();
}

/// Returns when the counters last moved. @unit s
[[nodiscard]] inline double last_step(const Gpus& gpus) noexcept {
  return std::floor(monotonic_s() / gpus.period_s) * gpus.period_s;
}

}  // namespace fake

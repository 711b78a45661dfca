// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fake_gpus.hpp"

// A stand-in for AMD SMI, for machines without a GPU. fake_gpus.hpp describes its GPUs and the
// environment variables that select them. A program that looks for libamd_smi.so then finds four
// GPUs of 300 W on two sockets:
//
//     g++ -std=c++20 -shared -fPIC -o libamd_smi.so fake_amd_smi.cpp
//     LD_LIBRARY_PATH=. PERJOULE_FAKE_GPU_WATTS=300,300,300,300 PERJOULE_FAKE_GPU_SOCKETS=2 program
//
// Signatures and return codes: amdsmi.h. The handles of sockets and processors are pointers.

namespace {

enum : int { success = 0, invalid = 1, not_supported = 2, not_initialised = 32, no_data = 40 };

/// AMDSMI_INIT_AMD_GPUS: without it there are no GPUs.
constexpr std::uint64_t with_gpus = 2;

/// One count, as on an MI100. @unit uJ
constexpr float resolution = 15.3F;

fake::Gpus gpus;
std::vector<char> sockets;  // their addresses are their handles

/// Returns as many handles as there is room for, or the number of handles if no room is given.
template <class Handle>
int give(std::uint32_t* count, void** handles, std::size_t there, Handle handle) {
  if (count == nullptr) return invalid;
  const std::size_t room = handles == nullptr ? there : *count;
  *count = static_cast<std::uint32_t>(there < room ? there : room);
  for (std::uint32_t i = 0; handles != nullptr && i < *count; ++i) handles[i] = handle(i);
  return success;
}

}  // namespace

extern "C" {

int amdsmi_init(std::uint64_t flags) {
  const int why = fake::initialise(gpus);
  if ((flags & with_gpus) == 0) {
    gpus.all.clear();
    gpus.sockets = 0;
  }
  if (sockets.size() != gpus.sockets) sockets.resize(gpus.sockets);
  return why;
}

int amdsmi_shut_down() {
  if (gpus.sessions == 0) return not_initialised;
  --gpus.sessions;
  return success;
}

int amdsmi_get_socket_handles(std::uint32_t* count, void** handles) {
  if (gpus.sessions == 0) return not_initialised;
  return give(count, handles, gpus.sockets, [](std::size_t i) { return &sockets[i]; });
}

int amdsmi_get_processor_handles(void* socket, std::uint32_t* count, void** handles) {
  if (gpus.sessions == 0) return not_initialised;
  const auto* const place = static_cast<const char*>(socket);
  if (place < sockets.data() || place >= sockets.data() + sockets.size()) return invalid;
  const auto index = static_cast<std::size_t>(place - sockets.data());
  const std::size_t first = index * gpus.all.size() / gpus.sockets;
  const std::size_t end = (index + 1) * gpus.all.size() / gpus.sockets;
  return give(count, handles, end - first, [=](std::size_t i) { return &gpus.all[first + i]; });
}

int amdsmi_get_energy_count(void* processor, std::uint64_t* accumulator, float* counter_resolution,
                            std::uint64_t* timestamp) {
  if (gpus.sessions == 0) return not_initialised;
  const auto* const gpu = static_cast<const fake::Gpu*>(processor);
  if (accumulator == nullptr || counter_resolution == nullptr || timestamp == nullptr ||
      place_of(gpus, gpu) == gpus.all.size()) {
    return invalid;
  }
  if (!gpus.has_energy) return not_supported;
  if (gpus.is_lost) return no_data;
  const double seconds = fake::last_step(gpus);
  *counter_resolution = resolution;
  *accumulator =
      static_cast<std::uint64_t>(gpu->watts * seconds * 1e6 / static_cast<double>(resolution));
  *timestamp = static_cast<std::uint64_t>(seconds * 1e9);
  return success;
}

/// For tests: the number of initialisations not yet shut down.
int perjoule_fake_sessions() { return gpus.sessions; }

/// For tests: from now on, no GPU answers.
void perjoule_fake_lose() { gpus.is_lost = true; }

}  // extern "C"

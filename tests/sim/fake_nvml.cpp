// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include <stdio.h>

#include "fake_gpus.hpp"

// A stand-in for NVIDIA's library NVML, for machines without a GPU. fake_gpus.hpp describes its
// GPUs and the environment variables that select them. A program that looks for libnvidia-ml.so.1
// then finds two GPUs of 250 W and 70.5 W:
//
//     g++ -std=c++20 -shared -fPIC -o libnvidia-ml.so.1 fake_nvml.cpp
//     LD_LIBRARY_PATH=. PERJOULE_FAKE_GPU_WATTS=250,70.5 program
//
// Built with -DPERJOULE_FAKE_NVML_OLD it has no function for energy, like drivers before 2017.
//
// Signatures and return codes: NVML API reference. nvmlDevice_t is a pointer.

namespace {

enum : int { success = 0, uninitialized = 1, invalid_argument = 2, not_supported = 3, lost = 15 };

fake::Gpus gpus;

/// Returns what is wrong with a query about a GPU; 0: nothing.
int check(const void* device, bool is_supported, const void* answer) {
  if (gpus.sessions == 0) return uninitialized;
  if (answer == nullptr || place_of(gpus, device) == gpus.all.size()) return invalid_argument;
  if (gpus.is_lost) return lost;
  return is_supported ? success : not_supported;
}

}  // namespace

extern "C" {

int nvmlInit_v2() { return fake::initialise(gpus); }

int nvmlShutdown() {
  if (gpus.sessions == 0) return uninitialized;
  --gpus.sessions;
  return success;
}

int nvmlDeviceGetCount_v2(unsigned* count) {
  if (gpus.sessions == 0) return uninitialized;
  if (count == nullptr) return invalid_argument;
  *count = static_cast<unsigned>(gpus.all.size());
  return success;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  if (gpus.sessions == 0) return uninitialized;
  if (device == nullptr || index >= gpus.all.size()) return invalid_argument;
  *device = &gpus.all[index];
  return success;
}

int nvmlDeviceGetName(void* device, char* name, unsigned length) {
  const int why = check(device, true, name);
  if (why != success) return why;
  snprintf(name, length, "Stand-in GPU %zu", place_of(gpus, device));
  return success;
}

#ifndef PERJOULE_FAKE_NVML_OLD
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules) {
  const int why = check(device, gpus.has_energy, millijoules);
  if (why != success) return why;
  const double joules = static_cast<const fake::Gpu*>(device)->watts * fake::last_step(gpus);
  *millijoules = static_cast<unsigned long long>(joules * 1e3);
  return success;
}
#endif

int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
  const int why = check(device, gpus.has_power, milliwatts);
  if (why != success) return why;
  *milliwatts = static_cast<unsigned>(static_cast<const fake::Gpu*>(device)->watts * 1e3 + 0.5);
  return success;
}

/// For tests: the number of initialisations not yet shut down.
int perjoule_fake_sessions() { return gpus.sessions; }

/// For tests: from now on, no GPU answers.
void perjoule_fake_lose() { gpus.is_lost = true; }

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/meters/gpu_library.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

/// A library that is opened at run time and closed at the end.
class SharedLibrary {
 public:
  explicit SharedLibrary(const std::string& name)
      : handle_(dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {}
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;
  ~SharedLibrary() {
    if (is_open()) dlclose(handle_);
  }

  [[nodiscard]] bool is_open() const noexcept { return handle_ != nullptr; }

  /// Sets a pointer to the function with this name, or to null if there is none.
  template <class Function>
  void find(Function*& function, const char* name) const noexcept {
    function = reinterpret_cast<Function*>(dlsym(handle_, name));
  }

 private:
  void* handle_;
};

/// NVML, initialised for the lifetime of this object.
/// @source nvml.h
struct Nvml {
  explicit Nvml(const std::string& name) : library(name) {
    if (!library.is_open()) return;
    library.find(init, "nvmlInit_v2");
    library.find(shutdown, "nvmlShutdown");
    library.find(count, "nvmlDeviceGetCount_v2");
    library.find(handle, "nvmlDeviceGetHandleByIndex_v2");
    library.find(name_of, "nvmlDeviceGetName");
    library.find(energy, "nvmlDeviceGetTotalEnergyConsumption");
    library.find(power, "nvmlDeviceGetPowerUsage");
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  ~Nvml() {
    if (is_initialised) shutdown();
  }

  SharedLibrary library;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*handle)(unsigned, void**) = nullptr;
  int (*name_of)(void*, char*, unsigned) = nullptr;
  int (*energy)(void*, unsigned long long*) = nullptr;  ///< mJ
  int (*power)(void*, unsigned*) = nullptr;             ///< mW
  bool is_initialised = false;
};

/// Energy counter of a GPU, in millijoules.
class NvmlEnergy final : public CounterReader {
 public:
  NvmlEnergy(std::shared_ptr<const Nvml> nvml, void* device) noexcept
      : nvml_(std::move(nvml)), device_(device) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    unsigned long long millijoules = 0;
    if (nvml_->energy == nullptr || nvml_->energy(device_, &millijoules) != 0) return false;
    count = millijoules;
    return true;
  }

 private:
  std::shared_ptr<const Nvml> nvml_;
  void* device_;
};

/// Power of a GPU, in milliwatts.
class NvmlPower final : public CounterReader {
 public:
  NvmlPower(std::shared_ptr<const Nvml> nvml, void* device) noexcept
      : nvml_(std::move(nvml)), device_(device) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    unsigned milliwatts = 0;
    if (nvml_->power == nullptr || nvml_->power(device_, &milliwatts) != 0) return false;
    count = milliwatts;
    return true;
  }

 private:
  std::shared_ptr<const Nvml> nvml_;
  void* device_;
};

/// AMD SMI, initialised for the lifetime of this object.
/// @source amdsmi.h
struct AmdSmi {
  explicit AmdSmi(const std::string& name) : library(name) {
    if (!library.is_open()) return;
    library.find(init, "amdsmi_init");
    library.find(shut_down, "amdsmi_shut_down");
    library.find(sockets, "amdsmi_get_socket_handles");
    library.find(processors, "amdsmi_get_processor_handles");
    library.find(energy, "amdsmi_get_energy_count");
  }
  AmdSmi(const AmdSmi&) = delete;
  AmdSmi& operator=(const AmdSmi&) = delete;
  ~AmdSmi() {
    if (is_initialised) shut_down();
  }

  SharedLibrary library;
  int (*init)(std::uint64_t) = nullptr;
  int (*shut_down)() = nullptr;
  int (*sockets)(std::uint32_t*, void**) = nullptr;
  int (*processors)(void*, std::uint32_t*, void**) = nullptr;
  int (*energy)(void*, std::uint64_t*, float*, std::uint64_t*) = nullptr;  ///< counts, uJ, ns
  bool is_initialised = false;
};

/// Energy counter of a GPU, in counts.
class AmdSmiEnergy final : public CounterReader {
 public:
  AmdSmiEnergy(std::shared_ptr<const AmdSmi> smi, void* device) noexcept
      : smi_(std::move(smi)), device_(device) {}
  [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
    float microjoules = 0.0F;
    std::uint64_t timestamp = 0;
    return smi_->energy(device_, &count, &microjoules, &timestamp) == 0;
  }

 private:
  std::shared_ptr<const AmdSmi> smi_;
  void* device_;
};

/// Returns the reason why a GPU library cannot be used.
PERJOULE_INLINE Probe<CounterMeter> gpu_unavailable(const std::string& library,
                                                    std::string_view reason, ProbeState state) {
  return {text::format("{}: {}", library, reason),
          "install the GPU's driver and its management library, and check that its own tool "
          "(nvidia-smi, amd-smi) shows the GPU",
          state};
}

/// Returns the zone of a GPU, with the values that all vendors share.
PERJOULE_INLINE Zone gpu_zone(std::size_t number, std::string id) {
  Zone zone;
  zone.name = text::format("gpu-{}", number);
  zone.id = std::move(id);
  zone.modulus = never_wraps;
  zone.update_period = gpu_period;
  zone.gain = GainUncertainty::of(gpu_gain_uncertainty);
  return zone;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_nvml(const std::string& library) {
  const auto nvml = std::make_shared<detail::Nvml>(library);
  const auto refuse = [&](std::string_view reason, ProbeState state) {
    return detail::gpu_unavailable(library, reason, state);
  };
  if (!nvml->library.is_open()) return refuse("not there", ProbeState::absent);
  if (nvml->init == nullptr || nvml->shutdown == nullptr || nvml->count == nullptr ||
      nvml->handle == nullptr) {
    return refuse("lacks functions of NVML", ProbeState::broken);
  }
  constexpr int no_permission = 4;
  const int why = nvml->init();
  if (why != 0) {
    return refuse(text::format("nvmlInit gives error {}", why),
                  why == no_permission ? ProbeState::forbidden : ProbeState::absent);
  }
  nvml->is_initialised = true;
  CounterMeter meter("nvml", library,
                     "GPUs as their driver counts them; of each 100 ms, A100 and H100 look at 25");
  const auto powers = std::make_shared<detail::PowerIntegrator>();
  unsigned gpus = 0;
  if (nvml->count(&gpus) != 0) gpus = 0;
  for (unsigned i = 0; i < gpus; ++i) {
    void* device = nullptr;
    if (nvml->handle(i, &device) != 0) {
      return refuse(text::format("GPU {} may not be asked", i), ProbeState::forbidden);
    }
    char model[256] = "";  // NVML's own limit is 96
    if (nvml->name_of != nullptr) (void)nvml->name_of(device, model, sizeof model);
    Zone zone = detail::gpu_zone(i, model);
    zone.per_count = zone.resolution = Joules(1e-3);
    std::unique_ptr<detail::CounterReader> counter =
        std::make_unique<detail::NvmlEnergy>(nvml, device);
    std::uint64_t now = 0;
    if (!counter->read(now)) {
      counter = std::make_unique<detail::NvmlPower>(nvml, device);
      if (!counter->read(now)) {
        return refuse(text::format("{} ({}) tells neither energy nor power", zone.name, zone.id),
                      ProbeState::broken);
      }
      counter = detail::PowerIntegrator::add(powers, std::move(counter), 1e-3);
      zone.per_count = zone.resolution = Joules(1e-6);
      zone.update_period = detail::PowerIntegrator::interval;
      meter.description().provenance = Provenance::estimated;
    }
    meter.add(std::move(zone), std::move(counter));
  }
  if (meter.description().zones.empty()) return refuse("shows no GPU", ProbeState::absent);
  meter.description().scope = Scope::gpu;
  if (!powers->empty() && !powers->start()) {
    return refuse("the system gives no thread to add up power", ProbeState::broken);
  }
  meter.measure_update_periods();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_amd_smi(const std::string& library) {
  const auto smi = std::make_shared<detail::AmdSmi>(library);
  const auto refuse = [&](std::string_view reason, ProbeState state) {
    return detail::gpu_unavailable(library, reason, state);
  };
  if (!smi->library.is_open()) return refuse("not there", ProbeState::absent);
  if (smi->init == nullptr || smi->shut_down == nullptr || smi->sockets == nullptr ||
      smi->processors == nullptr || smi->energy == nullptr) {
    return refuse("lacks functions of AMD SMI", ProbeState::broken);
  }
  constexpr std::uint64_t gpus_alone = 2;
  const int why = smi->init(gpus_alone);
  if (why != 0) {
    return refuse(text::format("amdsmi_init gives error {}", why), ProbeState::absent);
  }
  smi->is_initialised = true;
  CounterMeter meter("amd-smi", library, "GPUs as their driver counts them");
  std::uint32_t count = 0;
  if (smi->sockets(&count, nullptr) != 0) count = 0;
  std::vector<void*> sockets(count);
  if (smi->sockets(&count, sockets.data()) != 0) count = 0;
  sockets.resize(std::min<std::size_t>(count, sockets.size()));
  for (std::size_t socket = 0; socket < sockets.size(); ++socket) {
    std::uint32_t processors = 0;
    if (smi->processors(sockets[socket], &processors, nullptr) != 0) continue;
    std::vector<void*> gpus(processors);
    if (smi->processors(sockets[socket], &processors, gpus.data()) != 0) {
      return refuse("a GPU may not be asked", ProbeState::forbidden);
    }
    gpus.resize(std::min<std::size_t>(processors, gpus.size()));
    for (std::size_t gpu = 0; gpu < gpus.size(); ++gpu) {
      std::uint64_t now = 0;
      std::uint64_t timestamp = 0;
      float microjoules = 0.0F;
      const int problem = smi->energy(gpus[gpu], &now, &microjoules, &timestamp);
      if (problem != 0 || !(microjoules > 0.0F)) continue;
      Zone zone = detail::gpu_zone(meter.description().zones.size(),
                                   text::format("socket {}, processor {}", socket, gpu));
      zone.per_count = zone.resolution = Joules(1e-6 * static_cast<double>(microjoules));
      meter.add(std::move(zone), std::make_unique<detail::AmdSmiEnergy>(smi, gpus[gpu]));
    }
  }
  if (meter.description().zones.empty()) {
    return refuse("shows no GPU that counts energy", ProbeState::absent);
  }
  meter.description().scope = Scope::gpu;
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

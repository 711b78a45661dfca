// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/gpu_library.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void close_library(void* library) { dlclose(library); }

PERJOULE_INLINE Probe<CounterMeter> gpu_unavailable(const char* library, const text::Long& reason,
                                                    ProbeState state) {
  return {text::format("%s: %s", library, reason.chars).chars,
          "install the GPU's driver and its management library, and check that its own tool "
          "(nvidia-smi, amd-smi) shows the GPU",
          state};
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Probe<CounterMeter> open_nvml(const char* library) {
  void* const nvml = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (nvml == nullptr) return detail::gpu_unavailable(library, "not there", ProbeState::absent);
  CounterMeter meter("nvml", library,
                     "GPUs as their driver counts them; of each 100 ms, A100 and H100 look at 25");
  meter.add_cleanup({&detail::close_library, nvml});
  using Plain = int (*)();
  const auto init = detail::load_symbol<Plain>(nvml, "nvmlInit_v2");
  const auto shutdown = detail::load_symbol<Plain>(nvml, "nvmlShutdown");
  const auto count = detail::load_symbol<int (*)(unsigned*)>(nvml, "nvmlDeviceGetCount_v2");
  const auto handle =
      detail::load_symbol<int (*)(unsigned, void**)>(nvml, "nvmlDeviceGetHandleByIndex_v2");
  const auto device_name =
      detail::load_symbol<int (*)(void*, char*, unsigned)>(nvml, "nvmlDeviceGetName");
  void* const energy = dlsym(nvml, "nvmlDeviceGetTotalEnergyConsumption");
  void* const power = dlsym(nvml, "nvmlDeviceGetPowerUsage");
  if (init == nullptr || shutdown == nullptr || count == nullptr || handle == nullptr) {
    return detail::gpu_unavailable(library, "lacks functions of NVML", ProbeState::broken);
  }
  const int why = init();
  if (why != 0) {
    return detail::gpu_unavailable(library, text::format("nvmlInit gives error %d", why),
                                   why == 4 ? ProbeState::forbidden : ProbeState::absent);
  }
  meter.add_cleanup(
      {[](void* call) { reinterpret_cast<Plain>(call)(); }, reinterpret_cast<void*>(shutdown)});
  detail::PowerIntegrator* const powers = detail::PowerIntegrator::make();
  meter.add_cleanup({&detail::PowerIntegrator::release, powers});
  unsigned gpus = 0;
  if (count(&gpus) != 0) gpus = 0;
  for (unsigned i = 0; i < gpus; ++i) {
    void* device = nullptr;
    if (handle(i, &device) != 0) {
      return detail::gpu_unavailable(
          library, text::format("GPU %zu may not be asked", std::size_t{i}), ProbeState::forbidden);
    }
    Zone zone;
    zone.name = text::format("gpu-%zu", std::size_t{i}).chars;
    text::Name model;
    if (device_name != nullptr) (void)device_name(device, model.chars, sizeof model.chars);
    zone.id = model.chars;
    zone.modulus = never_wraps;
    zone.per_count = zone.resolution = Joules(1e-3);
    zone.update_period = detail::gpu_period;
    zone.gain_uncertainty = detail::gpu_gain_uncertainty;
    detail::CounterSource source{&detail::read_nvml_energy, -1, 0, device, energy};
    std::uint64_t now = 0;
    if (energy == nullptr || !source.read(source, now)) {
      source.read = &detail::read_nvml_power;
      source.call = power;
      if (power == nullptr || !source.read(source, now)) {
        return detail::gpu_unavailable(
            library,
            text::format("%s (%s) tells neither energy nor power", zone.name.chars, zone.id.chars),
            ProbeState::broken);
      }
      source = powers->add(source, 1e-3);
      zone.per_count = zone.resolution = Joules(1e-6);
      zone.update_period = detail::PowerIntegrator::interval;
      meter.description().provenance = Provenance::estimated;
    }
    if (!meter.add(zone, source)) {
      return detail::gpu_unavailable(library, "more GPUs than a reading has room for",
                                     ProbeState::broken);
    }
  }
  if (meter.description().zones.empty()) {
    return detail::gpu_unavailable(library, "shows no GPU", ProbeState::absent);
  }
  meter.description().scope = Scope::gpu;
  if (!powers->empty() && !powers->start()) {
    return detail::gpu_unavailable(library, "the system gives no thread to add up power",
                                   ProbeState::broken);
  }
  meter.measure_update_periods();
  return meter;
}

PERJOULE_INLINE Probe<CounterMeter> open_amd_smi(const char* library) {
  void* const smi = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (smi == nullptr) return detail::gpu_unavailable(library, "not there", ProbeState::absent);
  CounterMeter meter("amd-smi", library, "GPUs as their driver counts them");
  meter.add_cleanup({&detail::close_library, smi});
  using List = int (*)(std::uint32_t*, void**);
  using ListOf = int (*)(void*, std::uint32_t*, void**);
  using Plain = int (*)();
  const auto init = detail::load_symbol<int (*)(std::uint64_t)>(smi, "amdsmi_init");
  const auto shut_down = detail::load_symbol<Plain>(smi, "amdsmi_shut_down");
  const auto sockets = detail::load_symbol<List>(smi, "amdsmi_get_socket_handles");
  const auto processors = detail::load_symbol<ListOf>(smi, "amdsmi_get_processor_handles");
  void* const energy = dlsym(smi, "amdsmi_get_energy_count");
  if (init == nullptr || shut_down == nullptr || sockets == nullptr || processors == nullptr ||
      energy == nullptr) {
    return detail::gpu_unavailable(library, "lacks functions of AMD SMI", ProbeState::broken);
  }
  constexpr std::uint64_t gpus_alone = 2;
  const int why = init(gpus_alone);
  if (why != 0) {
    return detail::gpu_unavailable(library, text::format("amdsmi_init gives error %d", why),
                                   ProbeState::absent);
  }
  meter.add_cleanup(
      {[](void* call) { reinterpret_cast<Plain>(call)(); }, reinterpret_cast<void*>(shut_down)});
  void* all[max_zones] = {};
  std::uint32_t count = 0;
  if (sockets(&count, nullptr) != 0) count = 0;
  if (count > max_zones) {
    return detail::gpu_unavailable(library, "more GPUs than a reading has room for",
                                   ProbeState::broken);
  }
  if (sockets(&count, all) != 0) count = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    void* gpus[max_zones] = {};
    std::uint32_t gpu_count = 0;
    if (processors(all[i], &gpu_count, nullptr) != 0) continue;
    if (gpu_count > max_zones) {
      return detail::gpu_unavailable(library, "more GPUs than a reading has room for",
                                     ProbeState::broken);
    }
    if (processors(all[i], &gpu_count, gpus) != 0) {
      return detail::gpu_unavailable(library, "a GPU may not be asked", ProbeState::forbidden);
    }
    for (std::uint32_t gpu = 0; gpu < gpu_count; ++gpu) {
      std::uint64_t now = 0;
      std::uint64_t timestamp = 0;
      float microjoules = 0.0F;
      const auto read =
          reinterpret_cast<int (*)(void*, std::uint64_t*, float*, std::uint64_t*)>(energy);
      if (read(gpus[gpu], &now, &microjoules, &timestamp) != 0 || !(microjoules > 0.0F)) continue;
      Zone zone;
      zone.name = text::format("gpu-%zu", meter.description().zones.size()).chars;
      zone.id =
          text::format("socket %d, processor %d", static_cast<int>(i), static_cast<int>(gpu)).chars;
      zone.modulus = never_wraps;
      zone.per_count = zone.resolution = Joules(1e-6 * static_cast<double>(microjoules));
      zone.update_period = detail::gpu_period;
      zone.gain_uncertainty = detail::gpu_gain_uncertainty;
      if (!meter.add(zone, {&detail::read_amd_smi, -1, 0, gpus[gpu], energy})) {
        return detail::gpu_unavailable(library, "more GPUs than a reading has room for",
                                       ProbeState::broken);
      }
    }
  }
  if (meter.description().zones.empty()) {
    return detail::gpu_unavailable(library, "shows no GPU that counts energy", ProbeState::absent);
  }
  meter.description().scope = Scope::gpu;
  meter.measure_update_periods();
  return meter;
}

}  // namespace perjoule::inline v0

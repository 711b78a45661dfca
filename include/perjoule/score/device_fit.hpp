// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A device that a model must run on. Copy one of the profiles below and change it: the memory that
/// a system leaves to one program differs even between two phones of one make.
struct DeviceProfile {
  std::string_view name = {};
  Bytes memory{0.0};          ///< RAM
  double usable_share = 1.0;  ///< share of the memory for one program. @unit a share of 1
  Bytes reserve{0.0};         ///< memory that the system keeps in addition
  /// Flash for the weights on a microcontroller, which reads them in place; 0 for a device that
  /// loads weights into its memory.
  Bytes flash{0.0};
  std::string_view source = {};
};

// Memory is sold in powers of two: 12 GB on the box means 12 GiB.
inline constexpr DeviceProfile phone_12_gb{
    .name = "phone with 12 GB",
    .memory = Bytes(12.0 * 1073741824.0),
    .usable_share = 0.5,
    .source = "assumed: half of the memory for the app in front"};
inline constexpr DeviceProfile raspberry_pi_5_8_gb{
    .name = "Raspberry Pi 5 with 8 GB",
    .memory = Bytes(8.0 * 1073741824.0),
    .reserve = Bytes(1073741824.0),
    .source = "memory: product brief; reserve: assumed"};
inline constexpr DeviceProfile jetson_orin_nano_8_gb{
    .name = "Jetson Orin Nano with 8 GB",
    .memory = Bytes(8.0 * 1073741824.0),
    .reserve = Bytes(2.0 * 1073741824.0),
    .source = "memory, shared with the GPU: data sheet; reserve: assumed"};
inline constexpr DeviceProfile car_computer_8_gb{
    .name = "car computer with 8 GB a chip",
    .memory = Bytes(8.0 * 1073741824.0),
    .usable_share = 0.5,
    .source = "memory: WikiChip on Tesla's FSD chip of 2019; share: assumed, others drive the car"};
inline constexpr DeviceProfile nucleo_l4r5zi{
    .name = "NUCLEO-L4R5ZI",
    .memory = Bytes(640.0 * 1024.0),
    .reserve = Bytes(32.0 * 1024.0),
    .flash = Bytes(2.0 * 1048576.0),
    .source = "RAM and flash: ST DS12023; reserve for stack and drivers: assumed"};

/// Memory that a model needs.
struct MemoryRequirement {
  /// Weights and everything else that stays: as resident in memory, or as stored in flash.
  Estimate<Bytes> weights = {};
  Estimate<Bytes> peak = {};  ///< peak of a pass, on top of the weights
};

enum class FitVerdict : std::uint8_t {
  unknown,  ///< a number is missing, or too close to tell
  fits,
  does_not_fit,
};

[[nodiscard]] constexpr std::string_view name(FitVerdict verdict) noexcept {
  switch (verdict) {
    case FitVerdict::fits:
      return "fits";
    case FitVerdict::does_not_fit:
      return "does not fit";
    case FitVerdict::unknown:
      break;
  }
  return "unknown";
}

/// Whether a model fits a device, with the bytes left and the reason.
struct DeviceFit {
  FitVerdict verdict = FitVerdict::unknown;
  Estimate<Bytes> memory_left = {};  ///< negative if bytes are lacking; missing if the need is
  Estimate<Bytes> flash_left = {};   ///< also missing for a device without flash
  std::string why = {};              ///< one sentence
};

namespace detail {

/// @throws Error for a device without memory, or with a share or reserve that leaves none
void expect_device(const DeviceProfile& device);

/// @throws Error for a need below 0
void expect_requirement(const Estimate<Bytes>& need, std::string_view what);

/// Returns room - need.
/// @unit   B
/// @error  as the need; `estimated` at best, as the room of a device is
[[nodiscard]] Estimate<Bytes> remaining_bytes(Bytes room, const Estimate<Bytes>& need);

/// Decides by the whole interval of the need, so that neither answer depends on chance.
[[nodiscard]] FitVerdict fit_verdict_of(Bytes room, const Estimate<Bytes>& need);

[[nodiscard]] std::string as_bytes(Bytes bytes);

/// Returns a reason such as "weights and peak, 3.10 GB: 3.34 GB left of 6.44 GB of memory".
[[nodiscard]] std::string fit_reason(FitVerdict verdict, std::string_view what,
                                     const Estimate<Bytes>& need, Bytes room,
                                     std::string_view where);

}  // namespace detail

/// Tells whether a model fits a device: its weights and the peak of a pass within the memory that
/// is left to a program, or, on a device with flash, the weights within the flash and the peak
/// within the memory.
///
/// A missing number gives `unknown` and never `fits`. It can still give `does_not_fit`: weights
/// that are too large by themselves do not fit, whatever the peak is.
///
/// @unit   B
/// @error  from the 95 % interval of the need: there is an answer if the whole interval is on one
///         side
/// @throws Error for a device without memory, with a share or reserve that leaves none, and for a
///         need below 0
/// @source memory x usable share - reserve; total()
[[nodiscard]] DeviceFit fits(const DeviceProfile& device, const MemoryRequirement& need);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/device_fit-inl.hpp"
#endif

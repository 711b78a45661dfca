// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/device_fit.hpp"

#include <limits>
#include <string>

#include "catch.hpp"
#include "perjoule/core/error.hpp"

using namespace perjoule;

namespace {

Estimate<Bytes> bytes(double value) { return exact(Bytes(value)); }

constexpr DeviceProfile small_controller{.name = "a small microcontroller",
                                         .memory = Bytes(128.0 * 1024.0),
                                         .flash = Bytes(256.0 * 1024.0),
                                         .source = "made up"};

}  // namespace

TEST_CASE("a model fits a phone whose half holds its weights and its peak", "[score][fit]") {
  // 12 x 2^30 / 2 = 6442450944 B
  const DeviceFit found = fits(phone_12_gb, {bytes(3e9), bytes(1e8)});
  CHECK(found.verdict == FitVerdict::fits);
  CHECK(found.memory_left.value == Bytes(3342450944.0));
  CHECK_FALSE(found.flash_left.is_known());
  CHECK(found.memory_left.provenance == Provenance::estimated);
  CHECK(std::string(found.why) ==
        "phone with 12 GB: fits (weights and peak, 3.10 GB: 3.34 GB left of 6.44 GB of memory)");
}

TEST_CASE("a model that is too large says by how much", "[score][fit]") {
  const DeviceFit found = fits(phone_12_gb, {bytes(6e9), bytes(1e9)});
  CHECK(found.verdict == FitVerdict::does_not_fit);
  CHECK(found.memory_left.value == Bytes(-557549056.0));
  CHECK(std::string(found.why) ==
        "phone with 12 GB: does not fit (weights and peak, 7.00 GB: 558 MB more than 6.44 GB of "
        "memory)");
}

TEST_CASE("a byte decides, and what the system keeps is not for the model", "[score][fit]") {
  const DeviceProfile device{.name = "d", .memory = Bytes(1000.0), .reserve = Bytes(100.0)};
  CHECK(fits(device, {bytes(800.0), bytes(100.0)}).verdict == FitVerdict::fits);
  CHECK(fits(device, {bytes(800.0), bytes(101.0)}).verdict == FitVerdict::does_not_fit);
  DeviceProfile shared = device;
  shared.usable_share = 0.5;  // 500 - 100
  CHECK(fits(shared, {bytes(300.0), bytes(100.0)}).memory_left.value == Bytes(0.0));
  CHECK(fits(shared, {bytes(300.0), bytes(101.0)}).verdict == FitVerdict::does_not_fit);
}

TEST_CASE("the models of MLPerf Tiny fit the board that its reference runs on", "[score][fit]") {
  // Sizes of the quantized models: DS-CNN, ResNet-8, autoencoder, MobileNet. 2 MiB = 2097152 B.
  for (const double size : {52.5e3, 96e3, 270e3, 325e3}) {
    const DeviceFit found = fits(nucleo_l4r5zi, {bytes(size), bytes(100e3)});
    CHECK(found.verdict == FitVerdict::fits);
    CHECK(found.flash_left.value == Bytes(2097152.0 - size));
    // (640 - 32) x 1024 = 622592
    CHECK(found.memory_left.value == Bytes(522592.0));
  }
}

TEST_CASE("a microcontroller has its flash and its memory apart", "[score][fit]") {
  // 262144 B of flash, 131072 B of memory: the sum of both is no help.
  CHECK(fits(small_controller, {bytes(52.5e3), bytes(20e3)}).verdict == FitVerdict::fits);
  CHECK(fits(small_controller, {bytes(96e3), bytes(100e3)}).verdict == FitVerdict::fits);
  const DeviceFit flash = fits(small_controller, {bytes(270e3), bytes(20e3)});
  CHECK(flash.verdict == FitVerdict::does_not_fit);
  CHECK(flash.flash_left.value == Bytes(-7856.0));
  CHECK(flash.memory_left.value == Bytes(111072.0));
  CHECK(std::string(flash.why) ==
        "a small microcontroller: does not fit (peak, 20.0 kB: 111 kB left of 131 kB of memory; "
        "weights, 270 kB: 7.86 kB more than 262 kB of flash)");
  const DeviceFit memory = fits(small_controller, {bytes(52.5e3), bytes(140e3)});
  CHECK(memory.verdict == FitVerdict::does_not_fit);
  CHECK(memory.memory_left.value == Bytes(-8928.0));
  CHECK(memory.flash_left.value == Bytes(209644.0));
}

TEST_CASE("a model whose peak nobody measured is unknown, and never fits",
          "[score][fit][missing]") {
  const DeviceFit found = fits(phone_12_gb, {bytes(1.0), {}});
  CHECK(found.verdict == FitVerdict::unknown);
  CHECK_FALSE(found.memory_left.is_known());
  CHECK(std::string(found.why).find("not known") != std::string::npos);
  CHECK(fits(phone_12_gb, {{}, bytes(1.0)}).verdict == FitVerdict::unknown);
  CHECK(fits(phone_12_gb, {}).verdict == FitVerdict::unknown);
  CHECK(fits(small_controller, {bytes(1.0), {}}).verdict == FitVerdict::unknown);
  const DeviceFit no_size = fits(small_controller, {{}, bytes(1.0)});
  CHECK(no_size.verdict == FitVerdict::unknown);
  CHECK(no_size.memory_left.is_known());
  CHECK_FALSE(no_size.flash_left.is_known());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(fits(phone_12_gb, {bytes(1.0), bytes(nan)}).verdict == FitVerdict::unknown);
}

TEST_CASE("weights that are too large by themselves do not fit, whatever the peak is",
          "[score][fit][missing]") {
  const DeviceFit found = fits(phone_12_gb, {bytes(7e9), {}});
  CHECK(found.verdict == FitVerdict::does_not_fit);
  CHECK_FALSE(found.memory_left.is_known());
  CHECK(std::string(found.why) ==
        "phone with 12 GB: does not fit (weights alone, 7.00 GB: 558 MB more than 6.44 GB of "
        "memory)");
  CHECK(fits(phone_12_gb, {{}, bytes(7e9)}).verdict == FitVerdict::does_not_fit);
  CHECK(fits(small_controller, {bytes(270e3), {}}).verdict == FitVerdict::does_not_fit);
  CHECK(fits(small_controller, {{}, bytes(140e3)}).verdict == FitVerdict::does_not_fit);
}

TEST_CASE("a peak that may be on either side of the room is unknown", "[score][fit]") {
  // 900 B of room; 800 + 1.96 x 60 is above it, 800 + 1.96 x 50 is not.
  const DeviceProfile device{.name = "d", .memory = Bytes(900.0)};
  const auto peak = [](double value, double u) {
    return Estimate<Bytes>{Bytes(value), Bytes(u), infinite_dof, Bytes(0.0), Provenance::measured};
  };
  CHECK(fits(device, {bytes(0.0), peak(800.0, 50.0)}).verdict == FitVerdict::fits);
  CHECK(fits(device, {bytes(0.0), peak(800.0, 60.0)}).verdict == FitVerdict::unknown);
  CHECK(fits(device, {bytes(0.0), peak(1000.0, 60.0)}).verdict == FitVerdict::unknown);
  CHECK(fits(device, {bytes(0.0), peak(1000.0, 50.0)}).verdict == FitVerdict::does_not_fit);
  CHECK(std::string(fits(device, {bytes(0.0), peak(800.0, 60.0)}).why) ==
        "d: unknown (weights and peak, 800 B: too close to 900 B of memory to tell)");
}

TEST_CASE("a modelled need with nothing said of its uncertainty is unknown", "[score][fit]") {
  Estimate<Bytes> modelled = bytes(10.0);
  modelled.provenance = Provenance::modelled;
  const DeviceFit found = fits(phone_12_gb, {bytes(1.0), modelled});
  CHECK(found.verdict == FitVerdict::unknown);
  CHECK(found.memory_left.provenance == Provenance::modelled);
}

TEST_CASE("each device that comes with the library has room for something", "[score][fit]") {
  for (const DeviceProfile& device : {phone_12_gb, raspberry_pi_5_8_gb, jetson_orin_nano_8_gb,
                                      car_computer_8_gb, nucleo_l4r5zi}) {
    CHECK(fits(device, {bytes(1.0), bytes(1.0)}).verdict == FitVerdict::fits);
    CHECK_FALSE(std::string(device.source).empty());
  }
}

TEST_CASE("devices have the memory of their data sheets", "[score][fit]") {
  CHECK(phone_12_gb.memory == 12288_MiB);
  CHECK(raspberry_pi_5_8_gb.memory == 8192_MiB);
  CHECK(jetson_orin_nano_8_gb.memory == 8192_MiB);
  CHECK(car_computer_8_gb.memory == 8192_MiB);
  CHECK(nucleo_l4r5zi.memory == 640_KiB);
  CHECK(nucleo_l4r5zi.flash == 2_MiB);
}

TEST_CASE("devices without room, and needs below nothing, are refused", "[score][fit][error]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const MemoryRequirement need{bytes(1.0), bytes(1.0)};
  CHECK_THROWS_AS(fits(DeviceProfile{}, need), Error);
  CHECK_THROWS_AS(fits({.name = "d", .memory = Bytes(nan)}, need), Error);
  CHECK_THROWS_AS(fits({.name = "d", .memory = Bytes(9.0), .usable_share = 0.0}, need), Error);
  CHECK_THROWS_AS(fits({.name = "d", .memory = Bytes(9.0), .usable_share = 1.1}, need), Error);
  CHECK_THROWS_AS(fits({.name = "d", .memory = Bytes(9.0), .reserve = Bytes(9.0)}, need), Error);
  CHECK_THROWS_AS(fits({.name = "d", .memory = Bytes(9.0), .reserve = Bytes(-1.0)}, need), Error);
  const DeviceProfile half{
      .name = "d", .memory = Bytes(9.0), .usable_share = 0.5, .reserve = Bytes(5.0)};
  CHECK_THROWS_AS(fits(half, need), Error);
  CHECK_THROWS_AS(fits({.name = "d", .memory = Bytes(9.0), .flash = Bytes(-1.0)}, need), Error);
  CHECK_THROWS_AS(fits(phone_12_gb, {bytes(-1.0), bytes(1.0)}), Error);
  CHECK_THROWS_AS(fits(phone_12_gb, {bytes(1.0), bytes(-1.0)}), Error);
}

TEST_CASE("each answer has a name", "[score][fit]") {
  CHECK(std::string(name(FitVerdict::fits)) == "fits");
  CHECK(std::string(name(FitVerdict::does_not_fit)) == "does not fit");
  CHECK(std::string(name(FitVerdict::unknown)) == "unknown");
}

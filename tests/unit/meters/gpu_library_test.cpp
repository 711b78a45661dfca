// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/gpu_library.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "perjoule/meters/cpu_time_model.hpp"
#include "perjoule/meters/power_model.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/units/quantity.hpp"
#include "powercap_tree.hpp"
#include "system_tree.hpp"

using namespace perjoule;

// Stand-ins for the two libraries: tests/sim/fake_gpus.hpp describes how their GPUs behave.
namespace {

constexpr const char* nvml = PERJOULE_FAKE_NVML;
constexpr const char* amd_smi = PERJOULE_FAKE_AMD_SMI;

using Set = EnvironmentVariable;

/// The library that a meter uses, kept loaded to query what a real one would not report.
class StandIn {
 public:
  explicit StandIn(const char* path) : library_(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
  }
  StandIn(const StandIn&) = delete;
  StandIn& operator=(const StandIn&) = delete;
  ~StandIn() { dlclose(library_); }

  /// Returns the number of initialisations not yet shut down.
  [[nodiscard]] int sessions() const { return function<int (*)()>("perjoule_fake_sessions")(); }
  /// From now on, no GPU answers.
  void lose() const { function<void (*)()>("perjoule_fake_lose")(); }

 private:
  template <class Function>
  [[nodiscard]] Function function(const char* name) const {
    return reinterpret_cast<Function>(dlsym(library_, name));
  }
  void* library_;
};

CounterMeter taken(Probe<CounterMeter> probe) {
  INFO(probe.reason());
  REQUIRE(probe.is_found());
  return probe.take();
}

/// Checks that a zone counts this power: the energy of a window is right to within one step of the
/// counter at each end.
void check_power(CounterMeter& meter, std::size_t place, double watts, Seconds step = 20_ms) {
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  CounterMeter::wait(100_ms);
  REQUIRE(meter.read(after));
  const double joules = static_cast<double>(after.counts[place] - before.counts[place]) *
                        meter.description().zones[place].per_count.si();
  // One count more or less at each end, of at most 0.02 mJ in AMD's resolution and 1 mJ
  // in NVIDIA's.
  CHECK(joules >= watts * (after.begin - before.end - step).si() - 2e-3);
  CHECK(joules <= watts * (after.end - before.begin + step).si() + 2e-3);
}

/// Returns 100 W, 101 W, ... 163 W.
std::string watts_of_64_gpus() {
  std::string watts = "100";
  for (int i = 1; i < 64; ++i) watts += "," + std::to_string(100 + i);
  return watts;
}

void check_refused(const Probe<CounterMeter>& probe, ProbeState state, std::string_view words) {
  INFO(probe.reason());
  CHECK(probe.state() == state);
  CHECK(has(probe.reason(), words));
  CHECK_FALSE(probe.fix().empty());
}

/// The stand-ins' counters move every 20 ms; 100 ms is assumed where that is not found out, as
/// happens on a busy machine, and then it is tried again.
template <class Open>
MeterDescription description_with_a_period(const Open& open) {
  MeterDescription what = open().description();
  for (int more = 0; more < 20 && !(what.update_period < 80_ms); ++more)
    what = open().description();
  return what;
}

}  // namespace

TEST_CASE("an NVIDIA GPU's millijoules are read as millijoules", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "250");
  CounterMeter meter = taken(open_nvml(nvml));
  const MeterDescription& what = meter.description();
  CHECK(what.source == "nvml");
  CHECK(what.root == nvml);
  CHECK(what.scope == Scope::gpu);
  CHECK(what.provenance == Provenance::measured);
  REQUIRE(what.zones.size() == 1);
  CHECK(1_J / what.zones[0].per_count == Approx(1000.0));
  // The counter itself: 250 W since the clock began, at the last of its steps of 20 ms.
  const double begin = static_cast<double>(CounterMeter::now().ns) * 1e-9;
  Reading reading;
  REQUIRE(meter.read(reading));
  const double end = static_cast<double>(CounterMeter::now().ns) * 1e-9;
  CHECK(static_cast<double>(reading.counts[0]) >= 250e3 * (begin - 0.0201));
  CHECK(static_cast<double>(reading.counts[0]) <= 250e3 * end);
  check_power(meter, 0, 250.0);
}

TEST_CASE("the energy of a window is what the GPU drew in it", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "250");
  CounterMeter meter = taken(open_nvml(nvml));
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  CounterMeter::wait(200_ms);
  REQUIRE(meter.read(after));
  const WindowEnergy found = meter.energy(before, after);
  REQUIRE(found.energy.is_known());
  // 50 J, or more if this thread was delayed.
  const double truth = 250.0 * (after.begin - before.end).si();
  CHECK(found.energy.value.si() > truth * 0.1);
  CHECK(found.energy.value.si() < truth * 10.0);
  CHECK(found.energy.provenance == Provenance::measured);
  // The gain is known to 5 %, the ends of a rectangle: 0.05/sqrt(3) of the energy, at least.
  CHECK(meter.description().zones[0].gain.share == Approx(0.0288675).epsilon(1e-4));
  CHECK(found.energy.common.si() >= 0.0288 * found.energy.value.si());
}

TEST_CASE("each NVIDIA GPU is a zone that bears its name", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "250,70.5,12");
  CounterMeter meter = taken(open_nvml(nvml));
  const MeterDescription& what = meter.description();
  REQUIRE(what.zones.size() == 3);
  CHECK(what.zones[0].name == "gpu-0");
  CHECK(what.zones[0].id == "Stand-in GPU 0");
  CHECK(what.zones[2].name == "gpu-2");
  CHECK(what.zones[2].id == "Stand-in GPU 2");
  check_power(meter, 0, 250.0);
  check_power(meter, 1, 70.5);
  check_power(meter, 2, 12.0);
}

TEST_CASE("how often a GPU's counter moves is found out", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "250");
  const MeterDescription what = description_with_a_period([] { return taken(open_nvml(nvml)); });
  CHECK(what.update_period > 4_ms);
  CHECK(what.update_period < 80_ms);
  CHECK(what.zones[0].update_period == what.update_period);
}

TEST_CASE("a GPU without a counter of energy has its power added up", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "250");
  const Set no_energy("PERJOULE_FAKE_GPU_ENERGY", "0");
  CounterMeter meter = taken(open_nvml(nvml));
  CHECK(meter.description().provenance == Provenance::estimated);
  CHECK(meter.description().scope == Scope::gpu);
  CHECK(meter.description().zones[0].id == "Stand-in GPU 0");
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  CounterMeter::wait(300_ms);
  REQUIRE(meter.read(after));
  const double joules = static_cast<double>(after.counts[0] - before.counts[0]) *
                        meter.description().zones[0].per_count.si();
  CHECK(joules > 7.5);  // 75 J, in samples that may come late
  CHECK(joules < 750.0);
  CHECK(meter.energy(before, after).energy.provenance == Provenance::estimated);
}

#ifdef PERJOULE_FAKE_NVML_OLD
TEST_CASE("a driver too old to count energy has its power added up", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "250");
  const CounterMeter meter = taken(open_nvml(PERJOULE_FAKE_NVML_OLD));
  CHECK(meter.description().provenance == Provenance::estimated);
  CHECK(meter.description().zones.size() == 1);
}
#endif

TEST_CASE("a GPU that tells neither energy nor power is named, and leaves no smaller sum",
          "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "250,70");
  const Set no_energy("PERJOULE_FAKE_GPU_ENERGY", "0");
  const Set no_power("PERJOULE_FAKE_GPU_POWER", "0");
  check_refused(open_nvml(nvml), ProbeState::broken,
                "gpu-0 (Stand-in GPU 0) tells neither energy nor power");
}

TEST_CASE("each of 64 GPUs counts", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", watts_of_64_gpus());
  CounterMeter nvidia = taken(open_nvml(nvml));
  REQUIRE(nvidia.description().zones.size() == 64);
  CHECK(nvidia.description().zones[63].id == "Stand-in GPU 63");
  check_power(nvidia, 63, 163.0);
  SECTION("on as many sockets") {
    CounterMeter amd = taken(open_amd_smi(amd_smi));
    REQUIRE(amd.description().zones.size() == 64);
    CHECK(amd.description().zones[63].id == "socket 63, processor 0");
    check_power(amd, 63, 163.0);
  }
  SECTION("on one socket") {
    const Set sockets("PERJOULE_FAKE_GPU_SOCKETS", "1");
    CounterMeter amd = taken(open_amd_smi(amd_smi));
    REQUIRE(amd.description().zones.size() == 64);
    CHECK(amd.description().zones[63].id == "socket 0, processor 63");
    check_power(amd, 63, 163.0);
  }
}

TEST_CASE("a library that is not there is named", "[meters][gpu]") {
  check_refused(open_nvml("libno-such-library.so.1"), ProbeState::absent,
                "libno-such-library.so.1: not there");
  check_refused(open_amd_smi("libno-such-library.so.1"), ProbeState::absent,
                "libno-such-library.so.1: not there");
}

TEST_CASE("a library without a driver or a permission behind it tells its error", "[meters][gpu]") {
  const StandIn nvidia(nvml);
  const StandIn amd(amd_smi);
  SECTION("no driver") {
    const Set error("PERJOULE_FAKE_GPU_INIT", "9");
    check_refused(open_nvml(nvml), ProbeState::absent, "nvmlInit gives error 9");
    check_refused(open_amd_smi(amd_smi), ProbeState::absent, "amdsmi_init gives error 9");
  }
  SECTION("no permission") {
    const Set error("PERJOULE_FAKE_GPU_INIT", "4");  // NVML_ERROR_NO_PERMISSION
    check_refused(open_nvml(nvml), ProbeState::forbidden, "nvmlInit gives error 4");
  }
  CHECK(nvidia.sessions() == 0);
  CHECK(amd.sessions() == 0);
}

TEST_CASE("a library of that name that is another one is broken", "[meters][gpu]") {
  check_refused(open_nvml(amd_smi), ProbeState::broken, "lacks functions of NVML");
  check_refused(open_amd_smi(nvml), ProbeState::broken, "lacks functions of AMD SMI");
}

TEST_CASE("a machine that has the library and no GPU has no meter", "[meters][gpu]") {
  const Set none("PERJOULE_FAKE_GPU_WATTS", "");
  check_refused(open_nvml(nvml), ProbeState::absent, "shows no GPU");
  check_refused(open_amd_smi(amd_smi), ProbeState::absent, "shows no GPU");
}

TEST_CASE("the library is shut down with the meter, or when there is none", "[meters][gpu]") {
  const StandIn nvidia(nvml);
  const StandIn amd(amd_smi);
  {
    const CounterMeter meter = taken(open_nvml(nvml));
    CHECK(nvidia.sessions() == 1);
    const CounterMeter second = taken(open_nvml(nvml));
    CHECK(nvidia.sessions() == 2);
    const CounterMeter other = taken(open_amd_smi(amd_smi));
    CHECK(amd.sessions() == 1);
  }
  CHECK(nvidia.sessions() == 0);
  CHECK(amd.sessions() == 0);
  const Set none("PERJOULE_FAKE_GPU_WATTS", "");
  CHECK_FALSE(open_nvml(nvml).is_found());
  CHECK_FALSE(open_amd_smi(amd_smi).is_found());
  CHECK(nvidia.sessions() == 0);
  CHECK(amd.sessions() == 0);
}

TEST_CASE("a GPU that is lost during a run is a failed reading", "[meters][gpu]") {
  Reading reading;
  {
    const StandIn library(nvml);
    CounterMeter meter = taken(open_nvml(nvml));
    REQUIRE(meter.read(reading));
    library.lose();
    CHECK_FALSE(meter.read(reading));
  }
  {
    const StandIn library(amd_smi);
    CounterMeter meter = taken(open_amd_smi(amd_smi));
    REQUIRE(meter.read(reading));
    library.lose();
    CHECK_FALSE(meter.read(reading));
  }
}

TEST_CASE("an AMD GPU's counts are worth what its library says", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "300");
  CounterMeter meter = taken(open_amd_smi(amd_smi));
  const MeterDescription& what = meter.description();
  CHECK(what.source == "amd-smi");
  CHECK(what.root == amd_smi);
  CHECK(what.scope == Scope::gpu);
  CHECK(what.provenance == Provenance::measured);
  REQUIRE(what.zones.size() == 1);
  CHECK(what.zones[0].name == "gpu-0");
  CHECK(what.zones[0].per_count.si() == Approx(15.3e-6));
  const MeterDescription found =
      description_with_a_period([] { return taken(open_amd_smi(amd_smi)); });
  CHECK(found.update_period > 4_ms);
  CHECK(found.update_period < 80_ms);
  check_power(meter, 0, 300.0);
}

TEST_CASE("AMD GPUs are found on each of their sockets", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "300,200,100,50");
  SECTION("two on each of two sockets") {
    const Set sockets("PERJOULE_FAKE_GPU_SOCKETS", "2");
    CounterMeter meter = taken(open_amd_smi(amd_smi));
    REQUIRE(meter.description().zones.size() == 4);
    CHECK(meter.description().zones[1].id == "socket 0, processor 1");
    CHECK(meter.description().zones[2].id == "socket 1, processor 0");
    CHECK(meter.description().zones[3].name == "gpu-3");
    check_power(meter, 1, 200.0);
    check_power(meter, 2, 100.0);
  }
  SECTION("a socket each") {
    CounterMeter meter = taken(open_amd_smi(amd_smi));
    REQUIRE(meter.description().zones.size() == 4);
    CHECK(meter.description().zones[3].id == "socket 3, processor 0");
    check_power(meter, 3, 50.0);
  }
}

TEST_CASE("AMD GPUs that count no energy are no meter", "[meters][gpu]") {
  const Set no_energy("PERJOULE_FAKE_GPU_ENERGY", "0");
  check_refused(open_amd_smi(amd_smi), ProbeState::absent, "shows no GPU that counts energy");
}

TEST_CASE("a GPU joins the packages of a machine to one total with its parts", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", "250");
  const PowercapTree tree;
  tree.add_zone("intel-rapl:0", "package-0", 9'000'000);
  tree.add_zone("intel-rapl:0:0", "dram", 1'000'000);
  CounterMeter meter = taken(open_powercap(tree.root()));
  SECTION("that counts its energy") {
    meter.merge(taken(open_nvml(nvml)));
    CHECK(meter.description().provenance == Provenance::measured);
  }
  SECTION("whose power is added up: the total is no better than it") {
    const Set no_energy("PERJOULE_FAKE_GPU_ENERGY", "0");
    meter.merge(taken(open_nvml(nvml)));
    CHECK(meter.description().provenance == Provenance::estimated);
  }
  const MeterDescription& what = meter.description();
  CHECK(what.source == "rapl-powercap + nvml");
  CHECK(what.scope == (Scope::package | Scope::dram | Scope::gpu));
  REQUIRE(what.zones.size() == 3);
  CHECK(what.zones[0].id == "intel-rapl:0");
  CHECK(what.zones[1].id == "intel-rapl:0:0");
  CHECK(what.zones[2].id == "Stand-in GPU 0");
  CHECK(what.update_period > 4_ms);  // the slowest zone's
  CHECK(has(what.note, "whole package"));
  CHECK(has(what.note, "A100"));
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  tree.set_energy("intel-rapl:0", 10'000'000);
  tree.set_energy("intel-rapl:0:0", 1'500'000);
  CounterMeter::wait(150_ms);
  REQUIRE(meter.read(after));
  CHECK(after.counts[0] - before.counts[0] == 1'000'000);
  CHECK(after.counts[1] - before.counts[1] == 500'000);
  after.counts[2] = before.counts[2] + 1;
  const WindowEnergy found = counted(meter, before, after);
  REQUIRE(found.energy.is_known());
  // 1 J + 0.5 J, and one count of the GPU: 1 mJ or 1 uJ.
  CHECK(found.energy.value.si() == Approx(1.5).margin(1.1e-3));
}

TEST_CASE("a GPU that joins a modelled CPU leaves a modelled total", "[meters][gpu]") {
  const StandIn library(nvml);
  {
    CounterMeter meter = cpu_time_model();
    meter.merge(taken(open_nvml(nvml)));
    CHECK(meter.description().source == "cpu-time-model + nvml");
    CHECK(meter.description().scope == (Scope::process | Scope::gpu));
    CHECK(meter.description().provenance == Provenance::modelled);
    CHECK(meter.description().zones.size() == 3);
    CHECK(library.sessions() == 1);
    check_power(meter, 2, 100.0);
  }
  CHECK(library.sessions() == 0);
}

TEST_CASE("64 GPUs and 12 packages with their memories are all in one total", "[meters][gpu]") {
  const Set watts("PERJOULE_FAKE_GPU_WATTS", watts_of_64_gpus());
  const PowercapTree tree;
  for (int i = 0; i < 12; ++i) {
    const std::string package = "intel-rapl:" + std::to_string(i);
    tree.add_zone(package, "package-" + std::to_string(i), 9'000'000);
    tree.add_zone(package + ":0", "dram", 1'000'000);
  }
  CounterMeter meter = taken(open_powercap(tree.root()));
  meter.merge(taken(open_nvml(nvml)));
  CHECK(meter.description().scope == (Scope::package | Scope::dram | Scope::gpu));
  REQUIRE(meter.description().zones.size() == 24 + 64);
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  for (int i = 0; i < 12; ++i) {
    const std::string package = "intel-rapl:" + std::to_string(i);
    tree.set_energy(package, 9'500'000);
    tree.set_energy(package + ":0", 1'250'000);
  }
  REQUIRE(meter.read(after));
  for (std::size_t i = 24; i < 88; ++i) after.counts[i] = before.counts[i] + 100 * (i - 23);
  const WindowEnergy found = counted(meter, before, after);
  INFO(found.why_missing);
  REQUIRE(found.energy.is_known());
  // 12 x (0.5 + 0.25) J, and 0.1 + 0.2 + ... + 6.4 J
  CHECK(found.energy.value.si() == Approx(9.0 + 208.0));
}

TEST_CASE("turns of a counter are still watched when another meter has joined", "[meters][gpu]") {
  // At 2 kW it wraps every 0.4 s, so it is polled each 0.2 s. Without polling, a window of 0.9 s
  // could hide two wraps.
  struct Turning final : detail::CounterReader {
    [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
      count = static_cast<std::uint64_t>(CounterMeter::now().ns / 1'000'000) % 800;  // 1 kW
      return true;
    }
  };
  CounterMeter meter("test", "", "");
  Zone zone;
  zone.modulus = 800;
  zone.per_count = zone.resolution = 1_J;
  for (int i = 0; i < 16; ++i) meter.add(zone, std::make_unique<Turning>());
  meter.poll_for_wraps();
  meter.merge(taken(open_nvml(nvml)));
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  CounterMeter::wait(900_ms);
  REQUIRE(meter.read(after));
  const WindowEnergy found = meter.energy(before, after);
  INFO(found.why_missing);
  CHECK(found.energy.is_known());
}

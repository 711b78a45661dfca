// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/hwmon.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "perjoule/units/quantity.hpp"
#include "system_tree.hpp"

using namespace perjoule;

namespace {

/// A folder below /sys/class/hwmon, by its number.
class Device {
 public:
  Device(const SystemTree& tree, int number, const char* driver)
      : tree_(tree), place_("sys/class/hwmon/hwmon" + std::to_string(number) + "/") {
    put("name", driver);
  }
  const Device& put(const char* name, std::string_view content) const {
    tree_.put(place_ + name, content);
    return *this;
  }
  [[nodiscard]] std::string file(const char* name) const { return tree_.file(place_ + name); }

 private:
  const SystemTree& tree_;
  std::string place_;
};

CounterMeter opened(const SystemTree& tree, bool gpus = false) {
  Probe<CounterMeter> probe = open_hwmon(tree.root(), gpus);
  INFO(probe.reason());
  REQUIRE(probe.is_found());
  return probe.take();
}

ProbeState state(const SystemTree& tree, bool gpus = false) {
  return open_hwmon(tree.root(), gpus).state();
}

using Names = std::vector<std::string>;

/// Returns the files whose counters are added up.
Names files(const CounterMeter& meter) {
  Names found;
  for (const Zone& zone : meter.description().zones) found.emplace_back(zone.id);
  std::sort(found.begin(), found.end());
  return found;
}

/// Returns the mean power that a meter counts over a tenth of a second. @unit W
double counted_watts(CounterMeter& meter) {
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  CounterMeter::wait(100_ms);
  REQUIRE(meter.read(after));
  double joules = 0.0;
  for (std::size_t i = 0; i < meter.description().zones.size(); ++i) {
    joules += static_cast<double>(after.counts[i] - before.counts[i]) *
              meter.description().zones[i].per_count.si();
  }
  return joules / (after.end - before.begin).si();
}

/// A power sensor that a test sets.
struct Knob {
  std::uint64_t milliwatts = 0;
  bool works = true;

  struct Reader final : detail::CounterReader {
    explicit Reader(const Knob& of) : knob(of) {}
    [[nodiscard]] bool read(std::uint64_t& count) noexcept override {
      count = knob.milliwatts;
      return knob.works;
    }
    const Knob& knob;
  };
};

using Counter = std::unique_ptr<detail::CounterReader>;

/// Power that is integrated by hand, without a thread.
class Sum {
 public:
  [[nodiscard]] Counter add(const Knob& knob) {
    return detail::PowerIntegrator::add(powers_, std::make_unique<Knob::Reader>(knob), 1e-3);
  }

  /// The earliest and the latest time at which the sample was taken.
  struct Moment {
    Instant after;
    Instant before;
  };
  Moment sample() {
    const Instant after = SystemClock::now();
    powers_->sample();
    return {after, SystemClock::now()};
  }

  /// Returns the joules that a counter shows.
  [[nodiscard]] static double joules(const Counter& counter) {
    std::uint64_t microjoules = 0;
    REQUIRE(counter->read(microjoules));
    return static_cast<double>(microjoules) * 1e-6;
  }

 private:
  std::shared_ptr<detail::PowerIntegrator> powers_ = std::make_shared<detail::PowerIntegrator>();
};

/// Checks that the energy is what was drawn at this power between two samples, within the
/// uncertainty of their times.
void check_drawn(double joules, double watts, const Sum::Moment& from, const Sum::Moment& to) {
  CHECK(joules >= watts * (to.after - from.before).si() - 2e-6);
  CHECK(joules <= watts * (to.before - from.after).si() + 2e-6);
}

}  // namespace

TEST_CASE("AMD's sockets are added up, and their cores are not counted again", "[meters][hwmon]") {
  const SystemTree tree;
  const Device device(tree, 3, "amd_energy");
  device.put("energy1_label", "Ecore000").put("energy1_input", "100");
  device.put("energy2_label", "Ecore001").put("energy2_input", "200");
  device.put("energy3_label", "Esocket0").put("energy3_input", "7000000");
  device.put("energy4_label", "Esocket1").put("energy4_input", "9000000");
  CounterMeter meter = opened(tree);
  const MeterDescription& what = meter.description();
  CHECK(what.source == "hwmon");
  CHECK(what.root == tree.file("sys/class/hwmon"));
  CHECK(what.scope == Scope::package);
  CHECK(what.provenance == Provenance::measured);
  CHECK(has(what.note, "amd_energy"));
  CHECK_FALSE(has(what.note, "added up from power"));
  CHECK(files(meter) == Names{"hwmon3/energy3_input", "hwmon3/energy4_input"});
  CHECK(what.zones[0].name == "Esocket0");

  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  device.put("energy1_input", "900000").put("energy3_input", "9500000");
  device.put("energy4_input", "9250000");
  REQUIRE(meter.read(after));
  // 2 500 000 uJ + 250 000 uJ
  const WindowEnergy found = counted(meter, before, after);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(2.75));
  CHECK(found.energy.provenance == Provenance::measured);
}

TEST_CASE("a Jetson's whole board is volts times amperes of its input", "[meters][hwmon]") {
  const SystemTree tree;
  const Device device(tree, 1, "ina3221");
  // 5 V x 2.5 A = 12.5 W; the other channels come after it.
  device.put("in1_label", "VDD_IN").put("in1_input", "5000").put("curr1_input", "2500");
  device.put("in2_label", "VDD_CPU_GPU_CV").put("in2_input", "5000").put("curr2_input", "900");
  device.put("in3_label", "VDD_SOC").put("in3_input", "5000").put("curr3_input", "700");
  device.put("in7_label", "sum of shunt voltages").put("in7_input", "9");
  CounterMeter meter = opened(tree);
  const MeterDescription& what = meter.description();
  CHECK(what.scope == Scope::psys);
  CHECK(what.provenance == Provenance::estimated);
  CHECK(has(what.note, "energy is added up from power"));
  CHECK(files(meter) == Names{"hwmon1/curr1_input"});
  CHECK(what.zones[0].name == "VDD_IN");
  const double watts = counted_watts(meter);
  CHECK(watts > 1.25);
  CHECK(watts < 125.0);
}

TEST_CASE("milliamperes times millivolts are microwatts", "[meters][hwmon]") {
  const SystemTree tree;
  const Device device(tree, 0, "ina3221");
  device.put("curr1_input", "2500").put("in1_input", "5000");
  const auto opened_file = [&](const char* name) {
    return detail::FileDescriptor(open(device.file(name).c_str(), O_RDONLY | O_CLOEXEC));
  };
  detail::VoltAmperes sensor(opened_file("curr1_input"), opened_file("in1_input"));
  std::uint64_t microwatts = 0;
  CHECK(sensor.read(microwatts));
  CHECK(microwatts == 12'500'000);
  device.put("in1_input", "-1");
  CHECK_FALSE(sensor.read(microwatts));
}

TEST_CASE("the older Jetsons' input has another name", "[meters][hwmon]") {
  const SystemTree tree;
  const Device device(tree, 1, "ina3221");
  device.put("in1_label", "POM_5V_GPU").put("in1_input", "5000").put("curr1_input", "300");
  device.put("in2_label", "POM_5V_IN").put("in2_input", "5000").put("curr2_input", "2500");
  CHECK(files(opened(tree)) == Names{"hwmon1/curr2_input"});
}

TEST_CASE("a server's power meter is added up to energy", "[meters][hwmon]") {
  const SystemTree tree;
  Device(tree, 0, "power_meter").put("power1_average", "250000000");
  CounterMeter meter = opened(tree);
  CHECK(meter.description().scope == Scope::psys);
  CHECK(meter.description().provenance == Provenance::estimated);
  CHECK(files(meter) == Names{"hwmon0/power1_average"});
  const double watts = counted_watts(meter);
  CHECK(watts > 25.0);
  CHECK(watts < 2500.0);
}

TEST_CASE("power that is added up ticks at each sample", "[meters][hwmon]") {
  const SystemTree tree;
  Device(tree, 0, "power_meter").put("power1_average", "250000000");
  const MeterDescription what = opened(tree).description();
  CHECK(what.update_period > 2_ms);
  CHECK(what.update_period < 200_ms);
}

TEST_CASE("a GPU that counts its energy is not added up from its power", "[meters][hwmon]") {
  const SystemTree tree;
  const Device device(tree, 2, "amdgpu");
  device.put("power1_average", "30000000").put("power1_input", "31000000");
  SECTION("it counts") {
    device.put("energy1_input", "5000000");
    const CounterMeter meter = opened(tree, true);
    CHECK(files(meter) == Names{"hwmon2/energy1_input"});
    CHECK(meter.description().scope == Scope::gpu);
    CHECK(meter.description().provenance == Provenance::measured);
  }
  SECTION("it tells a mean power") {
    device.put("power1_label", "PPT");
    const CounterMeter meter = opened(tree, true);
    CHECK(files(meter) == Names{"hwmon2/power1_average"});
    CHECK(meter.description().scope == Scope::gpu);
    CHECK(meter.description().provenance == Provenance::estimated);
  }
  SECTION("it tells the power of the moment alone") {
    std::filesystem::remove(device.file("power1_average"));
    CHECK(files(opened(tree, true)) == Names{"hwmon2/power1_input"});
  }
}

TEST_CASE("all GPUs of one driver are added up", "[meters][hwmon]") {
  const SystemTree tree;
  Device(tree, 2, "amdgpu").put("energy1_input", "5000000");
  Device(tree, 5, "amdgpu").put("power1_average", "30000000");
  const CounterMeter meter = opened(tree, true);
  CHECK(files(meter) == Names{"hwmon2/energy1_input", "hwmon5/power1_average"});
  CHECK(meter.description().provenance == Provenance::estimated);  // the worst of them
}

TEST_CASE("of GPUs of two drivers the first driver's are counted", "[meters][hwmon]") {
  const SystemTree tree;
  Device(tree, 1, "amdgpu").put("energy1_input", "5000000");
  Device(tree, 2, "i915").put("energy1_input", "6000000");
  CHECK(files(opened(tree, true)) == Names{"hwmon1/energy1_input"});
}

TEST_CASE("an Intel GPU counts as a card, and its tiles not again", "[meters][hwmon]") {
  const SystemTree tree;
  SECTION("i915") {
    Device(tree, 4, "i915").put("energy1_input", "5000000");
    Device(tree, 5, "i915_gt0").put("energy1_input", "4000000");
    CHECK(files(opened(tree, true)) == Names{"hwmon4/energy1_input"});
  }
  SECTION("xe") {
    const Device device(tree, 4, "xe");
    device.put("energy1_label", "card").put("energy1_input", "5000000");
    device.put("energy2_label", "pkg").put("energy2_input", "4000000");
    CHECK(files(opened(tree, true)) == Names{"hwmon4/energy1_input"});
  }
  SECTION("xe as it was before it had labels") {
    Device(tree, 4, "xe").put("energy1_input", "5000000");
    CHECK(files(opened(tree, true)) == Names{"hwmon4/energy1_input"});
  }
}

TEST_CASE("GPUs and the rest of the machine are two meters", "[meters][hwmon]") {
  const SystemTree tree;
  Device(tree, 0, "amdgpu").put("energy1_input", "5000000");
  CHECK(state(tree, false) == ProbeState::absent);
  Device(tree, 1, "amd_energy").put("energy1_label", "Esocket0").put("energy1_input", "7000000");
  CHECK(files(opened(tree, false)) == Names{"hwmon1/energy1_input"});
  CHECK(files(opened(tree, true)) == Names{"hwmon0/energy1_input"});
}

TEST_CASE("drivers that are not known here are no meter", "[meters][hwmon]") {
  const SystemTree tree;
  SECTION("none at all") {}
  SECTION("temperature") { Device(tree, 0, "coretemp").put("temp1_input", "45000"); }
  SECTION("energy of a driver nobody knows") {
    Device(tree, 0, "mystery").put("energy1_input", "5000000");
  }
  SECTION("a known driver without its files") { Device(tree, 0, "amd_energy"); }
  SECTION("a known driver with other labels alone") {
    Device(tree, 0, "amd_energy").put("energy1_label", "Ecore000").put("energy1_input", "1");
  }
  const Probe<CounterMeter> probe = open_hwmon(tree.root());
  CHECK(probe.state() == ProbeState::absent);
  CHECK(has(probe.reason(), tree.file("sys/class/hwmon")));
  CHECK_FALSE(probe.fix().empty());
  CHECK(state(tree, true) == ProbeState::absent);
}

TEST_CASE("a sensor that may not be read is a reason, and never a smaller sum", "[meters][hwmon]") {
  const SystemTree tree;
  const Device device(tree, 0, "amd_energy");
  device.put("energy1_label", "Esocket0").put("energy1_input", "7000000");
  device.put("energy2_label", "Esocket1").put("energy2_input", "8000000");
  std::filesystem::permissions(device.file("energy2_input"), std::filesystem::perms::none);
  const std::string root = tree.root();
  enum : int { fine, found, other_state, other_reason, other_fix };
  const int code = as_nobody(root, [&] {
    const Probe<CounterMeter> probe = open_hwmon(root);
    if (probe.is_found()) return int{found};
    if (probe.state() != ProbeState::forbidden) return int{other_state};
    if (!has(probe.reason(), "permission denied")) return int{other_reason};
    return int{has(probe.fix(), "permissions.md") ? fine : other_fix};
  });
  if (code == -1) {
    WARN("skipped: cannot become a user who may see the folder but not the file");
    return;
  }
  CHECK(code == fine);
}

TEST_CASE("a meter of sensors closes its files", "[meters][hwmon]") {
  const SystemTree tree;
  const Device board(tree, 0, "ina3221");
  board.put("in1_label", "VDD_IN").put("in1_input", "5000").put("curr1_input", "2500");
  const Device gpu(tree, 1, "amdgpu");
  gpu.put("energy1_input", "5000000");
  const std::size_t before = open_files();
  {
    const CounterMeter meter = opened(tree);
    CHECK(open_files() == before + 2);
    const CounterMeter other = opened(tree, true);
    CHECK(open_files() == before + 3);
  }
  CHECK(open_files() == before);
}

TEST_CASE("sensors are added up, however many there are", "[meters][hwmon]") {
  const SystemTree tree;
  const std::size_t before = open_files();
  SECTION("of energy, on as many devices") {
    std::vector<Device> devices;
    for (int i = 0; i < 100; ++i) {
      devices.emplace_back(tree, i, "amdgpu").put("energy1_input", "5000000");
    }
    CounterMeter meter = opened(tree, true);
    REQUIRE(meter.description().zones.size() == 100);
    CHECK(open_files() == before + 100);
    Reading first;
    Reading second;
    REQUIRE(meter.read(first));
    for (const Device& device : devices) device.put("energy1_input", "5010000");
    REQUIRE(meter.read(second));
    CHECK(counted(meter, first, second).energy.value.si() == Approx(1.0));  // a hundred of 10 mJ
  }
  SECTION("of power") {
    for (int i = 0; i < 40; ++i) Device(tree, i, "amdgpu").put("power1_average", "30000000");
    CounterMeter meter = opened(tree, true);
    CHECK(meter.description().zones.size() == 40);
    CHECK(open_files() == before + 40);
    const double watts = counted_watts(meter);  // 1200 W
    CHECK(watts > 120.0);
    CHECK(watts < 12'000.0);
  }
  SECTION("on one device, whatever the numbers of its channels") {
    const Device device(tree, 700, "amd_energy");
    for (const int channel : {3, 200, 1'000}) {
      const std::string name = "energy" + std::to_string(channel);
      device.put((name + "_label").c_str(), "Esocket").put((name + "_input").c_str(), "1");
    }
    CHECK(files(opened(tree)) ==
          Names{"hwmon700/energy1000_input", "hwmon700/energy200_input", "hwmon700/energy3_input"});
  }
  CHECK(open_files() == before);
}

TEST_CASE("constant power adds up to power times time", "[meters][power]") {
  Sum sum;
  Knob knob{40'000};
  const Counter counter = sum.add(knob);
  const Sum::Moment first = sum.sample();
  CHECK(Sum::joules(counter) == 0.0);  // earlier consumption is not known
  SystemClock::wait(30_ms);
  const Sum::Moment second = sum.sample();
  check_drawn(Sum::joules(counter), 40.0, first, second);
  SystemClock::wait(10_ms);
  const Sum::Moment third = sum.sample();
  check_drawn(Sum::joules(counter), 40.0, first, third);
}

TEST_CASE("power that changed is taken to have changed along a straight line", "[meters][power]") {
  Sum sum;
  Knob knob{10'000};
  const Counter counter = sum.add(knob);
  const Sum::Moment first = sum.sample();
  SystemClock::wait(20_ms);
  knob.milliwatts = 70'000;
  const Sum::Moment second = sum.sample();
  // Between 10 and 70 W: 40 W on average.
  check_drawn(Sum::joules(counter), 40.0, first, second);
}

TEST_CASE("each sensor has a sum of its own", "[meters][power]") {
  Sum sum;
  Knob weak{1'000};
  Knob strong{100'000};
  const Counter of_weak = sum.add(weak);
  const Counter of_strong = sum.add(strong);
  const Sum::Moment first = sum.sample();
  SystemClock::wait(20_ms);
  const Sum::Moment second = sum.sample();
  check_drawn(Sum::joules(of_weak), 1.0, first, second);
  check_drawn(Sum::joules(of_strong), 100.0, first, second);
}

TEST_CASE("a sensor of power that fails is a failed reading until it is back", "[meters][power]") {
  Sum sum;
  Knob knob{40'000};
  const Counter counter = sum.add(knob);
  std::uint64_t count = 0;
  CHECK_FALSE(counter->read(count));  // no sample yet
  (void)sum.sample();
  CHECK(counter->read(count));
  knob.works = false;
  (void)sum.sample();
  CHECK_FALSE(counter->read(count));
  knob.works = true;
  (void)sum.sample();
  CHECK(counter->read(count));
}

TEST_CASE("a sample that failed between two readings loses no joule", "[meters][power]") {
  Sum sum;
  Knob knob{40'000};
  const Counter counter = sum.add(knob);
  const Sum::Moment first = sum.sample();
  SystemClock::wait(10_ms);
  knob.works = false;
  (void)sum.sample();
  SystemClock::wait(10_ms);
  knob.works = true;
  const Sum::Moment third = sum.sample();
  check_drawn(Sum::joules(counter), 40.0, first, third);
}

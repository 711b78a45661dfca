// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/system_load.hpp"

#include <filesystem>
#include <string>

#include "catch.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/units/quantity.hpp"
#include "scratch.hpp"

using namespace perjoule;

TEST_CASE("busy time is that of all but idle, iowait and guests of ours", "[engine][neighbours]") {
  // user + nice + system + irq + softirq = 100 + 20 + 30 + 1 + 4; guest time is in user already.
  const SystemState state =
      detail::parse_cpu_times("cpu  100 20 30 5000 60 1 4 7 90 2\ncpu0 50 10 15 ...", 0.01);
  CHECK(state.busy.si() == Approx(1.55));
  CHECK(state.steal.si() == Approx(0.07));
}

TEST_CASE("what is no /proc/stat tells nothing", "[engine][neighbours]") {
  for (const char* content :
       {"", "cpu", "cpu  1 2 3", "cpu0 1 2 3 4 5 6 7 8", "cpu  a b c", "cpu  nan 1 1 1 1 1 1 1",
        "cpu  1 1 1 1 1 1 -1 1", "cpu  1e308 1e308 1 1 1 1 1 1"}) {
    INFO(content);
    CHECK_FALSE(is_finite(detail::parse_cpu_times(content, 0.01).busy.si()));
    CHECK_FALSE(is_finite(detail::parse_cpu_times(content, 0.01).steal.si()));
  }
}

TEST_CASE("others have what of the CPU time was not ours", "[engine][neighbours]") {
  // One core of ours and a quarter of one of theirs: a fifth of the CPU time.
  CHECK(detail::others_cpu_share(0.5_s, 2_s, 2_s) == Approx(0.2));
  // A process that waits: one core counts as if it were used.
  CHECK(detail::others_cpu_share(0.1_s, 0_s, 2_s) == Approx(0.05));
  // Four cores of ours.
  CHECK(detail::others_cpu_share(2_s, 8_s, 2_s) == Approx(0.2));
}

TEST_CASE("what the kernel rounds away is nobody's", "[engine][neighbours]") {
  CHECK(detail::others_cpu_share(0.029_s, 0.1_s, 0.1_s) == 0.0);
  CHECK(detail::others_cpu_share(0.031_s, 0.1_s, 0.1_s) > 0.2);
  CHECK(detail::others_cpu_share(-0.05_s, 1_s, 1_s) == 0.0);
}

TEST_CASE("others that are not known stay so", "[engine][neighbours]") {
  CHECK_FALSE(is_finite(detail::others_cpu_share(Seconds(detail::quiet_nan()), 1_s, 1_s)));
}

TEST_CASE("between two moments others are busy time less this process's", "[engine][neighbours]") {
  detail::SystemSnapshot before;
  before.process_cpu = Instant{1'000'000'000};
  before.system.busy = 50_s;
  before.system.steal = 2_s;
  detail::SystemSnapshot after;
  after.process_cpu = Instant{1'700'000'000};
  after.system.busy = 51.2_s;
  after.system.steal = 2.1_s;
  after.system.temperature_c = 61.5;
  after.system.frequency_hz = 2.4e9;
  const Interference found = detail::interference_between(before, after);
  CHECK(found.others_cpu.si() == Approx(0.5));
  CHECK(found.steal.si() == Approx(0.1));
  CHECK(found.temperature_c == 61.5);
  CHECK(found.frequency_hz == 2.4e9);
}

TEST_CASE("a machine's temperature and frequency are read where they are", "[engine][neighbours]") {
  const scratch::Folder root;
  const auto put = [&](const char* path, const char* content) {
    const std::string file = root / path;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    scratch::put_file(file, content);
  };
  put("proc/stat", "cpu  100 0 0 0 0 0 0 50 0 0\n");
  put("sys/class/thermal/thermal_zone0/type", "acpitz\n");
  put("sys/class/thermal/thermal_zone0/temp", "20000\n");
  put("sys/class/thermal/thermal_zone1/type", "x86_pkg_temp\n");
  put("sys/class/thermal/thermal_zone1/temp", "61500\n");
  put("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "2400000\n");
  put("sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", "17\n");
  const SystemState state = detail::read_system(detail::find_system_files(root.path().string()));
  CHECK(state.busy > 0_s);
  CHECK(state.steal.si() == Approx(0.5 * state.busy.si()));
  CHECK(state.temperature_c == Approx(61.5));
  CHECK(state.frequency_hz == Approx(2.4e9));
  CHECK(state.throttle_count == 17.0);
  detail::SystemSnapshot earlier;
  earlier.system.throttle_count = 15.0;
  detail::SystemSnapshot later;
  later.system = state;
  CHECK(detail::interference_between(earlier, later).throttle_count == 2.0);
}

TEST_CASE("the CPU's temperature is found behind many other zones", "[engine][neighbours]") {
  const scratch::Folder root;
  for (int i = 0; i <= 100; ++i) {
    const std::string zone = root / ("sys/class/thermal/thermal_zone" + std::to_string(i));
    std::filesystem::create_directories(zone);
    scratch::put_file(zone + "/type", i == 100 ? "x86_pkg_temp\n" : "nvme\n");
    scratch::put_file(zone + "/temp", std::to_string(1000 * i) + "\n");
  }
  const SystemFiles files = detail::find_system_files(root.path().string());
  CHECK(detail::read_system(files).temperature_c == Approx(100.0));
}

TEST_CASE("a machine that tells nothing has no numbers, and no zeros", "[engine][neighbours]") {
  const scratch::Folder root;
  const SystemState state = detail::read_system(detail::find_system_files(root.path().string()));
  CHECK_FALSE(is_finite(state.busy.si()));
  CHECK_FALSE(is_finite(state.temperature_c));
  CHECK_FALSE(is_finite(state.frequency_hz));
  CHECK_FALSE(is_finite(state.throttle_count));
  CHECK_FALSE(is_finite(detail::read_system(SystemFiles{}).steal.si()));
}

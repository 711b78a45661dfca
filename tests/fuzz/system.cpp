// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel's files of the machine, the process and its control group, and git's.
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/fuzz.hpp"
#include "fuzz/tree.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/engine/cache_flusher.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/memory/cgroup.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/cpu_model.hpp"
#include "perjoule/meters/rapl.hpp"

namespace {

using namespace perjoule;

const fuzz::Tree& tree() {
  static const fuzz::Tree tree({
      ".git/HEAD",
      ".git/refs/heads/main",
      ".git/packed-refs",
      "proc/cpuinfo",
      "proc/meminfo",
      "proc/stat",
      "proc/1/status",
      "proc/1/smaps_rollup",
      "proc/1/stat",
      "proc/self/cgroup",
      "proc/self/mountinfo",
      "sys/class/thermal/thermal_zone0/type",
      "sys/class/thermal/thermal_zone0/temp",
      "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
      "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq",
      "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count",
      "sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size",
      "sys/devices/system/cpu/cpu0/cache/index3/size",
      "sys/fs/cgroup/cgroup.controllers",
      "sys/fs/cgroup/memory.max",
      "sys/fs/cgroup/a/cgroup.controllers",
      "sys/fs/cgroup/a/cgroup.events",
      "sys/fs/cgroup/a/memory.max",
      "sys/fs/cgroup/a/memory.current",
      "sys/fs/cgroup/a/memory.peak",
      "sys/fs/cgroup/memory/a/memory.limit_in_bytes",
      "sys/fs/cgroup/memory/a/memory.usage_in_bytes",
      "sys/fs/cgroup/memory/a/memory.stat",
  });
  return tree;
}

void expect_bytes(const Estimate<Bytes>& of) {
  fuzz::expect(!of.is_known() || (is_finite(of.value.si()) && of.value >= Bytes(0.0)),
               "bytes are a number, not below 0");
}

/// @param number  NaN: not known
void expect_not_negative(double number, std::string_view what) {
  fuzz::expect(std::isnan(number) || (is_finite(number) && number >= 0.0), what);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tree().write(fuzz::text_of(data, size));
  const std::string root = tree().root();

  const Machine machine = detail::read_machine(root);
  expect_not_negative(machine.memory.si(), "memory is a number, not below 0");
  const std::string commit = detail::read_git_commit(root);
  fuzz::expect(commit.empty() || commit.size() == 40 || commit.size() == 64,
               "a commit has a commit's name");
  static_cast<void>(detail::rapl_registers(detail::read_cpu_model(root)));

  const ProcessMemory process = process_memory(1, root);
  for (const auto& bytes : {process.resident, process.peak_resident, process.proportional}) {
    expect_bytes(bytes);
  }
  expect_not_negative(process.minor_faults, "faults are not below 0");
  const CgroupMemory group = cgroup_memory(root);
  for (const auto& bytes : {group.limit, group.current, group.peak}) expect_bytes(bytes);
  fuzz::expect(group.path.empty() || group.path.starts_with(root), "a group is below its root");

  const SystemState state = detail::read_system(detail::find_system_files(root));
  expect_not_negative(state.busy.si(), "CPU time is not below 0");
  expect_not_negative(state.steal.si(), "stolen time is not below 0");
  for (const double number : {state.frequency_hz, state.throttle_count, state.temperature_c}) {
    fuzz::expect(std::isnan(number) || is_finite(number), "what a sensor shows is finite");
  }
  const Bytes cache = detail::largest_cache(root);
  fuzz::expect(cache >= Bytes(0.0) && cache < Bytes(1e12), "a cache has a possible size");
  const double line = detail::cache_line_size(root);
  fuzz::expect(is_finite(line) && line > 0.0, "a cache line has some bytes");
  return 0;
}

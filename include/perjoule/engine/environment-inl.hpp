// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/measured_span.hpp"
#include "perjoule/engine/redacted_command.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Machine read_machine(const std::string& root) {
  Machine machine;
  // The first CPU is described in the first kilobyte, and the others repeat it.
  const std::string cpuinfo = read_beginning(root + "/proc/cpuinfo", 4096).value_or("");
  machine.processor = parse_field(cpuinfo, "model name");
  if (machine.processor.empty())
    machine.processor = parse_field(cpuinfo, "CPU part");  // 64-bit Arm
  // The nominal clock rate is left out, so that two machines of one model have one name.
  machine.processor.resize(std::min(machine.processor.find(" @ "), machine.processor.size()));
  const std::string total = parse_field(read_file(root + "/proc/meminfo").value_or(""), "MemTotal");
  std::string_view digits = total;
  double kib = take_number(digits).value_or(0.0);
  const bool is_possible = is_finite(kib) && kib >= 0.0 && kib < 1e15;
  if (!is_possible) kib = 0.0;  // not known
  machine.memory = Bytes(1024.0 * kib);
  machine.governor =
      read_file(root + "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").value_or("");
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  machine.cores = online > 0 ? static_cast<std::size_t>(online) : 0;
  utsname system{};
  if (uname(&system) == 0) {
    machine.kernel = text::format("{} {} {}", system.sysname, system.release, system.machine);
  }
  // Memory in whole GiB: the kernel reserves a little more or less of it at each boot.
  machine.key = fnv1a_hex(text::format("{}|{}|{}", machine.processor, machine.cores,
                                       static_cast<std::size_t>(kib / 1048576.0 + 0.5)));
  return machine;
}

/// Returns whether a text is a name of a commit: anything else in such a file is somebody else's
/// secret.
PERJOULE_INLINE bool is_commit(std::string_view text) noexcept {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == text.npos;
}

PERJOULE_INLINE std::string read_git_commit(std::string folder) {
  const auto read = [](const std::string& path) { return read_file(path).value_or(""); };
  const auto commit_or_nothing = [](const std::string& text) {
    return is_commit(text) ? text : "";
  };
  for (;;) {
    const std::string git = folder + "/.git";
    const std::string head = read(git + "/HEAD");
    if (!head.empty()) {
      if (!head.starts_with("ref: refs/")) return commit_or_nothing(head);
      const std::string branch = head.substr(5);
      if (branch.find("..") != branch.npos) return {};  // not of this repository
      const std::string loose = read(git + "/" + branch);
      if (!loose.empty()) return commit_or_nothing(loose);
      const std::string packed = "\n" + read(git + "/packed-refs") + "\n";
      const std::size_t end = packed.find(" " + branch + "\n");
      if (end == packed.npos) return {};
      const std::size_t begin = packed.rfind('\n', end) + 1;
      return commit_or_nothing(packed.substr(begin, end - begin));
    }
    // In a linked work tree or a submodule, .git is a file and the commit is stored elsewhere, so
    // the commit is not known.
    const std::size_t slash = folder.rfind('/');
    if (slash == folder.npos || !read(git).empty()) return {};
    folder.erase(slash);
  }
}

PERJOULE_INLINE const std::string& own_program_sha256() {
  static const std::string hash = sha256_of_file("/proc/self/exe").value_or("");
  return hash;
}

PERJOULE_INLINE Job job_of(const char* (*variable)(const char* name)) {
  Job job;
  const auto name = [&](const char* which) {
    const char* const found = variable(which);
    const std::string text = found == nullptr ? "" : found;
    constexpr const char* letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const bool is_name = text.size() <= 64 && text.find_first_not_of(letters) == std::string::npos;
    return is_name ? text : std::string();
  };
  job.id = name("SLURM_JOB_ID");
  job.array_id = name("SLURM_ARRAY_JOB_ID");
  job.task = name("SLURM_ARRAY_TASK_ID");
  job.step = name("SLURM_STEP_ID");
  const auto count = [&](const char* which) -> std::optional<std::size_t> {
    std::uint64_t number = 0;
    if (!text::parse_integer(name(which), number) || number > 1'000'000'000) return std::nullopt;
    return number;
  };
  using Place = std::optional<std::pair<std::size_t, std::size_t>>;
  const auto place = [](std::optional<std::size_t> rank, std::optional<std::size_t> of) -> Place {
    if (!rank || !of || *rank >= *of) return std::nullopt;
    return std::pair(*rank, *of);
  };
  const auto named = [&](const char* rank, const char* of) {
    return place(count(rank), count(of));
  };
  const Place in_open_mpi = named("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE");
  const Place in_pmi = named("PMI_RANK", "PMI_SIZE");
  const Place in_step =
      job.step.empty() ? std::nullopt : named("SLURM_PROCID", "SLURM_STEP_NUM_TASKS");
  const Place all = in_open_mpi ? in_open_mpi : in_pmi ? in_pmi : in_step;
  if (!all) return job;
  std::tie(job.rank, job.ranks) = *all;
  Place local;
  if (in_open_mpi) {
    local = named("OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE");
  } else if (in_pmi) {
    local = named("MPI_LOCALRANKID", "MPI_LOCALNRANKS");
    if (!local) local = named("PMI_LOCAL_RANK", "PMI_LOCAL_SIZE");
  }
  if (!local && !in_open_mpi && in_step == all) {
    const char* const tasks = variable("SLURM_STEP_TASKS_PER_NODE");
    const std::optional<std::size_t> node = count("SLURM_NODEID");
    if (tasks != nullptr && node)
      local = place(count("SLURM_LOCALID"), tasks_on_node(tasks, *node));
  }
  std::tie(job.local_rank, job.local_ranks) = local.value_or(std::pair(job.rank, std::size_t{0}));
  if (job.ranks == 1) return job;
  for (const char* which :
       {"PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "PMI_JOBID", "PALS_APID"}) {
    const char* const found = variable(which);
    if (found == nullptr || !job.launch.empty()) continue;
    job.launch = sha256_hex(text::format("perjoule|{}|{}", job.id, found)).substr(0, 16);
  }
  return job;
}

PERJOULE_INLINE std::size_t tasks_on_node(std::string_view tasks_per_node,
                                          std::size_t node) noexcept {
  while (!tasks_per_node.empty()) {
    std::string_view part = tasks_per_node.substr(0, tasks_per_node.find(','));
    tasks_per_node.remove_prefix(std::min(tasks_per_node.size(), part.size() + 1));
    std::uint64_t tasks = 0;
    std::uint64_t nodes = 1;
    const std::size_t times = part.find("(x");
    if (times != part.npos) {
      if (!part.ends_with(')')) return 0;
      const std::string_view of = part.substr(times + 2, part.size() - times - 3);
      if (!text::parse_integer(of, nodes)) return 0;
      part = part.substr(0, times);
    }
    if (!text::parse_integer(part, tasks)) return 0;
    if (node < nodes) return tasks;
    node -= nodes;
  }
  return 0;
}

PERJOULE_INLINE Run read_run() {
  Run run;
  run.utc = utc_now().substr(0, 19) + 'Z';  // in seconds
  run.program_sha256 = own_program_sha256();
  run.command = redacted_command(read_file("/proc/self/cmdline").value_or(""));

  // The boot id, the process id and the start time identify a process without a random number, so
  // two sessions of one process belong to one run. The start time is the 20th field after the name.
  const std::string boot = read_file("/proc/sys/kernel/random/boot_id").value_or("");
  const std::string stat = read_file("/proc/self/stat").value_or("");
  std::size_t start = stat.rfind(')');
  for (int field = 0; field < 20 && start != stat.npos; ++field) start = stat.find(' ', start + 1);
  const std::string started =
      start == stat.npos ? run.utc : stat.substr(start + 1, stat.find(' ', start + 1) - start - 1);
  run.id = fnv1a_hex(text::format("{}|{}|{}", boot, getpid(), started));
  const char* const given = getenv("PERJOULE_NODE");
  const std::string machine = given == nullptr || *given == '\0' ? boot : given;
  if (!machine.empty()) run.boot = sha256_hex("perjoule|" + machine).substr(0, 16);
  char* const folder = realpath(".", nullptr);
  if (folder != nullptr) run.commit = read_git_commit(folder);
  free(folder);
  run.job = job_of([](const char* name) -> const char* { return getenv(name); });
  return run;
}

PERJOULE_INLINE Build make_build(std::string_view compiler, bool optimized, bool fast_math) {
  return {std::string(compiler), optimized, fast_math};
}

}  // namespace perjoule::inline v0::detail

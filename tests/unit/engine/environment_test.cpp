// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/environment.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "scratch.hpp"

using namespace perjoule;

namespace {

constexpr const char* commit = "0123456789abcdef0123456789abcdef01234567";
constexpr const char* other_commit = "fedcba9876543210fedcba9876543210fedcba98";

/// Writes a file below a folder, with the folders above it.
void put(const scratch::Folder& folder, const std::string& name, std::string_view content) {
  const std::filesystem::path path = folder.path() / name;
  std::filesystem::create_directories(path.parent_path());
  scratch::put_file(path.string(), content);
}

std::string commit_below(const scratch::Folder& folder, std::string_view name = "") {
  const std::string path = name.empty() ? folder.path().string() : folder / name;
  return detail::read_git_commit(path);
}

/// The environment of a process, for a function without a state of its own.
std::map<std::string, std::string> variables;

Job job_in(const std::map<std::string, std::string>& of_process) {
  variables = of_process;
  return detail::job_of([](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

}  // namespace

TEST_CASE("a machine is read from a tree in the shape of /proc and /sys", "[engine][environment]") {
  const scratch::Folder root;
  put(root, "proc/cpuinfo",
      "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 106\n"
      "model name\t: Example(R) CPU 9000 @ 2.30GHz\ncache size\t: 1 KB\n\n"
      "processor\t: 1\nmodel name\t: Another\n");
  put(root, "proc/meminfo", "MemTotal:       16318412 kB\nMemFree:         123456 kB\n");
  put(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
  const Machine machine = detail::read_machine(root.path().string());
  CHECK(machine.processor == "Example(R) CPU 9000");
  CHECK(machine.memory.si() == 16318412.0 * 1024.0);
  CHECK(machine.governor == "performance");
  CHECK(machine.cores >= 1);
  CHECK_FALSE(machine.kernel.empty());
  CHECK(machine.key.size() == 16);
}

TEST_CASE("a 64-bit Arm processor is named by its part number", "[engine][environment]") {
  const scratch::Folder root;
  put(root, "proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
  CHECK(detail::read_machine(root.path().string()).processor == "0xd0c");
}

TEST_CASE("what a machine does not tell is empty", "[engine][environment]") {
  const scratch::Folder root;
  const Machine machine = detail::read_machine(root.path().string());
  CHECK(machine.processor.empty());
  CHECK(machine.governor.empty());
  CHECK(machine.memory.si() == 0.0);
}

TEST_CASE("a machine keeps its key when the kernel keeps a little more memory for itself",
          "[engine][environment]") {
  const auto key = [](const char* processor, const char* kib) {
    const scratch::Folder root;
    put(root, "proc/cpuinfo", std::string("model name\t: ") + processor + "\n");
    put(root, "proc/meminfo", std::string("MemTotal: ") + kib + " kB\n");
    return detail::read_machine(root.path().string()).key;
  };
  CHECK(key("A", "16318412") == key("A", "16300000"));
  CHECK(key("A", "16318412") != key("A", "32636824"));
  CHECK(key("A", "16318412") != key("B", "16318412"));
  for (const char* const impossible : {"inf", "nan", "-1", "1e308"}) {
    CHECK(key("A", impossible) == key("A", "unknown"));
  }
}

TEST_CASE("a hash is FNV-1a in 16 hexadecimal digits, on every machine", "[engine][environment]") {
  // The test vectors of draft-eastlake-fnv, for 64 bits.
  CHECK(detail::fnv1a_hex("") == "cbf29ce484222325");
  CHECK(detail::fnv1a_hex("a") == "af63dc4c8601ec8c");
  CHECK(detail::fnv1a_hex("foobar") == "85944171f73967e8");
}

TEST_CASE("a commit is found in a loose reference", "[engine][environment]") {
  const scratch::Folder folder;
  put(folder, ".git/HEAD", "ref: refs/heads/main\n");
  put(folder, ".git/refs/heads/main", std::string(commit) + "\n");
  CHECK(commit_below(folder) == commit);
}

TEST_CASE("a commit is found from a folder within the checkout", "[engine][environment]") {
  const scratch::Folder folder;
  put(folder, ".git/HEAD", "ref: refs/heads/main\n");
  put(folder, ".git/refs/heads/main", std::string(commit) + "\n");
  std::filesystem::create_directories(folder / "src/deep");
  CHECK(commit_below(folder, "src/deep") == commit);
}

TEST_CASE("a commit is found in packed references", "[engine][environment]") {
  const scratch::Folder folder;
  put(folder, ".git/HEAD", "ref: refs/heads/main\n");
  const std::string head = "# pack-refs with: peeled fully-peeled sorted \n";
  const std::string main = std::string(commit) + " refs/heads/main\n";
  const std::string longer = std::string(other_commit) + " refs/heads/main-2\n";
  const std::string tag = std::string(other_commit) + " refs/tags/v1\n^" + other_commit + "\n";
  SECTION("between others") { put(folder, ".git/packed-refs", head + main + longer + tag); }
  SECTION("behind one whose name goes on") {
    put(folder, ".git/packed-refs", head + longer + main + tag);
  }
  SECTION("in the last line") { put(folder, ".git/packed-refs", head + longer + main); }
  SECTION("in the only line") { put(folder, ".git/packed-refs", main); }
  CHECK(commit_below(folder) == commit);
}

TEST_CASE("a commit is found in a packed file of any length", "[engine][environment]") {
  const scratch::Folder folder;
  const std::string branch = "refs/heads/" + std::string(300, 'b');
  put(folder, ".git/HEAD", "ref: " + branch + "\n");
  std::string packed;
  for (int i = 0; packed.size() < 2'000'000; ++i) {
    packed += std::string(other_commit) + " refs/tags/v" + std::to_string(i) + "\n";
  }
  put(folder, ".git/packed-refs", packed + commit + " " + branch + "\n");
  CHECK(commit_below(folder) == commit);
}

TEST_CASE("a loose reference wins over a packed one, which is older", "[engine][environment]") {
  const scratch::Folder folder;
  put(folder, ".git/HEAD", "ref: refs/heads/main\n");
  put(folder, ".git/refs/heads/main", std::string(commit) + "\n");
  put(folder, ".git/packed-refs", std::string(other_commit) + " refs/heads/main\n# end\n");
  CHECK(commit_below(folder) == commit);
}

TEST_CASE("a detached checkout is its commit", "[engine][environment]") {
  const scratch::Folder folder;
  put(folder, ".git/HEAD", std::string(commit) + "\n");
  CHECK(commit_below(folder) == commit);
}

TEST_CASE("a branch without a commit and a folder outside git have none", "[engine][environment]") {
  const scratch::Folder folder;
  CHECK(commit_below(folder).empty());
  put(folder, ".git/HEAD", "ref: refs/heads/main\n");
  CHECK(commit_below(folder).empty());
  put(folder, ".git/packed-refs", std::string(other_commit) + " refs/heads/other\n# end\n");
  CHECK(commit_below(folder).empty());
}

TEST_CASE("what is no commit is in no record", "[engine][environment]") {
  const scratch::Folder folder;
  put(folder, "secret", "root:hunter2:19000::::::\n");
  SECTION("a reference out of the repository") {
    put(folder, ".git/HEAD", "ref: refs/../../secret\n");
  }
  SECTION("a reference to anywhere") { put(folder, ".git/HEAD", "ref: ../secret\n"); }
  SECTION("a link") {
    put(folder, ".git/HEAD", "ref: refs/heads/main\n");
    std::filesystem::create_directories(folder / ".git/refs/heads");
    std::filesystem::create_symlink(folder / "secret", folder / ".git/refs/heads/main");
  }
  SECTION("a head of something else") { put(folder, ".git/HEAD", "hunter2\n"); }
  SECTION("a packed one") {
    put(folder, ".git/HEAD", "ref: refs/heads/main\n");
    put(folder, ".git/packed-refs", "hunter2 refs/heads/main\n");
  }
  SECTION("a pipe, which is not waited for") {
    std::filesystem::create_directories(folder / ".git");
    REQUIRE(mkfifo((folder / ".git/HEAD").c_str(), 0600) == 0);
  }
  CHECK(commit_below(folder).empty());
}

TEST_CASE("a commit of SHA-256 has 64 digits", "[engine][environment]") {
  const scratch::Folder folder;
  const std::string longer = std::string(commit) + "0123456789abcdef01234567";
  put(folder, ".git/HEAD", "ref: refs/heads/main\n");
  put(folder, ".git/packed-refs", longer + " refs/heads/main\n");
  CHECK(commit_below(folder) == longer);
}

TEST_CASE("two looks at one process give one run", "[engine][environment]") {
  const Run first = detail::read_run();
  const Run second = detail::read_run();
  CHECK(first.id == second.id);
  CHECK(first.id.size() == 16);
  REQUIRE(first.utc.size() == 20);
  CHECK(first.utc.substr(0, 2) == "20");
  CHECK(first.utc[10] == 'T');
  CHECK(first.utc[19] == 'Z');
  CHECK_FALSE(first.command.empty());
  CHECK(first.command.find('/') == std::string::npos);
}

TEST_CASE("a build names the compiler and whether NaN is assumed away", "[engine][environment]") {
  const Build build = this_build();
  const std::string_view compiler = build.compiler;
#if defined(__clang__)
  CHECK(compiler.substr(0, 6) == "clang ");
#else
  CHECK(compiler.substr(0, 4) == "g++ ");
#endif
#if defined(__FAST_MATH__)
  CHECK(build.fast_math);
#else
  CHECK_FALSE(build.fast_math);
#endif
#if defined(__OPTIMIZE__)
  CHECK(build.optimized);
#else
  CHECK_FALSE(build.optimized);
#endif
}

TEST_CASE("a rank is that of the innermost launcher", "[engine][environment]") {
  // srun: a task of a step.
  const Job step = job_in({{"SLURM_JOB_ID", "4711"},
                           {"SLURM_STEP_ID", "0"},
                           {"SLURM_PROCID", "3"},
                           {"SLURM_STEP_NUM_TASKS", "4"},
                           {"SLURM_ARRAY_JOB_ID", "4700"},
                           {"SLURM_ARRAY_TASK_ID", "11"}});
  CHECK(step.id == "4711");
  CHECK(step.array_id == "4700");
  CHECK(step.task == "11");
  CHECK(step.step == "0");
  CHECK(step.rank == 3);
  CHECK(step.ranks == 4);
  // salloc mpirun: Slurm sees one task, which is mpirun's own.
  const Job inner = job_in({{"SLURM_JOB_ID", "4711"},
                            {"SLURM_STEP_ID", "0"},
                            {"SLURM_PROCID", "0"},
                            {"SLURM_STEP_NUM_TASKS", "1"},
                            {"OMPI_COMM_WORLD_RANK", "5"},
                            {"OMPI_COMM_WORLD_SIZE", "8"}});
  CHECK(inner.rank == 5);
  CHECK(inner.ranks == 8);
  const Job hydra = job_in({{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}});
  CHECK(hydra.rank == 1);
  CHECK(hydra.ranks == 2);
  CHECK(hydra.id.empty());
}

TEST_CASE("the ranks of a machine are those that its launcher tells", "[engine][environment]") {
  // Each as printed by `env` under that launcher.
  const Job open_mpi = job_in({{"OMPI_COMM_WORLD_RANK", "5"},
                               {"OMPI_COMM_WORLD_SIZE", "8"},
                               {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                               {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"},
                               {"PMIX_NAMESPACE", "1673134081"}});
  CHECK(open_mpi.local_rank == 1);
  CHECK(open_mpi.local_ranks == 4);
  CHECK(open_mpi.launch.size() == 16);
  const Job hydra = job_in({{"PMI_RANK", "3"},
                            {"PMI_SIZE", "4"},
                            {"MPI_LOCALRANKID", "1"},
                            {"MPI_LOCALNRANKS", "2"}});
  CHECK(hydra.local_rank == 1);
  CHECK(hydra.local_ranks == 2);
  CHECK(hydra.launch.empty());
  std::map<std::string, std::string> srun = {{"SLURM_JOB_ID", "4711"},
                                             {"SLURM_STEP_ID", "0"},
                                             {"SLURM_PROCID", "5"},
                                             {"SLURM_STEP_NUM_TASKS", "6"},
                                             {"SLURM_STEP_TASKS_PER_NODE", "2(x2),1,1"},
                                             {"SLURM_NODEID", "1"},
                                             {"SLURM_LOCALID", "1"}};
  CHECK(job_in(srun).local_rank == 1);
  CHECK(job_in(srun).local_ranks == 2);
  srun["PMI_RANK"] = "5";  // srun --mpi=pmi2
  srun["PMI_SIZE"] = "6";
  CHECK(job_in(srun).local_ranks == 2);
  srun["PMI_RANK"] = "1";  // a launcher below srun, of which nothing else is known
  CHECK(job_in(srun).local_ranks == 0);
  CHECK(job_in({}).local_ranks == 1);
}

TEST_CASE("Slurm writes the ranks of each machine in short", "[engine][environment]") {
  const std::size_t ranks[] = {2, 2, 2, 1, 0};
  for (std::size_t node = 0; node < 5; ++node) {
    CHECK(detail::tasks_on_node("2(x3),1", node) == ranks[node]);
  }
  CHECK(detail::tasks_on_node("16", 0) == 16);
  for (const char* const odd : {"", "x", "2(x", "2(x3", "2(xy)", "-1", "2(x3)1"}) {
    CHECK(detail::tasks_on_node(odd, 0) == 0);
  }
}

TEST_CASE("a batch script is no rank, and nor is nonsense", "[engine][environment]") {
  const Job batch =
      job_in({{"SLURM_JOB_ID", "4711"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}});
  CHECK(batch.id == "4711");
  CHECK(batch.ranks == 1);
  const Job odd = job_in({{"SLURM_JOB_ID", "47 11\n"},
                          {"PMI_RANK", "4"},
                          {"PMI_SIZE", "4"},
                          {"OMPI_COMM_WORLD_RANK", "-1"},
                          {"OMPI_COMM_WORLD_SIZE", "1e9"}});
  CHECK(odd.id.empty());
  CHECK(odd.rank == 0);
  CHECK(odd.ranks == 1);
  CHECK(job_in({}).ranks == 1);
}

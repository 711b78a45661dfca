// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/memory/process_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <string>

#include "catch.hpp"
#include "unit/meters/system_tree.hpp"

using namespace perjoule;

namespace {

constexpr const char* status =
    "Name:\tmlp\nUmask:\t0022\nVmPeak:\t    9999 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1620 kB\n"
    "RssAnon:\t     116 kB\nThreads:\t1";
constexpr const char* smaps_rollup =
    "55a71a49c000-7fffe771e000 ---p 00000000 00:00 0                          [rollup]\n"
    "Rss:                1620 kB\nPss:                 369 kB\nPss_Dirty:           116 kB";
constexpr const char* stat_line =
    "22176 (mlp) R 22174 22174 21373 0 -1 4194304 105 7 3 8 11 12 13 14 20 0 1 0 7263029";

ProcessMemory faults_in(const std::string& content) {
  ProcessMemory memory;
  detail::read_faults(content, memory);
  return memory;
}

bool are_missing(const ProcessMemory& faults) {
  return !is_finite(faults.minor_faults) && !is_finite(faults.major_faults);
}

/// Writes one byte to each page. A sanitizer would track each of them in memory of this process.
[[gnu::noinline, gnu::no_sanitize_address, gnu::no_sanitize_thread]] void touch(
    volatile char* memory, std::size_t size, std::size_t page) {
  for (std::size_t at = 0; at < size; at += page) memory[at] = 1;
}

}  // namespace

TEST_CASE("what a process takes is read from a tree in the shape of /proc", "[memory][process]") {
  const SystemTree tree;
  tree.put("proc/self/status", status);
  tree.put("proc/self/smaps_rollup", smaps_rollup);
  tree.put("proc/self/stat", stat_line);
  const ProcessMemory memory = process_memory(this_process, tree.root());
  CHECK(memory.resident.value.si() == 1658880.0);       // 1620 KiB
  CHECK(memory.peak_resident.value.si() == 2097152.0);  // 2048 KiB
  CHECK(memory.proportional.value.si() == 377856.0);    // 369 KiB
  CHECK(memory.resident.provenance == Provenance::measured);
  CHECK(memory.resident.random.si() == 0.0);
  CHECK(memory.minor_faults == 105.0);
  CHECK(memory.major_faults == 3.0);
}

TEST_CASE("another process is read by its id", "[memory][process]") {
  const SystemTree tree;
  tree.put("proc/self/status", status);
  tree.put("proc/1234/status", "Name:\tother\nVmRSS:\t 4 kB");
  CHECK(process_memory(1234, tree.root()).resident.value.si() == 4096.0);
  CHECK_FALSE(process_memory(1235, tree.root()).resident.is_known());
}

TEST_CASE("each file that isn't there leaves its own numbers missing", "[memory][process]") {
  const SystemTree tree;
  const auto read = [&] { return process_memory(this_process, tree.root()); };
  CHECK_FALSE(read().resident.is_known());
  CHECK_FALSE(read().peak_resident.is_known());
  CHECK_FALSE(read().proportional.is_known());
  CHECK(are_missing(read()));
  tree.put("proc/self/status", "Name:\tkthreadd\nThreads:\t1");  // has no memory of its own
  CHECK_FALSE(read().resident.is_known());
  tree.put("proc/self/status", status);  // as before Linux 4.14
  CHECK(read().resident.is_known());
  CHECK_FALSE(read().proportional.is_known());
  tree.put("proc/self/smaps_rollup", smaps_rollup);
  CHECK(read().proportional.is_known());
  CHECK(are_missing(read()));
}

TEST_CASE("an amount of memory is a number of KiB at the begin of a line", "[memory][process]") {
  const auto amount = [](const char* file) { return detail::read_field_bytes(file, "VmRSS:"); };
  CHECK(amount("VmRSS: 3 kB").value.si() == 3072.0);
  CHECK(amount("VmHWM: 9 kB\nVmRSS:\t0 kB\n").value.si() == 0.0);
  // A program may have this name.
  CHECK(amount("Name:\tVmRSS: 7 kB\nVmRSS:\t3 kB\n").value.si() == 3072.0);
}

TEST_CASE("an amount that is no number of KiB is missing, not 0", "[memory][process]") {
  for (const char* file : {"", "VmRSS:", "VmRSS: ", "VmRSS: kB", "VmRSS: x kB", "VmRSS: -3 kB",
                           "VmRSS: 3", "VmRSS: 3 MB", "VmRSS: 3.5 kB", "VmRSS: 3\n kB",
                           "VmRSS: 99999999999999999999 kB", "Name: VmRSS: 3 kB", "VmRSS 3 kB"}) {
    INFO(file);
    CHECK_FALSE(detail::read_field_bytes(file, "VmRSS:").is_known());
  }
}

TEST_CASE("faults are found behind a name that holds spaces and parentheses", "[memory][process]") {
  const std::string rest = " S 1 2 3 0 -1 4194304 105 7 3 8 11 12";
  for (const char* name :
       {"(mlp)", "()", "(a b)", "(a) (b)", "(x) R 1 2 3)", "(a\nb)", "(((", ")"}) {
    INFO(name);
    const ProcessMemory faults = faults_in(std::string("22 (") + name + ")" + rest);
    CHECK(faults.minor_faults == 105.0);
    CHECK(faults.major_faults == 3.0);
  }
}

TEST_CASE("faults that aren't all there are missing, not 0", "[memory][process]") {
  CHECK(are_missing(faults_in("")));
  CHECK(are_missing(faults_in("22 (mlp")));
  CHECK(are_missing(faults_in("22 (mlp)")));
  CHECK(are_missing(faults_in("22 (mlp) S 1 2 3 0 -1 4194304 105 7")));
  CHECK(are_missing(faults_in("22 (mlp) S 1 2 3 0 -1 4194304 105 7 3")));  // perhaps cut off
  CHECK(are_missing(faults_in("22 (mlp) S 1 2 3 0 -1 4194304 x 7 3 8")));
  CHECK(are_missing(faults_in("22 (mlp) S 1 2 3 0 -1 4194304 105 7 x 8")));
  CHECK(are_missing(faults_in("22 (mlp) S 1 2 3 0 -1 4194304 10a 7 3 8")));
}

TEST_CASE("a process without any fault is one that nobody counted", "[memory][process]") {
  CHECK(are_missing(faults_in("22 (mlp) R 1 2 0 0 0 0 0 0 0 0 0 0")));  // as qemu-user 7.2 says
  CHECK(faults_in("22 (mlp) R 1 2 0 0 0 0 0 0 1 0 0 0").minor_faults == 0.0);
  CHECK(faults_in("22 (mlp) R 1 2 0 0 0 0 1 0 0 0 0 0").major_faults == 0.0);
}

TEST_CASE("64 MiB that are touched are resident, and a fault for each page", "[memory][process]") {
  if (!process_memory().resident.is_known()) {
    WARN("skipped: there is no /proc here");
    return;
  }
  constexpr std::size_t size = std::size_t{64} << 20U;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const memory =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  (void)madvise(memory, size, MADV_NOHUGEPAGE);  // which would take 512 pages at a fault
  const ProcessMemory before = process_memory();
  touch(static_cast<volatile char*>(memory), size, page);
  const ProcessMemory after = process_memory();
  const ProcessMemory by_id = process_memory(getpid());
  munmap(memory, size);
  const ProcessMemory given_back = process_memory();

  constexpr double mib = 1048576.0;
  const auto growth = [&](Estimate<Bytes> ProcessMemory::*member) {
    return ((after.*member).value - (before.*member).value).si() / mib;
  };
  CHECK(growth(&ProcessMemory::resident) == Approx(64.0).margin(4.0));
  CHECK(after.peak_resident.value >= after.resident.value);
  CHECK(given_back.peak_resident.value.si() >= after.resident.value.si() - 4.0 * mib);
  CHECK(given_back.resident.value.si() < after.resident.value.si() - 60.0 * mib);
  CHECK(by_id.resident.value.si() == Approx(after.resident.value.si()).margin(4.0 * mib));
  if (before.proportional.is_known()) {
    CHECK(growth(&ProcessMemory::proportional) == Approx(64.0).margin(1.0));
    CHECK(after.proportional.value <= after.resident.value + Bytes(4.0 * mib));
  }
  if (!is_finite(before.minor_faults)) {
    WARN("skipped: nobody counts faults here");  // an emulator
    return;
  }
  const auto pages = static_cast<double>(size / page);  // 16,384 of 4 KiB
  CHECK(after.minor_faults - before.minor_faults >= pages);
  CHECK(after.minor_faults - before.minor_faults < pages + 2000.0);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/counters/kernel_events.hpp"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/perf_event.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "sanitized.hpp"

using namespace perjoule;

namespace {

static_assert(EventSource<KernelEvents>);

/// Stands in for the kernel: each event that is opened is a pipe, into which a test writes what the
/// kernel would report for its group.
class Kernel {
 public:
  struct Asked {
    detail::PerfAttributes attributes;
    int process;
    int leader;
    int file;
  };

  Kernel() { current = this; }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  ~Kernel() {
    for (const int end : writing_) close(end);
    current = nullptr;
  }

  [[nodiscard]] detail::PerfCalls calls() const { return {&open, &enable}; }

  std::vector<Asked> asked;
  std::size_t room = 100;    ///< events in a group
  int refused_type = -1;     ///< with `why`
  std::size_t files = 1000;  ///< this many may be open, and one more fails
  int why = ENOENT;
  std::size_t enabled = 0;
  std::vector<int> leaders;  ///< of groups that were enabled

  /// Sets the next reading of the group of one thread: time enabled, time running, counts. Groups
  /// of other threads, which emulators and sanitizers may have, report zeros.
  void tell(std::uint64_t time, std::uint64_t running,
            const std::vector<std::uint64_t>& counts) const {
    for (std::size_t i = 0; i < leaders.size(); ++i) {
      tell(leaders[i], i == 0 ? time : 0, i == 0 ? running : 0,
           i == 0 ? counts : std::vector<std::uint64_t>(counts.size()));
    }
  }
  void tell(int leader, std::uint64_t time, std::uint64_t running,
            const std::vector<std::uint64_t>& counts) const {
    std::vector<std::uint64_t> numbers{counts.size(), time, running};
    numbers.insert(numbers.end(), counts.begin(), counts.end());
    const std::size_t size = numbers.size() * sizeof numbers[0];
    REQUIRE(write(writing_of(leader), numbers.data(), size) == static_cast<ssize_t>(size));
  }

 private:
  static int open(const detail::PerfAttributes& attributes, int process, int, int leader) {
    Kernel& self = *current;
    std::size_t members = 1;
    for (const Asked& one : self.asked) {
      if (leader != -1 && (one.file == leader || one.leader == leader)) ++members;
    }
    int file = -1;
    if (static_cast<int>(attributes.type) == self.refused_type) {
      errno = self.why;
    } else if (self.asked.size() >= self.files) {
      errno = EMFILE;
    } else if (members > self.room) {
      errno = EINVAL;
    } else {
      int ends[2];
      REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
      file = ends[0];
      self.writing_.push_back(ends[1]);
      self.files_.push_back(ends[0]);
    }
    self.asked.push_back({attributes, process, leader, file});
    return file;
  }
  static bool enable(int leader) {
    ++current->enabled;
    current->leaders.push_back(leader);
    return true;
  }

  [[nodiscard]] int writing_of(int file) const {
    for (std::size_t i = files_.size(); i-- > 0;) {
      if (files_[i] == file) return writing_[i];
    }
    return -1;
  }

  inline static Kernel* current = nullptr;
  std::vector<int> files_;
  std::vector<int> writing_;
};

const Event& event_of(const KernelEvents& events, std::string_view name) {
  for (const Event& event : events.description().events) {
    if (event.name == name) return event;
  }
  FAIL("no event " << name);
  return events.description().events[0];
}

using Names = std::vector<std::string>;

std::string message_of(const Names& names) {
  try {
    const KernelEvents events{names};
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Replaces a processor's counters by the kernel's own of page faults and of CPU time, in ns, which
/// other programs inherit in the same way.
int open_as_software(const detail::PerfAttributes& asked, int process, int cpu, int group) {
  detail::PerfAttributes attributes = asked;
  attributes.type = 1;
  attributes.config = asked.config == 1 ? 2 : 1;
  return detail::open_perf_event(attributes, process, cpu, group);
}

/// Runs this program again, with only the test of that name, and waits for it.
void run_again(const char* name) {
  char self[] = "/proc/self/exe";
  std::string test(name);
  char* const arguments[] = {self, test.data(), nullptr};
  pid_t program = 0;
  REQUIRE(posix_spawnp(&program, self, nullptr, nullptr, arguments, environ) == 0);
  int status = 0;
  REQUIRE(waitpid(program, &status, 0) == program);
  REQUIRE(status == 0);
}

/// Touches each page of fresh memory once.
void touch(std::size_t bytes) {
  void* const room =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(room != MAP_FAILED);
  madvise(room, bytes, MADV_NOHUGEPAGE);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  for (std::size_t at = 0; at < bytes; at += page) static_cast<volatile char*>(room)[at] = 1;
  munmap(room, bytes);
}

}  // namespace

TEST_CASE("a name that there is not is refused before anything runs", "[counters]") {
  const std::string message = message_of({"instructionz"});
  CHECK(message.find("no event of that name: instructionz") != std::string::npos);
  CHECK(message.find("instructions") != std::string::npos);  // the known ones
  CHECK(message_of({"r"}).find("no event") != std::string::npos);
  CHECK(message_of({"r-1"}).find("no event") != std::string::npos);
  CHECK(message_of({"r 5"}).find("no event") != std::string::npos);
  CHECK(message_of({"r01zz"}).find("no event") != std::string::npos);
  CHECK(message_of({"r01c0"}).empty());
}

TEST_CASE("any number of events is counted", "[counters]") {
  Kernel kernel;
  KernelEvents events(Names(40, "cpu-migrations"), KernelEvents::Target::next_program,
                      kernel.calls());
  REQUIRE(events.description().events.size() == 40);
  kernel.asked.clear();
  REQUIRE(events.open_all());
  REQUIRE(kernel.asked.size() == 40);
  std::vector<std::uint64_t> counts;
  for (std::uint64_t i = 0; i < 40; ++i) counts.push_back(1000 + i);
  kernel.tell(kernel.asked[0].file, 100, 100, counts);
  EventReading reading(events.description());
  const std::uint64_t* const place = reading.counts.data();
  REQUIRE(events.read(reading));
  CHECK(reading.counts == counts);
  CHECK(reading.counts.data() == place);  // nothing was allocated
}

TEST_CASE("a recorded group of two events is read as the kernel tells it", "[counters]") {
  Kernel kernel;
  const Names names{"instructions", "cycles"};
  KernelEvents events(names, KernelEvents::Target::process, kernel.calls());
  REQUIRE(events.open(0));
  // As reported by an emulated Cortex-A57: number of events, time enabled, time running,
  // two counts.
  kernel.tell(40'081'000, 40'081'000, {10'020'026, 20'040'052});
  EventReading reading;
  REQUIRE(events.read(reading));
  CHECK(reading.counts[0] == 10'020'026);
  CHECK(reading.counts[1] == 20'040'052);
  CHECK(reading.enabled[0] == 40'081'000);
  CHECK(reading.running[1] == 40'081'000);
}

TEST_CASE("a reading that is cut off fails", "[counters]") {
  Kernel kernel;
  const Names names{"instructions", "cycles"};
  KernelEvents events(names, KernelEvents::Target::process, kernel.calls());
  REQUIRE(events.open(0));
  kernel.tell(1, 1, {5});
  EventReading reading;
  CHECK_FALSE(events.read(reading));
}

TEST_CASE("hardware events are counted in user mode, in one group, for threads to come as well",
          "[counters]") {
  Kernel kernel;
  const Names names{"instructions", "cycles"};
  KernelEvents events(names, KernelEvents::Target::process, kernel.calls());
  kernel.asked.clear();
  REQUIRE(events.open(0));
  REQUIRE(kernel.asked.size() >= 2);
  // linux/perf_event.h: disabled 1, inherit 2, exclude_kernel 32, exclude_hv 64.
  CHECK(kernel.asked[0].attributes.flags == (1U | 2U | 32U | 64U));
  CHECK(kernel.asked[1].attributes.flags == (2U | 32U | 64U));
  CHECK(kernel.asked[0].leader == -1);
  CHECK(kernel.asked[1].leader == kernel.asked[0].file);
  CHECK(kernel.asked[0].attributes.config == 1);
  CHECK(kernel.asked[1].attributes.config == 0);
  CHECK(kernel.asked[0].process > 0);
  CHECK(kernel.enabled * 2 == kernel.asked.size());  // each group, of each thread
}

TEST_CASE("events of the next program begin to count when it begins", "[counters]") {
  Kernel kernel;
  const Names names{"instructions"};
  KernelEvents events(names, KernelEvents::Target::next_program, kernel.calls());
  kernel.asked.clear();
  REQUIRE(events.open_all());
  REQUIRE(kernel.asked.size() == 1);
  CHECK(kernel.asked[0].attributes.flags == (1U | 2U | 32U | 64U | 1U << 12U));
  CHECK(kernel.asked[0].process == 0);
  CHECK(kernel.enabled == 0);
}

TEST_CASE("of events that can't all be opened none is read", "[counters]") {
  Kernel kernel;
  kernel.room = 1;
  const Names names{"instructions", "cycles"};
  KernelEvents events(names, KernelEvents::Target::next_program, kernel.calls());
  kernel.files = kernel.asked.size() + 1;
  CHECK_FALSE(events.open_all());
  EventReading reading;
  CHECK(events.read(reading));  // reading an empty pipe would fail
  CHECK(reading.enabled[0] == 0);
}

TEST_CASE("a program that touches 64 MiB", "[.][touches]") { touch(std::size_t{64} << 20U); }

TEST_CASE("a program that touches 64 MiB and starts another one that does", "[.][starts_another]") {
  touch(std::size_t{64} << 20U);
  run_again("[touches]");
}

TEST_CASE(
    "events of the next program are its own and those of all that it starts, and none of ours",
    "[counters]") {
  const Names names{"instructions", "cycles", "page-faults"};
  KernelEvents events(names, KernelEvents::Target::next_program,
                      {&open_as_software, &detail::enable_perf_group});
  if (!events.description().events[0].why_missing.empty()) {
    WARN("no perf events here: " << events.description().events[0].why_missing);
    return;
  }
  const auto pages = (std::uint64_t{64} << 20U) / static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  for (int run = 0; run < 2; ++run) {
    // Nothing remains of earlier readings.
    REQUIRE(events.open_all());
    touch(std::size_t{64} << 20U);
    EventReading before;
    REQUIRE(events.read(before));
    CHECK(before.counts[0] == 0);
    CHECK(before.enabled[0] == 0);
    run_again("[starts_another]");
    EventReading after;
    REQUIRE(events.read(after));
    CHECK(after.counts[0] >= 2 * pages);
    CHECK(after.counts[1] > 0);
    CHECK(after.enabled[0] > 0);
    CHECK(after.running[0] == after.enabled[0]);
    // The kernel's other count of the same programs begins before their exec.
    const std::uint64_t faults = after.counts[2] - before.counts[2];
    CHECK(after.counts[0] <= faults);
    CHECK(after.counts[0] + 1000 > faults);
    touch(std::size_t{64} << 20U);
    EventReading later;
    REQUIRE(events.read(later));
    CHECK(later.counts[0] == after.counts[0]);
  }
}

TEST_CASE("an event that needs no register does not wait for one", "[counters]") {
  Kernel kernel;
  const Names names{"instructions", "cpu-migrations", "cycles"};
  KernelEvents events(names, KernelEvents::Target::next_program, kernel.calls());
  CHECK(events.description().sets == 1);
  kernel.asked.clear();
  REQUIRE(events.open_all());
  REQUIRE(kernel.asked.size() == 3);
  CHECK(kernel.asked[1].leader == kernel.asked[0].file);  // cycles
  CHECK(kernel.asked[2].attributes.type == 1);
  CHECK(kernel.asked[2].leader == -1);
  kernel.tell(kernel.asked[0].file, 100, 50, {7, 8});
  kernel.tell(kernel.asked[2].file, 100, 100, {3});
  EventReading reading;
  REQUIRE(events.read(reading));
  CHECK(reading.counts[0] == 7);
  CHECK(reading.counts[1] == 3);
  CHECK(reading.counts[2] == 8);
}

TEST_CASE("events that don't fit together are in sets of their own", "[counters]") {
  Kernel kernel;
  kernel.room = 2;
  const Names names{"instructions", "cycles",     "branches",
                    "page-faults",  "ref-cycles", "branch-misses"};
  const KernelEvents events(names, KernelEvents::Target::process, kernel.calls());
  CHECK(events.description().sets == 2 + 1);
  CHECK(event_of(events, "instructions").set == 0);
  CHECK(event_of(events, "cycles").set == 0);
  CHECK(event_of(events, "branches").set == 1);
  CHECK(event_of(events, "ref-cycles").set == 1);
  CHECK(event_of(events, "branch-misses").set == 2);
  for (const Event& event : events.description().events) CHECK(event.why_missing.empty());
}

TEST_CASE("an event that the processor does not have is missing with the reason, and no error",
          "[counters]") {
  Kernel kernel;
  kernel.refused_type = 3;  // cache events
  const Names names{"instructions", "LLC-load-misses", "cycles"};
  KernelEvents events(names, KernelEvents::Target::process, kernel.calls());
  CHECK(event_of(events, "LLC-load-misses").why_missing.find("offers no such counter") !=
        std::string_view::npos);
  CHECK(event_of(events, "instructions").why_missing.empty());
  REQUIRE(events.open(0));
  kernel.tell(9, 9, {7, 8});
  EventReading reading;
  REQUIRE(events.read(reading));
  CHECK(reading.counts[0] == 7);
  CHECK(reading.counts[1] == 0);
  CHECK(reading.counts[2] == 8);
}

TEST_CASE("an event that is forbidden says what allows it", "[counters]") {
  Kernel kernel;
  kernel.refused_type = 0;
  kernel.why = EACCES;
  const Names names{"cycles"};
  const KernelEvents events(names, KernelEvents::Target::process, kernel.calls());
  CHECK(event_of(events, "cycles").why_missing.find("perf_event_paranoid") !=
        std::string_view::npos);
}

TEST_CASE("touching 64 MiB is exactly 16,384 page faults", "[counters]") {
  KernelEvents events{"page-faults", "minor-faults", "task-clock", "context-switches"};
  REQUIRE(events.open(0));
  const auto pages = (std::uint64_t{64} << 20U) / static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::uint64_t least = 100 * pages;
  for (int attempt = 0; attempt < 3; ++attempt) {  // at first an emulator has pages of its own
    EventReading before;
    EventReading after;
    REQUIRE(events.read(before));
    touch(std::size_t{64} << 20U);
    REQUIRE(events.read(after));
    const std::uint64_t faults = after.counts[0] - before.counts[0];
    if (faults < least) least = faults;
    CHECK(after.counts[1] - before.counts[1] <= faults);
    CHECK(after.counts[2] > before.counts[2]);
  }
  CHECK(least >= pages);
#if !defined(PERJOULE_TEST_SANITIZED)  // a sanitizer's own pages count, too
  // The same holds in an emulator, which does not report a process's faults in /proc.
  if (is_finite(process_memory().minor_faults)) CHECK(least == pages);
#endif
  CHECK(event_of(events, "task-clock").unit == std::string("s"));
}

TEST_CASE("an alias is the same event", "[counters]") {
  KernelEvents events{"faults", "page-faults", "cs", "context-switches"};
  REQUIRE(events.open(0));
  EventReading reading;
  REQUIRE(events.read(reading));
  CHECK(reading.counts[0] == reading.counts[1]);
  CHECK(reading.counts[2] == reading.counts[3]);
}

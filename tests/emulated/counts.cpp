// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counts a loop whose instructions are known, on the emulated machine, in each available way. Also
// reports which of PAPI's preset events can be added and started there and still read 0.
#include <linux/perf_event.h>
#include <papi.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <perjoule/integrations/papi.hpp>
#include <perjoule/perjoule.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Counts {
  std::int64_t instructions;
  std::int64_t cycles;
};

constexpr std::int64_t iterations = 1'000'000;
/// Eight additions, a subtraction and a branch, as written in known_loop().
constexpr std::int64_t instructions_per_iteration = 10;
constexpr std::int64_t known_instructions = iterations * instructions_per_iteration;
/// Allows for the instructions between starting or stopping a counter and the loop. Those of the
/// kernel are not counted; those of the C library and of PAPI are, 26 and 181 as of libpapi 7.0.
constexpr std::int64_t tolerance = 300;
/// 2 ns for each instruction (-icount shift=1), at 1 GHz.
constexpr double known_ipc = 0.5;

/// Written in assembly, so that no compiler changes its cost: only the call, the constants and the
/// return of the function, fewer than ten instructions, are outside the loop.
[[gnu::noinline]] void known_loop() {
  std::int64_t left = iterations;
  std::int64_t sum = 0;
  asm volatile(
      "1:\n"
      "  .rept 8\n"
      "  add %[sum], %[sum], #1\n"
      "  .endr\n"
      "  subs %[left], %[left], #1\n"
      "  b.ne 1b\n"
      : [left] "+r"(left), [sum] "+r"(sum)
      :
      : "cc");
}

/// Reads and writes memory, branches and computes with floating point, so that an event of any of
/// these kinds has something to count.
[[gnu::noinline]] double mixed_loop() {
  std::vector<double> values(100'000);
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>((i * 7919) % values.size());
  }
  for (const double value : values) {
    sum = value > 1000.0 ? sum * 0.5 + value : sum - value;
  }
  return sum;
}

[[noreturn]] void fail(const char* what, const char* why) {
  std::printf("FAILED: %s: %s\n", what, why);
  std::exit(1);
}

// ---- The ways of counting.

int open_event(std::uint64_t event, int group) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.config = event;
  if (group < 0) {
    attributes.disabled = 1;  // the others follow the first
  }
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_GROUP;
  const long file = syscall(SYS_perf_event_open, &attributes, 0, -1, group, 0);
  if (file < 0) {
    std::perror("perf_event_open");
    fail("perf_event_open", "an event is refused");
  }
  return static_cast<int>(file);
}

Counts by_perf_event_open() {
  const int instructions = open_event(PERF_COUNT_HW_INSTRUCTIONS, -1);
  const int cycles = open_event(PERF_COUNT_HW_CPU_CYCLES, instructions);
  ioctl(instructions, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
  known_loop();
  ioctl(instructions, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
  struct {
    std::uint64_t events;
    std::array<std::int64_t, 2> counts;
  } group{};
  if (read(instructions, &group, sizeof group) != sizeof group || group.events != 2) {
    fail("perf_event_open", "the group can't be read");
  }
  close(cycles);
  close(instructions);
  return {group.counts[0], group.counts[1]};
}

void expect_ok(int result, const char* what) {
  if (result != PAPI_OK) {
    fail(what, PAPI_strerror(result));
  }
}

void start_papi() {
  const int version = PAPI_library_init(PAPI_VER_CURRENT);
  if (version != PAPI_VER_CURRENT) {
    fail("PAPI_library_init", PAPI_strerror(version));
  }
}

Counts by_papi() {
  int events = PAPI_NULL;
  expect_ok(PAPI_create_eventset(&events), "PAPI_create_eventset");
  expect_ok(PAPI_add_event(events, PAPI_TOT_INS), "PAPI_add_event of PAPI_TOT_INS");
  expect_ok(PAPI_add_event(events, PAPI_TOT_CYC), "PAPI_add_event of PAPI_TOT_CYC");
  std::array<long long, 2> counts{};
  expect_ok(PAPI_start(events), "PAPI_start");
  known_loop();
  expect_ok(PAPI_stop(events, counts.data()), "PAPI_stop");
  expect_ok(PAPI_cleanup_eventset(events), "PAPI_cleanup_eventset");
  expect_ok(PAPI_destroy_eventset(&events), "PAPI_destroy_eventset");
  return {counts[0], counts[1]};
}

/// Counts with an event source of the library, as the engine reads it around a stretch of passes.
template <class Source>
Counts by_source(Source&& source) {
  for (const perjoule::Event& event : source.description().events) {
    if (!event.why_missing.empty()) {
      fail(event.name.c_str(), event.why_missing.c_str());
    }
  }
  perjoule::detail::EventBaseline before(source.description());
  perjoule::EventReading after(source.description());
  if (source.description().sets != 1 || !source.open(0) ||
      !perjoule::detail::read_event_baseline(source, before)) {
    fail("perjoule", "its events can't be opened");
  }
  known_loop();
  if (!source.read(after)) {
    fail("perjoule", "its events can't be read");
  }
  source.close();
  const auto count_of = [&](std::size_t i) {
    const perjoule::Event& event = source.description().events[i];
    return static_cast<std::int64_t>(perjoule::detail::scaled_count(event, before, after, i).count);
  };
  return {count_of(0), count_of(1)};
}

// ---- Results.

bool agrees(const char* way, const Counts& counts) {
  const double ipc = static_cast<double>(counts.instructions) / static_cast<double>(counts.cycles);
  const std::int64_t beside = counts.instructions - known_instructions;
  std::printf("%s: %lld instructions (the loop's %lld and %lld), %lld cycles, IPC %.4f\n", way,
              static_cast<long long>(counts.instructions),
              static_cast<long long>(known_instructions), static_cast<long long>(beside),
              static_cast<long long>(counts.cycles), ipc);
  const bool holds = std::abs(beside) <= tolerance && std::abs(ipc / known_ipc - 1.0) <= 0.01;
  if (!holds) {
    std::printf("FAILED: %s: more than %lld instructions from the truth, or IPC not %.1f\n", way,
                static_cast<long long>(tolerance), known_ipc);
  }
  return holds;
}

/// Lists PAPI's presets. A preset whose event this processor never counts looks like any other
/// until it is read: treating 0 as a count would be wrong here.
void list_presets() {
  int offered = 0;
  std::string refused;
  std::string zero;
  std::string counted;
  int code = static_cast<int>(PAPI_PRESET_MASK);
  if (PAPI_enum_event(&code, PAPI_ENUM_FIRST) != PAPI_OK) {
    fail("PAPI_enum_event", "there are no presets");
  }
  do {
    if (PAPI_query_event(code) != PAPI_OK) {
      continue;
    }
    ++offered;
    std::array<char, PAPI_MAX_STR_LEN> name{};
    PAPI_event_code_to_name(code, name.data());
    int events = PAPI_NULL;
    expect_ok(PAPI_create_eventset(&events), "PAPI_create_eventset");
    long long count = 0;
    if (PAPI_add_event(events, code) == PAPI_OK && PAPI_start(events) == PAPI_OK) {
      volatile double kept = mixed_loop();
      static_cast<void>(kept);
      expect_ok(PAPI_stop(events, &count), "PAPI_stop");
      (count == 0 ? zero : counted).append(" ").append(name.data());
    } else {
      refused.append(" ").append(name.data());
    }
    PAPI_cleanup_eventset(events);
    PAPI_destroy_eventset(&events);
  } while (PAPI_enum_event(&code, PAPI_PRESET_ENUM_AVAIL) == PAPI_OK);
  std::printf("presets offered: %d\npresets that count:%s\n", offered, counted.c_str());
  std::printf("presets that start and read 0:%s\npresets refused:%s\n", zero.c_str(),
              refused.c_str());
}

/// Measures a model with events of which this processor counts only the first two.
bool leaves_zeros_out() {
  perjoule::PapiEvents events{"PAPI_TOT_INS", "PAPI_TOT_CYC", "PAPI_L1_DCM",
                              "PAPI_BR_INS",  "PAPI_FP_INS",  "PAPI_LD_INS"};
  const std::array inputs = {1, 2, 3};
  const auto pass = [](const int& input) {
    known_loop();
    return input + mixed_loop();
  };
  perjoule::Session session{perjoule::NoMeter()};
  const perjoule::Entry entry = session.measure(
      {.name = "known", .budget = perjoule::Seconds(20.0), .counters = events}, pass, inputs);
  std::printf("%s", perjoule::markdown(perjoule::event_table(entry)).c_str());
  bool good = entry.events.events.size() == 6;
  for (const perjoule::CountedEvent& counted : entry.events.events) {
    const bool counts = counted.event.kind != perjoule::EventKind::other;
    const bool is_suspect = counted.event.why_missing.find("suspect") == 0;
    good = good && counted.per_item.is_known() == counts && is_suspect != counts;
  }
  for (const perjoule::DerivedMetric& figure : entry.derived_metrics) {
    if (figure.name == std::string("instructions_per_cycle")) {
      good = good && std::abs(figure.value.value / known_ipc - 1.0) <= 0.01;
    }
  }
  std::printf("%s: what this processor does not count is missing, and no 0\n",
              good ? "holds" : "FAILED");
  return good;
}

/// Counts the loop in three threads: the one that opens the events, one that already exists, and
/// one that is started later.
template <class Source>
bool counts_threads(const char* way, Source&& source) {
  std::array<int, 2> gate{};
  if (pipe(gate.data()) != 0) {
    fail("pipe", "there is none");
  }
  std::thread earlier([&] {
    char go = 0;
    if (read(gate[0], &go, 1) == 1) {
      known_loop();
    }
  });
  perjoule::detail::EventBaseline before(source.description());
  perjoule::EventReading after(source.description());
  if (!source.open(0) || !perjoule::detail::read_event_baseline(source, before)) {
    fail(way, "its events can't be opened");
  }
  if (write(gate[1], "g", 1) != 1) {
    fail("pipe", "nothing can be written");
  }
  std::thread(known_loop).join();
  known_loop();
  earlier.join();
  if (!source.read(after)) {
    fail(way, "its events can't be read");
  }
  const auto found = static_cast<std::int64_t>(
      perjoule::detail::scaled_count(source.description().events[0], before, after, 0).count);
  const std::int64_t beside = found - 3 * known_instructions;
  // Starting a thread takes some thousand instructions.
  const bool holds = beside >= 0 && beside < 30'000;
  std::printf("%s, three threads: %lld instructions (the loops' %lld and %lld)%s\n", way,
              static_cast<long long>(found), static_cast<long long>(3 * known_instructions),
              static_cast<long long>(beside), holds ? "" : " FAILED");
  return holds;
}

/// Counts this program's instructions when it runs as another process, with or without the loop,
/// whatever this process does meanwhile.
std::int64_t instructions_of_program(perjoule::KernelEvents& events, const char* task) {
  perjoule::detail::EventBaseline before(events.description());
  perjoule::EventReading after(events.description());
  if (!events.open_all() || !events.read(before.at)) {
    fail("a program's events", "they can't be opened");
  }
  std::string name = "/program";
  std::string argument = task;
  const std::array<char*, 3> arguments{name.data(), argument.data(), nullptr};
  pid_t program = 0;
  if (posix_spawn(&program, name.data(), nullptr, nullptr, arguments.data(), nullptr) != 0) {
    fail("posix_spawn", "this program can't be started once more");
  }
  known_loop();
  int status = 0;
  if (waitpid(program, &status, 0) != program || status != 0 || !events.read(after)) {
    fail("a program's events", "they can't be read");
  }
  events.close();
  return static_cast<std::int64_t>(
      perjoule::detail::scaled_count(events.description().events[0], before, after, 0).count);
}

/// Counts the loop in another program, in one that such a program starts, and in none.
bool counts_programs() {
  perjoule::KernelEvents events({"instructions"}, perjoule::KernelEvents::Target::next_program);
  const std::int64_t nothing = instructions_of_program(events, "nothing");
  const std::int64_t once = instructions_of_program(events, "loop") - nothing - known_instructions;
  const std::int64_t twice =
      instructions_of_program(events, "loop-and-program") - 2 * nothing - 2 * known_instructions;
  // Starting a program takes some thousand instructions.
  const bool holds = std::abs(once) <= tolerance && twice >= 0 && twice < 30'000 &&
                     nothing < known_instructions / 10;
  std::printf(
      "perjoule::KernelEvents, another program: beside the loop %lld instructions, beside those of "
      "two programs %lld, without it %lld%s\n",
      static_cast<long long>(once), static_cast<long long>(twice), static_cast<long long>(nothing),
      holds ? "" : " FAILED");
  return holds;
}

/// The program that counts_programs() starts.
int other_program(const std::string& task) {
  if (task != "nothing") {
    known_loop();
  }
  if (task != "loop-and-program") {
    return 0;
  }
  std::string name = "/program";
  std::string argument = "loop";
  const std::array<char*, 3> arguments{name.data(), argument.data(), nullptr};
  pid_t program = 0;
  int status = 1;
  return posix_spawn(&program, name.data(), nullptr, nullptr, arguments.data(), nullptr) == 0 &&
                 waitpid(program, &status, 0) == program
             ? status
             : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2) {
    return other_program(arguments[1]);
  }
  bool good = agrees("perf_event_open", by_perf_event_open());
  good = agrees("perjoule::KernelEvents",
                by_source(perjoule::KernelEvents{"instructions", "cycles"})) &&
         good;
  start_papi();
  good = agrees("PAPI", by_papi()) && good;
  good = agrees("perjoule::PapiEvents",
                by_source(perjoule::PapiEvents{"PAPI_TOT_INS", "PAPI_TOT_CYC"})) &&
         good;
  good = counts_threads("perjoule::KernelEvents", perjoule::KernelEvents{"instructions"}) && good;
  good = counts_threads("perjoule::PapiEvents", perjoule::PapiEvents{"PAPI_TOT_INS"}) && good;
  good = counts_programs() && good;
  list_presets();
  return leaves_zeros_out() && good ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/perf.hpp"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "system_tree.hpp"

using namespace perjoule;

namespace {

constexpr const char* pmu = "sys/bus/event_source/devices/power/";

/// 2^-32 J, as in all kernels.
constexpr const char* kernels_scale = "2.3283064365386962890625e-10";
constexpr std::uint64_t counts_of_1_joule = std::uint64_t{1} << 32U;

/// Adds the kernel's power PMU below a root, with the package's event.
void put_pmu(const SystemTree& tree, const char* cpus) {
  tree.put(std::string(pmu) + "type", "23");
  tree.put(std::string(pmu) + "cpumask", cpus);
}

void put_event(const SystemTree& tree, const std::string& event, const char* config,
               const char* scale = kernels_scale, const char* unit = "Joules") {
  const std::string place = pmu + ("events/" + event);
  tree.put(place, config);
  tree.put(place + ".scale", scale);
  tree.put(place + ".unit", unit);
}

/// The requests to the kernel: type, event, CPU.
using Asked = std::vector<std::tuple<std::uint32_t, std::uint64_t, int>>;

/// Stands in for the kernel: each event that is opened is a pipe, into which a test writes what the
/// event has counted. While the pipe is empty a reading fails.
class Kernel {
 public:
  Kernel() { current = this; }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  ~Kernel() {
    for (const int end : writing_) close(end);
    current = nullptr;
  }

  [[nodiscard]] static int open(std::uint32_t type, std::uint64_t config, int cpu) {
    Kernel& self = *current;
    self.asked.emplace_back(type, config, cpu);
    if (self.asked.size() > self.allowed) {
      errno = self.refusal;
      return -1;
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    self.writing_.push_back(ends[1]);
    return ends[0];
  }

  /// Sets what each event shows at its next reading, in the order in which they were opened.
  void show(const std::vector<std::uint64_t>& counts) const {
    REQUIRE(counts.size() == writing_.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      REQUIRE(write(writing_[i], &counts[i], sizeof counts[i]) == sizeof counts[i]);
    }
  }
  /// Writes a few bytes where a count is expected.
  void show_half_a_count() const { REQUIRE(write(writing_[0], "half", 4) == 4); }

  Asked asked;
  std::size_t allowed = 100;  ///< later ones are refused
  int refusal = EACCES;

 private:
  static inline Kernel* current = nullptr;
  std::vector<int> writing_;
};

CounterMeter opened(const SystemTree& tree) {
  Probe<CounterMeter> probe = open_perf(tree.root(), &Kernel::open);
  INFO(probe.reason());
  REQUIRE(probe.is_found());
  return probe.take();
}

/// Returns the energy between two readings of these counts.
WindowEnergy window(const Kernel& kernel, CounterMeter& meter,
                    const std::vector<std::uint64_t>& before,
                    const std::vector<std::uint64_t>& after) {
  Reading first;
  Reading second;
  kernel.show(before);
  REQUIRE(meter.read(first));
  kernel.show(after);
  REQUIRE(meter.read(second));
  return counted(meter, first, second);
}

}  // namespace

TEST_CASE("a client's package is one event of one CPU", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0");
  put_event(tree, "energy-pkg", "event=0x02");
  put_event(tree, "energy-cores", "event=0x01");  // within the package: not counted again
  Kernel kernel;
  CounterMeter meter = opened(tree);
  CHECK(kernel.asked == Asked{{23, 2, 0}});
  const MeterDescription& what = meter.description();
  CHECK(what.source == "rapl-perf");
  CHECK(what.root == tree.file("sys/bus/event_source/devices/power"));
  CHECK(what.scope == Scope::package);
  CHECK(what.provenance == Provenance::measured);
  REQUIRE(what.zones.size() == 1);
  CHECK(what.zones[0].name == "package-0");
  CHECK(what.zones[0].id == "energy-pkg@cpu0");

  const std::uint64_t start = 7 * counts_of_1_joule;
  const WindowEnergy found =
      window(kernel, meter, {start}, {start + 6 * counts_of_1_joule + counts_of_1_joule / 2});
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(6.5));
  CHECK(found.energy.provenance == Provenance::measured);
}

TEST_CASE("two sockets have an event each for the package and for its memory", "[meters][perf]") {
  const SystemTree tree;
  int second = 18;
  SECTION("listed one by one") { put_pmu(tree, "0,18"); }
  SECTION("as a range") {
    put_pmu(tree, "0-1");
    second = 1;
  }
  put_event(tree, "energy-pkg", "event=0x02");
  put_event(tree, "energy-ram", "event=0x03");
  Kernel kernel;
  CounterMeter meter = opened(tree);
  CHECK(kernel.asked == Asked{{23, 2, 0}, {23, 2, second}, {23, 3, 0}, {23, 3, second}});
  const MeterDescription& what = meter.description();
  CHECK(what.scope == (Scope::package | Scope::dram));
  REQUIRE(what.zones.size() == 4);
  CHECK(what.zones[1].name == "package-1");
  CHECK(what.zones[1].id == "energy-pkg@cpu" + std::to_string(second));
  CHECK(what.zones[2].name == "dram-0");
  CHECK(what.zones[3].name == "dram-1");

  // 5 + 4 + 1 + 0.5 J
  const std::uint64_t joule = counts_of_1_joule;
  const WindowEnergy found = window(kernel, meter, {0, joule, 2 * joule, 3 * joule},
                                    {5 * joule, 5 * joule, 3 * joule, 3 * joule + joule / 2});
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(10.5));
}

TEST_CASE("psys stands alone and is read once, though each package shows it", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0,18");
  put_event(tree, "energy-pkg", "event=0x02");
  put_event(tree, "energy-ram", "event=0x03");
  put_event(tree, "energy-psys", "event=0x05");
  Kernel kernel;
  const CounterMeter meter = opened(tree);
  CHECK(kernel.asked == Asked{{23, 5, 0}});
  CHECK(meter.description().scope == Scope::psys);
  REQUIRE(meter.description().zones.size() == 1);
  CHECK(meter.description().zones[0].name == "psys");
}

TEST_CASE("what a count is worth is the kernel's word", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0");
  put_event(tree, "energy-pkg", "event=0x02", "1e-3");
  Kernel kernel;
  CounterMeter meter = opened(tree);
  const WindowEnergy found = window(kernel, meter, {100'000}, {103'500});
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(3.5));
}

TEST_CASE("what a count is worth does not depend on the program's language", "[meters][perf]") {
  const SystemTree tree;
  put_event(tree, "energy-pkg", "event=0x02");
  const std::string before = setlocale(LC_NUMERIC, nullptr);
  if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == nullptr) {
    WARN("skipped: no locale with a decimal comma is installed");
    return;
  }
  const auto found = detail::describe_perf_event(tree.file(pmu), "energy-pkg");
  setlocale(LC_NUMERIC, before.c_str());
  REQUIRE(found);
  CHECK(found->per_count.si() == Approx(2.3283064365386963e-10));  // and not 2 J
}

TEST_CASE("an event in another unit than joules is not taken", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0");
  Kernel kernel;
  SECTION("the package's: there is no meter") {
    put_event(tree, "energy-pkg", "event=0x02", kernels_scale, "Watts");
    const Probe<CounterMeter> probe = open_perf(tree.root(), &Kernel::open);
    CHECK(probe.state() == ProbeState::broken);
    CHECK(has(probe.reason(), tree.file("sys/bus/event_source/devices/power")));
    CHECK_FALSE(probe.fix().empty());
    CHECK(kernel.asked.empty());
  }
  SECTION("psys: the packages are") {
    put_event(tree, "energy-psys", "event=0x05", kernels_scale, "mJ");
    put_event(tree, "energy-pkg", "event=0x02");
    CHECK(opened(tree).description().scope == Scope::package);
    CHECK(kernel.asked == Asked{{23, 2, 0}});
  }
  SECTION("memory: the package alone is") {
    put_event(tree, "energy-pkg", "event=0x02");
    put_event(tree, "energy-ram", "event=0x03", kernels_scale, "");
    CHECK(opened(tree).description().scope == Scope::package);
    CHECK(kernel.asked == Asked{{23, 2, 0}});
  }
}

TEST_CASE("an event without a scale, or without a code, is not taken", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0");
  Kernel kernel;
  SECTION("scale 0") { put_event(tree, "energy-pkg", "event=0x02", "0"); }
  SECTION("no scale") { put_event(tree, "energy-pkg", "event=0x02", ""); }
  SECTION("another code") { put_event(tree, "energy-pkg", "umask=0x02"); }
  CHECK(open_perf(tree.root(), &Kernel::open).state() == ProbeState::broken);
  CHECK(kernel.asked.empty());
}

TEST_CASE("a user who may not open power events is told the line that allows it",
          "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0");
  put_event(tree, "energy-pkg", "event=0x02");
  Kernel kernel;
  kernel.allowed = 0;
  kernel.refusal = GENERATE(EACCES, EPERM);
  const Probe<CounterMeter> probe = open_perf(tree.root(), &Kernel::open);
  CHECK(probe.state() == ProbeState::forbidden);
  CHECK(has(probe.reason(), "keeps its power events from this user"));
  CHECK(has(probe.fix(), "'sudo sysctl kernel.perf_event_paranoid=0'"));
  CHECK(has(probe.fix(), "CAP_PERFMON"));
}

TEST_CASE("where one of several events can't be opened there is no smaller sum", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0,18");
  put_event(tree, "energy-pkg", "event=0x02");
  put_event(tree, "energy-ram", "event=0x03");
  Kernel kernel;
  kernel.allowed = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3});
  CAPTURE(kernel.allowed);
  const std::size_t before = open_files();
  {
    const Probe<CounterMeter> probe = open_perf(tree.root(), &Kernel::open);
    CHECK(probe.state() == ProbeState::forbidden);
  }
  // The test's own ends of the pipes remain; the others are closed again.
  CHECK(open_files() == before + kernel.allowed);
}

TEST_CASE("a memory event that is described but not there is no smaller sum", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0,18");
  put_event(tree, "energy-pkg", "event=0x02");
  put_event(tree, "energy-ram", "event=0x03");
  Kernel kernel;
  kernel.allowed = 3;  // memory of one socket of two
  kernel.refusal = ENOENT;
  const Probe<CounterMeter> probe = open_perf(tree.root(), &Kernel::open);
  CHECK(probe.state() == ProbeState::broken);
}

TEST_CASE("another refusal of the kernel is told in its words", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0");
  put_event(tree, "energy-pkg", "event=0x02");
  Kernel kernel;
  kernel.allowed = 0;
  kernel.refusal = ENODEV;
  const Probe<CounterMeter> probe = open_perf(tree.root(), &Kernel::open);
  CHECK(probe.state() == ProbeState::broken);
  CHECK(has(probe.reason(), "no such device"));
}

TEST_CASE("dies of one AMD package that show one counter are read once", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0,8,16,24");
  put_event(tree, "energy-pkg", "event=0x02");
  tree.put_package(0, 0);
  tree.put_package(8, 0);
  tree.put_package(16, 1);
  tree.put_package(24, 1);
  Kernel kernel;
  const auto cpus = [&] {
    const CounterMeter meter = opened(tree);
    std::vector<int> asked;
    for (const auto& event : kernel.asked) asked.push_back(std::get<2>(event));
    return asked;
  };
  SECTION("AMD") {
    tree.put_cpu("AuthenticAMD", 0x17, 0x01);
    CHECK(cpus() == std::vector<int>{0, 16});
  }
  SECTION("Hygon") {
    tree.put_cpu("HygonGenuine", 0x18, 0x00);
    CHECK(cpus() == std::vector<int>{0, 16});
  }
  SECTION("Intel's dies count for themselves") {
    tree.put_cpu("GenuineIntel", 6, 0x55);
    CHECK(cpus() == std::vector<int>{0, 8, 16, 24});
  }
}

TEST_CASE("without a power PMU the reason names the file that is not there", "[meters][perf]") {
  const SystemTree tree;
  Kernel kernel;
  const Probe<CounterMeter> probe = open_perf(tree.root(), &Kernel::open);
  CHECK(probe.state() == ProbeState::absent);
  INFO(probe.reason());
  CHECK(has(probe.reason(), tree.file(std::string(pmu) + "type")));
  CHECK(has(probe.reason(), "no such file"));
  CHECK(has(probe.fix(), "bare metal"));
  CHECK(kernel.asked.empty());
}

TEST_CASE("a power PMU without a CPU to ask is broken", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "");
  put_event(tree, "energy-pkg", "event=0x02");
  Kernel kernel;
  CHECK(open_perf(tree.root(), &Kernel::open).state() == ProbeState::broken);
  CHECK(kernel.asked.empty());
}

TEST_CASE("an event that gives no whole count is a failed reading", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0");
  put_event(tree, "energy-pkg", "event=0x02");
  Kernel kernel;
  CounterMeter meter = opened(tree);
  Reading reading;
  CHECK_FALSE(meter.read(reading));
  kernel.show_half_a_count();
  CHECK_FALSE(meter.read(reading));
  kernel.show({5});
  CHECK(meter.read(reading));
  CHECK(reading.counts[0] == 5);
}

TEST_CASE("a meter closes its events", "[meters][perf]") {
  const SystemTree tree;
  put_pmu(tree, "0,18");
  put_event(tree, "energy-pkg", "event=0x02");
  Kernel kernel;
  const std::size_t before = open_files();
  {
    const CounterMeter meter = opened(tree);
    CHECK(open_files() == before + 4);  // both ends of two pipes
  }
  CHECK(open_files() == before + 2);
}

TEST_CASE("a list of CPUs is taken apart as the kernel writes it", "[meters][perf]") {
  const auto parsed = [](const char* list) { return detail::parse_cpus(list); };
  CHECK(parsed("0") == std::vector<int>{0});
  CHECK(parsed("0,18") == std::vector<int>{0, 18});
  CHECK(parsed("0-1,4") == std::vector<int>{0, 1, 4});
  CHECK(parsed("7,12-13\n") == std::vector<int>{7, 12, 13});
  CHECK(parsed("").empty());
  CHECK(parsed("none").empty());
  CHECK(parsed("0-299").size() == 300);
  CHECK(parsed("0,2147483647") == std::vector<int>{0});
  CHECK(parsed("0-2147483647").empty());
  CHECK(parsed("3,4,3-8,9") == std::vector<int>{3, 4});
}

TEST_CASE("the kernel counts an event for all programs as it is asked to", "[meters][perf]") {
  // A clock that every kernel has: type 1, event 0, in nanoseconds.
  const int file = detail::open_machine_event(1, 0, 0);
  if (file == -1) {
    CAPTURE(errno);
    REQUIRE((errno == EACCES || errno == EPERM || errno == ENOSYS));  // and not E2BIG or EINVAL
    WARN("skipped: this kernel opens no events for all programs");
    return;
  }
  detail::PerfEventFile event{detail::FileDescriptor(file)};
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  REQUIRE(event.read(before));
  SystemClock::wait(Seconds(30e-3));
  REQUIRE(event.read(after));
  CHECK(after - before > 3'000'000);
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/cray.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "catch.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/meters/tick_watch.hpp"
#include "perjoule/stats/confidence.hpp"
#include "system_tree.hpp"

using namespace perjoule;

namespace {

/// A node whose counters are updated ten times a second, as long as a thread does it.
class CrayNode {
 public:
  explicit CrayNode(double watts = 500.0) : watts_(watts) {
    tree_.put("sys/cray/pm_counters/raw_scan_hz", "10");
    tree_.put("sys/cray/pm_counters/version", "2");
    put("startup", 1'690'000'000);
    put("generation", 7);
    update();
    thread_ = std::thread([this] {
      while (!ended_) {
        SystemClock::wait(next_ - SystemClock::now());
        if (!stuck_) update();
        next_ = next_ + Seconds(0.1);
      }
    });
  }
  ~CrayNode() {
    ended_ = true;
    thread_.join();
  }
  CrayNode(const CrayNode&) = delete;
  CrayNode& operator=(const CrayNode&) = delete;

  [[nodiscard]] const SystemTree& tree() const { return tree_; }
  [[nodiscard]] std::string root() const { return tree_.root(); }
  void stick() { stuck_ = true; }
  /// How long at most it took to write a count once it was counted: long on a busy machine.
  [[nodiscard]] Seconds lateness() const { return lateness_; }

  /// Writes a number and its time as the node shows it, in place, so that an open file sees it.
  void put(const std::string& name, std::uint64_t number, const char* unit = "") const {
    std::string text = std::to_string(number) + unit + " 1700000000123456 us\n";
    const std::string path = tree_.file("sys/cray/pm_counters/" + name);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    const bool written =
        pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    close(file);
    if (!written) throw std::runtime_error("cannot write " + path);
  }

 private:
  void update() {
    const Instant counted = SystemClock::now();
    const double joules = 1'000'000.0 + watts_ * (counted - start_).si();
    put("energy", static_cast<std::uint64_t>(joules), " J");
    const Seconds late = SystemClock::now() - counted;
    if (lateness_.load() < late) lateness_ = late;
    put("freshness", ++updates_);
  }

  SystemTree tree_;
  double watts_;
  Instant start_ = SystemClock::now();
  Instant next_ = start_ + Seconds(0.1);
  std::uint64_t updates_ = 1000;
  std::atomic<Seconds> lateness_ = Seconds(0.0);
  std::atomic<bool> stuck_ = false;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

CounterMeter opened(const std::string& root) {
  Probe<CounterMeter> probe = open_cray(root);
  INFO(probe.reason());
  REQUIRE(probe.is_found());
  return probe.take();
}

}  // namespace

TEST_CASE("a node's joules come with their unit and time", "[meters][cray]") {
  std::uint64_t joules = 0;
  CHECK(detail::parse_cray_joules("12345 J 1700000000123456 us\n", joules));
  CHECK(joules == 12345);
  CHECK(detail::parse_cray_joules("7 J\n", joules));
  CHECK(joules == 7);
  for (const char* const text :
       {"", "J", "12", "12 W 17 us", "12 Joules", "-3 J", "1e3 J", "12J"}) {
    CAPTURE(text);
    CHECK_FALSE(detail::parse_cray_joules(text, joules));
  }
  CHECK(joules == 7);
}

TEST_CASE("a node of 500 W takes 1500 J in three seconds", "[meters][cray][long]") {
  const CrayNode node;
  AnyMeter meter(opened(node.root()));
  const MeterDescription& what = meter.description();
  CHECK(what.source == "cray-pm");
  CHECK(what.scope == Scope::node);
  CHECK(name(what.scope) == "node");
  CHECK(what.provenance == Provenance::measured);
  CHECK(what.zones[0].update_period.si() == Approx(0.1).epsilon(0.1));
  CHECK_FALSE(has_known_gain(what));
  Reading before;
  Reading after;
  REQUIRE(detail::read_on_tick(meter, before));
  meter.wait(Seconds(3.0));
  REQUIRE(meter.read(after));
  detail::update_ticks(what, before, after);
  REQUIRE(detail::await_next_ticks(meter, after));
  const WindowEnergy found = meter.energy(before, after);
  INFO(found.why_missing);
  REQUIRE(found.energy.is_known());
  const Joules truth = Watts(500.0) * (after.begin - before.end);
  CHECK(found.energy.value.si() == Approx(truth.si()).epsilon(0.005));
  // What the node itself wrote late is no error of the meter.
  const Joules late = Watts(500.0) * node.lateness();
  CHECK(interval(found.energy).low <= truth + late);
  CHECK(interval(found.energy).high >= truth - late);
}

TEST_CASE("where freshness stands still there is no energy", "[meters][cray]") {
  CrayNode node;
  CounterMeter meter = opened(node.root());
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  node.stick();
  CounterMeter::wait(Seconds(0.8));
  CHECK_FALSE(meter.read(after));
}

TEST_CASE("a window across a restart or another power limit has no energy, and the next one has",
          "[meters][cray]") {
  const CrayNode node;
  CounterMeter meter = opened(node.root());
  Reading reading;
  std::uint64_t number = 100;
  for (const char* const file : {"generation", "startup"}) {
    CAPTURE(file);
    REQUIRE(meter.read(reading));
    node.put(file, ++number);
    CHECK_FALSE(meter.read(reading));
    CHECK(meter.read(reading));
  }
}

TEST_CASE("what is no Cray node, or none that makes sense, is no meter", "[meters][cray]") {
  const SystemTree empty;
  const Probe<CounterMeter> absent = open_cray(empty.root());
  CHECK(absent.state() == ProbeState::absent);
  CHECK(has(absent.reason(), "/sys/cray/pm_counters/energy: no such file"));
  empty.put("sys/cray/pm_counters/energy", "12345 W");
  const Probe<CounterMeter> watts = open_cray(empty.root());
  CHECK(watts.state() == ProbeState::broken);
  CHECK(has(watts.reason(), "holds '12345 W"));
  empty.put("sys/cray/pm_counters/energy", "12345 J 17 us");
  CHECK(open_cray(empty.root()).state() == ProbeState::broken);  // nothing else is there
}

TEST_CASE("a node's counter contains its processors and GPUs: none is added", "[meters][cray]") {
  const CrayNode node;
  node.tree().put("sys/class/hwmon/hwmon0/name", "amdgpu");
  node.tree().put("sys/class/hwmon/hwmon0/energy1_input", "123456");
  MeterOptions options;
  options.root = node.root();
  options.nvml = PERJOULE_FAKE_NVML;
  const FoundMeter found = find_meter(options);
  CHECK(found.meter.description().source == "cray-pm");
  CHECK(found.meter.description().scope == Scope::node);
  CHECK(found.meter.description().zones.size() == 1);
  CHECK(has(meter_names(), "cray"));
}

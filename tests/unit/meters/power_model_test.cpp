// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/power_model.hpp"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include "catch.hpp"
#include "perjoule/meters/counter_meter.hpp"
#include "perjoule/meters/cpu_time_model.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

/// 1 W idle and 5 W at full load allow mental arithmetic.
PowerModel round_model(double factor = 3.0) { return {1_W, 5_W, factor}; }

/// Whether making a meter of this model ends the program by abort().
bool aborts(PowerModel model) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    // The test runner's handler would report a failure of its own.
    signal(SIGABRT, SIG_DFL);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    if (freopen("/dev/null", "w", stderr) == nullptr) _exit(2);
    const CounterMeter meter = cpu_time_model(model);
    _exit(meter.description().provenance == Provenance::modelled ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

WindowEnergy window(const CounterMeter& meter, std::int64_t wall_ns, std::uint64_t cpu_ns) {
  Reading before(meter.description());
  Reading after(meter.description());
  before.counts[0] = 4'000'000'000;
  after.counts[0] = before.counts[0] + cpu_ns;
  after.counts[1] = static_cast<std::uint64_t>(wall_ns);
  after.begin.ns = after.end.ns = wall_ns;
  return meter.energy(before, after);
}

}  // namespace

TEST_CASE("modelled energy is idle over the wall time and the rest over the CPU time",
          "[meters][model]") {
  // 2 s x 1 W + 1.5 s x (5 W - 1 W)
  const WindowEnergy found = window(cpu_time_model(round_model()), 2'000'000'000, 1'500'000'000);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(8.0));
  CHECK(found.energy.provenance == Provenance::modelled);
  CHECK(found.energy.random.si() < 1e-7);
}

TEST_CASE("one busy thread draws the power at full load", "[meters][model]") {
  const WindowEnergy found = window(cpu_time_model(round_model()), 2'000'000'000, 2'000'000'000);
  CHECK(found.energy.value.si() == Approx(10.0));
}

TEST_CASE("four busy threads draw their CPU time and one idle share", "[meters][model]") {
  // 1 s x 1 W + 4 s x 4 W
  const WindowEnergy found = window(cpu_time_model(round_model()), 1'000'000'000, 4'000'000'000);
  CHECK(found.energy.value.si() == Approx(17.0));
}

TEST_CASE("modelled energy lies within its factor with 95 %", "[meters][model]") {
  const Estimate<Joules> energy =
      window(cpu_time_model(round_model(3.0)), 2'000'000'000, 1'000'000'000).energy;
  const Interval<Joules> found = interval(energy);
  CHECK(energy.value.si() == Approx(6.0));
  CHECK(found.low.si() == Approx(2.0).epsilon(1e-5));
  CHECK(found.high.si() == Approx(18.0).epsilon(1e-5));
  CHECK(found.method == IntervalMethod::lognormal);
}

TEST_CASE("the default model is the mean of servers, known within a factor of 3",
          "[meters][model]") {
  const WindowEnergy found = window(cpu_time_model(), 1'000'000'000, 1'000'000'000);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(3.5));
  CHECK(interval(found.energy).high.si() == Approx(10.5).epsilon(1e-5));
}

TEST_CASE("a model that claims to know energy better than a factor of 1.5 is refused",
          "[meters][model]") {
  CHECK(aborts(round_model(1.4)));
  CHECK_FALSE(aborts(round_model(1.5)));
}

TEST_CASE("a model whose full load is not above idle is refused", "[meters][model]") {
  CHECK(aborts({5_W, 5_W, 3.0}));
  CHECK(aborts({Watts(-1.0), 5_W, 3.0}));
}

TEST_CASE("a process that slept is charged idle power alone", "[meters][model]") {
  const WindowEnergy found = window(cpu_time_model(round_model()), 2'000'000'000, 0);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(2.0));
}

TEST_CASE("a model's window without length has no energy", "[meters][model]") {
  const WindowEnergy found = window(cpu_time_model(round_model()), 0, 0);
  CHECK_FALSE(found.energy.is_known());
}

TEST_CASE("the modelled meter reads CPU time, which sleeping does not use", "[meters][model]") {
  CounterMeter meter = cpu_time_model(round_model());
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  CounterMeter::wait(40_ms);
  REQUIRE(meter.read(after));
  CHECK(after.begin - before.end >= 40_ms);
  CHECK(static_cast<double>(after.counts[0] - before.counts[0]) < 20e6);  // ns
  CHECK(meter.energy(before, after).energy.is_known());
}

TEST_CASE("the modelled meter says that it measures no energy", "[meters][model]") {
  const CounterMeter meter = cpu_time_model();
  CHECK(meter.description().source == "cpu-time-model");
  CHECK(meter.description().scope == Scope::process);
  CHECK(meter.description().provenance == Provenance::modelled);
  CHECK_FALSE(meter.description().note.empty());
}

TEST_CASE("a CPU's family has its own power model, and one that is not listed that of all",
          "[meters][model]") {
  // Watts idle and at full load of Skylake-X, Ice Lake, EPYC of the second and third generation.
  const auto check = [](const char* vendor, long family, long model, double idle, double full) {
    const PowerModel found = detail::power_model_of(vendor, family, model);
    CHECK(found.idle.si() == idle);
    CHECK(found.full.si() == full);
    CHECK(found.factor == 3.0);
  };
  check("GenuineIntel", 6, 0x55, 0.65, 4.26);
  check("GenuineIntel", 6, 0x6A, 0.77, 3.76);
  check("AuthenticAMD", 0x17, 0x31, 0.47, 1.69);
  check("AuthenticAMD", 0x19, 0x01, 0.45, 2.02);
  check("AuthenticAMD", 0x1A, 0x01, 0.74, 3.5);
  check("GenuineIntel", 6, 0xFF, 0.74, 3.5);
  check("", 0, 0, 0.74, 3.5);
}

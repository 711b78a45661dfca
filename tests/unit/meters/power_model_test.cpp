// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/power_model.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include "catch.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/literals.hpp"

using namespace perjoule;

namespace {

/// 1 W idle and 5 W at full load make sums that can be done in the head.
PowerModel round_model(double factor = 3.0) { return {1_W, 5_W, factor}; }

/// True where making a meter of this model ends the program by abort().
bool aborts(PowerModel model) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    // The test runner has a handler for it, which would report a failure of its own.
    signal(SIGABRT, SIG_DFL);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    if (freopen("/dev/null", "w", stderr) == nullptr) _exit(2);
    const ModelledMeter meter(model);
    _exit(meter.description().provenance == Provenance::modelled ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

WindowEnergy window(const ModelledMeter& meter, std::int64_t wall_ns, std::uint64_t cpu_ns) {
  Reading before;
  Reading after;
  before.counts[0] = 4'000'000'000;
  after.counts[0] = before.counts[0] + cpu_ns;
  after.begin.ns = after.end.ns = wall_ns;
  return meter.energy(before, after);
}

}  // namespace

TEST_CASE("modelled energy is idle over the wall time and the rest over the CPU time",
          "[meters][model]") {
  // 2 s x 1 W + 1.5 s x (5 W - 1 W)
  const Estimate<Joules> energy = detail::modelled_energy(round_model(), 2_s, 1.5_s);
  CHECK(energy.value.si() == Approx(8.0));
  CHECK(energy.provenance == Provenance::modelled);
  CHECK(energy.random.si() == 0.0);
}

TEST_CASE("one busy thread draws the power at full load", "[meters][model]") {
  CHECK(detail::modelled_energy(round_model(), 2_s, 2_s).value.si() == Approx(10.0));
}

TEST_CASE("four busy threads draw their CPU time and one idle share", "[meters][model]") {
  // 1 s x 1 W + 4 s x 4 W
  CHECK(detail::modelled_energy(round_model(), 1_s, 4_s).value.si() == Approx(17.0));
}

TEST_CASE("modelled energy lies within its factor with 95 %", "[meters][model]") {
  const Estimate<Joules> energy = detail::modelled_energy(round_model(3.0), 2_s, 1_s);
  const Interval<Joules> found = interval(energy);
  CHECK(energy.value.si() == Approx(6.0));
  CHECK(found.low.si() == Approx(2.0).epsilon(1e-5));
  CHECK(found.high.si() == Approx(18.0).epsilon(1e-5));
  CHECK(found.method == IntervalMethod::lognormal);
}

TEST_CASE("the default model is the mean of servers, known within a factor of 3",
          "[meters][model]") {
  const WindowEnergy found = window(ModelledMeter(), 1'000'000'000, 1'000'000'000);
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

TEST_CASE("a window of the model takes its CPU time from the counter", "[meters][model]") {
  const WindowEnergy found = window(ModelledMeter(round_model()), 2'000'000'000, 1'500'000'000);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(8.0));
}

TEST_CASE("a process that slept is charged idle power alone", "[meters][model]") {
  const WindowEnergy found = window(ModelledMeter(round_model()), 2'000'000'000, 0);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(2.0));
}

TEST_CASE("a model's window without length has no energy", "[meters][model]") {
  const WindowEnergy found = window(ModelledMeter(round_model()), 0, 0);
  CHECK_FALSE(found.energy.is_known());
}

TEST_CASE("the modelled meter reads CPU time, which sleeping does not use", "[meters][model]") {
  ModelledMeter meter(round_model());
  Reading before;
  Reading after;
  REQUIRE(ModelledMeter::read(before));
  ModelledMeter::wait(40_ms);
  REQUIRE(ModelledMeter::read(after));
  CHECK(after.begin - before.end >= 40_ms);
  CHECK(static_cast<double>(after.counts[0] - before.counts[0]) < 20e6);  // ns
  CHECK(meter.energy(before, after).energy.is_known());
}

TEST_CASE("the modelled meter says that it measures no energy", "[meters][model]") {
  const ModelledMeter meter;
  CHECK(meter.description().source == "cpu-time-model");
  CHECK(meter.description().scope == Scope::process);
  CHECK(meter.description().provenance == Provenance::modelled);
  CHECK(meter.description().zones.empty());
  CHECK_FALSE(meter.description().note.empty());
}

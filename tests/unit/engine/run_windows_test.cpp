// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/run_windows.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/quantity.hpp"
#include "sanitized.hpp"

namespace {

/// The number of allocations of this program.
std::size_t allocations = 0;

}  // namespace

// Sanitizers bring an allocator of their own, which must not be replaced.
#ifndef PERJOULE_TEST_SANITIZED
// The GNU C library exports its own allocator by name, so that a counting one can be put in front
// of it. operator new also ends here.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_realloc(void*, std::size_t);
void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* realloc(void* memory, std::size_t size) {
  ++allocations;
  return __libc_realloc(memory, size);
}
}
#endif

using namespace perjoule;

namespace {

std::vector<double> numbers(View<double> view) { return {view.begin(), view.end()}; }

/// A model on a simulated machine: a pass takes time and power, and remembers its input.
struct Model {
  SimulatedMachine& machine;
  Seconds duration = Seconds(1e-3);
  Watts power = Watts(65.0);
  std::vector<std::size_t> calls_of = std::vector<std::size_t>(10);
  std::size_t calls = 0;

  int operator()(const std::size_t& input) {
    machine.work(duration, power);
    ++calls;
    return static_cast<int>(++calls_of[input]);
  }
};

/// Runs a model over ten inputs as a session does.
template <class Meter>
Samples run(Meter meter, Model& model, Seconds budget, double relative_halfwidth,
            const SystemFiles& files = {}) {
  std::vector<std::size_t> inputs(model.calls_of.size());
  std::iota(inputs.begin(), inputs.end(), std::size_t{0});
  const std::vector<std::size_t> order = inputs;
  detail::PlainLoop<Model, std::size_t> loop{model, inputs.data(), "a model"};
  const detail::Workload batch{&loop, order};
  AnyMeter any(std::move(meter));
  return detail::run_windows(any, batch, budget, relative_halfwidth, files);
}

/// A simulated meter that fails once after each of these times, at the next reading.
class FailingMeter : public SimulatedMeter {
 public:
  FailingMeter(SimulatedMachine& machine, std::vector<double> seconds)
      : SimulatedMeter(machine), seconds_(std::move(seconds)) {}

  [[nodiscard]] bool read(Reading& reading) noexcept {
    const bool done = SimulatedMeter::read(reading);
    if (failed_ == seconds_.size()) return done;
    if ((now() - Instant{}).si() < seconds_[failed_]) return done;
    ++failed_;
    return false;
  }

 private:
  std::vector<double> seconds_;
  std::size_t failed_ = 0;
};

/// The number of allocations and of passes at each reading; room for all of it is allocated before
/// the first one.
struct AllocationLog {
  const std::size_t* passes = nullptr;
  struct {
    std::size_t allocations;
    std::size_t passes;
  } at[1 << 17] = {};
  std::size_t readings = 0;
};

class AllocationMeter : public SimulatedMeter {
 public:
  AllocationMeter(SimulatedMachine& machine, AllocationLog& log)
      : SimulatedMeter(machine), log_(&log) {}

  [[nodiscard]] bool read(Reading& reading) noexcept {
    if (log_->readings < std::size(log_->at)) {
      log_->at[log_->readings++] = {allocations, *log_->passes};
    }
    return SimulatedMeter::read(reading);
  }

 private:
  AllocationLog* log_;
};

}  // namespace

TEST_CASE("a window is a thousandth of the budget, but ten update periods and 5 ms", "[engine]") {
  CHECK(detail::window_length(1_us, 60_s).si() == Approx(0.06));
  CHECK(detail::window_length(1_us, 5_s).si() == Approx(0.005));
  CHECK(detail::window_length(1_us, 1_s).si() == Approx(0.005));
  // RAPL: ten ticks.
  CHECK(detail::window_length(Seconds(0.9765625e-3), 5_s).si() == Approx(0.009765625));
  CHECK(detail::window_length(Seconds(0.9765625e-3), 60_s).si() == Approx(0.06));
}

TEST_CASE("sixteen windows fit into a budget, unless they are of less than three update periods",
          "[engine]") {
  // A GPU's counter that moves ten times a second: 1 s is good, 0.31 s fit, 0.3 s is the least.
  CHECK(detail::window_length(0.1_s, 16_s).si() == Approx(1.0));
  CHECK(detail::window_length(0.1_s, 5_s).si() == Approx(0.3125));
  CHECK(detail::window_length(0.1_s, 4_s).si() == Approx(0.3));
  CHECK(detail::window_length(1_us, 0.01_s).si() == Approx(0.005));
}

TEST_CASE("warming up takes a hundredth of the budget, and 20 ms at the most", "[engine]") {
  CHECK(detail::warm_up_length(1_s).si() == Approx(0.01));
  CHECK(detail::warm_up_length(60_s).si() == Approx(0.02));
}

TEST_CASE("each caller has equally many passes of a window", "[engine]") {
  STATIC_REQUIRE(detail::round_up_to_multiple(10, 1) == 10);
  STATIC_REQUIRE(detail::round_up_to_multiple(10, 4) == 12);
  STATIC_REQUIRE(detail::round_up_to_multiple(12, 4) == 12);
  STATIC_REQUIRE(detail::round_up_to_multiple(1, 4) == 4);
}

TEST_CASE("a window has whole cycles through the inputs", "[engine]") {
  CHECK(detail::passes_in(0.1_s, 1_ms, 10) == 100);
  CHECK(detail::passes_in(0.1_s, 1_ms, 30) == 90);  // 100 is nearer to 3 x 30 than to 4 x 30
  CHECK(detail::passes_in(0.1_s, 1_ms, 70) == 70);
  CHECK(detail::passes_in(0.1_s, 0.6_ms, 70) == 140);  // 167
  CHECK(detail::passes_in(0.1_s, 1_ms, 100) == 100);
}

TEST_CASE("a window is lengthened to a whole cycle of up to four times its length", "[engine]") {
  CHECK(detail::passes_in(0.1_s, 1_ms, 400) == 400);
  CHECK(detail::passes_in(0.1_s, 1_ms, 404) == 100);
}

TEST_CASE("a window has single passes where no cycle fits, and at least one", "[engine]") {
  CHECK(detail::passes_in(0.1_s, 1_ms, 1000) == 100);
  CHECK(detail::passes_in(0.1_s, 1.5_ms, 1000) == 67);
  CHECK(detail::passes_in(0.1_s, 10_s, 10) == 1);
  CHECK(detail::passes_in(0.1_s, 10_s, 3) == 1);
  CHECK(detail::passes_in(0.1_s, 10_s, 1) == 1);
}

TEST_CASE("passes that take no time do not make a window endless", "[engine]") {
  CHECK(detail::passes_in(0.1_s, 0_s, 10) == 1'000'000'000'000);
}

TEST_CASE("windows are lengthened where their ends miss the target and six longer ones fit",
          "[engine]") {
  // 0.1 s with ends known to 2 %: 3.92 % at 95 %, so 1 % takes 0.392 s, and six of them 2.352 s.
  CHECK(detail::extended_window(0.1_s, 0.02, 0.01, 2.4_s).si() == Approx(0.392));
  CHECK(detail::extended_window(0.1_s, 0.02, 0.01, 2.3_s).si() == Approx(2.3 / 16.0));
  CHECK(detail::extended_window(0.1_s, 0.02, 0.01, 1.5_s).si() == Approx(0.1));
  CHECK(detail::extended_window(0.1_s, 0.005, 0.01, 60_s).si() == Approx(0.1));
}

TEST_CASE("the ends of windows leave a third of a period unknown, and little on a tick",
          "[engine]") {
  Zone zone;
  zone.update_period = 1_ms;
  CHECK(detail::edge_uncertainty(zone, false, 0.1_s) == Approx(1.0 / 600.0));
  CHECK(detail::edge_uncertainty(zone, true, 0.1_s) == Approx(1.0 / 7500.0));
  zone.lateness = 0.4_ms;
  // sqrt((1 ms/25)^2/3 + 2 (0.4 ms)^2)/sqrt(3)/100 ms
  CHECK(detail::edge_uncertainty(zone, true, 0.1_s) == Approx(0.00326871));
  zone.update_period = 1_us;  // it has no noticeable ticks
  CHECK(detail::edge_uncertainty(zone, false, 0.1_s) == 0.0);
}

TEST_CASE("a slow counter gets longer windows where the budget allows it", "[engine]") {
  SimulatedMachine machine(20_W, {.period = 0.1_s});
  Model model{machine, 60_ms};
  const Samples samples = run(SimulatedMeter(machine), model, 200_s, 0.0025);
  REQUIRE(samples.windows() > 0);
  // 1.96/6 x 0.1 s/0.0025
  CHECK(samples.at(0, Samples::wall) == Approx(13.07).epsilon(0.02));
  CHECK(interval(detail::energy_per_item(samples, Provenance::simulated)).contains(0.06 * 65.0));
}

TEST_CASE("passes between two looks for a tick fill a share of its period", "[engine]") {
  CHECK(detail::passes_per_tick_poll(1_ms, 1_us, 0.05) == 50);
  CHECK(detail::passes_per_tick_poll(1_ms, 1_us, 0.01) == 10);
  CHECK(detail::passes_per_tick_poll(1_ms, 30_us, 0.05) == 2);
  CHECK(detail::passes_per_tick_poll(1_ms, 100_us, 0.05) == 1);
  CHECK(detail::passes_per_tick_poll(1_ms, 101_us, 0.05) == 0);  // the next tick is awaited
  CHECK(detail::passes_per_tick_poll(1_us, 1e-9_s, 0.05) == 0);  // no noticeable ticks
}

TEST_CASE("a column per item is shared out window by window", "[engine]") {
  Samples samples;
  const auto add = [&](double items, Seconds wall, Estimate<Joules> energy) {
    samples.add({Items(items), wall, wall, {energy, "why not"}});
  };
  add(10.0, 2_s, {100_J, 1_J, infinite_dof, 0_J, Provenance::measured});
  add(10.0, 2_s, {});
  add(20.0, 3_s, {100_J, 4_J, infinite_dof, 0_J, Provenance::measured});
  CHECK(numbers(detail::per_item(samples, Samples::wall)) == std::vector<double>{0.2, 0.2, 0.15});
  CHECK(numbers(detail::per_item(samples, Samples::energy)) == std::vector<double>{10.0, 5.0});
  // Less 20 W: (100 - 40)/10 and (100 - 60)/20
  CHECK(numbers(detail::per_item(samples, Samples::energy, 20.0)) == std::vector<double>{6.0, 2.0});
  CHECK(samples.windows() == 3);
  CHECK(samples.dropped == 1);
  CHECK(std::string(samples.why_dropped) == "why not");
}

TEST_CASE("the time of a model is that of pieces left alone, where enough windows have some",
          "[engine]") {
  Samples samples;
  const auto add = [&](Seconds clean, double clean_items) {
    samples.add({Items(10.0), 2_s, 2_s, {}, {}, clean, Items(clean_items)});
  };
  CHECK(detail::best_time_column(samples) == Samples::clean);
  add(0.9_s, 5.0);
  add(Seconds(detail::quiet_nan()), 0.0);
  CHECK(detail::best_time_column(samples) == Samples::clean);
  CHECK(numbers(detail::per_item(samples, Samples::clean)) == std::vector<double>{0.18});
  add(Seconds(detail::quiet_nan()), 0.0);
  CHECK(detail::best_time_column(samples) == Samples::wall);
  // Twelve are enough, out of any number.
  for (int i = 0; i < 10; ++i) add(0.9_s, 5.0);
  for (int i = 0; i < 50; ++i) add(Seconds(detail::quiet_nan()), 0.0);
  CHECK(detail::best_time_column(samples) == Samples::wall);
  add(0.9_s, 5.0);
  CHECK(detail::best_time_column(samples) == Samples::clean);
}

TEST_CASE("a turn of another program is in the energy and not in the time", "[engine]") {
  // One pass in ten is interrupted for 4 ms, and so one piece in five.
  static SimulatedMachine* machine = nullptr;
  static std::uint64_t interruptions = 0;
  struct Interrupted {
    SimulatedMachine& machine;
    int passes = 0;
    int operator()(const int& input) {
      machine.work(1_ms, 65_W);
      if (++passes % 10 != 0) return input;
      machine.work(4_ms, 40_W);
      ++interruptions;
      return input;
    }
  };
  SimulatedMachine simulated(20_W);
  machine = &simulated;
  SystemFiles files;
  files.thread = []() noexcept -> ThreadUsage {
    return {interruptions, 0, machine->now() - Instant{}};
  };
  Interrupted model{simulated};
  const int input = 1;
  const std::size_t order[] = {0};
  detail::PlainLoop<Interrupted, int> loop{model, &input, "a model"};
  AnyMeter meter = SimulatedMeter(simulated);
  const Samples samples = detail::run_windows(meter, {&loop, order}, 5_s, 1e-9, files);
  CHECK(samples.slices.interrupted * 5 == Approx(samples.slices.all).epsilon(0.02));
  CHECK(detail::best_time_column(samples) == Samples::clean);
  CHECK(detail::time_per_item(samples, Samples::clean, Provenance::simulated).value ==
        Approx(1e-3).epsilon(1e-6));
  CHECK(detail::time_per_item(samples, Samples::wall, Provenance::simulated).value ==
        Approx(1.4e-3).epsilon(0.01));
  const double joules = (10.0 * 0.065 + 0.16) / 10.0;
  CHECK(interval(detail::energy_per_item(samples, Provenance::simulated)).contains(joules));
}

TEST_CASE("energy per item is the mean of the windows with the scatter between them", "[engine]") {
  Samples samples;
  for (const double joules : {98.0, 100.0, 102.0}) {
    samples.add(
        {Items(10.0),
         1_s,
         1_s,
         {{Joules(joules), 1_J, infinite_dof, Joules(0.5 * joules), Provenance::modelled}, ""}});
  }
  const Estimate<double> energy = detail::energy_per_item(samples, Provenance::modelled);
  CHECK(energy.value == Approx(10.0));
  CHECK(energy.random == Approx(0.115470054));  // 0.2/sqrt(3)
  CHECK(energy.dof == Approx(2.0));
  CHECK(energy.common == Approx(5.0));  // a half of the value, as in each window
  CHECK(energy.provenance == Provenance::modelled);
}

TEST_CASE("windows that all show one number keep the meter's own uncertainty", "[engine]") {
  Samples samples;
  for (int i = 0; i < 4; ++i) {
    samples.add(
        {Items(10.0), 1_s, 1_s, {{100_J, 2_J, infinite_dof, 0_J, Provenance::measured}, ""}});
  }
  CHECK(detail::energy_per_item(samples, Provenance::measured).random == Approx(0.1));
}

TEST_CASE("a run stops at the first check where time and energy meet the target", "[engine]") {
  SimulatedMachine machine(20_W);
  Model model{machine};
  const Samples samples = run(SimulatedMeter(machine), model, 60_s, 0.01);
  CHECK(samples.outcome == Outcome::converged);
  CHECK(std::set<std::size_t>{12, 18, 27, 40, 60, 90}.count(samples.windows()) == 1);
  CHECK(samples.dropped == 0);
}

TEST_CASE("a model's energy need not settle, for no window makes it more certain", "[engine]") {
  Samples samples;
  for (int i = 0; i < 40; ++i) {
    const Seconds wall(1.0 + 1e-5 * (i % 2));
    const Joules wild(i % 3 == 0 ? 50.0 : 100.0);
    samples.add(
        {Items(10.0), wall, wall, {{wild, 0_J, infinite_dof, 0_J, Provenance::modelled}, ""}});
  }
  CHECK(detail::has_converged(samples, 0.01, Provenance::modelled));
  CHECK_FALSE(detail::has_converged(samples, 0.01, Provenance::measured));
  CHECK(detail::outcome_of(samples, true) == Outcome::converged);
  CHECK(detail::outcome_of(samples, false) == Outcome::timeout);
}

TEST_CASE("the interval of energy per item covers the truth", "[engine]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SimulatedMachine machine(20_W, {.seed = seed});
    machine.rest(Seconds(0.37e-3 * static_cast<double>(seed)));
    Model model{machine};
    const Samples samples = run(SimulatedMeter(machine), model, 5_s, 1e-9);
    // 1 ms at 65 W
    const Estimate<double> energy = detail::energy_per_item(samples, Provenance::simulated);
    CHECK(interval(energy).contains(0.065));
    CHECK(halfwidth(energy) < 0.01 * 0.065);
    const Estimate<double> wall =
        detail::time_per_item(samples, Samples::wall, Provenance::simulated);
    CHECK(wall.value == Approx(1e-3).epsilon(1e-4));
    CHECK(samples.idle.value.si() == Approx(20.0).epsilon(0.01));
  }
}

TEST_CASE("the time that the readings take is not part of a window", "[engine]") {
  SimulatedMachine machine(20_W);
  Model model{machine};
  const Samples samples = run(SimulatedMeter(machine, {.cost = 2_ms}), model, 5_s, 1e-9);
  // 2 ms over the hundred passes of a window would be 2 %.
  CHECK(detail::time_per_item(samples, Samples::wall, Provenance::simulated).value ==
        Approx(1e-3).epsilon(1e-4));
}

TEST_CASE("a target out of reach ends with the budget as a timeout", "[engine]") {
  SimulatedMachine machine(20_W);
  Model model{machine};
  const Samples samples = run(SimulatedMeter(machine), model, 5_s, 1e-9);
  CHECK(samples.outcome == Outcome::timeout);
  CHECK(samples.windows() >= 12);
  CHECK((machine.now() - Instant{}).si() <= 5.1);
  CHECK((machine.now() - Instant{}).si() >= 4.5);
}

TEST_CASE("every window sees each input equally often", "[engine]") {
  SimulatedMachine machine(20_W);
  Model model{machine};
  const Samples samples = run(SimulatedMeter(machine), model, 5_s, 1e-9);
  for (std::size_t i = 0; i < samples.windows(); ++i) {
    REQUIRE(std::fmod(samples.at(i, Samples::items), 10.0) == 0.0);
  }
  // Only the warm-up, which doubles its passes, may make their counts differ by one.
  for (const std::size_t calls : model.calls_of) {
    CHECK(calls - model.calls_of.back() <= 1);
  }
}

TEST_CASE("a pass longer than the budget still gives a result, with few windows", "[engine]") {
  SimulatedMachine machine(20_W);
  Model model{machine, 3_s};
  const Samples samples = run(SimulatedMeter(machine), model, 1_s, 0.01);
  CHECK(samples.outcome == Outcome::few_windows);
  CHECK(samples.windows() == 1);
  CHECK(model.calls_of[0] + model.calls_of[1] == 2);  // one to warm up, one measured
  const Estimate<double> energy = detail::energy_per_item(samples, Provenance::simulated);
  CHECK(energy.value == Approx(195.0).epsilon(0.001));
  CHECK_FALSE(interval(energy).is_known());
}

TEST_CASE("a counter that stands still ends in no energy and times all the same", "[engine]") {
  SimulatedMachine machine(20_W, {.unit = 1e6_J});
  Model model{machine};
  const Samples samples = run(SimulatedMeter(machine), model, 1_s, 0.01);
  CHECK(samples.outcome == Outcome::no_energy);
  CHECK(samples.windows() > 0);
  CHECK(samples.dropped == samples.windows());
  CHECK(std::string(samples.why_dropped) == "the counter did not move");
  CHECK_FALSE(samples.idle.is_known());
  CHECK(std::string(samples.why_no_idle) == "the counter did not move");
  CHECK_FALSE(detail::energy_per_item(samples, Provenance::simulated).is_known());
  CHECK(detail::time_per_item(samples, Samples::wall, Provenance::simulated).value ==
        Approx(1e-3).epsilon(1e-3));
}

TEST_CASE("a window whose reading failed is dropped and counted", "[engine]") {
  SimulatedMachine machine(20_W);
  Model model{machine};
  const Samples samples = run(FailingMeter(machine, {1.5, 2.5}), model, 5_s, 1e-9);
  CHECK(samples.dropped == 2);
  CHECK(std::string(samples.why_dropped) == "a reading of the meter failed");
  CHECK(samples.outcome == Outcome::timeout);
  CHECK(interval(detail::energy_per_item(samples, Provenance::simulated)).contains(0.065));
}

TEST_CASE("a meter that fails from some moment on costs the energy and not the time", "[engine]") {
  SimulatedMachine machine(20_W);
  Model model{machine};
  const Samples samples =
      run(FailingMeter(machine, std::vector<double>(200'000, 0.0)), model, 5_s, 0.01);
  CHECK(samples.outcome == Outcome::no_energy);
  CHECK(samples.windows() > 0);
  CHECK(samples.dropped == samples.windows());
  CHECK(std::string(samples.why_dropped) == "a reading of the meter failed");
  CHECK(std::string(samples.why_no_idle) == "a reading failed while idle");
  CHECK(detail::time_per_item(samples, Samples::wall, Provenance::simulated).value ==
        Approx(1e-3).epsilon(1e-4));
}

TEST_CASE("a failed idle reading costs the idle power and not the energy", "[engine]") {
  SimulatedMachine machine(20_W);
  Model model{machine};
  const Samples samples = run(FailingMeter(machine, {0.25}), model, 5_s, 0.01);
  CHECK_FALSE(samples.idle.is_known());
  CHECK(std::string(samples.why_no_idle) == "a reading failed while idle");
  CHECK(detail::energy_per_item(samples, Provenance::simulated).is_known());
}

TEST_CASE("nothing is allocated between the two readings of a window", "[engine]") {
#ifdef PERJOULE_TEST_SANITIZED
  WARN("skipped: the sanitizer's operator new cannot be counted");
#else
  static AllocationLog log;
  SimulatedMachine machine(20_W);
  Model model{machine};
  model.duration = 4_us;  // polled for a tick between passes, and not timed between windows
  log.passes = &model.calls;
  const std::size_t before = allocations;
  const Samples samples = run(AllocationMeter(machine, log), model, 1_s, 1e-9);
  REQUIRE(allocations > before);  // otherwise the counting is broken
  REQUIRE(samples.dropped == 0);
  REQUIRE(log.readings < std::size(log.at));
  std::size_t stretches = 0;
  for (std::size_t i = 1; i < log.readings; ++i) {
    if (log.at[i].passes == log.at[i - 1].passes) continue;
    if (log.at[i - 1].passes == 0) continue;  // the warm-up, which is in no window
    REQUIRE(log.at[i].allocations == log.at[i - 1].allocations);
    ++stretches;
  }
  CHECK(stretches > 2 * samples.windows());
#endif
}

TEST_CASE("each outcome has its name", "[engine]") {
  CHECK(std::string(name(Outcome::converged)) == "converged");
  CHECK(std::string(name(Outcome::unstable)) == "unstable");
  CHECK(std::string(name(Outcome::timeout)) == "timeout");
  CHECK(std::string(name(Outcome::few_windows)) == "few_windows");
  CHECK(std::string(name(Outcome::no_energy)) == "no_energy");
}

TEST_CASE("single passes are timed between the windows, one for ten in them", "[engine][latency]") {
  SimulatedMachine machine(20_W);
  Model model{machine};
  const Samples samples = run(SimulatedMeter(machine), model, 5_s, 1e-9);
  double passes = 0.0;
  for (std::size_t i = 0; i < samples.windows(); ++i) passes += samples.at(i, Samples::items);
  CHECK(static_cast<double>(samples.latency.calls) == Approx(passes / 10.0).epsilon(0.05));
  CHECK(samples.latency.percentiles[1].interval.contains(1_ms));
  CHECK(samples.latency.percentiles[1].value.si() == Approx(1e-3));

  Model longer{machine, 20_ms};
  const Samples few = run(SimulatedMeter(machine), longer, 5_s, 1e-9);
  CHECK(few.latency.calls == Approx(20).margin(3));
  CHECK(few.latency.percentiles[0].value.si() == Approx(0.02));
  CHECK_FALSE(few.latency.percentiles[1].interval.is_known());

  Model too_short{machine, 1_us};
  CHECK(run(SimulatedMeter(machine), too_short, 100_ms, 0.01).latency.calls == 0);
}

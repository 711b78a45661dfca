// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests the promise of `converged`, end to end: whole runs on a simulated machine whose
// passes scatter.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "catch.hpp"
#include "normal.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/quantity.hpp"

using namespace perjoule;

namespace {

/// How passes differ: in time, and so in energy. A hundred in a row, half a window, are alike.
struct Noise {
  double scatter;            ///< standard deviation of the hundreds, as a share
  double neighbours;         ///< their correlation with the next hundred
  double drift_each_second;  ///< of the mean, as a share
};

constexpr double pass_s = 50e-6;
constexpr double power_w = 65.0;

struct Model {
  SimulatedMachine& machine;
  Noise noise;
  Normal normal;
  double state = 0.0;
  int calls = 0;

  int operator()(const int& input) {
    const double seconds = (machine.now() - Instant{}).si();
    if (++calls % 100 == 0) {
      const double fresh = std::sqrt(1.0 - noise.neighbours * noise.neighbours);
      state = noise.neighbours * state + normal(0.0, fresh);
    }
    const double factor = 1.0 + noise.scatter * state + noise.drift_each_second * seconds;
    machine.work(Seconds(pass_s * std::max(factor, 0.1)), Watts(power_w));
    return input;
  }
};

struct Runs {
  int all = 0;
  int converged = 0;
  int unstable = 0;
  int covered_time = 0;
  int covered_energy = 0;
  std::vector<double> errors;  ///< of energy, of converged runs, in J
  std::vector<double> halfwidths;
};

Runs run(const Noise& noise, int trials) {
  Runs runs;
  for (int i = 0; i < trials; ++i) {
    SimulatedCounter counter;
    counter.phase = Seconds(1e-6 * (17 * i % 900));
    counter.seed = static_cast<std::uint64_t>(i + 1);
    SimulatedMachine machine(Watts(20.0), counter);
    Model model{machine, noise, Normal(static_cast<std::uint64_t>(1000 + i))};
    model.state = model.normal(0.0, 1.0);
    const int input = 1;
    const std::size_t order[] = {0};
    detail::PlainLoop<Model, int> loop{model, &input, "a model"};
    AnyMeter meter = SimulatedMeter(machine);
    const Samples samples = detail::run_windows(meter, {&loop, order}, 5_s, 0.01);
    ++runs.all;
    runs.unstable += samples.outcome == Outcome::unstable ? 1 : 0;
    if (samples.outcome != Outcome::converged) continue;
    ++runs.converged;
    const Estimate<double> energy = detail::energy_per_item(samples, Provenance::simulated);
    const Estimate<double> time =
        detail::time_per_item(samples, detail::best_time_column(samples), Provenance::simulated);
    constexpr double truth = pass_s * power_w;
    runs.covered_time += interval(time).contains(pass_s) ? 1 : 0;
    runs.covered_energy += interval(energy).contains(truth) ? 1 : 0;
    runs.errors.push_back(std::abs(energy.value - truth));
    runs.halfwidths.push_back(halfwidth(energy));
  }
  std::sort(runs.errors.begin(), runs.errors.end());
  std::sort(runs.halfwidths.begin(), runs.halfwidths.end());
  return runs;
}

}  // namespace

TEST_CASE("of runs that converged 95 in 100 intervals cover the truth", "[simulation]") {
  // Neighbouring windows are correlated by 0, 0.4 and 0.6: a window is two hundred passes.
  for (const Noise& noise : {Noise{0.03, 0.0, 0.0}, Noise{0.02, 0.5, 0.0}, Noise{0.02, 0.7, 0.0}}) {
    const Runs runs = run(noise, 400);
    const double p95 = runs.errors[runs.errors.size() * 95 / 100];
    const double median = runs.halfwidths[runs.halfwidths.size() / 2];
    std::printf(
        "noise of %.0f %%, correlated by %.1f: %d of %d runs converged; of those %.1f %% of times "
        "and "
        "%.1f %% of energies are covered, the median half-width is %.2f x the p95 error\n",
        100.0 * noise.scatter, noise.neighbours, runs.converged, runs.all,
        100.0 * runs.covered_time / runs.converged, 100.0 * runs.covered_energy / runs.converged,
        median / p95);
    CHECK(runs.converged >= 380);
    CHECK(runs.covered_time >= 0.94 * runs.converged);
    CHECK(runs.covered_energy >= 0.94 * runs.converged);
    CHECK(median <= 1.5 * p95);
  }
}

TEST_CASE("runs that drift end as unstable", "[simulation]") {
  const Runs runs = run({0.02, 0.3, 0.1}, 200);
  std::printf("a drift of 10 %% a second: %d of %d runs are unstable\n", runs.unstable, runs.all);
  CHECK(runs.unstable >= 0.95 * runs.all);
}

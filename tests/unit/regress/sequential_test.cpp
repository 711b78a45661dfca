// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/regress/sequential.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "perjoule/regress/process_comparison.hpp"
#include "perjoule/regress/simulated_processes.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

TEST_CASE("looks share alpha, and the last is at all processes", "[regress]") {
  for (const std::size_t processes : {1U, 5U, 9U, 10U, 11U, 30U, 1000U}) {
    for (const std::size_t tests : {1U, 3U, 100U}) {
      double sum = 0.0;
      std::size_t last = 0;
      for (const Look& look : plan_looks(processes, 0.01, tests)) {
        CHECK(look.processes > last);
        last = look.processes;
        sum += look.alpha;
      }
      CHECK(last == processes);
      CHECK(sum == Approx(0.01));
    }
  }
}

TEST_CASE("the first look is where a test can reject", "[regress]") {
  // One of C(10, 5) = 252 ways is .00397, below .004; for three numbers one of C(12, 6) = 924 is
  // .00108, below .00133.
  CHECK(plan_looks(10, 0.01)[0].processes == 5);
  CHECK(plan_looks(10, 0.01, 3)[0].processes == 6);
  CHECK(plan_looks(4, 0.01).size() == 1);
  CHECK(plan_looks(40, 0.01)[0].processes == 20);
}

TEST_CASE("stopping early keeps the rate of false alarms and saves half of a clear case",
          "[regress][long]") {
  const std::vector<Look> looks = plan_looks(10, 0.01);
  const std::vector<char> order = abba_order(10);
  Random random(31);
  constexpr int trials = 2000;
  const auto run = [&](double change, int& alarms, double& used) {
    for (int i = 0; i < trials; ++i) {
      const auto all = simulate_processes(ProcessNoise::independent, order, change, random);
      for (const Look& look : looks) {
        const ProcessComparison found = compare_processes({all.data(), 2 * look.processes});
        const bool is_alarm = found.p_larger <= look.alpha;
        alarms += is_alarm ? 1 : 0;
        if (is_alarm || found.p_smaller <= look.alpha || look.processes == 10) {
          used += static_cast<double>(look.processes) / 10.0 / trials;
          break;
        }
      }
    }
  };
  int alarms = 0;
  double used = 0.0;
  run(0.0, alarms, used);
  CHECK(alarms <= trials * (0.01 + 3.0 * std::sqrt(0.01 / trials)));
  alarms = 0;
  used = 0.0;
  run(0.05, alarms, used);
  CHECK(alarms == trials);
  CHECK(used <= 0.52);
}
